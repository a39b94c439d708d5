"""Opening what is sealed: logged before it is shown, and only for who is cleared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from archivectl import key_copies as copies
from archivectl.archive import Archive
from archivectl.encryption import access_log
from archivectl.encryption.envelope import is_sealed, parse
from archivectl.encryption.names import Name, NamesCache
from archivectl.errors import Conflict, KeyMissing, NotAllowed, Reason, Refused, Unreadable, WrongUsage
from archivectl.i18n import N_
from archivectl.members.signing import armor
from archivectl.records import fields, leaks
from archivectl.records.model import GONE, Record
from archivectl.records.opening import NotCleared
from archivectl.registers.deciding import decide
from archivectl.registers.fold import Case
from archivectl.registers.situation import Situation
from archivectl.search.index import LIVING, Row
from archivectl.store.transaction import writing

_SOME = 50  # records between two words about how far it is
_OPENING = ("not_destroyed", "not_stopped", "cleared")  # what an archive of older rules asks of who opens something
_NO_SCANS: Mapping[str, str] = {}
_WAIT = 0.2  # seconds: the names cache is only a convenience


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
        PurposeMissing, OnlyRehearsed, NothingSealed, NotSealedThere, NotAllowed, KeyGone, Telltale.
    """
    refuse_unsaid(archive, purpose)
    sealed = sealed_values(record)
    if record.gone or not sealed:
        raise NothingSealed(record=record.label)
    known = {path for path, _value in sealed}
    for path in paths:
        if path not in known:
            raise NotSealedThere(path=path, known=fields.named(sorted(known)))
    return opened(archive, record, [(path, value) for path, value in sealed if not paths or path in paths], purpose)


def opened(archive: Archive, record: Record, sealed: Sequence[tuple[str, str]], purpose: str) -> dict[str, Any]:
    """The clear values by path of sealed ``(path, value)`` pairs of a record or its interactions; logged first.

    Raises:
        PurposeMissing, OnlyRehearsed, NotAllowed, KeyGone, Telltale.
    """
    refuse_unsaid(archive, purpose)
    _refuse_barred(archive, record, sealed)
    keys = record.data.get("keys") or ()
    clear = {path: archive.opener.open(value, path, record.uid, keys) for path, value in sealed}
    leaks.refuse(purpose, clear.values())
    log(archive, "reveal", record.uid, tuple(clear), purpose)
    return clear


def refuse_unsaid(archive: Archive, purpose: str) -> None:
    """Raise OnlyRehearsed or PurposeMissing where what is opened would not be logged, or for nothing."""
    if archive.rehearsal:
        raise OnlyRehearsed
    if not purpose.strip():
        raise PurposeMissing


def _refuse_barred(archive: Archive, record: Record, wanted: Iterable[tuple[str, str]] = ()) -> None:
    if reasons := barring(archive, record, wanted):
        raise NotAllowed(reasons, archive.regime.titles)


def barring(
    archive: Archive, record: Record, wanted: Iterable[tuple[str, str]] = (), scans: Mapping[str, str] = _NO_SCANS
) -> tuple[Reason, ...]:
    """Why the actor may not open a record now: a stop, a level, or no leave; ``wanted`` are sealed values, ``scans`` levels."""
    kind = archive.kind("record")
    step = kind.steps.get("open") or kind.steps["update"]._replace(name="open", by=["anyone"], guards=_OPENING)
    found = [(path, parse(value)) for path, value in wanted]
    levels = {**{path: sealed.level for path, sealed in found if sealed}, **scans}
    data = {"paths": [*(path for path, _sealed in found), *scans], "levels": levels}
    return decide(Situation(archive, kind, step, archive.me, archive.now, records=(record,), data=data)).reasons


def log(archive: Archive, act: str, uid: str, paths: tuple[str, ...], purpose: str, count: int = 1) -> None:
    """Enter a reading in the access log."""
    machine = archive.home.settings().get("machine", "unknown")
    reader = access_log.Reader(archive.me.handle, archive.me.name, archive.me.email, machine)
    access = access_log.Access(archive.at.strftime("%Y-%m-%dT%H:%M:%SZ"), act, uid, paths, purpose, count)
    before = archive.repository.tip(access_log.BRANCH)
    made = access_log.append(archive.repository, reader, access, archive.at, lambda text: armor(archive.signer.sign(text, "git")))
    pin = archive.home.pin(archive.id)
    if pin.access_log == before:  # else somebody else's commits lie between, which verify judges
        archive.home.save_pin(pin._replace(access_log=made))


def names(archive: Archive, rows: Sequence[Row], most: int | None = None) -> dict[str, str]:
    """The names of persons among the rows, by uid, as far as the reader may know them and the keys are here.

    Where more than ``most`` are in no cache, these are not opened.
    """
    wanted = [row for row in rows if row.name is None and row.status not in GONE]
    return {uid: one.name for uid, one in _known(archive, wanted, contacts=False, most=most).items() if one.name}


