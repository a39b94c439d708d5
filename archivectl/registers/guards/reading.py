"""Guards of reading: who may open what, within which limits, and what is confirmed of applicant, borrower and file."""

from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records import fields
from archivectl.records.consent import consented
from archivectl.regime import spans
from archivectl.regime.model import Regime
from archivectl.registers import kinds
from archivectl.registers.fold import Case
from archivectl.registers.situation import Guard, Situation, bears, facts_for, listed

_LOAN = "loan"
_SERVING = {_LOAN: "deliver", "request": "answer"}  # the registers in which a use is granted, and the step that serves it
_AGREED = frozenset({"willing", "at-use"})  # limits that want to know what the customer says
_OUTSIDE = N_("What {record} says stays inside the house.")
_UNWILLING = N_("{record} holds no consent of the customer to being used so.")
_EACH_TIME = N_("The customer has not agreed to this use of {record}.")
_COMMERCE = N_("Files are not used for other commerce here.")
_ENTER = N_("Enter it in the file: archivectl add {record} consent given=DAY …")


def cleared(s: Situation) -> Iterator[Reason]:
    """Nobody opens what is of a higher level than they are cleared for; nor asks for such a file, where the regime wants that."""
    if s.actor.retired:  # refused as no member: what they were cleared for has no part in it
        return
    asked = dict[str, list[str]]()
    for path, level in (s.given("levels") or {}).items():
        asked.setdefault(level, []).append(path)
    levels: list[tuple[object, str]] = [
        (fields.entitled(paths), level) for level, paths in asked.items() if not s.actor.cleared(level)
    ]
    if s.world.regime.get("read.clearance"):
        levels += [(record.label, record.secrecy) for record in s.records if not s.actor.cleared(record.secrecy)]
    for what, level in levels:
        message = N_("{what} ({level}): {member} is cleared up to {clearance}.")
        hint = N_("Ask somebody who is cleared for it: archivectl member list")
        told = {"what": what, "level": level, "member": s.actor.handle, "clearance": s.actor.clearance}
        yield s.why("cleared", message, hint=hint, path="read.clearance", **told)


def has_leave(s: Situation) -> Iterator[Reason]:
    """Where opening needs leave, the rules let the actor read freely, or a use of the file was approved for it.

    Nobody reads freely where the customer is to agree to each use: that is asked when a use is served.
    """
    regime = s.world.regime
    if regime.get("read.opening") != "by-leave":
        return
    agreed = _agreed_each_time(regime)
    asking = s._replace(kind=kinds.kind(_LOAN, regime), columns={"mode": "query"})
    for record in s.records:
        row = regime.rule(asking.rules, facts_for(asking._replace(records=(record,)), asking.rules))
        free = not (agreed or row.get("barred") or row.get("approve") or row.get("apply"))
        cases = [case for case in s.others(record, *_SERVING) if _served(s, case)]
        left = [path for path in s.given("paths") or ("",) if not any(_names(case, path) for case in cases)]
        if not free and (left or not cases):
            hint = N_("Ask for it: archivectl lend {record} --query --to WHO --purpose TEXT")
            message = N_("{record} is opened only with leave; none that stands covers this.")
            path = "read.limits" if agreed else f"{asking.rules}.approve"
            yield s.why("has_leave", message, hint=hint, path=path, record=record.label)


def _agreed_each_time(regime: Regime) -> bool:
    return not _AGREED.isdisjoint(regime.get("read.limits") or ())


def _served(s: Situation, case: Case) -> bool:
    """Whether a use was approved, is not over, and the actor applied for it or serves it."""
    told = case.kind.name == _LOAN and case.acts("deliver")
    granted = case.at(_SERVING[case.kind.name]) and not (case.kind.name == _LOAN and _agreed_each_time(s.world.regime))
    if not (granted or told or case.marked("out")):
        return False
    term = case.entry.columns.get("term") or case.rule.get("term")
    ends = spans.span(str(term)).after(case.done[-1].date, s.world.regime.calendar) if term else None
    desk = s.actor.titles & set(s.world.regime.get("who.lend") or ())
    return not spans.overdue(ends, s.now) and bool(desk or any(event.by == s.actor.handle for event in case.done))


def _names(case: Case, path: str) -> bool:
    """Whether a use is about a field: it names no fields, or this one or one above it."""
    fields = listed(case.entry.columns.get("fields") or "")
    return not fields or any(kinds_of(path).startswith(kinds_of(field)) for field in fields)


