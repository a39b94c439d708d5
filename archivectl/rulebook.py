"""Changes of the archive's own rules by an administrator: regulations adopted, dropped, brought up to date; the calendar."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from archivectl import founding, yaml_text
from archivectl.archive import Archive, Change, refuse_unless_admin
from archivectl.checking import run
from archivectl.checking.rules import regime as soundness
from archivectl.errors import UNAPPLICABLE, NotAllowed, Reason, WrongUsage
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records import leaks, schema, settings
from archivectl.regime import calendar
from archivectl.regime import load as regimes
from archivectl.regime.loosening import Loosened, loosened
from archivectl.regime.model import Regime
from archivectl.registers import kinds, owed, owing
from archivectl.search.index import LIVING
from archivectl.snapshot import RULES

_BASE = "regime/base.yaml"
_TITLES = {"zh", "en"}
_UNSOUND = N_("{path}, line {line}, column {column}: {problem}")


class NoHolidays(WrongUsage):
    """A year whose working days nobody announced yet, or that is long past."""

    message = "The working days of {year} are not known to this version."
    hint = "They are announced in the November before; then update the library: pip install --upgrade chinesecalendar"


class NotAdopted(WrongUsage):
    """A regulation that this archive has not adopted."""

    message = "This archive has not adopted “{slug}”."
    hint = "It follows: {known}"


class Written(NamedTuple):
    """A year's calendar as it stands now, and whether that is new."""

    year: calendar.Year
    changed: bool


class Difference(NamedTuple):
    """A path of the regime, and its values before and after; None where nothing is stated. Titles are one value."""

    path: str
    before: Any
    after: Any


class Consequences(NamedTuple):
    """What a change of the rules means: what they say otherwise, what `check` would newly find, what would newly be due.

    ``loosened`` is what is let pass with fewer signatures than before; ``left_out`` are, by path of the file, the values that one
    stated and the file that takes its place does not; ``before`` and ``after`` are the rules themselves.
    """

    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    duties: Mapping[str, int]
    loosened: tuple[Loosened, ...]
    left_out: Mapping[str, tuple[str, ...]]
    before: Regime
    after: Regime


def write_calendar(archive: Archive, year: int) -> Written:
    """Write or refresh the calendar of a year as it was announced.

    Raises:
        NotAllowed, NoHolidays.
    """
    act = "regime.calendar"
    refuse_unless_admin(archive, act)
    found = calendar.published(year)
    if found is None:
        raise NoHolidays(year=year)
    changed = archive.repository.read(archive.tip, found.path) != found.text
    if changed:
        archive.commit(Change((act,), f"{act}: {year}", {found.path: found.text}))
    return Written(found, changed)


def adopt(archive: Archive, names: Iterable[str], drop: Iterable[str] = ()) -> Consequences:
    """Adopt regulations, or files of the company's own (``house.yaml`` among them), and give up others; in one commit.

    Raises:
        NotAllowed: to who is no administrator; or the rules would not hold together, each fault a reason.
        NotAdopted, Telltale (an identifier stands in a file), and what ``load.named`` raises.
    """
    act = "regime.adopt"
    refuse_unless_admin(archive, act)
    writes: dict[str, bytes | None] = {}
    for slug in drop:
        path = f"regime/{slug}.yaml"
        if path == _BASE or archive.repository.read(archive.tip, path) is None:
            raise NotAdopted(slug=slug, known=", ".join(adopted(archive.regime)) or "—")
        writes[path] = None
    given = {}
    for name in names:
        path, text = regimes.named(name)
        leaks.refuse(text.decode("utf-8", "replace"))
        writes[path], given[path] = text, name
    slugs = [path.removeprefix("regime/").removesuffix(".yaml") for path in given]
    return _change(archive, act, f"{act}: {', '.join([*slugs, *(f'-{slug}' for slug in drop)])}", writes, given)


def upgrade(archive: Archive) -> Consequences:
    """Bring base rules, adopted regulations, registers and schemas to those of this version; in one commit.

    Raises:
        NotAllowed.
    """
    act = "regime.upgrade"
    refuse_unless_admin(archive, act)
    ours = [slug for slug in adopted(archive.regime) if slug in regimes.shipped()]
    writes: dict[str, bytes | None] = {_BASE: regimes.text("base")}
    writes |= {f"regime/{slug}.yaml": regimes.text(slug) for slug in ours}
    writes |= kinds.texts()
    writes |= {f"schemas/{path.name}": path.read_bytes() for path in sorted(schema.folder().glob("*.json"))}
    attributes = archive.repository.read(archive.tip, founding.ATTRIBUTES_FILE) or b""
    if founding.SPARING.encode() not in attributes:
        writes[founding.ATTRIBUTES_FILE] = attributes + founding.SPARING.encode()
    config = {**archive.config, "rules": RULES, "schemas": schema.RELEASE}
    if config != archive.config:
        head = "# yaml-language-server: $schema=schemas/archive.schema.json\n"
        writes[settings.NAME] = yaml_text.dump(config, head=head).encode()
    return _change(archive, act, f"{act}: {schema.RELEASE}", writes)


