"""Guards about the file itself: that it is there, free, unchanged, and of the kind the archive knows."""

from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles, fitting
from archivectl.records import naming
from archivectl.records.model import Record
from archivectl.registers import scope
from archivectl.registers.fold import Case
from archivectl.registers.situation import NO_RECORD, Guard, Situation, World
from archivectl.registers.waiting import waiting


def not_destroyed(s: Situation) -> Iterator[Reason]:
    """Nothing is done any more to a record of which only a tombstone is left."""
    for record in s.records:
        if record.gone:
            yield s.why(
                "not_destroyed",
                N_("{record} is {status}; only its tombstone is left."),
                hint=N_("There is no way back; see what is left: archivectl show {record}"),
                record=record.label,
                status=record.status,
            )


def stops(world: World, record: Record, *forbidding: str) -> Iterator[Case]:
    """The stops on a record: those that name it, and those about no record in particular whose scope it falls under."""
    at_large = ((case, case.entry.columns.get("scope")) for case in world.cases(NO_RECORD, "hold"))
    covering = (case for case, text in at_large if text and scope.covers(text, record.data))
    for case in (*world.cases(record.uid), *covering):
        if case.marked("stopping") and case.entry.columns.get("forbid") in forbidding:
            yield case


SEALED = "seal"
CLOSING = ("use", "all", SEALED)  # the stops that close a file to use and change


def not_stopped(s: Situation) -> Iterator[Reason]:
    """No stop forbids using and changing, and the file is not sealed."""
    for record in s.records:
        for case in stops(s.world, record, *CLOSING):
            sealed = case.entry.columns["forbid"] == SEALED
            message = N_("{record} is sealed by {hold}.") if sealed else N_("{record} is stopped by {hold}.")
            hint = (
                N_("Lift the stop first: archivectl release {hold}") if not sealed else N_("Unseal it: archivectl release {hold}")
            )
            yield s.why("not_stopped", message, hint=hint, record=record.label, hold=case.id)


def not_held(s: Situation) -> Iterator[Reason]:
    """No stop at all stands against destroying."""
    for record in s.records:
        for case in stops(s.world, record, "destroy", "use", "all"):
            hint = N_("Lift the stop first: archivectl release {hold}")
            yield s.why("not_held", N_("{record} is kept by {hold}."), hint=hint, record=record.label, hold=case.id)


def overlaps(case: Case, record: Record, parts: tuple[str, ...]) -> bool:
    """Whether an entry is about the same parts of a record: the whole, the same part, or a volume and what lies in it."""
    documents = [each for each in record.data.get("documents") or () if each.get("volume")]
    inside = {f"documents[{each['id']}]": f"volumes[{each['volume']}]" for each in documents}
    theirs = [item.get("part") for item in case.entry.about if item.get("uid") == record.uid]
    return any(
        not parts or not part or any(part in {own, inside.get(own)} or own == inside.get(part) for own in parts)
        for part in theirs
    )


def not_on_loan(s: Situation) -> Iterator[Reason]:
    """The file, or the part of it that is asked for, is in its place; to be told what it says, it need not be."""
    for record in s.records if s.column("mode") != "query" else ():
        for case in s.others(record):
            if case.marked("out") and overlaps(case, record, s.parts):
                if case.due is None or case.marked("missing"):
                    next_ = waiting(case, s.world.regime)
                    message, hint = N_("{record} is {state} ({loan})."), N_("When it is in its place again: archivectl {how}")
                    values = {"record": record.label, "loan": case.id, "how": next_.how if next_ else f"return {case.id}"}
                    yield s.why("not_on_loan", message, hint=hint, state=case.state_word, **values)
                    continue
                yield s.why(
                    "not_on_loan",
                    N_("{record} is on loan ({loan}), due back {due}."),
                    hint=N_("When it is back: archivectl return {loan}"),
                    record=record.label,
                    loan=case.id,
                    due=case.due or "—",
                )


def settled(s: Situation) -> Iterator[Reason]:
    """Business with the customer is not said to be open, and no request about the file is."""
    for record in s.records:
        if (record.data.get("retention") or {}).get("settled") is False:
            hint = N_("Once it is: archivectl update {record} --set retention.settled=yes --reason …")
            yield s.why("settled", N_("The business with {record} is not settled."), hint=hint, record=record.label)
        for case in s.others(record):
            if case.marked("pending"):
                next_ = waiting(case, s.world.regime)
                hint = N_("Settle it first: archivectl {how}")
                how = next_.how if next_ else f"register show {case.id}"
                values = {"record": record.label, "entry": case.id, "how": how}
                yield s.why("settled", N_("{entry} about {record} is not settled."), hint=hint, **values)


def not_on_destruction_list(s: Situation) -> Iterator[Reason]:
    """The file stands on no destruction list in progress."""
    for record in s.records:
        for case in s.others(record):
            if case.marked("listed"):
                message = N_("{record} stands on the destruction list {list}.")
                hint = N_("If it is to be kept: archivectl register step {list} cancel opinion=…, or archivectl reject {list}")
                yield s.why("not_on_destruction_list", message, hint=hint, record=record.label, list=case.id)


def unchanged(case: Case, records: tuple[Record, ...]) -> list[Record]:
    """The records that are still what every signature so far was given for."""
    return [r for r in records if all(event.items.get(r.uid, r.digest) == r.digest for event in case.done)]


_ANEW = {
    "handover": N_("Withdraw it, and begin anew: archivectl register step {entry} withdraw opinion=…"),
    "destruction": N_(
        "Take the list back (archivectl reject {entry}, or: archivectl register step {entry} cancel opinion=…), then propose it "
        "again: archivectl destroy propose {record}"
    ),
}


def items_unchanged(s: Situation) -> Iterator[Reason]:
    """At least one file is still what was proposed and approved."""
    if s.case and s.records and not unchanged(s.case, s.records):
        hint = _ANEW.get(s.kind.name, N_("Take it back and begin anew: archivectl reject {entry}"))
        yield s.why(
            "items_unchanged",
            N_("{record} changed after {entry} was signed."),
            hint=hint,
            record=s.records[0].label,
            entry=s.case.id,
        )


def _no_axis(s: Situation, axis: str, axes: Mapping[str, Any]) -> Reason:
    message, hint, told = N_("There is no axis “{axis}”."), N_("The axes are: {known}"), dict[str, object]()
    if s.records and naming.by_title(axis):
        hint = N_("It is a field, and set so: archivectl update {record} --set {axis}=… --reason TEXT")
        told = {"record": s.records[0].label}
    return s.why("axis_values", message, hint=hint, path="axes", axis=axis, known=Titles(fitting(axis, axes).values()), **told)


def axis_values(s: Situation) -> Iterator[Reason]:
    """An axis exists in this archive, and the value is one of its own."""
    axes = s.world.regime.get("axes", {})
    for axis, value in (s.given("classification") or {}).items():
        known = axes.get(axis)
        if known is None:
            yield _no_axis(s, axis, axes)
        elif value is not None and "values" in known and value not in known["values"]:
            hint = N_("It may be: {known}")
            message = N_("“{value}” is no value of the axis “{axis}”.")
            named, takes = Titles([known]), Titles(fitting(str(value), known["values"]).values())
            yield s.why("axis_values", message, hint=hint, path=f"axes.{axis}.values", value=value, axis=named, known=takes)


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        not_destroyed,
        not_stopped,
        not_held,
        not_on_loan,
        settled,
        not_on_destruction_list,
        items_unchanged,
        axis_values,
    )
}
