"""The archive as it stood: carried forward commit by commit, and what the guards look at when an act of then is decided again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from archivectl import yaml_text
from archivectl.errors import UNAPPLICABLE
from archivectl.i18n import N_, Sentence
from archivectl.members import member as members_
from archivectl.members.member import Member
from archivectl.records import layout
from archivectl.records.model import Record
from archivectl.regime.model import Regime
from archivectl.registers.fold import Case
from archivectl.registers.situation import NO_RECORD
from archivectl.snapshot import FORMAT, RULES, NewerArchive
from archivectl.store.comparing import compared
from archivectl.store.objects import Change, Commit
from archivectl.store.repository import Repository
from archivectl.verifying import soundness

_KEPT = 4096  # parsed files in memory
_KIND = re.compile(rb'^kind: "?([a-z0-9.-]+)"?$', re.MULTILINE)
_ABOUT = re.compile(rb'^- \{uid: "?([A-Z2-7]{26})"?[,}]', re.MULTILINE)
_KEEPER = re.compile(rb'^keeper: "?([^"\n]+)"?$', re.MULTILINE)
_RECOVERY_FILE = members_.path(members_.RECOVERY)


@dataclass(frozen=True, slots=True)
class Control:
    """The archive's own rules, members and level keys at one commit.

    ``holders`` maps every signing key to its member; ``recipients`` are those of levels, members and recovery, old ones too.
    """

    config: Mapping[str, Any]
    members: Mapping[str, Member]
    holders: Mapping[str, str]
    recovery: tuple[Mapping[str, Any], ...]
    regime: Regime
    levels: Mapping[str, Any]
    recipients: frozenset[str]

    @property
    def generations(self) -> dict[str, int]:
        """The current generation of every level key."""
        return {level: max(row["generation"] for row in rows) for level, rows in self.levels["levels"].items() if rows}

    @property
    def archive(self) -> str:
        """The archive's id."""
        return str(self.config["id"])


def control_at(repository: Repository, commit: str) -> Control:
    """The control files of a commit; raises Unsound, NewerArchive or what their readers raise."""
    raw = yaml_text.load(repository.read(commit, "archive.yaml") or b"", "archive.yaml")
    versions = [raw.get(key) for key in ("format", "rules")] if isinstance(raw, dict) else []
    if any(isinstance(found, int) and found > known for found, known in zip(versions, (FORMAT, RULES), strict=False)):
        raise NewerArchive(format=versions[0], rules=versions[1])
    config = soundness.config(repository.read(commit, "archive.yaml"))
    found = dict(_members(repository, commit))
    held = [(key.public, member.handle) for member in found.values() for key in member.signing]
    if len({public for public, _handle in held}) < len(held):
        raise soundness.Unsound(path="members", problem=Sentence(N_("two members have the same signing key")))
    recovery = soundness.checked("recovery", repository.read(commit, _RECOVERY_FILE), _RECOVERY_FILE)
    levels = soundness.checked("levels", repository.read(commit, "keys/levels.yaml"), "keys/levels.yaml")
    rows = (levels["recovery"], *levels["levels"].values())
    return Control(
        config,
        found,
        dict(held),
        tuple(recovery["signing"]),
        soundness.regime(repository.files(commit, "regime"), config.get("working_hours", "")),
        levels,
        frozenset({row["recipient"] for row in chain(*rows)} | {key.public for member in found.values() for key in member.age}),
    )


def _members(repository: Repository, commit: str) -> Iterator[tuple[str, Member]]:
    for path, text in repository.files(commit, "members").items():
        if path == _RECOVERY_FILE:
            continue
        soundness.checked("member", text, path)
        member = members_.parse(text, path)
        if members_.path(member.handle) != path or member.handle in {members_.RECOVERY, "outside"}:
            raise soundness.Unsound(path=path, problem=Sentence(N_("its handle is not the name of the file")))
        yield member.handle, member


@dataclass(frozen=True, slots=True)
class Filed:
    """Where an entry stands, and what it is about."""

    path: str
    blob: str
    kind: str
    about: tuple[str, ...]


