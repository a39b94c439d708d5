"""What is loaded, not the clock: a command pays only for what it uses, and every module can be the first one imported."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from office import Office
from project import ROOT, modules

HEAVY = {
    "chinese_calendar",
    "cryptography",
    "git",
    "jsonschema",
    "jsonschema_rs",
    "openpyxl",
    "pypinyin",
    "pyrage",
    "python_calamine",
    "stdnum",
}

LOADED = """
import json, sys
from archivectl.cli import main
status = main(sys.argv[1:])
print(json.dumps([status, sorted({name.split(".")[0] for name in sys.modules})]), file=sys.stderr)
"""

# One interpreter for all modules: forgetting our own before each import is as good as a fresh one, and a hundred times quicker.
EACH_ALONE = """
import importlib, json, sys, traceback
told = {}
for name in sys.argv[1:]:
    for known in [known for known in sys.modules if known.split(".")[0] == "archivectl"]:
        del sys.modules[known]
    before = set(sys.modules)
    try:
        importlib.import_module(name)
    except BaseException:
        told[name] = traceback.format_exc()
    else:
        told[name] = sorted({loaded.split(".")[0] for loaded in set(sys.modules) - before})
print(json.dumps(told))
"""

EACH_HELP = """
from archivectl.cli import COMMANDS, main
for name in COMMANDS:
    assert main([name, "--help"]) == 0, name
"""


def fresh(program: str, *args: str) -> subprocess.CompletedProcess[str]:
    """The end of a program in an interpreter that has loaded nothing."""
    command = [sys.executable, "-c", program, *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_asking_for_help_or_the_version_loads_no_heavy_library(option: str) -> None:
    ended = fresh(LOADED, option)
    assert ended.returncode == 0, ended.stderr
    status, loaded = json.loads(ended.stderr.splitlines()[-1])
    assert status == 0
    assert set(loaded) & (HEAVY | {"sqlite3"}) == set()


@pytest.mark.parametrize(
    ("words", "loaded"),
    [((), set()), (("--reveal", "--purpose", "核对"), {"cryptography", "pyrage"})],
    ids=["masked", "in clear"],
)
def test_one_file_is_shown_without_what_other_commands_need(office: Office, words: tuple[str, ...], loaded: set[str]) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
    environment = {**os.environ, **office.run.environment}
    command = [sys.executable, "-c", LOADED, "show", "1", *words]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, env=environment)
    assert (ended.returncode, "张三" in ended.stdout) == (0, bool(words)), ended.stderr
    assert set(json.loads(ended.stderr.splitlines()[-1])[1]) & HEAVY == loaded


def test_every_module_can_be_imported_first_and_none_loads_a_heavy_library() -> None:
    ended = fresh(EACH_ALONE, *modules())
    told: dict[str, Any] = json.loads(ended.stdout or "{}")
    assert set(told) == set(modules()), ended.stderr
    assert {name: error for name, error in told.items() if isinstance(error, str)} == {}
    assert {name: heavy for name, loaded in told.items() if (heavy := HEAVY & set(loaded))} == {}


def test_this_test_sees_a_module_that_cannot_be_first() -> None:
    told = json.loads(fresh(EACH_ALONE, "archivectl", "archivectl.no_such_module", "openpyxl").stdout)
    assert "No module named" in told["archivectl.no_such_module"]
    assert HEAVY & set(told["openpyxl"])


def test_every_command_of_the_table_can_be_asked_for_help() -> None:
    """The table of commands names its modules in strings, which only trying shows to be right."""
    ended = fresh(EACH_HELP)
    assert ended.returncode == 0, ended.stderr
