"""What comes into a file and goes out of it: papers, contacts, relations, consent; and what happened with the customer."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archivectl import attachments
from archivectl.archive import Archive, Change
from archivectl.cases import random_id
from archivectl.encryption.envelope import LEVELS
from archivectl.errors import Refused, WrongUsage
from archivectl.i18n import Titles, keyed, nearest
from archivectl.intake.changing import Why, change
from archivectl.intake.judging import InClear, Saved, Wrong, advice, refuse_unless_allowed
from archivectl.records import fields, identifiers, interactions, leaks, naming, schema, typed
from archivectl.records import text as record_text
from archivectl.records.fields import Field
from archivectl.records.model import Record
from archivectl.regime import volumes as arranging
from archivectl.registers import materials

INTERACTIONS = interactions.NAME
# What an item says of itself where nothing else is given: the day, and who acts.
_USUAL = {
    "documents": ("received", "received_by"),
    "identity_checks": ("date", "by"),
    "collection": ("date", "by"),
    INTERACTIONS: ("date", "by"),
}


class UnknownSection(WrongUsage):
    """A word that is no list of a record and no kind of interaction."""

    message = "“{section}” is nothing that can be added to a file."
    hint = "The nearest are: {close}"


class NotInSection(WrongUsage):
    """A field that an item of this list does not have."""

    message = "{section} has no field “{field}”."
    hint = "The nearest are: {close}. All of them stand in schemas/{file}.schema.json"


class NothingSaid(WrongUsage):
    """An item without a single field."""

    message = "Say at least one thing of what is added."
    hint = "Write it as key=value: archivectl add 640 document kind=承租合同 form=原件"


class WrongKind(WrongUsage):
    """A kind of interaction said a second time, and so that there is none like it."""

    message = "{title}: this is not {expected}."
    hint = "Say what happened in its content: archivectl add {record} {kind} content=…"


class NoScans(WrongUsage):
    """A scan of something else than a paper."""

    message = "Only papers keep a scan."
    hint = "Enter it as a paper: archivectl add {record} document kind=… file=@scan.pdf"


class NotThere(WrongUsage):
    """An item or field that the record does not have."""

    message = "{record} holds nothing at “{item}”."
    hint = "See what it holds: archivectl show {record}"


class StaysEntered(Refused):
    """An interaction that is to be taken away."""

    message = "What happened with a customer stays entered."
    hint = "Enter what is right beside it: archivectl add {record} {kind} …"


class NotYet(WrongUsage):
    """An interaction on a day to come."""

    message = "{date} is yet to come."
    hint = "Enter it once it happened."


class Added(NamedTuple):
    """A new item: its record, its list, its id, how far the papers of the file have come, and advice about its values by path."""

    number: str
    uid: str
    section: str
    id: str
    papers: materials.Progress
    advice: tuple[tuple[str, str], ...] = ()


def section_of(text: str) -> tuple[str, str]:
    """The list that a word means, and the kind of interaction if it is one (``document``, 文件, ``visit``, 投诉).

    Raises:
        UnknownSection.
    """
    wanted = fields.folded(text.replace("-", "_"))
    lists = {path: field for path, field in fields.vocabulary().items() if field.type == "list" and path != "keys"}
    for path, field in lists.items():
        names = {fields.folded(name) for name in (path, field.zh, field.en, *field.also)}
        if wanted in names | {name.removesuffix("s") for name in names}:
            return path, ""
    kinds = fields.known(f"{INTERACTIONS}[].kind").choices
    for kind, titles in kinds.items():
        if wanted in {fields.folded(name) for name in (kind.replace("-", "_"), *titles.values())}:
            return INTERACTIONS, kind
    known = {**{path: {"zh": field.zh} for path, field in lists.items() if "[" not in path}, **kinds}
    raise UnknownSection(section=text, close=_close(text, known))


def _close(text: str, known: Mapping[str, Mapping[str, str]]) -> Titles:
    """The three words that are most like a text, by key or title."""
    words = {word: key for key, titles in known.items() for word in (key, *titles.values())}
    return keyed({key: known[key] for key in nearest(text, words)})


def add(archive: Archive, reference: str, word: str, cells: Mapping[str, str], scan: Path | None = None) -> Added:
    """Add an item to a list of a record, or enter what happened with the customer, in one commit.

    Args:
        archive: the open archive.
        reference: the record's number or uid.
        word: the list, or the kind of interaction.
        cells: what is said of it as typed, by key or title.
        scan: a file that is encrypted and attached to a paper.

    Raises:
        UnknownSection, NotInSection, NothingSaid, NoScans, WrongValue, WrongKind, NotAllowed, and what ``change`` raises.
    """
    section, kind = section_of(word)
    record = archive.record(reference)
    if scan and section != attachments.SECTION:
        raise NoScans(record=record.label)
    try:
        told = {**({"kind": kind} if kind else {}), **dict(_typed(archive, record, section, cells))}
    except typed.WrongValue as error:
        if kind and any(field_of(section, name).path.endswith("].kind") for name in cells):
            raise WrongKind(**{**error.values, "record": record.label, "kind": kind}) from error
        raise
    if not told and not scan:
        raise NothingSaid
    item = section.rpartition(".")[2][0] + random_id(5)
    if section == INTERACTIONS:
        _enter(archive, record, item, {**told, **_usual(archive, section, told), "by": archive.me.handle})
        data = record.data
    else:
        attached = {attachments.FIELD: attachments.Source(scan)} if scan else {}
        told_all = {**told, **_usual(archive, section, told), **attached}
        values = {f"{section}[{item}].{key}": value for key, value in told_all.items()}
        change(archive, record, values, Why("", "add"))
        data = record.data if archive.rehearsal else archive.record(record.uid).data
    found = advice({f"{section}[{item}].{key}": value for key, value in told.items()}, archive.today)
    return Added(record.label, record.uid, section, item, materials.standing(data, archive.regime), found)


def _usual(archive: Archive, section: str, told: Mapping[str, Any]) -> dict[str, str]:
    day, who = _USUAL.get(section, ("", ""))
    usual = {day: archive.today, who: archive.me.handle} if day else {}
    if section == "documents" and "form" not in told and (medium := archive.regime.get("media.first")):
        usual["medium"] = medium
    return {key: value for key, value in usual.items() if key not in told}


def _typed(archive: Archive, record: Record, section: str, cells: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The typed values of an item by key; a file is named by its number, a volume by its place in the record."""
    for name, text in cells.items():
        field = field_of(section, name)
        key = field.path.rpartition(".")[2]
        if field.path == "relations[].to":
            yield key, archive.record(text).uid
        elif field.path == "documents[].volume" and text.strip().isdigit():
            rows = record.data.get("volumes") or ()
            yield key, next((str(row["id"]) for row in rows if row.get("number") == int(text)), text)
        else:
            files = record.data.get("files") or ()
            yield key, typed.typed(field, arranging.material(text, archive.regime, files) if key == "material" else text)


