"""Guards of keeping up with customers: complaints, surveys of satisfaction, finance accounts."""

from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_
from archivectl.regime.model import within
from archivectl.registers import surveying
from archivectl.registers.situation import Guard, Situation, listed

_HOLDER = "finances.accounts["
_REPORTS = {True: "report", False: "shortfall"}


def department_by_kind(s: Situation) -> Iterator[Reason]:
    """A complaint goes to the departments that its kind belongs to, before anybody deals with it."""
    wanted = (s.world.regime.get("complaint.path") or {}).get(s.column("kind")) or ()
    passed = [event.data.get("department") for event in s.case.acts("assign")] if s.case else []
    called = s.world.regime.department
    told = {called(word) for text in (*passed[-1:], s.given("department")) for word in listed(text or "")}
    if left := [each for each in wanted if called(each) not in told]:
        message, hint = N_("Complaints of this kind go to: {departments}."), N_("Pass it on: archivectl {how}")
        how = f"register step {s.case.id if s.case else '—'} assign department={'、'.join(wanted)}"
        yield s.why("department_by_kind", message, hint=hint, path="complaint.path", departments=", ".join(left), how=how)


def tabulated(s: Situation) -> Iterator[Reason]:
    """A report on a year's survey says how many answered and what they rated on the average, as the answers have it."""
    found = surveying.tabulated(s.world.register(s.kind.name), str(s.column("year")))
    if not found.answers:
        hint = N_("Enter the answers first: archivectl register add feedback --about NUMBER mode=answer rating=… date=…")
        yield s.why("tabulated", N_("Nobody answered a survey in {year}."), hint=hint, year=s.column("year") or "—")
    elif (s.column("answers"), s.column("rating")) != (found.answers, found.rating):
        message = N_("The {answers} answers of {year} come to {rating} on the average.")
        hint = N_("Say so: answers={answers} rating={rating}. See them tabulated: archivectl report 满意度分析报告 --year {year}")
        yield s.why("tabulated", message, hint=hint, **found._asdict())


def on_target(s: Situation) -> Iterator[Reason]:
    """A report that calls for nothing is one on or above the target."""
    yield from _on_side(s, "on_target", above=True)


def below_target(s: Situation) -> Iterator[Reason]:
    """A report that calls for measures is one below the target."""
    yield from _on_side(s, "below_target", above=False)


def _on_side(s: Situation, name: str, *, above: bool) -> Iterator[Reason]:
    target, rating = s.world.regime.get("survey.target"), s.column("rating")
    holds = target is None or (rating is not None and within(f">={target}", str(rating)))
    if holds != above:
        message = N_("{rating} is below the target of {target}.") if above else N_("{rating} is not below the target ({target}).")
        hint = N_("Enter it so: mode={mode}")
        told = {"rating": rating or "—", "target": "—" if target is None else target, "mode": _REPORTS[not above]}
        yield s.why(name, message, hint=hint, path="survey.target", **told)


def account_by_case(s: Situation) -> Iterator[Reason]:
    """Where the regime wants it so, an account's holder changes only after an application was approved."""
    changed = [path for path in s.given("changed") or () if str(path).startswith(_HOLDER) and str(path).endswith("].holder")]
    if not changed or s.world.regime.get("rename.account.by") != "case":
        return
    for record in s.records:
        if not any(case.acts("grant") and case.state in {"granted", "filed"} for case in s.world.cases(record.uid)):
            message = N_("The holder of an account of {record} changes here only on an approved application.")
            hint = N_("Apply for it: archivectl register add change --about {record} mode=holder holder=…")
            yield s.why("account_by_case", message, hint=hint, path="rename.account.by", record=record.label)


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard for guard in (department_by_kind, tabulated, on_target, below_target, account_by_case)
}
