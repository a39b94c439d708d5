"""What an application for more rights would change, field by field: what a countersigner reads before signing it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from archivectl import yaml_text
from archivectl.cli import console
from archivectl.i18n import _, listed, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.fold import Case

TEXT = "file"  # the column that holds the new text, word for word


def is_one(case: "Case") -> bool:
    """Whether an entry asks others to sign the new text of a file."""
    from archivectl.members import countersigners  # noqa: PLC0415 - not for the help

    return countersigners.asks(case.kind.name, case.entry.columns)


def changed(archive: "Archive", case: "Case") -> list[str]:
    """Each field that would be another: its title, what stands there, and what would."""
    columns = case.entry.columns
    path, base, text = str(columns["path"]), str(columns.get("last") or ""), str(columns[TEXT])
    before = (archive.repository.read(base, path) if base else None) or b"{}\n"
    try:
        old, new = (yaml_text.load(each, path) or {} for each in (before, text.encode()))
    except yaml_text.NotYaml:  # nobody is to sign what they cannot read as it stands
        return [f"  {console.clean(line)}" for line in text.splitlines()]
    rows = []
    for field in dict.fromkeys((*old, *new)):
        if old.get(field) != new.get(field):
            rows += list(_rows(archive, (_title(path, field), field), old.get(field), new.get(field)))
    return console.table([(f"  {title}", was, "→", becomes) for title, was, becomes in rows])


def _rows(archive: "Archive", titled: tuple[str, str], old: object, new: object) -> Iterator[tuple[str, object, object]]:
    """A field, by its title and name, before and after; of a list of keys only those that come, go or end, a line each."""
    title, field = titled
    if any(isinstance(each, Mapping) for side in (old, new) if isinstance(side, list) for each in side):
        was, becomes = ([_key(each) for each in (side if isinstance(side, list) else ())] for side in (old, new))
        yield from ((title, key, None) for key in was if key not in becomes)
        yield from ((title, None, key) for key in becomes if key not in was)
    else:
        yield title, _value(archive, field, old), _value(archive, field, new)


def _title(path: str, field: str) -> str:
    """What a field of a file is called."""
    from archivectl.encryption import levels  # noqa: PLC0415 - only where something is to be signed
    from archivectl.members import member  # noqa: PLC0415
    from archivectl.records import schema, settings  # noqa: PLC0415

    own = {settings.NAME: "archive", levels.PATH: "levels", member.path(member.RECOVERY): "recovery"}
    shapes = schema.load(own.get(path, "member"))["properties"]
    return pick(shapes[field]["x-title"]) if field in shapes else field


def _value(archive: "Archive", field: str, value: object) -> object:
    """A value as a person reads it: posts, roles and levels by their titles."""
    if value is None or value == []:
        return None
    if field in {"posts", "roles"} and isinstance(value, list):
        return listed(pick(archive.regime.titled(str(each))) for each in value)
    if field == "clearance":
        return pick(archive.regime.get("secrecy.levels", {}).get(value, value))
    return listed(value) if isinstance(value, list) else value


def _key(row: Mapping[str, Any]) -> str:
    """A public key with since when it is one, by whom it was made, and since when it is retired, as far as that is known."""
    told = {name: row.get(name) for name in ("since", "made_by", "retired")}
    public = str(row.get("recipient") or row.get("key") or "")
    if told["retired"]:
        return _("{public}, since {since}, made by {made_by}, retired {retired}", public=public, **told)
    if told["made_by"]:
        return _("{public}, since {since}, made by {made_by}", public=public, **told)
    return _("{public}, since {since}", public=public, **told)