def field_of(section: str, name: str) -> Field:
    """The field of an item that a key or title means; raises NotInSection."""
    inside = f"{section}[]."
    own = {
        path: field
        for path, field in fields.vocabulary().items()
        if path.startswith(inside) and "." not in path[len(inside) :] and not path.endswith(".id")  # the archive makes the id
    }
    wanted = fields.folded(name)
    for path, field in own.items():
        if wanted in {fields.folded(each) for each in (path[len(inside) :], field.zh, field.en, *field.also)}:
            return field
    close = _close(name, {path[len(inside) :]: {"zh": field.zh} for path, field in own.items()})
    file = "interactions" if section == INTERACTIONS else "customer"
    raise NotInSection(section=fields.entitled([section]), field=name, close=close, file=file)


def _enter(archive: Archive, record: Record, item: str, told: Mapping[str, Any]) -> None:
    """Write one line of a year's interactions, sealed under the record's keys."""
    if str(told["date"])[:10] > archive.today:
        raise NotYet(date=told["date"])
    refuse_unless_allowed(archive, "add", (record,), {"values": {f"{INTERACTIONS}[{item}].{key}": told[key] for key in told}})
    _refuse_wrong(record, {"id": item, **told})
    sealer = archive.sealer(record.uid, record.data.get("keys") or ())
    row: dict[str, Any] = {"id": item}
    for key, value in told.items():
        path = f"{INTERACTIONS}[{item}].{key}"
        level = fields.level_of(path, record.subject, archive.regime.raised_to(record.data))
        row[key] = sealer.seal(value, path, level, "record") if level in LEVELS else value
    path = interactions.path(record.uid, str(told["date"]))
    before = archive.repository.read(archive.tip, path) or interactions.begun(record.uid)
    writes: dict[str, bytes | None] = {path: before + interactions.line(row)}
    if sealer.minted:
        writes[record.path] = record_text.dump({**record.data, "keys": [dict(each) for each in sealer.keys]})
    archive.commit(Change(("record.add",), f"add: {record.label}", writes, tuple(sealer.minted), (record.uid,)))


def _refuse_wrong(record: Record, row: Mapping[str, Any]) -> None:
    """Raise Wrong where the schema or a check digit refuses a value, InClear where a clear one identifies a person."""
    plain = {"uid": record.uid, INTERACTIONS: [dict(row)]}
    if problems := schema.explain_plain(plain, record.subject, INTERACTIONS):
        raise Wrong(problem=problems[0], problems=problems)
    for key, value in row.items():
        field = fields.field_at(f"{INTERACTIONS}[].{key}")
        if field and field.check and (refusal := identifiers.refusal(field.check, str(value))):
            raise Wrong(problem=refusal)
        if field and (what := leaks.tells(field.path, value, record.subject)):
            raise InClear(title=field.title, what=what)


def remove(archive: Archive, reference: str, what: str, reason: str) -> Saved:
    """Take an item (by its id or path), a section or a field out of a record, in one commit.

    Raises:
        NotThere, StaysEntered, NotAllowed, NotCleared.
    """
    record = archive.record(reference)
    paths = {place.partition("].")[0] + "]" for place, _value in fields.walk(record.data) if f"[{what}]" in place}
    path = next(iter(sorted(paths)), naming.path(what) or what)
    if path.startswith(f"{INTERACTIONS}[") or (path == what and _of(archive, record, what)):
        raise StaysEntered(record=record.label, kind=(_of(archive, record, what) or {}).get("kind", "other"))
    if fields.field_at(path) is None or fields.get(record.data, path) is None:
        raise NotThere(record=record.label, item=what)
    return change(archive, record, {path: None}, Why(reason, "remove"))


def _of(archive: Archive, record: Record, item: str) -> dict[str, Any] | None:
    return next((row for row in interactions_of(archive, record) if row["id"] == item), None)


def interactions_of(archive: Archive, record: Record) -> list[dict[str, Any]]:
    """What happened with a customer, by date, then as it was entered; sealed values stay sealed. Raises NotInteractions."""
    listed = list(archive.repository.tree(archive.tip, interactions.folder(record.uid).rstrip("/")))
    rows: list[dict[str, Any]] = []
    for entry, (_blob, text) in zip(listed, archive.repository.blobs(each.blob for each in listed), strict=True):
        rows += interactions.parse(text, entry.path)[1]
    return sorted(rows, key=lambda row: row["date"])
