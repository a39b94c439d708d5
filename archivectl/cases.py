"""Carrying an entry of a register a step further: decided, sealed, signed, and ready to commit."""

import base64
import hashlib
import secrets
from base64 import b32encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archivectl import attachments, blocks
from archivectl.archive import Archive, Change
from archivectl.encryption import age
from archivectl.errors import NotAllowed, WrongUsage
from archivectl.i18n import Titles
from archivectl.members.member import Member
from archivectl.records import layout, leaks
from archivectl.records.model import Record
from archivectl.regime import spans
from archivectl.registers import entry as entries
from archivectl.registers.deciding import Decision, decide
from archivectl.registers.fold import Case, fold
from archivectl.registers.kinds import Column, Kind
from archivectl.registers.situation import OUTSIDE, Situation
from archivectl.store.transaction import Written

_PASSED, _FAILED = "通过", "未通过"  # kept in the register, in Chinese


def random_id(length: int) -> str:
    """An id of that many random B32 characters."""
    return b32encode(secrets.token_bytes((length * 5 + 7) // 8)).decode()[:length]


class AnotherRegister(WrongUsage):
    """An entry of another register than the one that a command is for."""

    message = "{entry} is an entry of {kind}, where there is no such step."
    hint = "See what it is and what it waits for: archivectl register show {entry}"


class Work:
    """One entry in hand: every step is decided before it is written, and nothing is on disk until the change is committed."""

    def __init__(self, archive: Archive, kind: Kind, uid: str, number: str, records: Sequence[Record]) -> None:
        self.archive = archive
        self.kind = kind
        self.uid = uid
        self.number = number
        self.records = tuple(records)
        self.head = ""
        self.lines: list[str] = []
        self.case: Case | None = None
        self.acts: list[str] = []
        self.scans: dict[str, Written] = {}
        self.columns: Mapping[str, Any] | None = None
        self.parts: tuple[str, ...] = ()
        self.path = ""
        self.sealer = archive.sealer(uid)
        self.listed = 0  # how many of the sealer's keys stand in the entry already

    @classmethod
    def on(cls, archive: Archive, case: Case) -> "Work":
        """Go on with an entry that exists."""
        work = cls(archive, case.kind, case.uid, case.id, archive.records_of(case.entry.uids))
        work.case, work.path, work.head = case, case.entry.path, case.entry.head
        work.lines = [event.line for event in case.entry.events]
        work.parts = tuple(item["part"] for item in case.entry.about if "part" in item)
        work.sealer = archive.sealer(case.uid, case.entry.all_keys)
        work.listed = len(case.entry.all_keys)
        return work

    @classmethod
    def opening(
        cls, archive: Archive, kind: str, records: Sequence[Record], columns: Mapping[str, Any], part: str = "", number: str = ""
    ) -> "Work":
        """Begin an entry; ``columns`` in clear. ``number`` is its own where several are begun for one commit."""
        found = archive.kind(kind)
        year = archive.today[:4]
        number = number or next(blocks.of_register(archive, kind, year))
        work = cls(archive, found, random_id(26), number, records)
        work.parts = (part,) if part else ()
        work.columns = {name: value for name, value in columns.items() if value not in (None, "")}
        work.path = entries.path(kind, year, number)
        return work

    def situation(self, step: str, data: Mapping[str, Any], actor: Member, means: str) -> Situation:
        """What the next step is decided from."""
        columns = self.columns if self.case is None else None
        if (chosen := self.kind.steps.get(step)) is None:
            raise AnotherRegister(entry=self.number, kind=Titles([self.kind.title]))
        about = self.case, self.records, self.parts, columns, data, means
        recorder = self.archive.me if means != "signed" else None
        return Situation(self.archive, self.kind, chosen, actor, self.archive.now, *about, recorder=recorder)

    def step(
        self, name: str, data: Mapping[str, Any] | None = None, *, actor: Member | None = None, means: str = "signed"
    ) -> Decision:
        """Take a step; ``data`` in clear. Raises NotAllowed with every reason."""
        given = {key: value for key, value in (data or {}).items() if value not in (None, "")}
        who = actor or self.archive.me
        decision = decide(self.situation(name, given, who, means))
        if decision.reasons:
            raise NotAllowed(decision.reasons, self.archive.regime.titles)
        if self.case is None:
            self._write_head()
        self._write_event(name, given, who, means, decision)
        self.acts.append(f"{self.kind.name}.{name}")
        text = entries.text(self.number, self.head, self.lines).encode()
        self.case = fold(entries.parse(text, self.path), self.kind)
        return decision

    def _write_head(self) -> None:
        about = [{"uid": record.uid, **({"part": self.parts[0]} if self.parts else {})} for record in self.records]
        columns = {
            name: self._kept(column, self.columns[name], f"columns.{name}")
            for name, column in self.kind.columns.items()
            if self.columns and name in self.columns
        }
        self.head = entries.head(self.kind.name, self.uid, about, columns, [dict(row) for row in self.sealer.keys])
        self.listed = len(self.sealer.keys)

    def _kept(self, column: Column | None, value: Any, path: str) -> Any:  # noqa: ANN401 - any value of a column
        if column is None or not column.sealed:
            if isinstance(value, str):
                leaks.refuse(value)
            return value
        return self.sealer.seal(value, path, column.secrecy, "entry")

    def _write_event(self, name: str, data: Mapping[str, Any], who: Member, means: str, decision: Decision) -> None:
        archive = self.archive
        event = random_id(12)
        kept = {
            key: value
            if key in {"rule", "paper", "message"}
            else self._kept(self.kind.column(key), value, f"events[{event}].data.{key}")
            for key, value in data.items()
        }
        if self.case is None and decision.rule:
            kept["rule"] = dict(decision.rule)
        if decision.behalf:
            kept["for"] = decision.behalf
        if who.handle == OUTSIDE:
            kept["who"] = self.sealer.seal(who.name, f"events[{event}].data.who", "confidential", "entry")
        row = {
            "id": event,
            "act": name,
            "by": who.handle,
            "recorder": archive.me.handle if means != "signed" else None,
            "post": decision.post,
            "date": self._date(decision),
            "at": archive.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "after": self.case.heads if self.case else [],
            "means": means,
            "regime": archive.regime.digest,
            "items": {record.uid: record.digest for record in self.records},
            "data": kept,
            "keys": [dict(row) for row in self.sealer.keys[self.listed :]],
        }
        self.listed = len(self.sealer.keys)
        line = entries.event_line(row)
        signature = archive.signer.sign(entries.signed_text(archive.id, self.uid, self.head, line), "archivectl")
        self.lines.append(entries.with_signature(line, base64.b64encode(signature).decode()))

    def _date(self, decision: Decision) -> str:
        """The civil date of an act, with the time of day where the end of a term depends on it."""
        columns = self.columns or (self.case.entry.columns if self.case else {})
        terms = (decision.rule.get("term"), columns.get("term"))
        return self.archive.now if any(term and spans.timed(str(term)) for term in terms) else self.archive.today

    def attach(self, content: bytes | Path) -> str:
        """Encrypt a scan, or a file that holds one, under the entry's key; returns the digest of the ciphertext.

        Raises:
            NoSuchFile, EmptyFile, ChangedMeanwhile, CannotWrite.
        """
        recipient = self.sealer.recipient("confidential", "entry")
        if isinstance(content, Path):
            digest, staged = attachments.seal(self.archive, content, recipient)
            self.scans[layout.attached(digest)] = staged
            if self.archive.rehearsal:
                staged.path.unlink()
            return digest
        sealed = age.encrypt(content, [recipient])
        digest = hashlib.sha256(sealed).hexdigest()
        self.scans[layout.attached(digest)] = sealed
        return digest

    def next_step(self, what: str) -> str:
        """The step that approves (or refuses) what the entry waits for; without one, the kind's own step of that name."""
        awaiting = self.case.awaiting() if self.case else None
        if awaiting is None:
            return what
        refusal = self.kind.refusal(awaiting.chain)
        return refusal.name if what == "refuse" and refusal else awaiting.name

    def change(self, writes: Mapping[str, Written] | None = None, acts: Sequence[str] = ()) -> Change:
        """The change that carries out every step taken so far, with other files of the same commit."""
        text = entries.text(self.number, self.head, self.lines).encode()
        return Change(
            acts=(*self.acts, *acts),
            subject=f"{self.acts[-1]}: {self.number}",
            writes={**(writes or {}), **self.scans, self.path: text},
            minted=tuple(self.sealer.minted),
            uids=tuple(record.uid for record in self.records),
            entries=(self.uid,),
        )

    def commit(self, writes: Mapping[str, Written] | None = None, acts: Sequence[str] = (), *, ahead: bool = False) -> Case:
        """Commit every step taken so far, ``ahead`` as in ``Archive.commit``; returns the entry as it now stands."""
        self.archive.commit(self.change(writes, acts), ahead=ahead)
        return self.standing

    @property
    def standing(self) -> Case:
        """The entry after the steps taken so far."""
        if self.case is None:
            raise LookupError("no step was taken yet")
        return self.case


def done(archive: Archive, duty: str, finding: str = "") -> str:
    """Enter that a routine duty was done, and what it found; the entry's number, empty where the rules name no such duty.

    ``finding`` is kept in the register, in its own language.
    """
    work = Work.opening(archive, "duty", [], {"do": duty, "result": _FAILED if finding else _PASSED})
    try:
        work.step("do")
        if finding:
            work.step("find", {"finding": finding})
    except NotAllowed:
        return ""
    return work.commit().id
