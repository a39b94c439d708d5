"""Modules, functions and names stay small enough to be read at once."""

import ast
from collections.abc import Iterator

import pytest

from project import sources

MODULE, FUNCTION = 300, 40
EMPTY_NAMES = {"common", "core", "helper", "helpers", "manager", "managers", "misc", "service", "services", "util", "utils"}


def faults(module: str, source: str) -> Iterator[str]:
    """What is too long in a module, or named after nothing; decorators do not count, docstrings do."""
    if (length := len(source.splitlines())) >= MODULE:
        yield f"{module} has {length} lines: give its parts names of their own"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length >= FUNCTION:
                yield f"{module}:{node.lineno} {node.name} has {length} lines"
    for word in set(module.replace("_", ".").split(".")) & EMPTY_NAMES:
        yield f"{module}: {word!r} says nothing about what is in it"


def test_the_package_is_small_where_it_is_read() -> None:
    assert [fault for name, source in sources().items() for fault in faults(name, source)] == []


@pytest.mark.parametrize(
    ("module", "source", "told"),
    [
        ("archivectl.loans", "x = 1\n" * 300, "has 300 lines"),
        ("archivectl.loans", "@decorated\ndef lend():\n" + "    x = 1\n" * 39, "loans:2 lend has 40 lines"),
        ("archivectl.loans", "class Loan:\n    def f(self):\n        def g():\n" + "            x = 1\n" * 39, "g has 40 lines"),
        ("archivectl.loan_utils", "", "'utils' says nothing"),
        ("archivectl.core.loans", "", "'core' says nothing"),
    ],
)
def test_a_fault_is_told(module: str, source: str, told: str) -> None:
    assert [fault for fault in faults(module, source) if told in fault]


@pytest.mark.parametrize("source", ["x = 1\n" * 299, "@decorated\ndef lend():\n" + "    x = 1\n" * 38])
def test_what_just_fits_is_not_told(source: str) -> None:
    assert list(faults("archivectl.loans", source)) == []
