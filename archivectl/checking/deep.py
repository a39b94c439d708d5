"""Everything that is sealed, opened by somebody who has the keys: is it whole, in its place, of its type, and can it be true?

What anybody can judge without keys is left to the rules and to ``verify``; that a value opens at all shows only here. No value
is kept or told.
"""

import copy
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archivectl import attachments, cases, disclosure
from archivectl.archive import Archive
from archivectl.encryption import envelope
from archivectl.errors import UNAPPLICABLE, ArchiveError, KeyMissing
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records import fields, identifiers, interactions, layout, schema
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.records.sealing import KeyRow, key_of
from archivectl.registers import entry as entries
from archivectl.store.objects import Entry

DUTY, PURPOSE = "deep-check", "archivectl check --deep"
_FOUND = "部分密文不能开启或内容不符"  # kept in the register, in Chinese
_SOME = 50  # files between two words about how far it is
_SHUT = N_("{place} does not open: {problem}")
_TYPE = N_("What is sealed at {place} is not of the type that stands there.")
_WRONG = N_("What is sealed at {place} cannot be right: {problem}.")
_TWIN = N_("{place} is that of {other} too; one customer has one file here.")
# What tells one customer for certain; in memory only as digests.
_ONE_EACH = ("identity.id_number", "identity.document_number", "identity.uscc")
_HINTS = {
    "deep/twin": N_("Look at both, and go on with one of them: archivectl show {other}"),
    "deep/opens": N_("Bring the keys of the machine where it was written, or enter it anew. The keys here: archivectl key list"),
    "deep/place": N_("Somebody put another value there, or damaged it; see who: archivectl verify, git log -- {file}"),
    "deep/type": N_("See who wrote it: git log -- {file}. Who is cleared corrects it: archivectl update"),
}


@dataclass(slots=True)
class Depth:
    """What was opened: findings, how many values of how many files, and how many were above the actor's clearance."""

    findings: list[Finding]
    opened: int = 0
    files: int = 0
    above: int = 0
    bearers: dict[tuple[str, bytes], str] = field(default_factory=dict)


def opened(archive: Archive, progress: Callable[[int, int], object]) -> Depth:
    """Open every value, attachment and entry of the newest commit that the actor is cleared for; logged first, as one reading.

    Raises OnlyRehearsed.
    """
    disclosure.refuse_unsaid(archive, PURPOSE)
    disclosure.log(archive, "check", "", (), PURPOSE, archive.index.count())
    found = Depth([])
    folders = (layout.RECORDS, layout.REGISTERS, layout.INTERACTIONS)
    listed = [file for folder in folders for file in archive.repository.tree(archive.tip, folder.rstrip("/"))]
    keys: dict[str, Sequence[KeyRow]] = {}
    texts = archive.repository.blobs(file.blob for file in listed)
    for done, (file, (_blob, text)) in enumerate(zip(listed, texts, strict=True), start=1):
        try:
            found.findings += _file(archive, file, text, keys, found)
        except UNAPPLICABLE:  # what cannot be read is a finding of check
            continue
        found.files += 1
        if done % _SOME == 0 or done == len(listed):
            progress(done, len(listed))
    found.findings.sort()
    return found


def enter(archive: Archive, *, passed: bool) -> str:
    """Enter the check among the duties; the number of the entry, empty where the rules know no such duty of the actor's."""
    return cases.done(archive, DUTY, "" if passed else _FOUND)


def _file(archive: Archive, file: Entry, text: bytes, keys: dict[str, Sequence[KeyRow]], found: Depth) -> Iterator[Finding]:
    opener = _Opener(archive, file.path, found)
    if file.path.startswith(layout.RECORDS):
        record = record_text.parse(text, file.path)
        if not record.gone:
            keys[record.uid] = record.data.get("keys") or ()
            yield from _record(archive, opener, record)
    elif file.path.startswith(layout.REGISTERS):
        entry = entries.parse(text, file.path)
        values = {f"columns.{name}": value for name, value in entry.columns.items()}
        for event in entry.events:
            values |= {f"events[{event.id}].data.{name}": value for name, value in event.data.items()}
        yield from opener.values(values, entry.uid, entry.all_keys)
    else:
        uid, rows = interactions.parse(text, file.path)
        sealed = {f"{interactions.NAME}[{row['id']}].{key}": value for row in rows for key, value in row.items()}
        yield from opener.values(sealed, uid, keys.get(uid, ()))


