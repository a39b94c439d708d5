"""What every change of a record goes through: the rules, the schema, check digits, and the sealing of what is sensitive."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archivectl.archive import Archive
from archivectl.encryption.envelope import LEVELS, is_sealed
from archivectl.errors import NotAllowed, Refused, WrongUsage
from archivectl.intake.raising import Regraded
from archivectl.records import fields, identifiers, leaks, schema
from archivectl.records.model import Record
from archivectl.records.sealing import Sealer, owner
from archivectl.registers.deciding import decide
from archivectl.registers.guards.altering import IN_CLEAR, ITS_FIELD
from archivectl.registers.situation import Situation

OWN = frozenset({"schema", "uid", "number", "subject", "status", "keys", "destroyed", "withdrawn"})


class NotSettable(WrongUsage):
    """A field that only an act of its own changes."""

    message = "“{path}” is not set by hand."
    hint = "It follows from what is done with the record."


class Needed(WrongUsage):
    """A field that no record is without."""

    message = "“{path}” may not be empty."
    hint = "Give it: --set {path}=VALUE"


class Wrong(WrongUsage):
    """Values that the schema or a check digit refuses; one problem is shown, the rest are in ``problems``."""

    message = "{problem}"
    hint = "Nothing was saved; correct that value, and repeat the command."


class InClear(Refused):
    """A field that is kept in clear is to hold what identifies a person."""

    message = IN_CLEAR
    hint = ITS_FIELD


class Saved(NamedTuple):
    """What came of a change: ``number`` is what to call the file (a draft by its uid), ``changed`` are the field paths.

    ``namesakes`` are the numbers of other customers of the same name, told of once, at creation; ``advice`` says by path what
    may be wrong with a value, ``regraded`` what another grade came to.
    """

    number: str
    uid: str
    status: str
    changed: tuple[str, ...]
    namesakes: tuple[str, ...] = ()
    advice: tuple[tuple[str, str], ...] = ()
    regraded: Regraded | None = None


def refuse_unless_allowed(archive: Archive, act: str, records: Iterable[Record], data: Mapping[str, Any]) -> None:
    """Decide an act on records that has no entry; raises NotAllowed."""
    kind = archive.kind("record")
    situation = Situation(archive, kind, kind.steps[act], archive.me, archive.now, records=tuple(records), data=data)
    if reasons := decide(situation).reasons:
        raise NotAllowed(reasons, archive.regime.titles)


def seal_fields(data: dict[str, Any], grade: str, paths: Iterable[str], sealer: Sealer) -> None:
    """Seal the values at these paths that are sensitive by the schema or a grade that raises them, in place; list the keys."""
    for path in paths:
        value, level = fields.get(data, path), fields.level_of(path, str(data["subject"]), grade)
        if value is not None and not is_sealed(value) and level in LEVELS:
            fields.set_(data, path, sealer.seal(value, path, level, owner(path)))
    if sealer.keys:
        data["keys"] = [dict(row) for row in sealer.keys]


def refuse_wrong(data: Mapping[str, Any], subject: str, values: Mapping[str, Any]) -> None:
    """Raise Wrong where the schema or a check digit refuses a value, InClear where a clear one identifies a person."""
    problems = schema.explain_plain(data, subject)
    if problems:
        raise Wrong(problem=problems[0], problems=problems)
    for path, value in values.items():
        field = fields.field_at(path)
        if field and field.check and (refusal := identifiers.refusal(field.check, str(value))):
            raise Wrong(problem=refusal)
        if field and (what := leaks.tells(path, value, subject)):
            raise InClear(title=field.title, what=what)


def advice(values: Mapping[str, Any], today: str) -> tuple[tuple[str, str], ...]:
    """What may be wrong with values, by path: said at entry, and never a finding."""
    checked = ((path, fields.field_at(path), value) for path, value in values.items())
    told = ((path, identifiers.unlikely(path, field.check, value, today)) for path, field, value in checked if field)
    return tuple((path, text) for path, text in told if text)


def refuse_own(path: str, record: Record | None = None) -> None:
    """Raise NotSettable for what only an act of its own changes; the mark that somebody was forgotten stays."""
    if path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0] in OWN or path.endswith("].forgotten"):
        raise NotSettable(path=path)
    for contact in (record.data.get("contacts") or ()) if record else ():
        item = f"contacts[{contact['id']}]"
        if "forgotten" in contact and (path in {item, "contacts"} or path.startswith(f"{item}.")):
            raise NotSettable(path=path)


def stated(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the guards may look at: the values that a change sets by path, and the axes among them."""
    axes = {path.partition(".")[2]: value for path, value in values.items() if path.startswith("classification.")}
    return {"changed": sorted(values), "values": dict(values), **({"classification": axes} if axes else {})}


def added(data: Mapping[str, Any], items: Iterable[str], grade: str) -> dict[str, Any]:
    """What the guards of adding may look at: the new items of lists, by section, without what is kept sealed."""
    found: dict[str, list[dict[str, Any]]] = {}
    subject = str(data["subject"])
    for path in items:
        item = fields.get(data, path) or {}
        shown = {key: value for key, value in item.items() if key != "id" and not fields.secret(f"{path}.{key}", subject, grade)}
        found.setdefault(path.partition("[")[0], []).append(shown)
    return {"added": found} if found else {}
