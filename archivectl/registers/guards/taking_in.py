"""Guards of taking in: one file a customer, papers complete and once, a number only when it may be given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records import fields
from archivectl.regime import spans
from archivectl.registers import materials
from archivectl.registers.situation import Guard, Situation

AFTER_APPROVAL = "after-approval"
ANY_FORM = "any-form"
_PAPER = ("kind", "number", "date", "form")


def one_file(s: Situation) -> Iterator[Reason]:
    """One customer, one file: nobody opens a second under the same identifier, or gives a file that of another."""
    if not s.world.regime.get("intake.one_file"):
        return
    for twin in s.given("twins") or ():
        field = fields.known(twin["path"])
        yield s.why(
            "one_file",
            N_("{number} is the file of this customer already: it has the same {field}."),
            hint=N_("Go on with that one: archivectl show {number}"),
            path="intake.one_file",
            number=twin["number"],
            field=Titles([{"zh": field.zh, "en": field.en}]),
        )


def number_may_be_given(s: Situation) -> Iterator[Reason]:
    """Where the number comes with the approval, a file begins as a draft."""
    if s.given("status") == "filed" and s.world.regime.get("intake.number") == AFTER_APPROVAL:
        message, hint = N_("A file gets its number here only once it is approved."), N_("Begin with a draft: add --draft")
        yield s.why("number_may_be_given", message, hint=hint, path="intake.number")


def stub_is_told(s: Situation) -> Iterator[Reason]:
    """A stub says at least what the regime wants of one."""
    if s.given("status") != "stub":
        return
    lacking = [path for path in s.world.regime.get("intake.stub", ()) if path not in (s.given("fields") or ())]
    if lacking:
        message, hint = N_("A stub needs: {fields}."), N_("Give it: --set {first}=…")
        yield s.why("stub_is_told", message, hint=hint, path="intake.stub", fields=_titled(lacking), first=lacking[0])


def _titled(paths: list[str]) -> Titles:
    return Titles({"zh": field.zh, "en": field.en} for field in map(fields.known, paths))


def materials_complete(s: Situation) -> Iterator[Reason]:
    """Where the regime takes nothing in that is not complete, every paper is there, in the form that is asked."""
    closing = s.step.to == "filed"  # what may be completed later must be complete by then
    for record in s.records:
        refused, term = materials.incomplete(record.data, s.world.regime)
        lacks = refused or (materials.missing(record.data, s.world.regime) if closing and term else [])
        for lack in lacks:
            yield s.why(
                "materials_complete",
                N_("{record}: {lack}."),
                hint=N_("When it is there: archivectl add {record} document kind={paper} …"),
                path=f"files.{lack.file}.papers",
                record=record.label,
                lack=lack,
                paper=lack.papers[0],
            )


def items_marked(s: Situation) -> Iterator[Reason]:
    """Every paper that is handed in bears what the regime wants on each."""
    wanted = s.world.regime.get("intake.marks") or ()
    for record in s.records:
        for document in record.data.get("documents") or ():
            if lacking := [mark for mark in wanted if mark not in (document.get("marks") or ())]:
                message = N_("{record}: {paper} ({item}) does not name: {marks}.")
                hint = N_("When it does: archivectl update {record} --set documents[{item}].marks=… --reason …")
                told = {"record": record.label, "item": document.get("id", "—"), "marks": "、".join(lacking)}
                paper = document.get("kind") or "—"
                yield s.why("items_marked", message, hint=hint, path="intake.marks", paper=paper, **told)


def counted_as_listed(s: Situation) -> Iterator[Reason]:
    """Where what comes in is counted, as many papers were counted as the file lists."""
    listed, counted = sum(len(record.data.get("documents") or ()) for record in s.records), s.given("counted")
    if s.world.regime.get("intake.counted") and counted != listed:
        hint = N_("Count them: archivectl accept {entry} --counted NUMBER; if one is short: archivectl send-back {entry} …")
        message = N_("The list has {listed} papers; counted: {counted}.")
        told = {"entry": s.case.id if s.case else "—", "listed": listed, "counted": "—" if counted is None else counted}
        yield s.why("counted_as_listed", message, hint=hint, path="intake.counted", **told)


def may_be_completed(s: Situation) -> Iterator[Reason]:
    """The regime sets a term within which this file is completed."""
    if not any(materials.incomplete(record.data, s.world.regime)[1] for record in s.records):
        hint = N_("File it as complete: archivectl accept {entry}")
        entry = s.case.id if s.case else "—"
        yield s.why("may_be_completed", N_("Nothing is left to be completed within a term."), hint=hint, entry=entry)


def as_accepted(s: Situation) -> Iterator[Reason]:
    """The file is still what the archivist accepted."""
    accepted = s.case.acts("accept")[-1:] if s.case else ()
    for record in s.records:
        if any(event.items.get(record.uid, record.digest) != record.digest for event in accepted):
            message, hint = N_("{record} changed after it was accepted."), N_("Send it back and look at it again: {how}")
            how = f"archivectl send-back {s.case.id} other" if s.case else ""
            yield s.why("as_accepted", message, hint=hint, record=record.label, how=how)


def not_in_intake(s: Situation) -> Iterator[Reason]:
    """The file is not being taken in already."""
    for record in s.records:
        for case in s.others(record, "intake"):
            if case.marked("pending"):
                message = N_("{record} was submitted already ({entry}).")
                hint = N_("Go on with that one: archivectl register show {entry}")
                yield s.why("not_in_intake", message, hint=hint, record=record.label, entry=case.id)


def no_duplicate_paper(s: Situation) -> Iterator[Reason]:
    """Where only one copy of each paper is kept, the same one does not come in again, or in no other form either."""
    kept = s.world.regime.get("intake.one_copy")
    for added in (s.given("added") or {}).get("documents", ()) if kept else ():
        if kept == ANY_FORM and (added.get("copies") or 1) > 1:
            message, hint = N_("One copy of each paper is kept; these are {copies}."), N_("Give the others back: copies=1")
            yield s.why("no_duplicate_paper", message, hint=hint, path="intake.one_copy", copies=added["copies"])
        for record in s.records:
            for document in record.data.get("documents") or ():
                if _same(added, document, _PAPER[:-1] if kept == ANY_FORM else _PAPER):
                    message = N_("{record} holds this paper already ({item}); one copy of each is kept.")
                    yield s.why(
                        "no_duplicate_paper", message, path="intake.one_copy", record=record.label, item=document.get("id", "")
                    )


def _same(one: Mapping[str, Any], other: Mapping[str, Any], told_by: Sequence[str]) -> bool:
    """Whether two papers are one: what is sealed tells nothing."""
    pairs = [(one.get(key), other.get(key)) for key in told_by]
    told = bool(one.get("kind"))
    return told and all(a == b for a, b in pairs if not any(str(value).startswith("enc:") for value in (a, b)))


def not_ahead(s: Situation) -> Iterator[Reason]:
    """Nothing was collected on a day to come."""
    if (day := s.column("date")) and str(day)[:10] > s.now[:10]:
        yield s.why("not_ahead", N_("{day} is yet to come."), hint=N_("Enter it on that day, or with the day it was."), day=day)


def lateness_is_told(s: Situation) -> Iterator[Reason]:
    """What is handed in after its time says so."""
    within, day = s.world.regime.get("collect.within"), s.column("date")
    due = spans.span(str(within)).after(str(day)[:10], s.world.regime.calendar) if within and day else None
    if spans.overdue(due, s.now) and not s.column("late"):
        message, hint = N_("This was due on {due}."), N_("Say that it is late: late=yes")
        yield s.why("lateness_is_told", message, hint=hint, path="collect.within", due=due)


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        one_file,
        number_may_be_given,
        stub_is_told,
        materials_complete,
        items_marked,
        counted_as_listed,
        may_be_completed,
        as_accepted,
        not_in_intake,
        no_duplicate_paper,
        not_ahead,
        lateness_is_told,
    )
}
