"""What an act is decided from: the case at hand and a view of the archive, as it stands or as it stood."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from archivectl.errors import Reason, WrongUsage
from archivectl.i18n import N_
from archivectl.members.member import Member, called
from archivectl.records import facts
from archivectl.records.model import Record
from archivectl.regime.model import Regime, first
from archivectl.registers import entry, scope
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind, Step

OUTSIDE = entry.OUTSIDE
DELEGATION = "delegation"
WHOM = ("applicant", "borrower", "keeper", "record")  # whose department a post may be of
# Why a delegation that holds only during an absence does not serve: templates over ``{entry}`` and ``{date}``.
PRESENT = N_("{entry} holds only while its principal is away, and nobody entered that.")
BACK_AGAIN = N_("{entry} holds only while its principal is away, which was so until {date}.")
NO_RECORD = ""  # the uid under which a world files entries that are about no record in particular


class World(Protocol):
    """What a decision may look at: the archive as it stands, or as it stood."""

    @property
    def regime(self) -> Regime: ...  # noqa: D102 - the names say it

    @property
    def members(self) -> Mapping[str, Member]: ...  # noqa: D102

    def cases(self, uid: str, *kinds: str) -> list[Case]:
        """Every entry of these kinds about a record, or of these kinds about none (NO_RECORD)."""
        ...

    def register(self, kind: str) -> list[Case]:
        """Every entry of a kind, oldest first."""
        ...

    def records_of(self, uids: Iterable[str]) -> tuple[Record, ...]:
        """The records with these uids, those that exist."""
        ...

    def kept(self, handle: str) -> Mapping[str, str]:
        """What a member keeps: by uid what to call it. The archive of then looks through all files, so few acts may ask."""
        ...


class Situation(NamedTuple):
    """Everything an act is decided from; ``now`` is the civil evaluation time (``2026-03-02T14:30``)."""

    world: World
    kind: Kind
    step: Step
    actor: Member
    now: str
    case: Case | None = None
    records: tuple[Record, ...] = ()
    parts: tuple[str, ...] = ()
    columns: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None
    means: str = "signed"
    rule: Mapping[str, Any] | None = None
    recorder: Member | None = None

    def column(self, name: str) -> Any:  # noqa: ANN401 - any value of a column
        """A column of the new or the existing entry."""
        columns = self.columns if self.columns is not None else self.case.entry.columns if self.case else {}
        return columns.get(name)

    @property
    def rules(self) -> str:
        """The rule table that governs: that of the chosen value of a column, where the kind names one there, else the kind's.

        A section may say whose rules hold for it: ``read: {as: lend}``.
        """
        for name, column in self.kind.columns.items():
            value = str(self.column(name)) if column.choices else ""
            if value in column.choices and (path := column.choices[value].get("rules")):
                section, _dot, rest = str(path).removeprefix("$").partition(".")
                return f"{self.world.regime.get(f'{section}.as', section)}.{rest}"
        return self.kind.rules

    def given(self, name: str) -> Any:  # noqa: ANN401 - any value of an event
        """What the act itself states."""
        return (self.data or {}).get(name)

    def others(self, record: Record, *kinds: str) -> list[Case]:
        """Other entries about a record."""
        return [case for case in self.world.cases(record.uid, *kinds) if self.case is None or case.uid != self.case.uid]

    def why(self, guard: str, message: str, *, hint: str = "", path: str = "", **values: Any) -> Reason:  # noqa: ANN401
        """A reason of this act, with the clause that governs ``path`` and the file of the regime that says so.

        Where regulations are followed, a clause that none of them has is named to nobody.
        """
        regime, code = self.world.regime, f"{self.step.code}/{guard}"
        clause = regime.clause(path, f"gate:{code}")
        clause = clause if clause in regime.clauses or not regime.clauses else ""
        return Reason(code, message, values, hint, clause, self.stated_in(path) if path else regime.listing.get(clause, ""))

    def stated_in(self, path: str) -> str:
        """The file that states what a path says here; the term that a row of the rules leaves out is that of base."""
        regime, (table, _dot, key) = self.world.regime, path.rpartition(".")
        if key == "term" and table == self.rules and key not in (first(regime.get(table) or (), facts_for(self, table)) or {}):
            return "base"
        return regime.origin(path)


Guard = Callable[[Situation], Iterator[Reason]]


def department_of(s: Situation, whom: str) -> str | None:
    """The department of the applicant, borrower, keeper or record, by its key, as far as the archive knows it."""
    return s.world.regime.department(_department(s, whom))


def _department(s: Situation, whom: str) -> str | None:
    members = s.world.members
    if whom == "applicant":
        opener = s.case.done[0].by if s.case and s.case.done else s.actor.handle
        return members[opener].department if opener in members else None
    if whom == "borrower":
        unit = s.column("unit")
        return str(unit) if unit else None
    record = s.records[0] if s.records else None
    if record is None:
        return None
    keeper = called(members, str(record.data.get("keeper", "")))
    if whom == "record" or keeper is None or keeper.department is None:
        return record.data.get("department")
    return keeper.department


def facts_for(s: Situation, table: str) -> dict[str, Any]:
    """What the rows of a rule table may ask about: the file, who applies, and how."""
    actor, members = s.actor, s.world.members
    department = s.world.regime.department(actor.department)
    of = [whom for whom in WHOM if department and department == department_of(s, whom)]
    found = {
        **(facts.of(s.records[0].data) if s.records else {}),
        "post": actor.titles | {f"{title} of {whom}" for title in actor.titles for whom in of},
        "department": {actor.department, department},
        "keeper": any(called(members, str(record.data.get("keeper", ""))) == actor for record in s.records),
        "outside": bool(s.column("outside")),
        "mode": s.column("mode"),
    }
    if any("former" in row.get("when", {}) for row in s.world.regime.get(table) or ()):
        found["former"] = bool(s.records) and all(_handed_over(s, record) for record in s.records)
    return found


def _handed_over(s: Situation, record: Record) -> bool:
    """Whether the actor's department is one that handed the file over."""
    ended = (case for case in s.world.cases(record.uid, "handover") if not case.marked("pending") and case.acts("register"))
    givers = (s.world.members.get(str(case.entry.columns.get("giver"))) for case in ended)
    department = s.world.regime.department
    theirs = {department(giver.department) for giver in givers if giver} - {None}
    return department(s.actor.department) in theirs


