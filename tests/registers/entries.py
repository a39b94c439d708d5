"""Entries, records and members as a test needs them: made of values, decided by the real kinds and regulations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archivectl import yaml_text
from archivectl.members.member import Member
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.regime import load
from archivectl.regime.model import Regime
from archivectl.registers import entry as entries
from archivectl.registers import kinds, owed
from archivectl.registers.fold import Case, fold
from archivectl.registers.owing import File

UID = "K5QA" + "A" * 22
DAY = "2026-03-02"


def regime(*slugs: str, house: Mapping[str, Any] | None = None) -> Regime:
    """Base, regulations by slug, and house rules as data."""
    own = {"regime/house.yaml": yaml_text.dump(house).encode()} if house else {}
    return load.load(load.texts(slugs) | kinds.texts() | own)


BASE = regime()


def member(handle: str, *titles: str, department: str | None = None, retired: str | None = None) -> Member:
    """A member with these posts."""
    return Member(handle, handle, "", department, titles, (), "secret", retired, (), ())


LI_NA = member("li.na", "archivist", "admin")
WANG_WEI = member("wang.wei", "clerk")
CHEN_JING = member("chen.jing", "manager")
ZHAO_LEI = member("zhao.lei", "supervisor")
SUN_YAN = member("sun.yan", "supervisor")
STAFF = {one.handle: one for one in (LI_NA, WANG_WEI, CHEN_JING, ZHAO_LEI, SUN_YAN)}


def record(**fields: Any) -> Record:
    """A record with these fields."""
    data = {"uid": UID, "number": "SH-000001", "subject": "organisation", "status": "filed", "name": "甲", **fields}
    return Record("customers/SH/0/SH-000001.yaml", record_text.dump(data), data)


def event(name: str, act: str, *after: str, **facts: Any) -> dict[str, Any]:
    """An event's row; its id is the name filled up."""
    row = {"act": act, "by": "li.na", "date": DAY, "at": f"{DAY}T02:00:00Z", "means": "signed", **facts}
    return {"id": filled(name), "after": [filled(one) for one in after], **row}


def filled(name: str) -> str:
    """A name as an id."""
    return name.upper().ljust(12, "A")


@dataclass(frozen=True, slots=True)
class Made:
    """What an entry is made of besides its events."""

    about: tuple[dict[str, str], ...] = ({"uid": UID},)
    columns: Mapping[str, Any] = field(default_factory=dict)
    regime: Regime = BASE
    number: str = "XX-2026-0001"


def case(kind: str, *events: dict[str, Any], made: Made = Made()) -> Case:
    """The case of an entry with these events, in the order they stand in its file."""
    uid = (made.number.replace("-", "").replace("0", "O").replace("1", "I") + "Q" * 26)[:26]
    head = entries.head(kind, uid, list(made.about), made.columns, [])
    text = entries.text(made.number, head, [entries.event_line(row) for row in events])
    found = kinds.kind(kind, made.regime)
    return fold(entries.parse(text.encode(), f"registers/{kind}/2026/0/{made.number}.yaml"), found)


def asked(rules: Mapping[str, Any], fields: Mapping[str, Any], happened: Mapping[str, str]) -> dict[str, str | None]:
    """What a file asks for under house rules, by duty, and when; each says who does it, and how."""
    law = regime(house=rules)
    found = list(owed.of_file(File(record(**fields).data, "SH-000001", happened, "2026-03-02"), law, owed.sources(law)))
    assert all(one.who and one.how for one in found)
    return {one.duty: one.due for one in found}