def kinds_of(path: str) -> str:
    """A path with a point at its end and without the ids of items, so that one above begins one below."""
    return ".".join(part.partition("[")[0] for part in path.split(".")) + "."


def fields_named(s: Situation) -> Iterator[Reason]:
    """Where no more is read than the task needs, a query names the fields that it is about."""
    if s.world.regime.get("read.named") and s.column("mode") == "query" and not s.column("fields"):
        hint = N_("Name them: --fields phone,address")
        yield s.why("fields_named", N_("Which fields the task needs must be said."), hint=hint, path="read.named")


def within_limits(s: Situation) -> Iterator[Reason]:
    """A use keeps within the limits of the regime: inside, willing, at-use, no-commerce."""
    limits, path = s.world.regime.get("read.limits") or (), "read.limits"
    use, today = str(s.column("use") or "use"), s.now[:10]
    since = s.case.done[0].date[:10] if s.case else ""
    if "no-commerce" in limits and (s.world.regime.get(f"purposes.{use}") or {}).get("commerce"):
        yield s.why("within_limits", _COMMERCE, path=path)
    for record in s.records:
        if "inside" in limits and (s.column("outside") or s.column("mode") == "provision"):
            yield s.why("within_limits", _OUTSIDE, path=path, record=record.label)
        if "willing" in limits and not consented(record.data, use, today):
            yield s.why("within_limits", _UNWILLING, hint=_ENTER, path=path, record=record.label)
        if "at-use" in limits and since and not consented(record.data, use, today, since=since):
            yield s.why("within_limits", _EACH_TIME, hint=_ENTER, path=path, record=record.label)


def applicant_verified(s: Situation) -> Iterator[Reason]:
    """What the regime wants confirmed of an applicant was, by one of those who do that."""
    wanted = (s.world.regime.get("lend.verify") or ()) if s.column("mode") != "provision" else ()
    who = set(s.world.regime.get("who.verify") or ())
    done = [event.data.get("verified") for event in (s.case.done if s.case else ()) if _one_of(s, event.by, who)]
    left = [word for word in wanted if word not in {each for text in done for each in listed(text or "")}]
    if left:
        message, hint = N_("Not confirmed of the applicant yet: {items}."), N_("Do: archivectl lend {entry} --verified {words}")
        told = {"items": _checks(s, left), "entry": s.case.id if s.case else "—", "words": ",".join(left)}
        yield s.why("applicant_verified", message, hint=hint, path="lend.verify", **told)


def _one_of(s: Situation, handle: str, posts: set[str]) -> bool:
    member = s.world.members.get(handle)
    return member is not None and any(bears(s, member, post) for post in posts)


def _checks(s: Situation, words: list[str]) -> Titles:
    known = s.world.regime.get("lend.checks") or {}
    return Titles(known.get(word, word) for word in words)


def duties_acknowledged(s: Situation) -> Iterator[Reason]:
    """Where the regime bars things to a borrower, or has them answer for completeness, they have promised it."""
    regime = s.world.regime
    barred, whole = regime.get("lend.barred_to_borrower") or (), regime.get("lend.completeness")
    if s.given("promised"):
        return
    hint = N_("Once they have: --promised")
    if barred:
        manners = regime.get("lend.manners") or {}
        duties = Titles(manners.get(word, word) for word in barred)
        message = N_("The borrower has not promised to keep the file safe and not to: {duties}.")
        yield s.why("duties_acknowledged", message, hint=hint, path="lend.barred_to_borrower", duties=duties)
    if whole:
        message = N_("The borrower has not promised to answer for completeness.")
        yield s.why("duties_acknowledged", message, hint=hint, path="lend.completeness")


def return_checked(s: Situation) -> Iterator[Reason]:
    """The keeper has looked at what comes back in the ways that the regime names."""
    wanted, done = s.world.regime.get("lend.return.check") or (), listed(s.given("examined") or "")
    if left := [word for word in wanted if word not in done]:
        message, hint = N_("Not looked at yet: {items}."), N_("Once it is: --checked {words}")
        items, words = _checks(s, left), ",".join(wanted)
        yield s.why("return_checked", message, hint=hint, path="lend.return.check", items=items, words=words)


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        cleared,
        has_leave,
        fields_named,
        within_limits,
        applicant_verified,
        duties_acknowledged,
        return_checked,
    )
}
