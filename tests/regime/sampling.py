"""What a regulation is tried on: members with its posts, and files that its conditions fit, with all they hold and with nothing.

Sample files are made from the regulation itself, once, and then stay as they are while its values change.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.encryption import envelope
from archivectl.members.member import LEVELS, Key, Member
from archivectl.records import fields
from archivectl.records import text as record_text
from archivectl.records.fields import Field
from archivectl.records.model import Record
from archivectl.regime.model import Regime
from regime import paperwork
from regime.paperwork import DAY, several

FOUNDED = "2026-01-15"
UNIT = "销售部"
NOBODY, ALL = "nobody", "all"
UID = "K5QA" + "A" * 22
_SUBJECTS = ("organisation", "person")
_NO_POST = frozenset({"giver", "taker", "member", "anyone"})
# What a full file leaves out: what the archive says itself, and what leads to something else.
_OWN = {"schema", "uid", "number", "subject", "status", "files", "keys", "destroyed", "withdrawn", "secrecy", "keeper"}
_LINKS = {"forgotten", "to", "material", "volume", "object", "contains", "with", "document", "report", "event", "import"}
_VALUES = {"date": DAY, "integer": 3, "money": "100.00", "decimal": "1.5", "boolean": True, "texts": ["内容"]}
_CHECKED = {"phone": "021-5555 0101", "email": "a@example.cn", "uscc": "91350100M000100Y43", "span": "5y", "handle": "all"}
_DAYS = frozenset({"filing.opened", "filing.archived", "filing.handled"})
_LONG_AGO = "2010-01-05"


def members(law: Regime) -> dict[str, Member]:
    """Two members of each post, one of each department, two with every post, and one with none."""
    posts = tuple(sorted({*law.get("posts"), *law.get("roles")} - _NO_POST))
    found: dict[str, tuple[tuple[str, ...], str]] = {f"{post}-{number}": ((post,), UNIT) for post in posts for number in (1, 2)}
    found |= {f"of-{unit}": (("clerk", "archivist"), unit) for unit in law.get("departments") or ()}
    found |= {ALL: (posts, UNIT), f"{ALL}-2": (posts, UNIT), NOBODY: ((), UNIT)}
    return {handle: _member(handle, held, unit) for handle, (held, unit) in found.items()}


def _member(handle: str, posts: tuple[str, ...], unit: str) -> Member:
    """A member since the archive was founded; who has no post is cleared for nothing."""
    key = Key("age1", FOUNDED, "system", None)
    return Member(handle, handle, "", unit, posts, (), "top-secret" if posts else "open", None, (key,), ())


def record(data: Mapping[str, Any]) -> Record:
    """A record with these data; what is None is left out."""
    whole = {"schema": 1, "uid": UID, "number": "SH-000001", "subject": "organisation", "status": "filed", "name": "甲"}
    whole |= {"secrecy": "internal", "keeper": ALL, "department": UNIT, **data}
    whole |= {"number": None} if whole["status"] == "draft" else {}
    whole |= {"name": sealed("confidential")} if whole["subject"] == "person" else {}
    whole = {key: value for key, value in whole.items() if value is not None or key == "number"}
    return Record("customers/SH/0/SH-000001.yaml", record_text.dump(whole), whole)


def sealed(level: str) -> str:
    """Something in a file that is encrypted."""
    return f"enc:1:{level}:AAAAAAAAAAAA:{'A' * 400}"


def samples(stated: Mapping[str, Any], law: Regime) -> dict[str, Record]:
    """The files a regulation is tried on, by what they are; the first word tells what for."""
    parts = (_usual(), _told(), _of_its_own(stated, law), _fit(stated))
    return {name: record(data) for part in parts for name, data in part}


Named = Iterator[tuple[str, dict[str, Any]]]


def _usual() -> Named:
    """Files as there are anywhere."""
    yield "plain", {}
    yield "person", {"subject": "person"}
    for status in ("stub", "draft"):
        yield status, {"status": status, "filing": {"handled": "2026-02-02", "agreed": "2026-04-01"}}
    yield from ((level, {"secrecy": level}) for level in LEVELS)
    yield from ((f"full {subject}", full(subject)) for subject in _SUBJECTS)
    yield "papers", paperwork.ODD
    yield "nameless", {"name": None, "relationship": {"years": 3}}
    yield "odd format", {"phone": "55550101转8"}


def _told() -> Named:
    """Files that tell of one thing: a consent, what happened long ago, when it began, over which channel it came."""
    choices = {key: fields.known(f"consent[].{key}").choices for key in ("form", "capacity")}
    for key, word in ((key, word) for key, words in choices.items() for word in words):
        yield f"consented {word}", {"consent": [{"id": "sAAAAA", "given": DAY, "form": "written", "capacity": "self", key: word}]}
    yield "kept since archived", {"filing": {"archived": _LONG_AGO}}
    for event in ("contract-ended", "trade-stopped"):
        yield f"kept since {event}", {"retention": {"events": [{"event": event, "date": _LONG_AGO}]}}
    for month in range(1, 13):
        yield f"begun in {month}", {"status": "stub", "filing": {"handled": f"2026-{month:02}-03"}}
    for channel in fields.known("collection[].channel").choices:
        yield f"collected {channel}", {"collection": [{"id": "cAAAAA", "channel": channel, "date": "2026-02-20"}]}


def _of_its_own(stated: Mapping[str, Any], law: Regime) -> Named:
    """Files of each class and kind that a regulation has."""
    for axis in stated.get("axes") or ():
        for value in law.get(f"axes.{axis}.values") or ("any",):
            yield f"class {axis} {value}", {"classification": {axis: sealed("confidential") if axis == "credit" else value}}
    for kind in law.get("files") or ():
        yield from ((f"kind {kind} {how}", data) for how, data in paperwork.of_kind(kind, law).items())


def _fit(stated: Mapping[str, Any]) -> Named:
    """Files that fit a condition of a regulation, and those that say all but one thing that it asks for."""
    for number, when in enumerate(_conditions(stated, {})):
        yield from ((f"fit {number}.{choice}", data) for choice, data in enumerate(_fitting(when)))
    for number, row in enumerate(stated.get("arrange") or ()):
        yield f"arranged {number}", _arranged(row)
    for number, row in enumerate((stated.get("collect") or {}).get("complete") or ()):
        for subject, path in ((subject, path) for subject in _SUBJECTS for path in row["fields"]):
            yield f"without {path} {number} {subject}", _without(path, subject, row.get("when", {}))


def _without(path: str, subject: str, when: Mapping[str, Any]) -> dict[str, Any]:
    """A file that fits a condition, if one of its subject can, and says everything but one thing."""
    data = full(subject) | next(_fitting({key: value for key, value in when.items() if key != "subject"}))
    fields.unset(data, path)
    return data


def _arranged(row: Mapping[str, Any]) -> dict[str, Any]:
    """A file that says everything by which it is arranged."""
    data: dict[str, Any] = next(_fitting(row["when"])) if "when" in row else {}
    for place, path in enumerate(row["by"]):
        if "." in path and fields.get(data, path) is None:
            fields.set_(data, path, DAY if path in _DAYS else f"某{place}")
    return data


def full(subject: str) -> dict[str, Any]:
    """A file that says something in every field of its subject."""
    data: dict[str, Any] = {"subject": subject}
    for path, field in fields.vocabulary().items():
        top, last = path.partition(".")[0].removesuffix("[]"), path.rpartition(".")[2]
        inside = field.type in {"group", "list", "map"} or last == "id" or last in _LINKS
        if not (inside or top in _OWN or top == "interactions" or subject not in field.subjects):
            fields.set_(data, re.sub(r"(\w)(\w*)\[\]", r"\1\2[\1AAAAA]", path), _value(field, subject))
    return {**data, "name": "甲"}


def _value(field: Field, subject: str) -> Any:
    level = field.level(subject)
    if level in envelope.LEVELS:
        return sealed(level)
    found = next(iter(field.choices)) if field.choices else _CHECKED.get(field.check)
    if found is not None:
        return [found] if field.type == "texts" else found
    return _VALUES.get(field.type, "内容")


def _conditions(stated: Any, above: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every condition on files that a regulation states, with the kind of file that it stands under."""
    if isinstance(stated, list):
        for each in stated:
            yield from _conditions(each, above)
    elif isinstance(stated, Mapping):
        if isinstance(stated.get("axis"), Mapping) or isinstance(stated.get("when"), Mapping):
            when = stated.get("when") or stated
            kinds = [*above.get("file", ()), *several(when.get("file", []))]
            yield {**when, **({"file": kinds} if kinds else {})}
        for key, inner in stated.items():
            if key == "files" and isinstance(inner, Mapping):
                for kind, its in inner.items():
                    yield from _conditions(its, {"file": [kind]})
            elif key != "when":
                yield from _conditions(inner, above)


def _fitting(when: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Files that fit a condition: one for each word of a list in it."""
    for choice in range(max((len(each) for each in _lists(when)), default=1)):
        picked, data = _picked(when, choice), dict[str, Any]()
        if "file" in when:
            data["files"] = several(when["file"])
        if "axis" in picked:
            data["classification"] = dict(picked["axis"])
        if "secrecy" in picked:
            data["secrecy"] = str(picked["secrecy"]).lstrip("<>=")
        if "subject" in picked:
            data["subject"] = picked["subject"]
        if "relation" in picked:
            data["relations"] = [{"id": "rAAAAA", "kind": picked["relation"]}]
        if "document" in picked:
            data["documents"] = [{"id": "dAAAAA", "kind": picked["document"]}]
        yield data


def _lists(when: Mapping[str, Any]) -> Iterator[list[Any]]:
    for key, value in when.items():
        if isinstance(value, Mapping):
            yield from _lists(value)
        elif isinstance(value, list) and key != "file":
            yield value


def _picked(value: Any, choice: int) -> Any:
    """A condition with one word of each list in it."""
    if isinstance(value, Mapping):
        return {key: _picked(inner, choice) for key, inner in value.items()}
    return value[choice % len(value)] if isinstance(value, list) else value
