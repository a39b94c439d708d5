"""Guards of secrecy: grades of the scheme and given in their order; what is to be sealed is used no more."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records import facts
from archivectl.records.model import Record
from archivectl.regime.model import first
from archivectl.registers.fold import Case
from archivectl.registers.situation import Guard, Situation, World


def _grade(s: Situation) -> str | None:
    """The grade that an act gives a file; None where it gives none."""
    content = s.given("content")
    if content is not None:
        return str(content.get("secrecy") or s.world.regime.get("secrecy.default"))
    given = (s.given("values") or {}).get("secrecy")
    return str(given) if given and any(record.secrecy != given for record in s.records) else None


def grade_in_scheme(s: Situation) -> Iterator[Reason]:
    """A file has one of the grades that the regime's scheme is made of."""
    scheme, grade = s.world.regime.get("secrecy.scheme") or (), _grade(s)
    if scheme and grade and grade not in scheme:
        titles = s.world.regime.get("secrecy.levels", {})
        hint = N_("The grades here are: {known}. Give one of them: --set secrecy=…")
        message = N_("Files are not graded as {grade} here.")
        told = {"grade": Titles([titles.get(grade, grade)]), "known": Titles(titles.get(level, level) for level in scheme)}
        yield s.why("grade_in_scheme", message, hint=hint, path="secrecy.scheme", **told)


def _collections(world: World, record: Record) -> list[Case]:
    return world.cases(record.uid, "collection")


_BEFORE: Mapping[str, Callable[[World, Record], bool]] = {
    "collected": lambda world, record: bool(_collections(world, record)),
    "analysed": lambda world, record: any(case.acts("analyse") for case in _collections(world, record)),
    "reviewed": lambda world, record: any(not case.marked("pending") for case in _collections(world, record)),
    "numbered": lambda _world, record: bool((record.data.get("filing") or {}).get("transmission_number")),
}


def graded_in_order(s: Situation) -> Iterator[Reason]:
    """A file gets another grade than the one it began with only after what the regime wants done before."""
    steps, grade = s.world.regime.get("secrecy.grading") or (), _grade(s)
    if not steps or grade is None:
        return
    if not s.records and grade != s.world.regime.get("secrecy.default"):
        message = N_("A file that is just being opened has not been graded yet.")
        hint = N_("Open it without a grade; it gets one after it was: {steps}")
        yield s.why("graded_in_order", message, hint=hint, path="secrecy.grading", steps=_titled(s, steps))
    for record in s.records:
        left = [step for step in steps if step not in _BEFORE or not _BEFORE[step](s.world, record)]
        if left:
            message = N_("Before {record} is graded, it must be: {steps}.")
            hint = N_("See what was done: archivectl register list collection; its number is filing.transmission_number")
            told = {"record": record.label, "steps": _titled(s, left)}
            yield s.why("graded_in_order", message, hint=hint, path="secrecy.grading", **told)


def _titled(s: Situation, steps: Iterable[str]) -> Titles:
    known = s.world.regime.get("secrecy.steps") or {}
    return Titles(known.get(step, step) for step in steps)


def not_due_for_sealing(s: Situation) -> Iterator[Reason]:
    """A file that is to be sealed or destroyed, because the business ended or the customer asked, is not used any more."""
    for record in s.records:
        if why := due_for_sealing(s, record):
            hint = N_("Seal it: archivectl seal {record} --reason …; or destroy it.")
            yield s.why("not_due_for_sealing", why, hint=hint, path="seal.upon", record=record.label)


def due_for_sealing(s: Situation, record: Record) -> str:
    """Why a file is to be sealed or destroyed, as a template over ``{record}``; empty where it is not."""
    upon = s.world.regime.get("seal.upon") or ()
    ended = s.world.regime.get("seal.ended")
    if "ended" in upon and ended and first([{"when": ended}], facts.of(record.data)):
        return N_("The business with {record} has ended; the file is to be sealed or destroyed.")
    deletions = (case for case in s.others(record, "request") if case.entry.columns.get("mode") == "delete")
    if "asked" in upon and any(case.at("complete", "begin") for case in deletions):
        return N_("The customer of {record} asked for its deletion, which was granted.")
    return ""


GUARDS: Mapping[str, Guard] = {guard.__name__: guard for guard in (grade_in_scheme, graded_in_order, not_due_for_sealing)}
