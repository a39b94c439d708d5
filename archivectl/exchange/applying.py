"""Bringing an archive to what stands on paper today: files, volumes, papers, loans that are out and stops, in one commit.

Entries bear the day of the act on paper, and the moment at which they were entered; a second run finds everything there.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archivectl import ledger
from archivectl.archive import Archive, Change
from archivectl.cases import Work
from archivectl.crew import Crew
from archivectl.errors import ArchiveError, NotAllowed, Refused
from archivectl.exchange import importing, items, mapping
from archivectl.exchange.importing import Plan, Written
from archivectl.exchange.mapping import Problem
from archivectl.exchange.matching import Update
from archivectl.exchange.papers import Paper, Papers
from archivectl.exchange.prospect import Prospect
from archivectl.exchange.reading import Row
from archivectl.exchange.targets import Target, Targets
from archivectl.i18n import N_, Titles
from archivectl.members.member import called
from archivectl.records import fields
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.records.typed import WrongValue, typed
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import SEALED

_SINCE = {"since", "自", "起始日期", "借出日期", "停用日期", "日期"}
_DUE = {"due", "应还", "应还日期"}
_VOLUME = {"volume", "案卷", "卷号"}
_USUAL: Mapping[str, Mapping[str, str]] = {"loan": {"mode": "loan"}, "hold": {"forbid": "destroy"}}
_SAME = {"loan": "borrower", "hold": "forbid"}
_UNDATED = N_("it does not say since when: {column}")
_NO_DAY = N_("“{text}” is no day that has come")
_OPEN_END = N_("it does not say when it is due: {column}")


class NeedsApproval(Refused):
    """A loan that somebody must have approved: the table brings no proof of it."""

    message = "such a file is lent only by approval ({posts})"
    hint = "Enter the loan with: archivectl lend; and its approval with: archivectl approve --by WHO --paper FILE"


@dataclass(slots=True)
class Review:
    """What a run would do: files, entries, rows that stand there already, and rows rejected with their reasons."""

    papers: Papers
    files: Plan
    prospect: Prospect
    written: list[Written] = field(default_factory=list)
    bringing: Work | None = None
    done: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0

    @property
    def rejected(self) -> list[tuple[Row, tuple[Problem, ...]]]:
        """The rejected rows, in order."""
        return sorted(self.files.rejected, key=lambda each: each[0].number)

    @property
    def empty(self) -> bool:
        """Whether everything stands there already."""
        return not (self.written or self.prospect.entered)


def review(archive: Archive, papers: Papers, crew: Crew, default: str = "person", office: str = "") -> Review:
    """Decide about every row; nothing is written.

    Raises:
        NotAllowed: the actor may not import at all, or open no new files.
    """
    prospect = Prospect(archive)
    targets = Targets(prospect)
    table = papers.table("record")
    meaning = mapping.propose(table.columns, table.rows, _paths(table.columns))
    plan = importing.plan(prospect, table, meaning, crew, default, targets.find)
    plan.rejected += papers.rejected
    made = Review(papers, plan, prospect, unchanged=plan.unchanged)
    for judged in plan.created:
        targets.open(judged)
    for kind in items.SECTIONS:
        for paper in _of(papers, kind):
            _item(made, paper, targets)
    _united(plan, targets)
    made.bringing = importing.begun(prospect, plan)
    made.written = list(importing.written(prospect, plan, made.bringing.uid, office, crew))
    new = dict(zip((id(each) for each in plan.created), map(_record, made.written), strict=False))
    for kind in ("hold", "loan"):  # the order in which `verify` judges them
        for paper in _of(papers, kind):
            _entry(made, paper, targets, new)
    return made


def carry_out(made: Review) -> str | None:
    """Do what was reviewed, rejected rows left out, in one commit; returns the number of its entry, None where nothing was to do.

    Raises:
        NotAllowed.
    """
    work = made.bringing
    if work is None or made.empty:
        return None
    work.columns = {**(work.columns or {}), "rejected": len(made.files.rejected)}
    work.step("bring")
    change: Change = work.change({path: text for _uid, path, (text, _rows) in made.written}, made.files.acts)
    minted = (row for _uid, _path, (_text, rows) in made.written for row in rows)
    change = change._replace(minted=(*change.minted, *minted), uids=tuple(uid for uid, *_rest in made.written))
    made.prospect.commit(change.with_(*(entered.change() for entered in made.prospect.entered)))
    return work.number


def _paths(titles: tuple[str, ...]) -> mapping.Wishes:
    """Titles that are field paths mean those fields, whatever a dictionary says."""
    return mapping.Wishes({title: title for title in titles if "." in title and fields.field_at(title)})


def _of(papers: Papers, kind: str) -> list[Paper]:
    return [paper for paper in papers.rows if paper.kind == kind]


def _record(written: Written) -> Record:
    _uid, path, (text, _rows) = written
    return record_text.parse(text, path)


def _reject(made: Review, paper: Paper, *problems: Problem) -> None:
    made.files.rejected.append((paper.row, problems))


def _item(made: Review, paper: Paper, targets: Targets) -> None:
    """A volume or paper, put into its file or found there."""
    target = targets.of(paper.row.number, paper.of)
    if isinstance(target, Problem):
        _reject(made, paper, target)
        return
    values, problems = items.judge(made.prospect, paper, target)
    if any(problem.rejects for problem in problems):
        _reject(made, paper, *problems)
        return
    target.values |= values
    made.done[paper.kind] += bool(values)
    made.unchanged += not values


def _united(plan: Plan, targets: Targets) -> None:
    """What rows of items change in files that exist, together with what their own rows change."""
    own = {update.record.uid: update for update in plan.updated}
    for target in targets.changed:
        if target.record:
            update = own.get(target.record.uid) or Update(0, target.record, {})
            own[target.record.uid] = Update(update.row, update.record, {**update.values, **target.values}, update.by_hand)
    plan.updated = list(own.values())


def _entry(made: Review, paper: Paper, targets: Targets, new: Mapping[int, Record]) -> None:
    """A loan or a stop, entered as of its day, or found entered."""
    target = targets.of(paper.row.number, paper.of)
    if isinstance(target, Problem):
        _reject(made, paper, target)
        return
    record = new[id(target.judged)] if target.judged else target.record
    try:
        told = _told(made.prospect, paper, target)
        if isinstance(told, Problem):
            _reject(made, paper, told)
        elif record and _stands(made.prospect, record, paper.kind, told):
            made.unchanged += 1
        elif record:
            made.prospect.enter(_decided(made.prospect, record, paper, told))
            made.done[paper.kind] += 1
    except NotAllowed as refusal:
        _reject(made, paper, *(Problem(paper.row.number, "", each.message, dict(each.values)) for each in refusal.reasons))
    except ArchiveError as error:
        _reject(made, paper, Problem(paper.row.number, "", error.message, error.values))


@dataclass(frozen=True, slots=True)
class _Told:
    """What a row says of an entry: its day, its part of the file, its columns, and what the act of handing out states."""

    since: str
    part: str
    columns: Mapping[str, Any]
    data: Mapping[str, Any]


def _told(archive: Prospect, paper: Paper, target: Target) -> _Told | Problem:
    """What a row says; raises UnknownColumn, WrongCell, or what opening a value raises."""
    row, kind = paper.row.number, archive.kind(paper.kind)
    since = next((paper.cells[title] for title in paper.cells if title in _SINCE), "")
    if not since:
        return Problem(row, "", _UNDATED, {"column": "since"})
    if not (day := _day(since)) or day > archive.today:
        return Problem(row, "", _NO_DAY, {"text": since})
    due = next((paper.cells[title] for title in paper.cells if title in _DUE), "")
    if paper.kind == "loan" and not (ends := _day(due)):
        return Problem(row, "", _NO_DAY if due else _OPEN_END, {"text": due, "column": "due"})
    name = next((paper.cells[title] for title in paper.cells if title in _VOLUME), "")
    part = items.part(archive, paper, target, name) if name else ""
    if isinstance(part, Problem):
        return part
    others = {title: text for title, text in paper.cells.items() if title not in {*_SINCE, *_DUE, *_VOLUME}}
    columns = {**_USUAL[paper.kind], **ledger.cells(kind, others)}
    data = {name: columns.pop(name) for name in kind.data if name in columns and name not in kind.columns}
    return _Told(day, part, columns, {**data, "due": ends} if paper.kind == "loan" else data)


def _day(text: str) -> str:
    """A day as it is kept, nothing where it is none."""
    try:
        return str(typed(fields.known("volumes[].from"), text))[:10]
    except WrongValue:
        return ""


def _stands(archive: Prospect, record: Record, kind: str, told: _Told) -> bool:
    """Whether what a row tells was entered before: of the same day, the same part, and to the same person or effect."""
    for case in archive.cases(record.uid, kind):
        theirs = next((item.get("part", "") for item in case.entry.about if item["uid"] == record.uid), "")
        same = case.done and case.done[0].date[:10] == told.since and theirs == told.part
        if same and _column(archive, case, _SAME[kind]) == told.columns.get(_SAME[kind]):
            return True
    return False


def _column(archive: Prospect, case: Case, name: str) -> Any:  # noqa: ANN401 - any value of a column
    return ledger.columns_of(archive, case).get(name)


def _decided(archive: Prospect, record: Record, paper: Paper, told: _Told) -> Work:
    """The entry, decided as of its day; raises NotAllowed."""
    columns = dict(told.columns)
    if paper.kind == "loan" and (borrower := called(archive.members, str(columns.get("borrower", "")))):
        columns["unit"] = borrower.department
    with archive.on(told.since):
        work = archive.opening(paper.kind, record, columns, told.part)
        if paper.kind == "hold":
            work.step("propose" if columns["forbid"] == SEALED else "place")
            return work
        work.step("request")
        if not work.standing.at("hand_out"):
            waits = work.standing.awaiting()
            posts = [post for slot in work.standing.slots(waits) for post in slot.posts] if waits else []
            raise NeedsApproval(posts=Titles(map(archive.regime.titled, posts)))
        work.step("hand_out", told.data)
    return work
