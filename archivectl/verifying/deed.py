"""What one commit did, as it is being judged; every finding about it is made here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from archivectl.errors import UNAPPLICABLE, ArchiveError, Reason, Unreadable
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.members.member import Member
from archivectl.records import layout
from archivectl.records.model import Record
from archivectl.registers.deciding import Decision, decide
from archivectl.registers.entry import Event
from archivectl.registers.fold import Case
from archivectl.registers.situation import Situation
from archivectl.store.objects import Change, Commit
from archivectl.verifying.keys import Writer
from archivectl.verifying.past import Past

_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
SKEW = timedelta(minutes=10)  # by so much two clocks may differ that nobody set wrong
HINTS = {
    "verify/genesis": N_("Compare the fingerprint with the recovery sheet; without a match, trust nothing in this archive."),
    "verify/signature": N_(
        "Find out who pushed this commit; members commit with archivectl, which signs for them. "
        "What is right all the same is ratified with: archivectl verify --ratify {commit}"
    ),
    "verify/control": N_("Members, keys and rules are changed by an administrator alone, for others, in commits of their own."),
    "verify/act": N_("Ask the member; what was not allowed is taken back, and done again by who may."),
    "verify/entry": N_("An entry only grows, one signed event after the other; take the file back from the commit before."),
    "verify/record": N_("Take the file back from the commit before, and repeat the change with archivectl."),
    "verify/keys": N_("Take the file back from the commit before, and let archivectl seal the value again."),
    "verify/tombstone": N_("Take the file back from the commit before; a file is destroyed by: archivectl destroy"),
    "verify/object": N_("Take the file back from the commit before; attachments come and go with the acts they belong to."),
    "verify/time": N_("Find out which clock was wrong; the order of history stands, the dates are claims."),
    "verify/merge": N_(
        "Merge again with git alone, or have somebody look at it who may do all of it: archivectl verify --ratify {commit}"
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A new event with the entry before and after it."""

    before: Case | None
    event: Event
    after: Case

    @property
    def code(self) -> str:
        """The stable name: ``loan.request``."""
        return f"{self.after.kind.name}.{self.event.act}"


@dataclass(slots=True)
class Deed:
    """A commit with what it changed, the archive before it, the verifier's time, and what was made out about it so far.

    ``stones`` are the uids of destroyed records, ``uids`` those of new ones, ``withdrawn`` records as they stood, by path,
    ``forgotten`` the contacts (``contacts[cK3F7Q]``) who were forgotten alone, by the uid of their record.
    """

    commit: Commit
    changes: list[Change]
    past: Past
    at: datetime
    member: Member | None = None
    steps: list[Step] = field(default_factory=list)
    record_acts: set[str] = field(default_factory=set)
    stones: set[str] = field(default_factory=set)
    uids: set[str] = field(default_factory=set)
    withdrawn: dict[str, Record] = field(default_factory=dict)
    made: dict[str, Record] | None = None
    forgotten: dict[str, set[str]] = field(default_factory=dict)

    @property
    def signer(self) -> Member:
        """Who signed; only once that is known."""
        if self.member is None:
            raise LookupError("the signature was not judged yet")
        return self.member

    @property
    def day(self) -> str | None:
        """The civil day of its record acts: its own word, or that of an entry in it."""
        days = [value for key, value in self.commit.trailers if key == "Archive-Date"]
        days = days or [step.event.date[:10] for step in self.steps]
        return days[0] if days and _DATE.fullmatch(days[0]) else None

    def writer(self, uid: str) -> Writer:
        """Who wrote the keys and sealed values of the record or entry with that uid."""
        return Writer(self.signer, self.past.control.generations, partial(self.past.is_taken, uid=uid))

    def under(self, folder: str) -> list[Change]:
        """The changes in a folder."""
        return [change for change in self.changes if change.path.startswith(folder)]

    def created(self) -> dict[str, Record]:
        """The records that the commit made, by uid, as far as they can be read."""
        if self.made is None:
            self.made = {record.uid: record for record in self._created()}
        return self.made

    def _created(self) -> Iterator[Record]:
        for change in self.under(layout.RECORDS):
            if change.after and not change.before:
                try:
                    yield self.past.record(change.path, change.after)
                except Unreadable:
                    continue

    def records(self, uids: Iterable[str]) -> tuple[Record, ...]:
        """The records with these uids as they stood, and those that the commit made as it made them."""
        old = {record.uid: record for record in self.past.records_of(uids)}
        return tuple(record for uid in uids if (record := old.get(uid) or self.created().get(uid)))

    @property
    def names(self) -> set[str]:
        """The acts that the commit says it is."""
        return {value for key, value in self.commit.trailers if key == "Archive-Act"}

    @property
    def shows(self) -> set[str]:
        """The steps of registers that it is."""
        return {step.code for step in self.steps}

    def finding(self, rule: str, message: str, path: str = "", **values: object) -> Finding:
        """A finding about this commit; ``{commit}``, ``{member}`` and ``{path}`` are known to every message."""
        handle = self.member.handle if self.member else ""
        known = {"commit": self.commit.id[:12], "member": handle or self.commit.author, "path": path}
        return Finding(path, 1, 1, rule, message, {**known, **values}, HINTS[rule], self.commit.id, handle)

    def refusals(self, decision: Decision, code: str, path: str) -> Iterator[Finding]:
        """A finding for each reason against an act."""
        message = N_("Commit {commit}: {member} was not allowed to do {act} on {path}: {reason}")
        for reason in decision.reasons:
            yield self.finding("verify/act", message, path, act=code, reason=Sentence(reason.message, **reason.values))

    def unreadable(self, rule: str, error: ArchiveError, path: str) -> Finding:
        """A finding for a file that its own reader refuses."""
        why = Sentence(error.message, **error.values)
        return self.finding(rule, N_("Commit {commit} by {member}: {problem}"), path, problem=why)

    def appended(self, code: str) -> list[Step]:
        """The new events of that step."""
        return [step for step in self.steps if step.code == code]


def decided(situation: Situation) -> Decision:
    """The decision that was to be made then; rules that nothing can be decided by allow nothing."""
    try:
        return decide(situation)
    except UNAPPLICABLE as error:
        problem = str(error) if isinstance(error, ArchiveError) else type(error).__name__
        why = Reason(f"{situation.step.code}/rules", N_("the rules cannot be applied ({problem})"), {"problem": problem})
        return Decision((why,), {}, "", ())
