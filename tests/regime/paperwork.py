"""Files by the papers in them: of every kind that a regulation lists papers for, without them, with some, and complete."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from archivectl.regime.model import Regime

DAY = "2026-03-02"
_FORMS = 3  # forms that one paper may have
_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
_SUBJECTS = {"organisation": "件", "person": "enc:1:confidential:AAAAAAAAAAAA:" + "A" * 400}  # with the title of a paper
ODD: dict[str, Any] = {
    "documents": [
        {
            "id": "dAAAAA",
            "kind": "合同",
            "volume": "vAAAAA",
            "sequence": 1,
            "date": "2026-02-02",
            "form": "original",
            "number": "2",
        },
        {"id": "dAAAAB", "kind": "发票", "volume": "vAAAAA", "sequence": 2, "date": "2026-01-02", "form": "copy", "number": "1"},
        {"id": "dAAAAC", "kind": "报价单", "form": "electronic", "file_name": "a.pdf", "place": "D:", "date": DAY},
        {"id": "dAAAAD", "kind": "录音", "medium": "audio-visual", "code": "01", "secrecy": "secret", "place": "3柜"},
        {"id": "dAAAAE", "kind": "来函", "form": "electronic", "material": "other-things"},
    ],
    "volumes": [{"id": "vAAAAA", "number": 1, "title": "卷" * 60, "archive_number": "SH-000001-01", "from": "2026-01-02"}],
    "filing": {"media": ["paper"], "items": 2, "opened": "2026-01-02"},
}


def of_kind(kind: str, law: Regime) -> dict[str, dict[str, Any]]:
    """Files of a kind, by what they are: as an organisation's and as a person's, each complete in several ways."""
    rows, classes = law.get(f"files.{kind}.papers") or (), law.get(f"files.{kind}.materials") or ()
    found: dict[str, dict[str, Any]] = {"bare": {"files": [kind]}}
    if classes:
        papers = ({"kind": "—", "material": each} for each in (*classes, "none"))
        found["classed"] = {"files": [kind], "documents": _numbered(papers)}
    whens = [row["when"] for row in rows if "when" in row]
    relations = [{"id": "rAAAAA", "kind": when["relation"]} for when in whens if "relation" in when][:1]
    kinds = [kind, *dict.fromkeys(word for when in whens if "file" in when for word in several(when["file"]))]
    for subject, title in _SUBJECTS.items() if rows else ():
        about = {"files": kinds, "subject": subject}
        found[f"{subject} named"] = {**about, "documents": _numbered({"kind": each} for each in _names(rows))}
        for way in range(2 * max(_FORMS, *(len(_called(row)) for row in rows))):
            whole = {**about, "documents": _numbered(_complete(rows, way, title))}
            found[f"{subject} whole {way}"] = {**whole, **({"relations": relations} if relations else {})}
    return found


def several(value: Any) -> list[Any]:
    """A word, or words, as a list."""
    return value if isinstance(value, list) else [value]


def _numbered(papers: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Papers with ids."""
    return [{"id": f"d{number:05}".translate(_LETTERS), **paper} for number, paper in enumerate(papers)]


def _names(rows: Any) -> Iterator[str]:
    for row in rows:
        if "kind" in row:
            yield str(row["kind"])
        for inner in ("any_of", "contains"):
            yield from _names(row.get(inner, ()))


def _complete(rows: Any, way: int, title: str) -> Iterator[dict[str, Any]]:
    """The papers that a list asks for, of alternatives one each, each under a name and in a form that will do."""
    for row in rows:
        one = _nth(row["any_of"], way) if "any_of" in row else row
        paper = {"kind": _nth(_called(one), way // 2), "form": _nth(several(one.get("form") or "copy"), way // 2), "date": DAY}
        paper |= {"marks": several(one.get("marks") or []), "pages": one.get("pages") or 1, "copies": one.get("copies") or 1}
        yield {**paper, "title": title}


def _called(row: Mapping[str, Any]) -> list[str]:
    """What a paper may be called."""
    return [row.get("kind", ""), *several(row.get("also") or []), *([row["zh"]] if "zh" in row else [])]


def _nth(words: Sequence[Any], number: int) -> Any:
    return words[number % len(words)]