def contacts(archive: Archive, rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """The names of the contacts of the rows, by the customer's uid, as far as the reader may know them and the keys are here."""
    having = {row.uid for row in archive.index.records("json_array_length(data, '$.contacts') > 0")}
    known = _known(archive, [row for row in rows if row.uid in having], contacts=True)
    return {uid: one.contacts for uid, one in known.items() if one.contacts}


def _known(archive: Archive, wanted: Sequence[Row], *, contacts: bool, most: int | None = None) -> dict[str, Name]:
    """What the names cache holds of these rows, after what it lacks was opened and put in, unless that is more than ``most``."""
    if not wanted or not archive.me.cleared("confidential"):
        return {}
    try:
        cache = cache_of(archive)
    except KeyMissing:
        return {}
    known = cache.load()
    fresh = {uid for uid, one in known.items() if not contacts or one.contacts is not None}
    missing = [row for row in wanted if row.uid not in fresh or known[row.uid].blob != row.blob]
    tried = missing if most is None or len(missing) <= most else ()
    opened = _opened(archive, tried, contacts=contacts)
    gone = archive.index.records(f"NOT ({LIVING})")
    if opened or any(row.uid in known for row in gone):
        _keep(archive, cache, opened)
    outdated = {row.uid for row in tried}  # a name that the reader may know no more is not told from memory
    known = {uid: one for uid, one in known.items() if uid not in outdated} | opened
    return {row.uid: known[row.uid] for row in wanted if row.uid in known}


def _keep(archive: Archive, cache: NamesCache, opened: Mapping[str, Name]) -> None:
    """Put names in the cache, and take out those whose record is gone at the newest commit.

    Under the archive's lock, or a name opened before a destruction, or before a contact was forgotten, would be written back
    after it; where somebody else holds the lock, or the archive cannot be written, nothing is kept.
    """
    try:
        with writing(archive.repository, _WAIT):
            newest = Archive(archive.repository, archive.home, at=archive.at, today=archive.now, member=archive.me.handle)
            living = {row.uid: row.blob for row in newest.index.records(LIVING)}
            if newest.tip != archive.tip:
                opened = {uid: one for uid, one in opened.items() if one.blob == living.get(uid)}
            cache.save({uid: name for uid, name in {**cache.load(), **opened}.items() if uid in living})
    except (Conflict, Unreadable):
        return


def cache_of(archive: Archive) -> NamesCache:
    """The reader's names cache; raises NoIdentity."""
    return NamesCache(archive.home.names(archive.id), archive.me.handle, archive.opener.software())


def _opened(archive: Archive, rows: Sequence[Row], *, contacts: bool) -> dict[str, Name]:
    """The names in these records; what could not be opened now is of no blob, and so tried again next time."""
    from archivectl.search.text import pinyin  # noqa: PLC0415 - only where names are opened

    found = {}
    for done, row in enumerate(rows):
        record = archive.read(row.path)
        names, whole = readable(archive, record, ["name"])
        others: list[str] | None = None
        if contacts:
            others, all_others = readable(archive, record, [f"contacts[{one['id']}].name" for one in record.data["contacts"]])
            whole = whole and all_others
        if names or others is not None:
            name = "".join(names)
            found[row.uid] = Name(row.blob if whole else "", name, pinyin(name)[0], None if others is None else tuple(others))
        if done % _SOME == 0:
            archive.progress(N_("Opening names"), done, len(rows))
    return found


def readable(archive: Archive, record: Record, paths: Iterable[str]) -> tuple[list[str], bool]:
    """The sealed values at some paths as far as the reader may know them and has the keys; and whether these are all."""
    sealed = [(path, value) for path in paths if is_sealed(value := fields.get(record.data, path))]
    found = []
    for path, value in sealed:
        with suppress(KeyMissing, NotCleared):
            found.append(str(archive.opener.open(str(value), path, record.uid, record.data.get("keys") or ())))
    return found, len(found) == len(sealed)


class KeyCopy(NamedTuple):
    """A place that keys went to: whether it is this machine, and whether it acknowledged that they are to go."""

    case: Case
    here: bool
    acknowledged: bool


def key_copies(archive: Archive, uids: Iterable[str], entry: str) -> Iterator[KeyCopy]:
    """Where keys of these records may still be, by the register of key copies; ``entry`` is the uid of what makes them go."""
    wanted = set(uids)
    for case in copies.held(archive):
        if case.entry.uids and not wanted.intersection(case.entry.uids):
            continue
        acknowledged = any(event.data.get("list") == entry for event in case.acts("acknowledge"))
        yield KeyCopy(case, copies.is_here(archive, case), acknowledged)


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
        PurposeMissing, OnlyRehearsed, NothingSealed, NotAllowed, KeyGone.
    """
    refuse_unsaid(archive, purpose)
    leaks.refuse(purpose)
    rows = [row for row in record.data.get("keys") or () if archive.me.cleared(row["level"])]
    if record.gone or not rows:
        raise NothingSealed(record=record.label)
    _refuse_barred(archive, record)
    found = [ExportedKey(row["id"], row["level"], row["of"], archive.opener.secret(record.uid, row)) for row in rows]
    log(archive, "export-keys", record.uid, tuple(row["of"] for row in rows), purpose)
    from archivectl.cases import Work  # noqa: PLC0415 - who only opens values makes no entry

    work = Work.opening(archive, "key-copy", [record], {"place": "export", "name": archive.me.handle, "note": purpose})
    work.step("take")
    work.commit()
    return found
