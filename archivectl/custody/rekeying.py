"""New keys for one record: what is sealed of it opened, sealed again under keys that nobody has a copy of, and opened once more.

That is its values, its interactions and its scans. What stood there before stays in history under the old keys, which stay in
the keyring.
"""

import copy
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from archivectl import attachments
from archivectl.archive import Archive, Change
from archivectl.custody import rescanning, sharing
from archivectl.custody.rescanning import NotRenewed
from archivectl.encryption import envelope
from archivectl.encryption.envelope import is_sealed, parse
from archivectl.encryption.rows import open_row
from archivectl.errors import ArchiveError, KeyMissing, NotAllowed, Refused, Unreadable, WrongUsage
from archivectl.i18n import Sentence
from archivectl.records import fields, interactions, layout, leaks
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.records.sealing import Sealer, owner, stands_below
from archivectl.registers.deciding import decide
from archivectl.registers.kinds import Kind, Step
from archivectl.registers.situation import Situation
from archivectl.store.contents import Staged
from archivectl.store.states import CannotWrite
from archivectl.store.transaction import Written

_GUARDS = ("not_destroyed", "not_stopped", "reason_given", "cleared")


class NothingToRekey(Refused):
    """A tombstone, or a record that holds nothing sealed."""

    message = "{record} holds nothing sealed, so it has no keys to change."
    hint = "See it as it is: archivectl show {record}"


class ReasonMissing(WrongUsage):
    """Keys are to be changed for nothing."""

    message = "Changing keys needs a reason, which stands in the history."
    hint = "Say why: --reason TEXT"


class Rekeyed(NamedTuple):
    """The paths of values and scans under new keys, and of those left under the old one, each with the reason."""

    number: str
    renewed: tuple[str, ...]
    left: tuple[tuple[str, Sentence], ...]


class _Whole(NamedTuple):
    """A record with its interactions as one, whose rows are those of ``years``, by file; and what of it is sealed, by path."""

    record: Record
    data: dict[str, Any]
    years: dict[str, list[dict[str, Any]]]
    sealed: dict[str, str]
    scans: dict[str, str]


def rekey(archive: Archive, reference: str, reason: str) -> Rekeyed:
    """Seal all that is sealed of a record under new keys, in one commit; what does not open stays as it is.

    Raises:
        ReasonMissing, NothingToRekey, NotAllowed, Telltale, NotRenewed, CannotWrite.
    """
    if not reason.strip():
        raise ReasonMissing
    whole = _whole(archive, archive.record(reference))
    record = whole.record
    if record.gone or not (whole.sealed or whole.scans):
        raise NothingToRekey(record=record.label)
    _decide(archive, whole, reason)
    clear, left = _opened(archive, whole)
    leaks.refuse(reason, clear.values())
    sealer = archive.sealer(record.uid)  # knows no key, and so makes new ones
    _seal(archive, whole, clear, sealer)
    with _rescanned(archive, whole, sealer) as (scans, files, shut):
        left += shut
        if clear or scans:
            writes = {**_texts(whole, [*clear, *scans], sealer), **files}
            what = ("record.rekey",), f"rekey: {record.label}", writes, tuple(sealer.minted), (record.uid,)
            archive.commit(Change(*what, reason=reason))
    return Rekeyed(record.label, (*clear, *scans), tuple(left))


def step(kind: Kind) -> Step:
    """The step by which the keys of a record change; in an archive of older rules it is for whoever updates."""
    return kind.steps.get("rekey") or kind.steps["update"]._replace(name="rekey", verb="", guards=_GUARDS)


def told(record: Record, paths: Mapping[str, str], grade: str) -> dict[str, Any]:
    """What the guards look at: the values and scans, as they stand at these paths, that get new keys; with their levels."""
    found = {path: parse(value) for path, value in paths.items()}
    levels = {path: value.level for path, value in found.items() if value}
    levels |= {path: _level(record, path, grade)[0] for path in paths if path in attachments.digests(record.data)}
    return {"paths": list(paths), "levels": levels}


def _level(record: Record, path: str, grade: str) -> tuple[str, str]:
    """The level of the scan that a record names at a path, and whose key it takes."""
    return attachments.key_of(fields.get(record.data, path.rpartition(".")[0]), record.data, grade)


