"""How an archive answers its regulations: clause by clause, what meets it, how strongly, the value in force, today's evidence."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archivectl.errors import WrongUsage
from archivectl.i18n import N_, Sentence
from archivectl.regime.clauses import STRENGTHS, Clause, catalogue, clause
from archivectl.regime.model import Regime
from archivectl.regime.stating import Stated, stated
from archivectl.registers import owed
from archivectl.search import tally
from archivectl.snapshot import Snapshot

ORDER = ("enforced", "watched", "recorded", "stated")
PROMISE = "acknowledgement"  # the register of what only people can keep: a clause that it alone meets is merely stated


class NoClauses(WrongUsage):
    """An archive that follows no regulation."""

    message = "This archive follows the base rules alone, which name no clauses."
    hint = "Adopt a regulation: archivectl regime list, archivectl regime adopt SLUG"


class Evidence(NamedTuple):
    """What stands for a clause today: the mechanism it comes from, a sentence, and the figures in it."""

    mechanism: str
    said: Sentence
    figures: Mapping[str, Any]


class Answer(NamedTuple):
    """One clause: the mechanisms at work, the value in force, how strongly it is kept, and how it stands today.

    ``status`` is kept, overdue, unquantified (done without a figure), absent (nothing is stated), signed or unsigned (only
    people keep it, and all or not all promised to this year).
    """

    clause: Clause
    mechanisms: tuple[str, ...]
    stated: Stated | None
    strength: str
    status: str
    evidence: tuple[Evidence, ...]


def answers(archive: Snapshot, name: str = "") -> list[Answer]:
    """The answer to every clause of the archive's regulations, in the order of the catalogue; or to one clause.

    Raises:
        NoClauses, UnknownClause.
    """
    if name:
        asked = [clause(name)]
    elif not archive.regime.clauses:
        raise NoClauses
    else:
        asked = [each for each in catalogue().values() if each.name in archive.regime.clauses]
    alive = {each.name: at_work(archive.regime, each) for each in asked}
    figures = _Figures(archive, (mechanism for found, _value in alive.values() for mechanism in found))
    return [_answer(each, *alive[each.name], figures) for each in asked]


def at_work(regime: Regime, asked: Clause) -> tuple[tuple[str, ...], Stated | None]:
    """The mechanisms at work: those of a clause whose parameter is in force; and what the regime says there."""
    value = stated(regime, asked.parameter) if asked.parameter else None
    if value is not None and not value.holds:
        return (), value
    routine = owed.routine(regime)
    return tuple(each for each in asked.met_by if _works(each, routine)), value


def _works(mechanism: str, routine: Mapping[str, Any]) -> bool:
    """A routine duty works where the regime has it done; everything else works always."""
    name = mechanism.removeprefix("check:duty/")
    routinely = name != mechanism and "." not in name
    return not routinely or name in routine


def strength(mechanisms: Iterable[str]) -> str:
    """How strongly mechanisms keep a clause: the strongest of them; what people merely promise is only stated."""
    found = {STRENGTHS[each.partition(":")[0]] for each in mechanisms if each != f"register:{PROMISE}"}
    return next((one for one in ORDER if one in found), ORDER[-1])


def _answer(asked: Clause, mechanisms: tuple[str, ...], value: Stated | None, figures: "_Figures") -> Answer:
    found = strength(mechanisms)
    evidence = tuple(each for mechanism in mechanisms if (each := figures.of(mechanism)))
    if value is not None and not value.holds:
        status = "absent"
    elif any(each.figures.get("late") for each in evidence):
        status = "overdue"
    elif value is not None and value.how == "unquantified":
        status = "unquantified"
    elif found == ORDER[-1]:
        status = "signed" if figures.signed >= figures.members else "unsigned"
    else:
        status = "kept"
    return Answer(asked, mechanisms, value, found, status, evidence)


class _Figures:
    """What the index counts: each table is gone through once, however many clauses ask."""

    def __init__(self, archive: Snapshot, mechanisms: Iterable[str]) -> None:
        query = archive.index.db.execute
        self.entries, self.late, self.done = tally.registers(query), tally.late(query, archive.now), tally.done(query)
        self.forms = archive.regime.get("forms", {})
        self.members = sum(not member.retired for member in archive.members.values())
        self.signed = tally.of_year(query, PROMISE, "acknowledged", archive.today[:4])
        paths = sorted({each.removeprefix("field:") for each in mechanisms if each.startswith("field:")})
        self.records, self.fields = tally.filled(query, paths)

    def of(self, mechanism: str) -> Evidence | None:
        """What is known of one mechanism today."""
        sort, _colon, name = mechanism.partition(":")
        if sort == "field":
            figures = {"files": self.fields[name], "of": self.records}
            return Evidence(mechanism, Sentence(N_("in {files} of {of} files, sealed ones not counted"), **figures), figures)
        if sort == "check":
            return self._watched(mechanism, name)
        of = self.forms.get(name, name) if sort == "form" else name.partition(".")[0]
        kind = of.get("of") if isinstance(of, Mapping) else of
        if sort == "report" or kind not in self.entries:
            return None
        counted = self.entries[kind]._asdict()
        return Evidence(mechanism, Sentence(N_("{entries} entries, {open} open, the last of {last}"), **counted), counted)

    def _watched(self, mechanism: str, name: str) -> Evidence:
        if not name.startswith("duty/"):
            return Evidence(mechanism, Sentence(N_("found by: archivectl check")), {})
        duty = name.removeprefix("duty/")
        figures = {"late": self.late.get(duty, 0) + self.late.get(f"duty.{duty}", 0), "last": self.done.get(duty, "")}
        said = N_("{late} overdue, last done on {last}") if figures["last"] else N_("{late} overdue")
        return Evidence(mechanism, Sentence(said, **figures), figures)
