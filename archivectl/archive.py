"""One open archive: records, registers, regime, members, keyring, evaluation time and actor; starts transactions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from archivectl import yaml_text
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.keyring import Row as KeyringRow
from archivectl.errors import KeyMissing, Unreadable, WrongUsage
from archivectl.i18n import N_
from archivectl.members import member as members_
from archivectl.members.home import Home, NoMember
from archivectl.members.member import Member
from archivectl.members.signing import Signer, armor
from archivectl.records import layout, leaks, numbering, settings
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.records.opening import Opener
from archivectl.records.sealing import Level, Sealer
from archivectl.regime import load as regimes
from archivectl.regime.model import Regime
from archivectl.registers import entry as entries
from archivectl.registers import kinds
from archivectl.registers.fold import Case, fold
from archivectl.registers.kinds import Kind
from archivectl.search.index import Change as IndexChange
from archivectl.search.index import Index, changes_of
from archivectl.store.repository import Repository
from archivectl.store.transaction import Draft, commit

Progress = Callable[[str, int, int], None]
RULES = 1
FORMAT = 1
_NOON = "T12:00"
_FEW = 20  # files that the index takes in at once; after more, the next command that needs it does


class NoArchiveFile(Unreadable):
    """A git repository that holds no archive."""

    message = "This git repository holds no archive: there is no archive.yaml in its last commit."
    hint = "Make one: archivectl init DIR --office CODE --member HANDLE"


class UnknownRecord(WrongUsage):
    """A number or uid that no record has."""

    message = "There is no record {number}."
    hint = "See what there is: archivectl list"


class UnknownEntry(WrongUsage):
    """A number that no register entry has."""

    message = "There is no register entry {number}."
    hint = "See the registers: archivectl register list KIND"


class UnknownMember(WrongUsage):
    """A handle that no member has."""

    message = "“{handle}” is no member of this archive."
    hint = "The members are: {known}"


class NotTheirKey(KeyMissing):
    """A private key on this machine that is none of the member's."""

    message = "The signing key on this machine is none that the archive knows of {member}."
    hint = "Put back the key that the member enrolled with, or act as another member with --as MEMBER."


class NewerArchive(Unreadable):
    """An archive of a format or rules that this version does not know."""

    message = "This archive is of format {format}, rules {rules}; this version knows format 1, rules 1."
    hint = "Install a newer version of archivectl."


class Change(NamedTuple):
    """What one act does: files by path (None: gone), keys to keep first, and what the commit says of it."""

    acts: tuple[str, ...]
    subject: str
    writes: Mapping[str, bytes | None]
    minted: tuple[KeyringRow, ...] = ()
    uids: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    reason: str = ""


