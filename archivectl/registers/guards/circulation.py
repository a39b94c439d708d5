"""Guards of passing information on: marked, looked over first, within its circle, and watched while it is used."""

from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records import fields
from archivectl.registers.situation import Guard, Situation, listed

_MARKS = ("transmission_number", "circulation")


def analysed_first(s: Situation) -> Iterator[Reason]:
    """Where the regime wants it, what was collected is analysed before it is reviewed."""
    if s.world.regime.get("collect.analyse") and s.case and not s.case.acts("analyse"):
        message = N_("{entry} has not been analysed yet.")
        hint = N_("Do it first: archivectl register step {entry} analyse analysis=…")
        yield s.why("analysed_first", message, hint=hint, path="collect.analyse", entry=s.case.id)


def reviewed_first(s: Situation) -> Iterator[Reason]:
    """Where the regime wants it, only what was collected, analysed and reviewed is passed on."""
    for record in s.records if s.world.regime.get("transmit.reviewed") else ():
        collected = [case for case in s.others(record, "collection") if not case.marked("pending")]
        if not any(case.acts("analyse") for case in collected):
            message = N_("{record}: what was collected has not been analysed and reviewed yet.")
            hint = N_("See it: archivectl register list collection")
            yield s.why("reviewed_first", message, hint=hint, path="transmit.reviewed", record=record.label)


def marked(s: Situation) -> Iterator[Reason]:
    """Information bears its number, grade and circulation scope, and is passed on under these and no others."""
    wanted, called = s.world.regime.get("transmit.marked"), s.world.regime.department
    for record in s.records:
        filing = record.data.get("filing") or {}
        if lacking := [name for name in _MARKS if wanted and not filing.get(name)]:
            hint = N_("Mark it: archivectl update {record} --set {field}=…")
            titles = Titles({"zh": each.zh, "en": each.en} for each in (fields.known(f"filing.{name}") for name in lacking))
            told = {"record": record.label, "marks": titles, "field": f"filing.{lacking[0]}"}
            yield s.why("marked", N_("{record} does not bear its marks yet: {marks}."), hint=hint, path="transmit.marked", **told)
            continue
        number, among = filing.get("transmission_number"), filing.get("circulation") or ()
        if number and s.column("mark") != number:
            message, hint = N_("{record} is passed on under its number {number}."), N_("Say so: mark={number}")
            yield s.why("marked", message, hint=hint, path="transmit.marked", record=record.label, number=number)
        if beyond := [unit for unit in listed(s.column("scope") or "") if among and called(unit) not in map(called, among)]:
            message, hint = N_("{record} does not circulate as far as: {units}."), N_("It circulates among: {among}")
            units, circle = ", ".join(beyond), ", ".join(among)
            yield s.why("marked", message, hint=hint, path="transmit.marked", record=record.label, units=units, among=circle)
    if wanted and not s.records and not s.column("mark"):
        yield s.why("marked", N_("What is passed on bears no number."), hint=N_("Say which: mark=…"), path="transmit.marked")


def inspected_first(s: Situation) -> Iterator[Reason]:
    """Where the regime wants it, the use of information ends only after somebody looked whether it was kept secret."""
    if s.world.regime.get("transmit.inspect") and s.case and not s.case.acts("inspect"):
        message = N_("Nobody has inspected yet whether {entry} is kept secret.")
        hint = N_("Do it first: archivectl register step {entry} inspect result=…")
        yield s.why("inspected_first", message, hint=hint, path="transmit.inspect", entry=s.case.id)


def of_receiving_department(s: Situation) -> Iterator[Reason]:
    """What was passed on is accepted in the department that it was sent to."""
    unit = s.column("unit")
    called = s.world.regime.department
    if called(s.actor.department) != called(unit):
        hint = N_("Somebody of {unit} does this: archivectl member list; an administrator enters who is of which department.")
        message, entry = N_("{entry} was sent to {unit}."), s.case.id if s.case else ""
        yield s.why("of_receiving_department", message, hint=hint, entry=entry, unit=unit)


def in_circulation_scope(s: Situation) -> Iterator[Reason]:
    """Information is passed on within its circulation scope only."""
    unit, among, called = s.column("unit"), listed(s.column("scope") or ""), s.world.regime.department
    if among and called(unit) not in map(called, among):
        message = N_("{unit} is outside the circulation scope: {scope}.")
        hint = N_("Send it to one of them, or state the scope that it really has: scope=…")
        yield s.why("in_circulation_scope", message, hint=hint, unit=unit, scope=", ".join(among))


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        analysed_first,
        reviewed_first,
        marked,
        inspected_first,
        of_receiving_department,
        in_circulation_scope,
    )
}
