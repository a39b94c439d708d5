"""Importing a table: ``plan`` says what becomes of every row, ``carry_out`` does it in one commit."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from archivectl import intake
from archivectl.archive import Archive
from archivectl.cases import Work, random_id
from archivectl.crew import Crew
from archivectl.encryption.rows import Row as KeyringRow
from archivectl.errors import NotAllowed
from archivectl.exchange import corrections, matching
from archivectl.exchange.destroyed import Destroyed
from archivectl.exchange.mapping import Mapping, Problem
from archivectl.exchange.matching import Update
from archivectl.exchange.reading import Row, Sheet
from archivectl.exchange.rows import Frame, Judged, New, at_contact, judge, write
from archivectl.i18n import N_
from archivectl.records import fields
from archivectl.records import text as record_text
from archivectl.records.model import Record, copied
from archivectl.registers.deciding import decide
from archivectl.search.index import Row as Filed

_JUDGING = N_("reading rows")
_SEALING = N_("sealing records")
_NAMELESS = N_("the name is missing")
_TWICE = N_("row {row} is about the same customer")
_KEYS = ("number", "source.external_id")  # what says which customer a row is about
_LIGHT = 2_000  # rows that are judged here before helpers have started: of each there is little to judge
_AT_ONCE = 500  # rows whose files are asked for together: one by one, git would be waited for longer than it works
Find = Callable[[Archive, Judged], Filed | Problem | None]
Written = tuple[str, str, tuple[bytes, list[KeyringRow]]]  # uid, path, text and rows of the keyring
_DECIDED = {"number", "subject"}  # of the fields that only the tool sets, a table may say these two


@dataclass(slots=True)
class Plan:
    """What an import would do: new customers, changed files, rows rejected with their problems, and remarks about the others."""

    sheet: Sheet
    created: list[Judged] = field(default_factory=list)
    updated: list[Update] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[tuple[Row, tuple[Problem, ...]]] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    @property
    def subjects(self) -> Counter[str]:
        """How many new customers there are of each subject."""
        return Counter(each.subject for each in self.created)

    @property
    def acts(self) -> list[str]:
        """The acts on records that carrying it out is."""
        changes = {f"record.{matching.act_of(each.values)}" for each in self.updated}
        return (["record.create"] if self.created else []) + sorted(changes, reverse=True)

    @property
    def assumed(self) -> list[Judged]:
        """The new customers of whom nothing told whether they are persons."""
        return [each for each in self.created if each.assumed]

    @property
    def by_hand(self) -> int:
        """How many values that no import had set are replaced."""
        return sum(len(each.by_hand) for each in self.updated)


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did; ``number`` is that of its entry, None where there was nothing to write."""

    number: str | None
    created: int
    updated: int
    unchanged: int
    rejected: int
    encoding: str


def plan(
    archive: Archive, sheet: Sheet, mapping: Mapping, crew: Crew, default: str = "person", find: Find = matching.find
) -> Plan:
    """Decide about every row; nothing is written.

    Args:
        archive: the open archive.
        sheet: the table.
        mapping: what its columns mean.
        crew: who helps with a long table.
        default: the subject where nothing in a row tells.
        find: tells which file a row is about, or why it cannot be told.

    Raises NotAllowed (to import at all, or to open files), or NotSettable for a column of what only the tool sets.
    """
    for target in (*(choice.target for choice in mapping.columns), *mapping.constants):
        if target and target not in _DECIDED and target.partition(".")[0] in intake.OWN:
            raise intake.NotSettable(path=target)
    made, known = Plan(sheet), intake.Known(archive)
    begun(archive, made)
    judging = partial(judge, blank=intake.blank(archive), default=default, today=archive.today)
    judged = crew.spread(_JUDGING, partial(judging, mapping=mapping), sheet.rows, _LIGHT)
    for row, found, about in _matched(archive, zip(sheet.rows, judged, strict=True), find):
        if isinstance(about, Problem):
            made.rejected.append((row, (*found.problems, about)))
        elif about is None:
            _create(archive, made, row, found, known)
        else:
            same = found.subject == about.subject
            told = found if same else judging(row, mapping=replace(mapping, subject=about.subject))
            _update(made, row, told, *matching.compare(archive, about, told, known))
    _one_file(archive, made)
    if made.created:
        intake.refuse_unless_allowed(archive, "create", (), {})
    made.updated = corrections.marked(archive, made.updated)
    return made


def begun(archive: Archive, made: Plan) -> Work:
    """The entry of the import, not begun; raises NotAllowed where it may not be."""
    counts = {"created": len(made.created), "updated": len(made.updated), "rejected": len(made.rejected)}
    work = Work.opening(archive, "import", (), {"format": made.sheet.encoding, **counts})
    if reasons := decide(work.situation("bring", {}, archive.me, "signed")).reasons:
        raise NotAllowed(reasons, archive.regime.titles)
    return work


def _matched(
    archive: Archive, judged: Iterator[tuple[Row, Judged]], find: Find
) -> Iterator[tuple[Row, Judged, Record | Problem | None]]:
    """Each row with the file that it is about, or with why it may be about none."""
    seen, destroyed = dict[tuple[str, str], int](), Destroyed(archive)
    while some := list(islice(judged, _AT_ONCE)):
        abouts = list[Filed | Problem | None]()
        for row, found in some:
            keys = {path: str(found.values[path]) for path in _KEYS if path in found.values}
            about = _repeated(row, keys, seen) or find(archive, found) or destroyed.problem(found)
            if isinstance(about, Filed):
                about = _repeated(row, {"uid": about.uid}, seen) or about
            abouts.append(about)
        texts = dict(archive.repository.blobs(about.blob for about in abouts if isinstance(about, Filed)))
        for (row, found), about in zip(some, abouts, strict=True):
            yield row, found, record_text.parse(texts[about.blob], about.path) if isinstance(about, Filed) else about


