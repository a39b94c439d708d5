"""Writes what is made of the regulations: their values and a day under each in docs/regimes.md, the count in README.md.

usage: python tests/regime/document.py
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archivectl import compliance, yaml_text
from archivectl.regime import load
from archivectl.regime.clauses import catalogue
from archivectl.registers import kinds as kinds_

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/regimes.md"
README = ROOT / "README.md"
MARK = "<!-- made by tests/regime/document.py -->\n"
ABOUT = ("regulation", "title", "clauses")
CALL = re.compile(r"(?:@(?P<member>\S+))?\$ (?:(?P<variable>[A-Z][A-Z0-9_]*) = )?(?P<line>archivectl.*)")


def page() -> str:
    """The whole page, what is written by hand kept."""
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    return head + MARK + "".join(section(slug) for slug in load.shipped())


def readme() -> str:
    """The whole page with the count of how strongly the clauses of all regulations are kept."""
    text = README.read_text(encoding="utf-8")
    head, _begin, rest = text.partition("<!-- strengths -->\n")
    count, kinds = (
        strengths(),
        {
            "enforced": "a gate refuses",
            "watched": "a duty or finding appears, and goes when the thing is done",
            "recorded": "an entry, form, report or field holds it",
            "stated": "only people can keep it",
        },
    )
    rows = "".join(f"| {name} | {said} | {count[name]} |\n" for name, said in kinds.items())
    table = f"| strength | what it means | clauses |\n|---|---|---|\n{rows}"
    return f"{head}<!-- strengths -->\n{table}<!-- /strengths -->{rest.partition('<!-- /strengths -->')[2]}"


def strengths() -> Counter[str]:
    """How many clauses of all regulations there are of each strength."""
    found = Counter[str]()
    for slug in load.shipped():
        law = load.load(load.texts([slug]) | kinds_.texts())
        found.update(compliance.strength(compliance.at_work(law, catalogue()[name])[0]) for name in law.clauses)
    return found


def section(slug: str) -> str:
    """One regulation: its title, its values by path, the clauses it brings, and a day."""
    data = yaml_text.load(load.text(slug), slug)
    rows = "".join(f"| `{path}` | {cell(value)} |\n" for path, value in leaves({k: v for k, v in data.items() if k not in ABOUT}))
    day = "\n".join(told((ROOT / f"tests/scenarios/regulations/{slug}.txt").read_text(encoding="utf-8")))
    return (
        f"\n## {slug}\n\n{data['title']['zh']} · {data['title']['en']}\n\n| path | value |\n|---|---|\n{rows}\n"
        f"Clauses: {', '.join(data['clauses'])}\n\nA day:\n\n```\n{day}\n```\n"
    )


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value by its path; titles count as one."""
    if not isinstance(value, Mapping) or not value or set(value) <= {"zh", "en"}:
        yield at, value
        return
    for key, inner in value.items():
        yield from leaves(inner, f"{at}.{key}" if at else str(key))


def cell(value: Any) -> str:
    """A value on one line of a table."""
    return written(value).replace("|", "\\|")


def written(value: Any) -> str:
    """A value as one writes it in YAML, titles in Chinese."""
    if isinstance(value, Mapping):
        if value and set(value) <= {"zh", "en"}:
            return str(value["zh"])
        return "{" + ", ".join(f"{key}: {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return "—" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def told(day: str) -> Iterator[str]:
    """What is typed in a scenario, and its remarks."""
    title, *lines = day.splitlines()
    yield title
    for line in lines:
        if line.startswith("# ") and not re.match(r"# [a-z]+: ", line):
            yield ""
            yield line
        elif call := CALL.fullmatch(line):
            who = f"{call['member']}$" if call["member"] else "$"
            yield f"{who} {call['line'].partition(' | ')[0] if call['variable'] else call['line']}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
