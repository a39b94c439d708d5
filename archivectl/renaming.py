"""A customer's change of name as a case of its own: notice, papers, approval; then the file changes in the same commit."""

from collections.abc import Sequence
from typing import Any

from archivectl import intake
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import Refused, WrongUsage
from archivectl.i18n import Titles
from archivectl.registers.deciding import decide
from archivectl.registers.fold import Case

REGISTERS = ("change", "rename")  # an archive that had one for changes of name alone goes on with what is open there


class NotARenaming(Refused):
    """An entry of another register."""

    message = "{entry} is no change of name."
    hint = "See the changes of name: archivectl register list change"


class UnknownPaper(WrongUsage):
    """A paper that no change of name asks for."""

    message = "“{paper}” is no paper of a change of name here."
    hint = "The papers are: {known}"


def notify(archive: Archive, reference: str, name: str, papers: Sequence[str], reason: str = "") -> Case:
    """Enter a notice of a new name and go on as far as papers and approval allow. Raises NotAllowed, UnknownPaper."""
    columns = {"mode": "name", "name": name, "reason": reason, **_papers(archive, papers)}
    work = Work.opening(archive, "change", [archive.record(reference)], columns)
    work.step("notify")
    return _on(archive, work)


def go_on(archive: Archive, reference: str, papers: Sequence[str] = ()) -> Case:
    """Take in further papers of a change of name, or change the name once it is approved."""
    case = archive.case(reference)
    notice = case.kind.steps.get("notify")
    if notice is None or not notice.fits(case.entry.columns):
        raise NotARenaming(entry=case.id)
    work = Work.on(archive, case)
    if papers:
        work.step("hand_in", _papers(archive, papers))
    elif not case.at("apply"):
        work.step("submit")
    return _on(archive, work)


def _papers(archive: Archive, papers: Sequence[str]) -> dict[str, bool]:
    known = archive.regime.get("rename.papers") or {}
    named = {word: key for key, titles in known.items() for word in (key, *titles.values())}
    for paper in papers:
        if paper not in named:
            raise UnknownPaper(paper=paper, known=Titles(known.values()))
    return {named[paper]: True for paper in papers}


def lacking(archive: Archive, case: Case) -> dict[str, Any]:
    """The papers that the regime asks for and that were not handed in yet, with their titles."""
    told = [case.entry.columns, *(event.data for event in case.done)]
    asked = archive.regime.get("rename.papers") or {}
    return {paper: title for paper, title in asked.items() if not any(each.get(paper) is True for each in told)}


def _on(archive: Archive, work: Work) -> Case:
    """Submit what is complete, and apply what is approved; the record's change is decided like any other."""
    if work.standing.at("submit") and not lacking(archive, work.standing):
        work.step("submit")
    if not work.standing.at("apply") or (work.acts and decide(work.situation("apply", {}, archive.me, "signed")).reasons):
        return work.commit()
    sealed = work.standing.entry.columns["name"]
    name = archive.opener.open(sealed, "columns.name", work.uid, work.standing.entry.all_keys) if work.columns is None else None
    name = work.columns["name"] if work.columns else name
    work.step("apply")
    why = intake.Why(work.number, renaming=work.uid)
    _saved, made = intake.revised(archive, work.records[0], {"name": name}, why)
    archive.commit(work.change().with_(made))
    return work.standing