def holds(s: Situation, member: Member, post: str) -> bool:
    """Whether a member may act for a post, as their own or under a delegation in force."""
    return bears(s, member, post) or delegation(s, member, post) is not None


def bears(s: Situation, member: Member, post: str) -> bool:
    """Whether a post is the member's own, of the right department if one is asked for (of an outsider, the recorder vouches)."""
    name, _of, whom = post.partition(" of ")
    if (column := s.kind.columns.get(name)) and column.type == "member" and (party := s.column(name)):
        return bool(party == member.handle)  # a party that the entry itself names
    if name not in member.titles:
        return False
    if member.handle == OUTSIDE:
        return True
    return not whom or (member.department is not None and s.world.regime.department(member.department) == department_of(s, whom))


def delegations(s: Situation, member: Member, post: str) -> list[Case]:
    """Every delegation of a post to a member, in force or not, oldest first; a delegate passes nothing on."""
    if member.handle == OUTSIDE or member.retired or s.kind.name == DELEGATION:
        return []
    name = post.partition(" of ")[0]
    given = {"post": name, "to": member.handle}
    return [case for case in s.world.cases(NO_RECORD, DELEGATION) if given.items() <= case.entry.columns.items()]


def delegated(world: World, member: Member, day: str) -> set[str]:
    """The posts that others delegated to a member for a day, whatever each extends to; ``holds`` tells the rest."""
    cases = [case for case in world.cases(NO_RECORD, DELEGATION) if case.marked("acting")]
    columns = [case.entry.columns for case in cases if case.entry.columns.get("to") == member.handle]
    return {str(each["post"]) for each in columns if str(each["from"]) <= day[:10] <= str(each["until"])}


def delegation(s: Situation, member: Member, post: str) -> Case | None:
    """The delegation under which a member may act for a post here and now."""
    return next((case for case in delegations(s, member, post) if lapse(s, case, post) is None), None)


def giver(case: Case) -> str:
    """Who signed a delegation: a handle, or OUTSIDE."""
    return next((event.by for event in reversed(case.acts("approve"))), "")


def lapse(s: Situation, case: Case, post: str) -> tuple[str, str] | None:
    """Why a delegation does not serve here and now: an English template over ``{entry}`` and ``{date}``, and the date."""
    begins, last = (str(case.entry.columns.get(name, "")) for name in ("from", "until"))
    if not case.marked("acting"):
        revoked = case.acts("revoke")
        return (N_("{entry} was revoked on {date}."), revoked[-1].date[:10]) if revoked else (N_("{entry} is not signed."), "")
    if s.now[:10] > last:
        return N_("{entry} ended on {date}."), last
    if s.now[:10] < begins:
        return N_("{entry} begins on {date}."), begins
    signer = s.world.members.get(giver(case))
    if giver(case) != OUTSIDE and (signer is None or not bears(s, signer, post)):
        return N_("Who signed {entry} does not hold that post (any more)."), ""
    if (present := _present(case, s.now[:10])) is not None:
        return (BACK_AGAIN, present) if present else (PRESENT, "")
    return None if covers(case, s.kind, s.records) else (N_("{entry} does not extend to this."), "")


def _present(case: Case, day: str) -> str | None:
    """The last day of an absence that is over, nothing where none was entered for that day; None where the delegation holds.

    Registers from before absences were entered hold at any time.
    """
    if "depart" not in case.kind.steps or not case.kind.steps["depart"].fits(case.entry.columns):
        return None
    gone = next(reversed(case.acts("depart", "come_back")), None)
    if gone is None or gone.act == "come_back":
        return gone.date[:10] if gone else ""
    begins, ends = (str(each)[:10] for each in (gone.data.get("away_from") or gone.date, gone.data["away_until"]))
    return None if begins <= day <= ends else ends if day > ends else ""


def covers(case: Case, kind: Kind, records: Iterable[Record]) -> bool:
    """Whether the scope of a delegation takes in entries of a kind about these records; what cannot be read takes in nothing."""
    columns = case.entry.columns
    words = set(listed(columns.get("kinds", "")))
    if words and not words & {kind.name, kind.number, *kind.title.values()}:
        return False
    if not (where := columns.get("where")):
        return True
    try:
        when = scope.parse(str(where))
    except WrongUsage:
        return False
    found = [first([{"when": when}], facts.of(record.data)) is not None for record in records]
    return bool(found) and all(found)


def listed(text: object) -> list[str]:
    """The words of a text that lists some, however they are separated."""
    return [word for word in re.split(r"[\s,，、;；]+", str(text)) if word]
