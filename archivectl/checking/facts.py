"""What the rules about a whole tree need to know of each file: little enough to be handed between processes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.encryption import envelope
from archivectl.records import layout
from archivectl.registers.entry import Entry
from archivectl.registers.fold import Case, fold
from archivectl.yaml_text import Path

Mark = tuple[str, str, Path]


@dataclass(frozen=True, slots=True)
class RecordFact:
    """A record, or the tombstone of one with the entry and event that destroyed it; an unreadable one has no status.

    ``related`` are the places and targets of its relations, ``forgotten`` the places and ids of contacts with their requests,
    ``marked`` the archive numbers and clear titles of its volumes, ``telling`` its code and its number in
    the source, each with what it is and where it stands; ``attached`` the places of its papers with the digests of their scans.
    """

    path: str
    uid: str
    number: str | None
    status: str
    keys: frozenset[str]
    entry: str
    event: str
    related: tuple[tuple[int, str], ...] = ()
    forgotten: tuple[tuple[int, str, str], ...] = ()
    marked: tuple[Mark, ...] = ()
    telling: tuple[Mark, ...] = ()
    attached: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EntryFact:
    """An entry as it stands, its state empty where its kind is unknown.

    ``out`` says that what it is about is lent out, ``executed`` names the records destroyed by the event that ordered it,
    ``attached`` are the digests of the scans that prove its signatures on paper.
    """

    path: str
    uid: str
    id: str
    kind: str
    about: tuple[tuple[str, str], ...]
    state: str
    out: bool
    executed: Mapping[str, tuple[str, ...]]
    attached: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class InteractionsFact:
    """A year of a record's interactions, and the ids of the keys its values are sealed with.

    ``asking`` are the lines in which the customer wants something that they do not answer: place, kind and id; ``answered`` the
    ids of the lines that others answer.
    """

    path: str
    uid: str
    used: frozenset[str]
    asking: tuple[tuple[int, str, str], ...] = ()
    answered: frozenset[str] = frozenset()


_WANTS = ("special_need", "opinion", "suggestion", "requirement")
Fact = RecordFact | EntryFact | InteractionsFact


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of every file of the tree that can be understood, in the order of the paths."""

    records: tuple[RecordFact, ...]
    entries: tuple[EntryFact, ...]
    interactions: tuple[InteractionsFact, ...]


def of(file: File, tree: Tree) -> Fact | None:
    """What a file is known by, or None for one that says nothing of the kind."""
    data = file.data
    if file.problem and file.kind == "record":
        return _glimpse(file)
    if not isinstance(data, Mapping) or not isinstance(data.get("uid"), str):
        return None
    if file.kind == "record":
        return _record(file, data)
    if file.kind == "entry":
        return _entry(file, tree)
    if file.kind == "interactions":
        rows = _items(data, "interactions")
        asking = tuple((at, str(row.get("kind")), str(row.get("id"))) for at, row in rows if _asks(row))
        answered = frozenset(str(row["answers"]) for _at, row in rows if row.get("answers") and "handling_result" in row)
        return InteractionsFact(file.path, data["uid"], _used(file), asking, answered)
    return None


def _asks(row: Mapping[str, Any]) -> bool:
    return any(row.get(key) for key in _WANTS) and not row.get("handling_result")


def _glimpse(file: File) -> RecordFact | None:
    """A record that cannot be read still exists, so that nothing else is said about what refers to it."""
    found = layout.UID.search(file.text)
    return found and RecordFact(file.path, found[1].decode(), None, "", frozenset(), "", "")


def case(entry: Entry, tree: Tree) -> Case | None:
    """The case an entry stands at, where its kind is known and its events hold rules of the right form."""
    kind = tree.kind(entry.kind)
    try:
        return fold(entry, kind) if kind else None
    except (AttributeError, KeyError, TypeError):
        return None


def _record(file: File, data: Mapping[str, Any]) -> RecordFact:
    rows, stone = data.get("keys"), data.get("destroyed")
    keys = {str(row.get("id")) for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping)}
    told = stone if isinstance(stone, Mapping) else {}
    number, status = data.get("number"), str(data.get("status"))
    known = number if isinstance(number, str) else None
    related = tuple((place, str(row["to"])) for place, row in _items(data, "relations") if "to" in row)
    marked = ((place, row) for place, row in _items(data, "contacts") if "forgotten" in row)
    gone = tuple((place, str(row.get("id")), str(row["forgotten"])) for place, row in marked)
    stated = str(told.get("entry", "")), str(told.get("event", ""))
    scans = tuple((place, str(row["object"])) for place, row in _items(data, "documents") if row.get("object"))
    marks, telling = tuple(_marks(data)), tuple(_telling(data))
    return RecordFact(file.path, data["uid"], known, status, frozenset(keys), *stated, related, gone, marks, telling, scans)


def _marks(data: Mapping[str, Any]) -> Iterator[Mark]:
    """The archive numbers of the file and its volumes, and the clear titles of the volumes."""
    filing = data.get("filing")
    if isinstance(filing, Mapping) and isinstance(filing.get("archive_number"), str):
        yield "archive_number", filing["archive_number"], ("filing", "archive_number")
    for place, volume in _items(data, "volumes"):
        for key in ("archive_number", "title"):
            if isinstance(value := volume.get(key), str) and not envelope.is_sealed(value):
                yield key, value, ("volumes", place, key)


def _telling(data: Mapping[str, Any]) -> Iterator[Mark]:
    """The social credit code of a customer, and its number in the source."""
    for section, key in (("identity", "uscc"), ("source", "external_id")):
        group = data.get(section)
        if isinstance(group, Mapping) and isinstance(value := group.get(key), str) and not envelope.is_sealed(value):
            yield key, value, (section, key)


def _items(data: Mapping[str, Any], section: str) -> list[tuple[int, Mapping[str, Any]]]:
    """The items of a list with their places, as far as it is one."""
    rows = data.get(section)
    return [(place, row) for place, row in enumerate(rows if isinstance(rows, list) else ()) if isinstance(row, Mapping)]


def _entry(file: File, tree: Tree) -> EntryFact | None:
    entry = file.entry
    if entry is None:
        return None
    found = case(entry, tree)
    about = tuple((item["uid"], item.get("part", "")) for item in entry.about if "uid" in item)
    told = (event.data.get(event.means) for event in entry.events)
    scans = frozenset(digest for digest in told if isinstance(digest, str))
    if found is None:
        return EntryFact(file.path, entry.uid, entry.id, entry.kind, about, "", out=False, executed={}, attached=scans)
    executed = {event.id: tuple(event.items) for event in found.acts("execute")} if entry.kind == "destruction" else {}
    out = found.marked("out")
    return EntryFact(file.path, entry.uid, entry.id, entry.kind, about, found.state, out, executed, scans)


def _used(file: File) -> frozenset[str]:
    parsed = (envelope.parse(value.value) for value in file.values if envelope.is_sealed(value.value))
    return frozenset(sealed.key_id for sealed in parsed if sealed)