class Archive:
    """An archive at one commit, seen by one member at one time."""

    def __init__(self, repository: Repository, home: Home, *, at: datetime, today: str = "", member: str = "") -> None:
        self.repository = repository
        self.home = home
        self.at = at
        self.tip = repository.tip() or ""
        self.rehearsal = False
        self.progress: Progress = _silent
        self._wanted = member
        self._cases: dict[str, list[Case]] = {}
        config = repository.read(self.tip, settings.NAME) if self.tip else None
        if config is None:
            raise NoArchiveFile
        self.config = settings.parse(config)
        if self.config["format"] > FORMAT or self.config["rules"] > RULES:
            raise NewerArchive(format=self.config["format"], rules=self.config["rules"])
        self.now = self.civil(at) if not today else today if "T" in today else today + _NOON

    def civil(self, at: datetime) -> str:
        """A moment as the archive's clocks show it: ``2026-03-02T14:30``."""
        return at.astimezone(ZoneInfo(self.config["time_zone"])).strftime("%Y-%m-%dT%H:%M")

    @property
    def id(self) -> str:
        """The archive's id."""
        return str(self.config["id"])

    @property
    def today(self) -> str:
        """The civil date of evaluation."""
        return self.now[:10]

    @cached_property
    def regime(self) -> Regime:
        """The rules in force at this commit."""
        return regimes.load(self.repository.files(self.tip, "regime"))

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """The members by handle, the recovery signer left out."""
        found = (
            members_.parse(text, path)
            for path, text in self.repository.files(self.tip, "members").items()
            if path != "members/recovery.yaml"
        )
        return {member.handle: member for member in found}

    @cached_property
    def levels(self) -> dict[str, Level]:
        """The current generation of every level key."""
        data = yaml_text.load(self.repository.read(self.tip, "keys/levels.yaml") or b"", "keys/levels.yaml")
        newest = {level: max(rows, key=lambda row: row["generation"]) for level, rows in data["levels"].items()}
        return {level: Level(row["generation"], row["recipient"]) for level, row in newest.items()}

    @cached_property
    def me(self) -> Member:
        """Who acts; raises NoMember or UnknownMember."""
        handle = self._wanted or self.home.member(self.id)
        if not handle:
            raise NoMember
        if handle not in self.members:
            raise UnknownMember(handle=handle, known=", ".join(self.members))
        return self.members[handle]

    @cached_property
    def signer(self) -> Signer:
        """The actor's signing key; raises NoIdentity, NotTheirKey."""
        signer = self.home.signer(self.id, self.me.handle)
        if not self.me.signs_with(signer.public):
            raise NotTheirKey(member=self.me.handle)
        return signer

    @cached_property
    def keyring(self) -> Keyring:
        """The archive's keyring on this machine."""
        return self.home.keyring(self.id)

    @cached_property
    def opener(self) -> Opener:
        """Opens values as the actor; raises NoIdentity."""
        return Opener(self.keyring, self.me, self.home.identities(self.id, self.me.handle))

    def sealer(self, uid: str, keys: Iterable[Mapping[str, Any]] = ()) -> Sealer:
        """Seals values of one record or entry as the actor."""
        cleared = frozenset(level for level in self.levels if self.me.cleared(level))
        return Sealer(uid, list(keys), self.levels, cleared, lambda row: self.opener.holds(uid, row))

    @cached_property
    def index(self) -> Index:
        """The index, brought to this commit."""
        index = Index(self.repository.own_folder)
        tree = self.repository.resolve(self.tip, "tree")
        if index.tree != tree:
            changes = self.repository.changes(index.tree, tree, under=(layout.RECORDS, layout.REGISTERS))
            texts = self.repository.blobs(change.after for change in changes if change.after)
            index.bring_to(tree, self._with_texts(changes, texts))
        return index

    def _with_texts(self, changes: Sequence[Any], texts: Iterable[tuple[str, bytes]]) -> Iterable[IndexChange]:
        following = iter(texts)
        for done, change in enumerate(changes):
            yield IndexChange(change.path, change.after, next(following)[1] if change.after else None)
            if done % 500 == 0:
                self.progress(N_("Indexing"), done, len(changes))

    def kind(self, name: str) -> Kind:
        """A register's kind; raises UnknownKind."""
        return kinds.kind(name, self.regime)

    def record(self, reference: str) -> Record:
        """The record of a number (``SH-000212``, ``212``) or uid; raises UnknownRecord, NoNumber."""
        if len(reference) == 26 and reference.isalnum() and (row := self.index.record(uid=reference)):  # noqa: PLR2004 - a uid
            return self.read(row.path)
        grammar = self.config["numbering"]["record"]
        number = numbering.record(reference, grammar, self.config["offices"])
        path = self.place(number)
        text = self.repository.read(self.tip, path)
        if text is None:
            raise UnknownRecord(number=number)
        return record_text.parse(text, path)

    def place(self, number: str) -> str:
        """Where the record of a number stands."""
        parts = numbering.split(self.config["numbering"]["record"], number) or {}
        return layout.record(parts.get("office") or next(iter(self.config["offices"])), number)

    def read(self, path: str) -> Record:
        """The record at a path of this commit."""
        return record_text.parse(self.repository.read(self.tip, path) or b"", path)

    def records_of(self, uids: Iterable[str]) -> tuple[Record, ...]:
        """The records with these uids, those that exist."""
        rows = [row for uid in uids if (row := self.index.record(uid=uid))]
        return tuple(self.read(row.path) for row in rows)

    def case(self, reference: str) -> Case:
        """The entry of a number (``JY-2026-0031``, ``JY-31``) or uid; raises UnknownEntry, NoNumber."""
        if len(reference) == 26 and reference.isalnum() and (rows := self.index.entries("uid = ?", (reference,))):  # noqa: PLR2004 - a uid
            return self._folded(rows)[0]
        number = numbering.entry(reference, self.config["numbering"]["entry"], self.today[:4])
        found = self._folded(self.index.entries("id = ?", (number,)))
        if not found:
            raise UnknownEntry(number=number)
        return found[0]

    def cases(self, uid: str, *kinds: str) -> list[Case]:
        """The entries of these kinds (all, where none is named) about a record, oldest first."""
        if uid not in self._cases:
            self._cases[uid] = self._folded(self.index.entries_about(uid, ()))
        return [case for case in self._cases[uid] if not kinds or case.kind.name in kinds]

    def register(self, kind: str) -> list[Case]:
        """All entries of a register, oldest first."""
        return self._folded(self.index.entries("kind = ?", (kind,)))

    def _folded(self, found: list[tuple[str, str]]) -> list[Case]:
        texts = self.repository.blobs(blob for _path, blob in found) if found else ()  # without need, no process is started
        parsed = [entries.parse(text, path) for (path, _blob), (_id, text) in zip(found, texts, strict=True)]
        return [fold(entry, self.kind(entry.kind)) for entry in parsed]

    def commit(self, change: Change) -> str:
        """Carry out one act: keys first, then one signed commit, then the verified mark; returns the commit's id."""
        if change.reason:
            leaks.refuse(change.reason)
        if self.rehearsal:
            return self.tip
        self.keyring.add(change.minted)
        message = f"{change.subject}\n\n" + "".join(f"{key}: {value}\n" for key, value in self._trailers(change))
        draft = Draft(
            base=self.tip, writes=change.writes, message=message, author=self.me.name, email=self.me.email, when=self.at
        )
        made = commit(self.repository, draft, lambda payload: armor(self.signer.sign(payload, "git")))
        pin = self.home.pin(self.id)
        if pin.main == draft.base:  # else commits that nobody verified lie between
            self.home.save_pin(pin._replace(main=made))
        self._move_to(made, change.writes)
        return made

    def _trailers(self, change: Change) -> Iterable[tuple[str, str]]:
        yield from (("Archive-Act", act) for act in change.acts)
        if any(act.startswith("record.") for act in change.acts):
            yield "Archive-Date", self.today
        if len(change.uids) <= 20:  # noqa: PLR2004 - formats.md: up to 20, else none
            yield from (("Archive-Record", uid) for uid in change.uids)
        yield from (("Archive-Entry", uid) for uid in change.entries)
        if change.reason:
            yield "Archive-Reason", " ".join(change.reason.split())

    def _move_to(self, tip: str, writes: Mapping[str, bytes | None]) -> None:
        if "index" in self.__dict__:
            if len(writes) <= _FEW:  # what the next command would have to ask git for
                self.index.bring_to(self.repository.resolve(tip, "tree"), changes_of(writes))
            self.index.close()
        for name in ("regime", "members", "levels", "index", "me"):
            self.__dict__.pop(name, None)
        self._cases.clear()
        self.tip = tip


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""