class Past:
    """A ``World`` at the commit ``tip``; ``texts`` holds file contents by blob id that were read ahead or made up."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.texts: Mapping[str, bytes] = {}
        self.tip: Commit | None = None
        self._control: Control | None = None
        self._records: dict[str, tuple[str, str]] = {}
        self._entries: dict[str, Filed] = {}
        self._about: dict[str, dict[str, None]] = {}
        self._uids: dict[str, str] = {}
        self._recipients: dict[str, str] = {}
        self._sound_records: dict[tuple[str, str], Record] = {}
        self._sound_cases: dict[tuple[str, str], Case] = {}
        self._complete = True

    def begin_at(self, commit: Commit) -> Control:
        """Take a trusted commit as it stands, with its control files; its content is read once something needs it."""
        self.tip, self._control, self._complete = commit, control_at(self.repository, commit.id), False
        return self._control

    @property
    def control(self) -> Control:
        """The control files; only after the first commit."""
        if self._control is None:
            raise LookupError("the history has not begun")
        return self._control

    @property
    def regime(self) -> Regime:
        """The rules in force."""
        return self.control.regime

    @property
    def members(self) -> Mapping[str, Member]:
        """The members by handle."""
        return self.control.members

    def cases(self, uid: str, *kinds: str) -> list[Case]:
        """Every entry of these kinds about a record."""
        filed = (self._entries[entry] for entry in self._about.get(uid, ()))
        return [self.case(row.path, row.blob) for row in filed if not kinds or row.kind in kinds]

    def register(self, kind: str) -> list[Case]:
        """Every entry of a kind, oldest first."""
        filed = sorted((row for row in self._entries.values() if row.kind == kind), key=lambda row: row.path)
        return [self.case(row.path, row.blob) for row in filed]

    def entry(self, uid: str) -> Case | None:
        """The entry with that uid."""
        row = self._entries.get(uid)
        return self.case(row.path, row.blob) if row else None

    def records_of(self, uids: Iterable[str]) -> tuple[Record, ...]:
        """The records with these uids, those that exist."""
        return tuple(self.record(*self._records[uid]) for uid in uids if uid in self._records)

    def kept(self, handle: str) -> dict[str, str]:
        """What to call the records that a member keeps, by uid."""
        filed = sorted(self._records.items(), key=lambda row: row[1])
        texts = self.repository.blobs(blob for _uid, (_path, blob) in filed)
        mine = [
            at
            for (_uid, at), (_id, text) in zip(filed, texts, strict=True)
            if (found := _KEEPER.search(text)) and found[1].decode() == handle
        ]
        return {record.uid: record.label for record in (self.record(*at) for at in mine) if not record.gone}

    def knows(self, uid: str) -> bool:
        """Whether a record or an entry has that uid."""
        return uid in self._records or uid in self._entries

    def is_taken(self, recipient: str, uid: str) -> bool:
        """Whether a recipient cannot be one of that record or entry alone; from now on it is nobody else's."""
        return recipient in self.control.recipients or self._recipients.setdefault(recipient, uid) != uid

    def text(self, path: str, blob: str) -> bytes:
        """The bytes of a file of the commit at hand or of the one before."""
        found = self.texts.get(blob)
        if found is None and self.tip is not None and self.repository.blob(self.tip.id, path) == blob:
            found = self.repository.read(self.tip.id, path)
        return next(self.repository.blobs([blob]))[1] if found is None else found

    def holds(self, path: str, blob: str) -> bool:
        """Whether a file need not be read again."""
        return (path, blob) in self._sound_records or (path, blob) in self._sound_cases

    def record(self, path: str, blob: str) -> Record:
        """The record in a file; raises what ``soundness.record`` raises."""
        if (path, blob) not in self._sound_records:
            _make_room(self._sound_records)
            self._sound_records[path, blob] = soundness.record(self.text(path, blob), path)
        return self._sound_records[path, blob]

    def case(self, path: str, blob: str) -> Case:
        """The entry in a file; raises what ``soundness.case`` raises."""
        if (path, blob) not in self._sound_cases:
            _make_room(self._sound_cases)
            self._sound_cases[path, blob] = soundness.case(self.text(path, blob), path, self.regime)
        return self._sound_cases[path, blob]

    def look_around(self) -> None:
        """Learn which records and entries there are, if the replay began in the middle."""
        if self._complete or self.tip is None:
            return
        self._complete = True
        for folder in (layout.RECORDS, layout.REGISTERS):
            listed = list(self.repository.tree(self.tip.id, folder.rstrip("/")))
            for file, (_blob, text) in zip(listed, self.repository.blobs(file.blob for file in listed), strict=True):
                if uid := layout.UID.search(text):
                    self._file(uid[1].decode(), file.path, file.blob, text)
                    recipients = (found.decode() for found in layout.RECIPIENT.findall(text))
                    self._recipients |= dict.fromkeys(recipients, uid[1].decode())

    def _file(self, uid: str, path: str, blob: str, text: bytes) -> None:
        if path.startswith(layout.RECORDS):
            self._records[uid], self._uids[path] = (path, blob), uid
            return
        head = text.partition(b"\nevents:\n")[0]
        kind = _KIND.search(head)
        self._enter(uid, Filed(path, blob, kind[1].decode() if kind else "", tuple(u.decode() for u in _ABOUT.findall(head))))

    def _enter(self, uid: str, row: Filed) -> None:
        self._entries[uid], self._uids[row.path] = row, uid
        for about in row.about or (NO_RECORD,):
            self._about.setdefault(about, {})[uid] = None

    def enter(self, case: Case, blob: str) -> None:
        """Let what follows in the same commit see an entry as it now stands."""
        self._enter(case.uid, Filed(case.entry.path, blob, case.kind.name, case.entry.uids))

    def advance(self, commit: Commit, changes: Iterable[Change], control: Control) -> None:
        """Go on to the next commit, whatever was found in it."""
        if self._control is not None and control.regime.digest != self._control.regime.digest:
            self._sound_cases.clear()
        self._control = control
        if self._complete:
            for change in changes:
                self._follow(change)
        self.tip = commit

    def stand(self, commit: Commit, control: Control) -> None:
        """Go to a commit anywhere in the history, by what differs there: branches need no state of their own."""
        if self.tip is not None and self.tip.id != commit.id:
            changes = compared(self.repository, [(commit.id, self.tip.id)])[0] if self._complete else ()
            self.advance(commit, changes, control)

    def _follow(self, change: Change) -> None:
        if not change.path.startswith((layout.RECORDS, layout.REGISTERS)):
            return
        if change.after is None:
            self._forget(change.path)
            return
        try:
            if change.path.startswith(layout.REGISTERS):
                self.enter(self.case(change.path, change.after), change.after)
                return
            record = self.record(change.path, change.after)
        except UNAPPLICABLE:  # a finding of this commit; what stood there before goes on to count
            return
        self._records[record.uid], self._uids[change.path] = (change.path, change.after), record.uid

    def _forget(self, path: str) -> None:
        uid = self._uids.pop(path, "")
        if self._records.get(uid, ("", ""))[0] == path:
            del self._records[uid]
        row = self._entries.get(uid)
        if row is not None and row.path == path:
            del self._entries[uid]
            for about in row.about or (NO_RECORD,):
                self._about[about].pop(uid, None)


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