def _record(archive: Archive, opener: "_Opener", record: Record) -> Iterator[Finding]:
    """The values of a record, then all of it in clear against the schema, then its scans."""
    yield from opener.values(dict(fields.walk(record.data)), record.uid, record.data.get("keys") or ())
    data = copy.deepcopy(dict(record.data))
    for path, value in list(fields.walk(data)):
        if envelope.is_sealed(value):
            fields.set_(data, path, opener.clear[path]) if path in opener.clear else fields.unset(data, path)
    for problem in schema.explain_plain(data, record.subject):
        if place := next((path for path in opener.clear if _is_in(path, problem.path, data)), ""):
            yield opener.finding("deep/type", _TYPE, place=place)
    for path, value in opener.clear.items():
        known = fields.field_at(path)
        if known and known.check and (why := identifiers.refusal(known.check, str(value))):
            yield opener.finding("deep/type", _WRONG, place=path, problem=Sentence(why))
    yield from _twins(archive, opener, record, data)
    for path, error in attachments.faults(archive, record):
        yield opener.finding("deep/opens", _SHUT, place=path, problem=Sentence(error.message, **error.values))


def _twins(archive: Archive, opener: "_Opener", record: Record, data: Mapping[str, Any]) -> Iterator[Finding]:
    """What another living file bears too, where the rules say one customer, one file; ``data`` is the record in clear."""
    for path in _ONE_EACH if archive.regime.get("intake.one_file") else ():
        if (value := fields.get(data, path)) is None or envelope.is_sealed(value):
            continue
        digest = hashlib.sha256(fields.folded(str(value)).encode()).digest()
        other = opener.found.bearers.setdefault((path, digest), record.label)
        if other != record.label:
            yield opener.finding("deep/twin", _TWIN, place=path, other=other)


def _is_in(path: str, place: Iterable[str | int], data: Mapping[str, Any]) -> bool:
    """Whether a problem at a place of keys and positions is about the value at a path."""
    told, value = "", data
    for part in place:
        value = value[part]  # type: ignore[index]  # a list by position
        item = value.get("id", part) if isinstance(part, int) and isinstance(value, Mapping) else part
        told += f"[{item}]" if isinstance(part, int) else f".{part}" if told else str(part)
    return told == path or told.startswith((f"{path}.", f"{path}["))


class _Opener:
    """Opens the values of one file; each key is unwrapped once."""

    def __init__(self, archive: Archive, file: str, found: Depth) -> None:
        self.archive, self.file, self.found = archive, file, found
        self.clear: dict[str, Any] = {}
        self._secrets: dict[str, str | ArchiveError] = {}

    def values(self, values: Mapping[str, Any], uid: str, keys: Sequence[KeyRow]) -> Iterator[Finding]:
        """Open what is sealed among values by path."""
        for path, value in values.items():
            if not envelope.is_sealed(value):
                continue
            row = key_of(keys, str(value))
            if row is not None and not self.archive.me.cleared(row["level"]):
                self.found.above += 1
                continue
            try:
                self.clear[path] = self._opened(str(value), path, uid, row)
                self.found.opened += 1
            except KeyMissing as error:
                told = error.values | ({"path": path} if "path" in error.values else {})  # another field's, perhaps, of that key
                yield self.finding("deep/opens", _SHUT, place=path, problem=Sentence(error.message, **told))
            except ArchiveError as error:
                yield self.finding("deep/place", _SHUT, place=path, problem=Sentence(error.message, **error.values))

    def _opened(self, value: str, path: str, uid: str, row: KeyRow | None) -> Any:  # noqa: ANN401 - any JSON value
        if row is None:
            raise envelope.DamagedValue(path=path)
        if row["id"] not in self._secrets:
            try:
                self._secrets[row["id"]] = self.archive.opener.secret(uid, row, path)
            except ArchiveError as error:
                self._secrets[row["id"]] = error
        secret = self._secrets[row["id"]]
        if isinstance(secret, ArchiveError):
            raise secret
        return envelope.unseal(value, uid=uid, path=path, secret=secret)

    def finding(self, rule: str, message: str, **values: object) -> Finding:
        """A finding about this file."""
        return Finding(self.file, 1, 1, rule, message, {"file": self.file, **values}, _HINTS[rule])