def _repeated(row: Row, keys: dict[str, str], seen: dict[tuple[str, str], int]) -> Problem | None:
    """A problem where an earlier row is about the same customer."""
    firsts = [seen.setdefault(key, row.number) for key in keys.items()]
    return next((Problem(row.number, "", _TWICE, {"row": first}) for first in firsts if first != row.number), None)


def _create(archive: Archive, made: Plan, row: Row, found: Judged, known: intake.Known) -> None:
    nameless = [] if "name" in found.values else [Problem(found.row, "", _NAMELESS)]
    problems = (*found.problems, *nameless, *matching.against_opening(archive, found, known))
    if any(problem.rejects for problem in problems):
        made.rejected.append((row, problems))
    else:
        values = {**found.values, **intake.sole_kind(archive, found.subject, found.values)}
        made.created.append(replace(found, values=values))
        made.remarks += problems


def _update(made: Plan, row: Row, found: Judged, update: Update, problems: list[Problem]) -> None:
    stay = {re.sub(r"\[.*?\]", "[]", path) for path in update.values}  # what is said of other values was said before
    told = (
        *(each for each in found.problems if each.rejects or "path" not in each.values or each.values["path"] in stay),
        *problems,
    )
    if any(problem.rejects for problem in told):
        made.rejected.append((row, told))
        return
    made.remarks += told
    if update.values:
        made.updated.append(update)
    else:
        made.unchanged += 1


def _one_file(archive: Archive, made: Plan) -> None:
    """Reject the rows that bring the social credit code of an earlier one once more."""
    if not archive.regime.get("intake.one_file"):
        return
    first, rows = dict[str, int](), {row.number: row for row in made.sheet.rows}
    brought: list[Judged | Update] = [*made.created, *made.updated]
    for each in sorted(brought, key=lambda each: each.row):
        code = each.values.get(intake.USCC)
        if code and (row := first.setdefault(str(code), each.row)) != each.row:
            made.rejected.append((rows[each.row], (Problem(each.row, "", _TWICE, {"row": row}),)))
    bad = {row.number for row, _problems in made.rejected}
    made.created = [each for each in made.created if each.row not in bad]
    made.updated = [each for each in made.updated if each.row not in bad]
    made.rejected.sort(key=lambda each: each[0].number)


def carry_out(archive: Archive, made: Plan, crew: Crew, office: str = "") -> Result:
    """Do what was planned, rejected rows left out, in one commit together with the entry of the import.

    Raises:
        NotAllowed, UnknownOffice.
    """
    counts = (len(made.created), len(made.updated), made.unchanged, len(made.rejected))
    if not (made.created or made.updated):
        return Result(None, *counts, made.sheet.encoding)
    work = begun(archive, made)
    work.step("bring")
    writes: dict[str, bytes | None] = {}
    minted: list[KeyringRow] = []
    uids = []
    for uid, path, (text, rows) in written(archive, made, work.uid, office, crew):
        writes[path] = text
        minted += rows
        uids.append(uid)
    change = work.change(writes, made.acts)
    archive.commit(change._replace(minted=(*change.minted, *minted), uids=tuple(uids)))
    return Result(work.number, *counts, made.sheet.encoding)


def written(archive: Archive, made: Plan, entry: str, office: str, crew: Crew) -> Iterator[Written]:
    """The files of a plan, new ones first, as they are to stand; ``entry`` is the uid of the import's entry."""
    yield from _opened(archive, made, entry, office, crew)
    yield from map(partial(_changed, archive), made.updated)


def _opened(archive: Archive, made: Plan, entry: str, office: str, crew: Crew) -> Iterator[Written]:
    """The new files, numbered in the order of the rows."""
    cleared = frozenset(level for level in archive.levels if archive.me.cleared(level))
    blank = intake.blank(archive)
    frame = Frame(blank, archive.levels, cleared, raises=bool(archive.regime.raised_to(blank)))
    new, numbers = [], intake.numbers(archive, office)
    for each in made.created:
        values = at_contact({**each.values, "source.import": entry}, matching.contact_id())
        new.append(New(random_id(26), next(numbers), each.subject, values))
    for file, written in zip(new, crew.spread(_SEALING, partial(write, frame=frame), new), strict=True):
        yield file.uid, archive.place(file.number), written


def _changed(archive: Archive, update: Update) -> Written:
    """A file with the values that a row changes; all others stay byte for byte, unless it gives the file a higher grade."""
    record = update.record
    data = copied(record.data)
    sealer = archive.sealer(record.uid, data.get("keys") or ())
    for path, value in update.values.items():
        fields.set_(data, path, value)
    anew = intake.lifted(archive, record, data, opening=True) if "secrecy" in update.values else {}
    for path, value in anew.items():
        fields.set_(data, path, value)
    intake.seal_fields(data, archive.regime.raised_to(data), [*update.values, *anew], sealer)
    return record.uid, record.path, (record_text.dump(data), sealer.minted)