def _whole(archive: Archive, record: Record) -> _Whole:
    files = archive.repository.files(archive.tip, interactions.folder(record.uid).rstrip("/"))
    years = {path: interactions.parse(text, path)[1] for path, text in files.items()}
    data = copy.deepcopy(dict(record.data)) | {interactions.NAME: [row for rows in years.values() for row in rows]}
    sealed = {path: str(value) for path, value in fields.walk(data) if is_sealed(value)}
    return _Whole(record, data, years, sealed, attachments.digests(record.data))


def _decide(archive: Archive, whole: _Whole, reason: str) -> None:
    kind, grade = archive.kind("record"), archive.regime.raised_to(whole.data)
    data = {**told(whole.record, {**whole.sealed, **whole.scans}, grade), "reason": reason}
    situation = Situation(archive, kind, step(kind), archive.me, archive.now, records=(whole.record,), data=data)
    if reasons := decide(situation).reasons:
        raise NotAllowed(reasons, archive.regime.titles)


def _opened(archive: Archive, whole: _Whole) -> tuple[dict[str, Any], list[tuple[str, Sentence]]]:
    clear, left = dict[str, Any](), list[tuple[str, Sentence]]()
    for path, value in whole.sealed.items():
        try:
            clear[path] = archive.opener.open(value, path, whole.record.uid, whole.record.data.get("keys") or ())
        except ArchiveError as error:
            left.append((path, Sentence(error.message, **error.values)))
    return clear, left


def _seal(archive: Archive, whole: _Whole, clear: Mapping[str, Any], sealer: Sealer) -> None:
    """Seal values under new keys, in place, and open each from the row in which the keyring will keep its key."""
    record, grade = whole.record, archive.regime.raised_to(whole.data)
    for path, value in clear.items():
        wanted = fields.level_of(path, record.subject, grade)
        level = wanted if stands_below(whole.sealed[path], wanted) else str(getattr(parse(whole.sealed[path]), "level", ""))
        fields.set_(whole.data, path, sealer.seal(value, path, level, owner(path)))
    secrets = _secrets(archive, sealer)
    for path, value in clear.items():
        sealed = str(fields.get(whole.data, path))
        if envelope.unseal(sealed, uid=record.uid, path=path, secret=secrets[sealed.split(":")[3]]) != value:
            raise NotRenewed(path=path, record=record.label)


def _secrets(archive: Archive, sealer: Sealer) -> dict[str, str]:
    """The secrets of the new keys by their id, as the rows for the keyring hold them."""
    opened = ((row, sharing.secret(archive, row.level, row.generation)) for row in sealer.minted)
    return {envelope.key_id(row.recipient): open_row(row, secret) for row, secret in opened}


@contextmanager
def _rescanned(
    archive: Archive, whole: _Whole, sealer: Sealer
) -> Iterator[tuple[list[str], dict[str, Written], list[tuple[str, Sentence]]]]:
    """The paths of the scans under new keys, the files that come and go with them, and the scans that do not open, with why."""
    record, grade = whole.record, archive.regime.raised_to(whole.data)
    done, files, shut = list[str](), dict[str, Written](), list[tuple[str, Sentence]]()
    try:
        for path, old in whole.scans.items():
            try:
                scan = attachments.found(archive, record, attachments.named(record, path.rpartition(".")[0]))
                recipient = sealer.recipient(*_level(record, path, grade))
                key = recipient, _secrets(archive, sealer)[envelope.key_id(recipient)]
                digest, staged = rescanning.resealed(archive, scan, record.label, key)
            except (Unreadable, KeyMissing) as error:
                if isinstance(error, CannotWrite):
                    raise
                shut.append((path, Sentence(error.message, **error.values)))
                continue
            fields.set_(whole.data, path, digest)
            files |= {layout.attached(old): None, layout.attached(digest): staged}
            done.append(path)
        yield done, files, shut
    finally:
        for file in files.values():
            if isinstance(file, Staged):
                file.path.unlink(missing_ok=True)


def _texts(whole: _Whole, renewed: Iterable[str], sealer: Sealer) -> dict[str, Written]:
    """The record and the lists of interactions of which something is under new keys."""
    record, paths = whole.record, set(renewed)
    data = {name: value for name, value in whole.data.items() if name != interactions.NAME}
    data["keys"] = [dict(row) for row in (*(record.data.get("keys") or ()), *sealer.keys)]
    anew = {
        path: interactions.written(record.uid, rows)
        for path, rows in whole.years.items()
        if paths & {f"{interactions.NAME}[{row['id']}].{key}" for row in rows for key in row}
    }
    return {record.path: record_text.dump(data), **anew}
