"""Opening what is sealed: logged before it is shown, and only for who is cleared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.encryption import access_log
from archivectl.encryption.envelope import is_sealed, parse
from archivectl.encryption.names import Name, NamesCache
from archivectl.errors import Conflict, KeyMissing, Refused, Unreadable, WrongUsage
from archivectl.members.signing import armor
from archivectl.records import fields, leaks
from archivectl.records.model import Record
from archivectl.records.opening import NotCleared
from archivectl.search.index import Row
from archivectl.search.text import pinyin
from archivectl.store.transaction import writing

_WAIT = 0.2  # seconds: the names cache is only a convenience
_GONE = frozenset({"destroyed", "withdrawn"})


class PurposeMissing(WrongUsage):
    """A value is to be opened for nothing."""

    message = "Opening sealed values needs a purpose, which is logged."
    hint = "Say what it is for: --purpose TEXT"


class OnlyRehearsed(Refused):
    """A dry run, which logs nothing, is to show what may be seen only once it is logged."""

    message = "A dry run shows no keys and no sealed values, for it logs nothing."
    hint = "Repeat the command without --dry-run."


class NothingSealed(Refused):
    """A tombstone, or a record that holds nothing sealed."""

    message = "{record} holds nothing that could be opened."
    hint = "See it as it is: archivectl show {record}"


class NotSealedThere(WrongUsage):
    """A path without a sealed value."""

    message = "{path} holds no sealed value."
    hint = "The sealed fields are: {known}"


def sealed_values(record: Record) -> list[tuple[str, str]]:
    """The sealed ``(path, value)`` pairs of a record."""
    return [(path, value) for path, value in fields.walk(record.data) if is_sealed(value)]


def reveal(archive: Archive, record: Record, paths: Sequence[str], purpose: str) -> dict[str, Any]:
    """The clear values by path, of all sealed fields or of those named; logged first.

    Raises:
        PurposeMissing, OnlyRehearsed, NothingSealed, NotSealedThere, NotCleared, KeyGone, Telltale.
    """
    _refuse_rehearsal(archive)
    if not purpose.strip():
        raise PurposeMissing
    sealed = sealed_values(record)
    if record.gone or not sealed:
        raise NothingSealed(record=record.label)
    known = {path for path, _value in sealed}
    for path in paths:
        if path not in known:
            raise NotSealedThere(path=path, known=fields.named(sorted(known)))
    wanted = [(path, value) for path, value in sealed if not paths or path in paths]
    _refuse_uncleared(archive, wanted)
    keys = record.data.get("keys") or ()
    opened = {path: archive.opener.open(value, path, record.uid, keys) for path, value in wanted}
    leaks.refuse(purpose, opened.values())
    log(archive, "reveal", record.uid, tuple(opened), purpose)
    return opened


def _refuse_rehearsal(archive: Archive) -> None:
    if archive.rehearsal:
        raise OnlyRehearsed


def _refuse_uncleared(archive: Archive, wanted: Iterable[tuple[str, str]]) -> None:
    for path, value in wanted:
        sealed = parse(value)
        if sealed and not archive.me.cleared(sealed.level):
            raise NotCleared(path=path, level=sealed.level, member=archive.me.handle, clearance=archive.me.clearance)


def log(archive: Archive, act: str, uid: str, paths: tuple[str, ...], purpose: str, count: int = 1) -> None:
    """Enter a reading in the access log."""
    machine = archive.home.settings().get("machine", "unknown")
    reader = access_log.Reader(archive.me.handle, archive.me.name, archive.me.email, machine)
    access = access_log.Access(archive.at.strftime("%Y-%m-%dT%H:%M:%SZ"), act, uid, paths, purpose, count)
    access_log.append(archive.repository, reader, access, archive.at, lambda payload: armor(archive.signer.sign(payload, "git")))


def names(archive: Archive, rows: Sequence[Row]) -> dict[str, str]:
    """The names of persons among the rows, by uid, as far as the reader may know them and the keys are here."""
    wanted = [row for row in rows if row.name is None and row.status not in _GONE]
    if not wanted or not archive.me.cleared("confidential"):
        return {}
    try:
        cache = cache_of(archive)
    except KeyMissing:
        return {}
    known = cache.load()
    missing = [row for row in wanted if row.uid not in known or known[row.uid].blob != row.blob]
    opened = _opened(archive, missing)
    gone = archive.index.records("status IN ('destroyed', 'withdrawn')")
    if opened or any(row.uid in known for row in gone):
        _keep(archive, cache, opened)
    known |= opened
    return {row.uid: known[row.uid].name for row in wanted if row.uid in known}


def _keep(archive: Archive, cache: NamesCache, opened: Mapping[str, Name]) -> None:
    """Put names in the cache, and take out those whose record is gone at the newest commit.

    Under the archive's lock, or a name opened before a destruction would be written back after it; where somebody else holds the
    lock, or the archive cannot be written, nothing is kept.
    """
    try:
        with writing(archive.repository, _WAIT):
            newest = Archive(archive.repository, archive.home, at=archive.at, today=archive.now, member=archive.me.handle)
            living = {row.uid for row in newest.index.records() if row.status not in _GONE}
            cache.save({uid: name for uid, name in {**cache.load(), **opened}.items() if uid in living})
    except (Conflict, Unreadable):
        return


def cache_of(archive: Archive) -> NamesCache:
    """The reader's names cache; raises NoIdentity."""
    identities = archive.home.identities(archive.id, archive.me.handle)
    return NamesCache(archive.home.names(archive.id), archive.me.handle, identities)


def _opened(archive: Archive, rows: Sequence[Row]) -> dict[str, Name]:
    found = {}
    for row in rows:
        record = archive.read(row.path)
        sealed = record.data.get("name")
        if not is_sealed(sealed):
            continue
        try:
            name = str(archive.opener.open(str(sealed), "name", row.uid, record.data.get("keys") or ()))
        except (KeyMissing, NotCleared):
            continue
        found[row.uid] = Name(row.blob, name, pinyin(name)[0])
    return found


@dataclass(frozen=True, slots=True)
class ExportedKey:
    """A record's key in clear, as stock age takes it."""

    id: str
    level: str
    of: str
    secret: str


def export_keys(archive: Archive, record: Record, purpose: str) -> list[ExportedKey]:
    """The keys of a record that the actor may have; logged, and entered in the register of key copies first.

    Raises:
        PurposeMissing, OnlyRehearsed, NothingSealed, NotCleared, KeyGone.
    """
    _refuse_rehearsal(archive)
    if not purpose.strip():
        raise PurposeMissing
    leaks.refuse(purpose)
    rows = [row for row in record.data.get("keys") or () if archive.me.cleared(row["level"])]
    if record.gone or not rows:
        raise NothingSealed(record=record.label)
    found = [ExportedKey(row["id"], row["level"], row["of"], archive.opener.secret(record.uid, row)) for row in rows]
    log(archive, "export-keys", record.uid, tuple(row["of"] for row in rows), purpose)
    work = Work.opening(archive, "key-copy", [record], {"place": "export", "name": archive.me.handle, "note": purpose})
    work.step("take")
    work.commit()
    return found
