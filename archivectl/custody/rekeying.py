"""New keys for one record: its sealed values opened, sealed again under keys that nobody has a copy of, and opened once more.

What stood there before stays in history under the old keys, which stay in the keyring; interactions and attachments keep theirs.
"""

import copy
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from archivectl.archive import Archive, Change
from archivectl.custody import sharing
from archivectl.encryption import envelope
from archivectl.encryption.envelope import is_sealed, parse
from archivectl.encryption.rows import open_row
from archivectl.errors import ArchiveError, NotAllowed, Refused, WrongUsage
from archivectl.i18n import Sentence
from archivectl.records import fields, leaks
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.records.sealing import Sealer, owner
from archivectl.registers.deciding import decide
from archivectl.registers.kinds import Kind, Step
from archivectl.registers.situation import Situation

_GUARDS = ("not_destroyed", "not_stopped", "reason_given", "cleared")


class NothingToRekey(Refused):
    """A tombstone, or a record that holds nothing sealed."""

    message = "{record} holds nothing sealed, so it has no keys to change."
    hint = "See it as it is: archivectl show {record}"


class ReasonMissing(WrongUsage):
    """Keys are to be changed for nothing."""

    message = "Changing keys needs a reason, which stands in the history."
    hint = "Say why: --reason TEXT"


class NotRenewed(ArchiveError):
    """A value that did not come back from its new key as it was."""

    message = "{path} did not open to what it was under its new key; nothing was changed."
    hint = "Report this: it must not happen. The record is as it was: archivectl show {record}"


class Rekeyed(NamedTuple):
    """The paths of values under new keys, and of those left under the old one, each with the reason."""

    number: str
    renewed: tuple[str, ...]
    left: tuple[tuple[str, Sentence], ...]


def rekey(archive: Archive, reference: str, reason: str) -> Rekeyed:
    """Seal the values of a record under new keys, in one commit; those that do not open stay as they are.

    Raises:
        ReasonMissing, NothingToRekey, NotAllowed, Telltale, NotRenewed.
    """
    if not reason.strip():
        raise ReasonMissing
    record = archive.record(reference)
    sealed = [(path, str(value)) for path, value in fields.walk(record.data) if is_sealed(value)]
    if record.gone or not sealed:
        raise NothingToRekey(record=record.label)
    _decide(archive, record, sealed, reason)
    clear, left = _opened(archive, record, sealed)
    leaks.refuse(reason, clear.values())
    if clear:
        archive.commit(_change(archive, record, clear, reason))
    return Rekeyed(record.label, tuple(clear), tuple(left))


def step(kind: Kind) -> Step:
    """The step by which the keys of a record change; in an archive of older rules it is for whoever updates."""
    return kind.steps.get("rekey") or kind.steps["update"]._replace(name="rekey", verb="", guards=_GUARDS)


def told(sealed: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What the guards look at: the paths whose values get new keys, with their levels."""
    found = [(path, parse(value)) for path, value in sealed]
    return {"paths": [path for path, _value in found], "levels": {path: value.level for path, value in found if value}}


def _decide(archive: Archive, record: Record, sealed: Sequence[tuple[str, str]], reason: str) -> None:
    kind, data = archive.kind("record"), {**told(sealed), "reason": reason}
    situation = Situation(archive, kind, step(kind), archive.me, archive.now, records=(record,), data=data)
    if reasons := decide(situation).reasons:
        raise NotAllowed(reasons, archive.regime.titles)


def _opened(
    archive: Archive, record: Record, sealed: Iterable[tuple[str, str]]
) -> tuple[dict[str, Any], list[tuple[str, Sentence]]]:
    clear, left = dict[str, Any](), list[tuple[str, Sentence]]()
    for path, value in sealed:
        try:
            clear[path] = archive.opener.open(value, path, record.uid, record.data.get("keys") or ())
        except ArchiveError as error:
            left.append((path, Sentence(error.message, **error.values)))
    return clear, left


def _change(archive: Archive, record: Record, clear: dict[str, Any], reason: str) -> Change:
    data = copy.deepcopy(dict(record.data))
    known = list(data.get("keys") or ())
    sealer = archive.sealer(record.uid)  # knows no key, and so makes new ones
    for path, value in clear.items():
        level = str(getattr(parse(fields.get(data, path)), "level", ""))
        fields.set_(data, path, sealer.seal(value, path, level, owner(path)))
    _prove(archive, record, data, clear, sealer)
    data["keys"] = [dict(row) for row in (*known, *sealer.keys)]
    writes = {record.path: record_text.dump(data)}
    return Change(("record.rekey",), f"rekey: {record.label}", writes, tuple(sealer.minted), (record.uid,), reason=reason)


def _prove(archive: Archive, record: Record, data: dict[str, Any], clear: dict[str, Any], sealer: Sealer) -> None:
    """Open what was sealed, from the row in which the keyring will keep its key."""
    secrets = {}
    for row in sealer.minted:
        level_secret = sharing.secret(archive, row.level, row.generation)
        secrets[envelope.key_id(row.recipient)] = open_row(row, level_secret)
    for path, value in clear.items():
        sealed = str(fields.get(data, path))
        key = sealed.split(":")[3]
        if envelope.unseal(sealed, uid=record.uid, path=path, secret=secrets[key]) != value:
            raise NotRenewed(path=path, record=record.label)