def adopted(regime: Regime) -> list[str]:
    """The regulations that a regime has adopted, base and the house rules left out."""
    return sorted(regime.titles.keys() - {"base", regimes.HOUSE})


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What two sets of rules state differently, by path."""
    found: list[Difference] = []
    _compare(before, after, "", found)
    return tuple(found)


def _compare(one: Any, two: Any, at: str, found: list[Difference]) -> None:  # noqa: ANN401 - values of a regime
    if isinstance(one or two, Mapping) and all(isinstance(each, Mapping) or not each for each in (one, two)):
        before, after = one or {}, two or {}
        titles = [{key: each[key] for key in each if key in _TITLES} or None for each in (before, after)]
        if titles[0] != titles[1]:
            found.append(Difference(at, *titles))
        for key in (*before, *(key for key in after if key not in before)):
            if key not in _TITLES:
                _compare(before.get(key), after.get(key), f"{at}.{key}" if at else str(key), found)
    elif one != two:
        found.append(Difference(at, one, two))


def _change(
    archive: Archive, act: str, subject: str, writes: Mapping[str, bytes | None], given: Mapping[str, str] | None = None
) -> Consequences:
    """Carry out what changes anything; ``given`` are the names by which whoever asks knows the files, by path.

    Raises:
        NotAllowed: where the rules would not hold together.
    """
    before = archive.regime
    changed = {path: text for path, text in writes.items() if archive.repository.read(archive.tip, path) != text}
    if not changed:
        return Consequences((), (), {}, (), {}, before, before)
    folder, instead = archive.repository.place.work_tree, tuple(sorted(changed.items()))
    found = run.run(folder, progress=lambda done, total: archive.progress(N_("Checking"), done, total), instead=instead).findings
    faults = [each for each in found if each.rule == soundness.RULE]
    if faults:
        names = given or {}
        raise NotAllowed(tuple(unsound(act, replace(each, path=names.get(each.path, each.path))) for each in faults))
    known = set(run.run(folder).findings) if found else set()
    after = _proposed(archive, changed)
    result = Consequences(
        differences(before.values, after.values),
        tuple(each for each in found if each not in known),
        _newly_due(archive, after),
        tuple(loosened(before.values, after.values)),
        dict(_left_out(archive, {path: changed[path] for path in given or () if path in changed})),
        before,
        after,
    )
    archive.commit(Change((act,), subject, changed))
    return result


def _left_out(archive: Archive, changed: Mapping[str, bytes | None]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What files stated that stood there before, and the new ones in their places do not."""
    for path, text in changed.items():
        old = archive.repository.read(archive.tip, path)
        stated = [yaml_text.load(each, path) if each else {} for each in (old, text)]
        if left := tuple(each.path for each in differences(*stated) if each.after is None):
            yield path, left


def unsound(act: str, fault: Finding) -> Reason:
    """The reason against rules that do not hold together."""
    told = {"problem": Sentence(fault.message, **fault.values), "advice": Sentence(fault.hint, **fault.values)}
    values = {"path": fault.path, "line": fault.line, "column": fault.column, **told}
    return Reason(f"{act}/sound", _UNSOUND, values, "{advice}" if fault.hint else "")


def _proposed(archive: Archive, changed: Mapping[str, bytes | None]) -> Regime:
    there = {**archive.repository.files(archive.tip, "regime"), **changed}
    law = {path: text for path, text in there.items() if text is not None and path.startswith("regime/")}
    return regimes.load(law, archive.config.get("working_hours", ""))


def _newly_due(archive: Archive, after: Regime) -> dict[str, int]:
    """How many files would ask for something that they did not ask for, by duty."""
    gained = Counter[str]()
    laws = [(law, owed.sources(law)) for law in (archive.regime, after)]
    for row, text in archive.index.clear_texts(LIVING):
        file = owing.File(json.loads(text), row.number or row.uid, {}, archive.today)
        before, now = (_asked(file, *law) for law in laws)
        gained.update(now - before)
    return dict(gained)


def _asked(file: owing.File, law: Regime, sources: tuple[owing.Source, ...]) -> set[str]:
    try:
        return {one.duty for one in owed.of_file(file, law, sources)}
    except UNAPPLICABLE:
        return set()
