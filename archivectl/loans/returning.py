"""What comes back: looked at by somebody else than who had it, shelved, reported where it is damaged or lost."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import NotAllowed, Refused
from archivectl.i18n import N_, Titles
from archivectl.loans.finding import Loan, lent_to, next_in_queue, of, standing
from archivectl.registers.deciding import decide
from archivectl.registers.guards.storing import must_be_disinfested
from archivectl.registers.kinds import resolve

_LOOKED_AT = "lend.return.check"
_OWN = N_("{member} borrowed this file; somebody else looks at it when it comes back: {posts}.")
_ANOTHER = N_("Let one of them take it back: archivectl --as MEMBER return …")


class ReturnedAlready(Refused):
    """A loan that ended."""

    message = "{loan} was returned on {date}; nothing is left to do."
    hint = "See what happened to it: archivectl register show {loan}"


class Look(NamedTuple):
    """How what comes back was found: its condition, its pages, how it was looked at, and when it was disinfested."""

    condition: str = "intact"
    pages: int | None = None
    examined: str = ""
    disinfested: str = ""


INTACT = Look()


def give_back(archive: Archive, reference: str, look: Look = INTACT) -> Loan:
    """Take a file back, its condition and pages noted; what is damaged or lost is reported in the same commit."""
    work = Work.on(archive, of(archive, reference))
    last = work.standing.done[-1]
    if work.kind.steps[last.act].command.startswith("return") and not work.standing.marked("out"):
        raise ReturnedAlready(loan=work.number, date=last.date[:10])
    data: dict[str, Any] = look._asdict()
    step = _way_back(work, data)
    if step == "shelve":
        data = {"disinfested": look.disinfested}
    elif step != "report_lost":
        _refuse_to_borrower(work, step, data)
    work.step(step, data)
    incident = _report(archive, work, step, data)
    following = next_in_queue(archive, work) if not work.standing.marked("out") else None
    archive.commit(work.change().with_(*(other.change() for other in (incident, following) if other)))
    return standing(work, incident, following)


def _refuse_to_borrower(work: Work, step: str, data: Mapping[str, Any]) -> None:
    """Where what comes back is looked at, the borrower does not look at it themselves, unless nobody else may.

    No guard can see this: whom a file was lent to is sealed. Who may not read it is not told apart.
    """
    archive, me = work.archive, work.archive.me
    s = work.situation(step, data, me, "signed")
    posts = resolve(archive.regime, s.step.by) or ()
    others = [one for one in archive.members.values() if one != me and not one.retired and one.titles & set(posts)]
    if archive.regime.get(_LOOKED_AT) and others and lent_to(archive, work.standing, me):
        values = {"member": me.name, "posts": Titles(map(archive.regime.titled, posts))}
        own = s.why("not_the_borrower", _OWN, hint=_ANOTHER, path=_LOOKED_AT, **values)
        raise NotAllowed((own, *decide(s).reasons), archive.regime.titles)


def _way_back(work: Work, data: Mapping[str, Any]) -> str:
    """The step by which a file comes back: shelved at once, kept for disinfestation, found again, or reported lost."""
    case = work.standing
    if case.marked("in"):
        return "shelve"
    if data["condition"] == "lost":
        return "report_lost"
    if case.marked("missing"):
        return "find"
    waits = must_be_disinfested(work.situation("give_back", data, work.archive.me, "signed")) and not data["disinfested"]
    return "take_in" if waits and case.marked("out") else "give_back"


def _report(archive: Archive, work: Work, step: str, data: Mapping[str, Any]) -> Work | None:
    """The report that the step opens, if any."""
    kind = work.kind.steps[step].opened(data)
    if not kind:
        return None
    what = "loss" if data["condition"] == "lost" else "damage"
    report = Work.opening(archive, kind, work.records, {"what": what, "loan": work.uid}, "".join(work.parts[:1]))
    report.step("report")
    return report
