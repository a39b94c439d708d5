"""An archive at one commit: its rules, members, records and entries; looking only, whoever looks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archivectl.errors import Unreadable, WrongUsage
from archivectl.i18n import N_
from archivectl.members import member as members_
from archivectl.members.member import Member
from archivectl.records import layout, numbering, settings
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.regime import load as regimes
from archivectl.regime.model import Regime
from archivectl.registers import entry as entries
from archivectl.registers import kinds
from archivectl.registers.fold import Case, fold
from archivectl.registers.kinds import Kind
from archivectl.search.changes import INDEXED, IndexChange, became, changes_of
from archivectl.search.index import LIVING, Index
from archivectl.store.objects import parse_tree
from archivectl.store.repository import Repository

if TYPE_CHECKING:
    from archivectl.search.standing import Judge
    from archivectl.store.transaction import Written

Progress = Callable[[str, int, int], None]
RULES = 1
FORMAT = 1
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


class NotReadable(Unreadable):
    """A record or an entry whose file is there and cannot be read."""

    message = "The file of {number} is there, but cannot be read: {path}."
    hint = "See what is wrong with it: archivectl check {path}; and since which commit: git log -- {path}"


class NewerArchive(Unreadable):
    """An archive of a format or rules that this version does not know."""

    message = "This archive is of format {format}, rules {rules}; this version knows format 1, rules 1."
    hint = "Install a newer version of archivectl."


class Snapshot:
    """An archive at one commit, evaluated at one time."""

    def __init__(self, repository: Repository, at: datetime, today: str = "") -> None:
        self.repository = repository
        self.at = at
        self.tip = repository.tip() or ""
        self.progress: Progress = _silent
        self._folds: dict[tuple[str, str], Case] = {}
        self._indexed: Path | None = None
        self.config = self._settings()
        self.now = settings.evaluated(self.config, at, today)

    def _settings(self) -> dict[str, Any]:
        text = self.repository.read(self.tip, settings.NAME) if self.tip else None
        if text is None:
            raise NoArchiveFile
        config = settings.parse(text)
        if config["format"] > FORMAT or config["rules"] > RULES:
            raise NewerArchive(format=config["format"], rules=config["rules"])
        return config

    def civil(self, at: datetime) -> str:
        """A moment as the archive's clocks show it: ``2026-03-02T14:30``."""
        return settings.civil(self.config, at)

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
        return regimes.load(self.repository.files(self.tip, "regime"), self.config.get("working_hours", ""))

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
    def index(self) -> Index:
        """The index, brought to this commit."""
        law = parse_tree(self.repository.read_tree(self.tip)).get("regime", ("", ""))[1]
        index = Index(self._indexed or self.repository.own_folder, law, self._judge)
        tree = self.repository.resolve(self.tip, "tree")
        while index.tree != tree:  # what another command took in meanwhile is gone on from
            changes = self.repository.changes(index.tree, tree, under=INDEXED)
            texts = self.repository.blobs(change.after for change in changes if change.after)
            index.bring_to(tree, self._with_texts(changes, texts, self._days(changes) if index.dated else {}))
        return index

    def _days(self, changes: Iterable[Any]) -> dict[str, str]:
        """The day on which each of the records among some files last became another."""
        left = {change.path for change in changes if change.after and change.path.startswith(layout.RECORDS)}
        found = dict[str, str]()
        for name, changed in self.repository.differences(self.tip, (layout.RECORDS, layout.INTERACTIONS)) if left else ():
            if hits := left.intersection(became(changed)):
                commit = self.repository.commit(name)
                found |= dict.fromkeys(hits, dict(commit.trailers).get("Archive-Date") or self.civil(commit.when)[:10])
                left -= hits
            if not left:
                break
        return found

    def _judge(self) -> "Judge":
        from archivectl.search.standing import Judge  # noqa: PLC0415 - loads what most changes of a record do not need

        return Judge(self.regime, self.members)

    def _with_texts(
        self, changes: Sequence[Any], texts: Iterable[tuple[str, bytes]], days: Mapping[str, str]
    ) -> Iterable[IndexChange]:
        following = iter(texts)
        for done, change in enumerate(changes):
            text = next(following)[1] if change.after else None
            yield IndexChange(change.path, change.after, text, days.get(change.path, ""))
            if done % 500 == 0:
                self.progress(N_("Indexing"), done, len(changes))

    def kind(self, name: str) -> Kind:
        """A register's kind; raises UnknownKind."""
        return kinds.kind(name, self.regime)

    def names_entry(self, kind: str, reference: str) -> bool:
        """Whether a reference is a number of this register (``JY-31`` of the loans), and so of no record."""
        grammar = self.config["numbering"]["entry"]
        with suppress(numbering.NoEntryNumber):
            parts = numbering.split(grammar, numbering.entry(reference, grammar, self.today[:4]))
            return parts is not None and parts.get("kind") == self.kind(kind).number
        return False

    def record(self, reference: str) -> Record:
        """The record of a number (``SH-000212``, ``212``), label or uid, or a draft's first letters; raises UnknownRecord."""
        reference = numbering.code(reference)[0]
        if len(reference) == 26 and reference.isalnum() and (row := self.index.record(uid=reference)):  # noqa: PLR2004 - a uid
            return self.read(row.path)
        begins = ("status = 'draft' AND uid GLOB ?", (f"{reference.upper()}*",))
        if numbering.is_draft(reference) and len(drafts := list(self.index.records(*begins))) == 1:
            return self.read(drafts[0].path)
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

    def kept(self, handle: str) -> dict[str, str]:
        """What to call the records that a member keeps, by uid, in the order of their numbers."""
        rows = self.index.records(f"json_extract(data, '$.keeper') = ? AND {LIVING}", (handle,))
        return {row.uid: row.number or row.uid for row in rows}

    def away(self) -> set[str]:
        """The uids of the records of which something is out of the house, or lost."""
        marks = ((kind.name, state) for kind in map(self.kind, kinds.names(self.regime)) for state in kind.marked("out"))
        query = "SELECT uid FROM about WHERE entry IN (SELECT path FROM entries WHERE kind = ? AND state = ?)"
        return {uid for mark in marks for (uid,) in self.index.db.execute(query, mark)}

    def case(self, reference: str) -> Case:
        """The entry of a number (``JY-2026-0031``, ``JY-31``) or uid; raises UnknownEntry, NotReadable, NoNumber."""
        if len(reference) == 26 and reference.isalnum() and (rows := self.index.entries("uid = ?", (reference,))):  # noqa: PLR2004 - a uid
            return self._folded(rows)[0]
        number = numbering.entry(reference, self.config["numbering"]["entry"], self.today[:4])
        found = self._folded(self.index.entries("id = ?", (number,)))
        if not found:
            self._refuse_broken(number)
            raise UnknownEntry(number=number)
        return found[0]

    def _refuse_broken(self, number: str) -> None:
        """Raise NotReadable where a file of that number is there, and is no longer what it was."""
        for path in self.index.broken():
            if path.endswith(f"/{number}.yaml"):
                raise NotReadable(number=number, path=path)

    def cases(self, uid: str, *kinds: str) -> list[Case]:
        """The entries of these kinds (all, where none is named) about a record, oldest first."""
        return self._folded(self.index.entries_about(uid, kinds))

    def register(self, kind: str) -> list[Case]:
        """All entries of a register, oldest first."""
        return self._folded(self.index.entries("kind = ?", (kind,)))

    def _folded(self, found: list[tuple[str, str]]) -> list[Case]:
        new = [row for row in dict.fromkeys(found) if row not in self._folds]  # an entry about many records is read once
        texts = self.repository.blobs(blob for _path, blob in new) if new else ()  # without need, no process is started
        for (path, blob), (_id, text) in zip(new, texts, strict=True):
            entry = entries.parse(text, path)
            self._folds[path, blob] = fold(entry, self.kind(entry.kind))
        return [self._folds[row] for row in found]

    def move_to(self, tip: str, writes: "Mapping[str, Written]") -> None:
        """Go on from a commit that was just made; ``writes`` are its files by path."""
        # What the next command would have to ask git for; under another law it judges everything anew.
        if "index" in self.__dict__ and len(writes) <= _FEW and not any(path.startswith("regime/") for path in writes):
            day = self.today if self.index.dated else ""
            self.index.follow(self.repository.resolve(tip, "tree"), changes_of(writes, day))
        self._go_to(tip)
        if settings.NAME in writes:
            self.config = self._settings()

    def stand_at(self, tip: str, indexed: Path | None = None) -> None:
        """Look at another commit, with an index of its own in a folder, so that the archive's own need not follow."""
        self._indexed = indexed
        self._go_to(tip)
        self.config = self._settings()

    def close(self) -> None:
        """Let go of the index; it is opened again for whoever asks for it again."""
        if "index" in self.__dict__:
            self.index.close()
            del self.index

    def _go_to(self, tip: str) -> None:
        """Forget what was read of another commit."""
        self.close()
        for name in ("regime", "members"):
            self.__dict__.pop(name, None)
        self._folds.clear()
        self.tip = tip


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""
