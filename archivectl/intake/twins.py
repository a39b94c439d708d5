"""Whether a customer has a file already: the other living files that bear what tells one customer from another."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from archivectl.archive import Archive
from archivectl.records import fields
from archivectl.records.model import Record
from archivectl.search.index import LIVING, Row

USCC, EXTERNAL = "identity.uscc", "source.external_id"
# What tells a customer for certain, what does together with the same name, and where the index keeps each.
_TELLING = (USCC, EXTERNAL)
_TOGETHER = ("identity.registration_number", "identity.organisation_code", "identity.tax_number")
_PERSONAL = ("identity.id_number", "identity.document_number")  # of persons, and sealed: told apart among those of one name
_AT_ONCE = 500  # names that are opened on the way to something else
_WHERE = {
    **{path: f"instr(data, ?1) AND json_extract(data, '$.{path}') = ?1" for path in (USCC, *_TOGETHER)},
    EXTERNAL: "external = ?1",
    "name": "name = ?1",
}


def twins(archive: Archive, subject: str, values: Mapping[str, Any], uid: str = "") -> Iterator[dict[str, str]]:
    """The files but for ``uid`` that this customer seems to have, by the field that tells: ``name`` alone tells little."""
    found: dict[str, set[str]] = {}
    for path in (*_TELLING, *_TOGETHER, "name"):
        value = values.get(path)
        if not isinstance(value, str) or fields.secret(path, subject):
            continue
        rows = archive.index.records(f"{LIVING} AND {_WHERE[path]}", (value,))
        found[path] = {row.number or row.uid for row in rows if row.uid != uid}
    for path, numbers in found.items():
        sure = numbers if path in (*_TELLING, "name") else numbers & found.get("name", set())
        yield from ({"path": path, "number": number} for number in sorted(sure))


def newly(archive: Archive, record: Record, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """The other files of this customer that only the values show which a change puts into this one."""
    fresh = {path for path in (*_TELLING, *_TOGETHER) if path in values and values[path] != fields.get(record.data, path)}
    if not fresh:
        return []
    told = {path: values.get(path, fields.get(record.data, path)) for path in ("name", *fresh)}
    return [twin for twin in twins(archive, record.subject, told, record.uid) if twin["path"] in fresh]


def borne(archive: Archive, values: Mapping[str, Any], uid: str = "") -> list[dict[str, str]]:
    """The files but for ``uid`` that bear a number of ``values`` already, where no two may."""
    found = []
    for name, rule in (archive.regime.get("numbers") or {}).items():
        path = f"filing.{name}"
        if isinstance(value := values.get(path), str) and (rule or {}).get("unique"):
            where = f"{LIVING} AND instr(data, ?1) AND json_extract(data, '$.{path}') = ?1"
            rows = archive.index.records(where, (value,)) if fields.field_at(path) else ()
            found += [{"path": path, "number": row.number or row.uid} for row in rows if row.uid != uid]
    return found


def namesakes(archive: Archive, given: Iterable[str]) -> dict[str, list[Row]]:
    """The files of persons that bear these names already, by name, as far as the actor may know them and the keys are here.

    Of an archive whose names the actor never listed they are not all opened for it: then it tells less.
    """
    wanted = set(given)
    rows = [row for row in archive.index.records(LIVING) if row.subject == "person"] if wanted else []
    from archivectl import disclosure  # noqa: PLC0415 - only where persons are entered

    names = disclosure.names(archive, rows, _AT_ONCE)
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = row.name or names.get(row.uid)
        if name in wanted:
            found.setdefault(name, []).append(row)
    return found


def same_person(archive: Archive, rows: Iterable[Row], values: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The files that bear one of the identity numbers given, as far as the actor is cleared; nothing of them is shown.

    They are told by digests of all files. Where too many were not looked into yet, only ``rows`` are opened, to be compared. None
    is unless the regime wants one file of each customer.
    """
    from archivectl import disclosure, seeking  # noqa: PLC0415 - only where persons are entered

    told = {path: values[path] for path in _PERSONAL if values.get(path)} if archive.regime.get("intake.one_file") else {}
    asked = [fields.known(path) for path in told]
    if told and seeking.of(archive).look(asked, _AT_ONCE):
        for field in asked:
            uids = seeking.of(archive).holders(field, told[field.path])
            found = (row for row in archive.index.records(LIVING) if row.uid in uids)
            yield from ({"path": field.path, "number": row.number or row.uid} for row in found)
        return
    for row in rows if told else ():
        record = archive.read(row.path)
        for path, value in told.items():
            if value in disclosure.readable(archive, record, [path])[0]:
                yield {"path": path, "number": row.number or row.uid}


class Known:
    """Every living file by what tells its customer for certain, read once for the many rows of a table."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    @cached_property
    def _by_uscc(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row, text in self._archive.index.clear_texts(f"{LIVING} AND instr(data, '\"uscc\"')"):
            if code := fields.get(json.loads(text), USCC):
                found.setdefault(str(code), []).append(row)
        return found

    def twins(self, values: Mapping[str, Any], uid: str = "") -> list[dict[str, str]]:
        """The files, but for that of ``uid``, that bear one of these values."""
        rows: dict[str, Iterable[Row]] = {}
        if USCC in values:
            rows[USCC] = self._by_uscc.get(str(values[USCC]), ())
        if EXTERNAL in values:
            rows[EXTERNAL] = self._archive.index.records(f"{LIVING} AND external = ?", (values[EXTERNAL],))
        return [{"path": path, "number": row.number or row.uid} for path in rows for row in rows[path] if row.uid != uid]
