"""Guards of sense: words that protect mean something, ratings lie on their scale, dates where they can, and checklists bind."""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from archivectl.errors import Reason, WrongUsage
from archivectl.i18n import N_, Titles
from archivectl.members.member import LEVELS, nearest
from archivectl.records import fields
from archivectl.records.fields import Field
from archivectl.records.formats import SEALED
from archivectl.regime.model import Regime, within
from archivectl.registers import kinds, materials, scope
from archivectl.registers.kinds import resolve
from archivectl.registers.situation import Guard, Situation

USES = ("use", "provide")  # what a use of a file is called where a consent is asked for
# Where the regime names acts, and the guard that protects those.
PROTECTED = {"consent.for": "consent_given", "consent.told": "customer_told", "identity.for": "identity_confirmed"}
_OWN = "own-company"
# What a field is called that says when something happened, wherever it stands.
_HAPPENED = frozenset(
    {
        "date", "received", "given", "withdrawn", "told", "answered", "verified_on", "archived", "opened", "handled", "birthday",
        "signed", "assessed", "churned", "purchased", "deal_date", "moved_in", "paid_on", "refunded_on",
        "applied", "accepted",
    }
)  # fmt: skip


def acts_asking(guard: str, regime: Regime) -> frozenset[str]:
    """The acts that may be named where a guard protects them: steps by their codes for ``identity_confirmed``, else words."""
    found = (kinds.kind(name, regime) for name in ("record", *kinds.names(regime)))
    steps = [step for kind in found for step in kind.steps.values() if guard in step.guards]
    if guard == "identity_confirmed":
        return frozenset(step.code for step in steps)
    return frozenset((*(USES if guard == "consent_given" else ()), *(step.name for step in steps if step.kind != "loan")))


def words_known(s: Situation) -> Iterator[Reason]:
    """What the regime says to be done only with consent, or once the identity is confirmed, is acts that there are."""
    for path, guard in PROTECTED.items():
        stated = s.world.regime.get(path)
        asked = stated if isinstance(stated, list) else ()
        known = acts_asking(guard, s.world.regime) if asked and guard in s.step.guards else frozenset(asked)
        for word in asked:
            if word not in known:
                hint = N_("An administrator corrects it in regime/house.yaml; it may name: {known}")
                message = N_("The rules protect “{word}”, which is no act here; nothing is done on rules that cannot be kept.")
                yield s.why("words_known", message, hint=hint, path=path, word=word, known=", ".join(sorted(known)))


def scope_known(s: Situation) -> Iterator[Reason]:
    """A scope selects by what there is, or it would protect nothing."""
    try:
        asked = scope.parse(str(s.column("scope") or ""))
    except WrongUsage:
        return  # nothing is selected, or the guard of the scope itself says what is wrong with it
    axes, regime = s.world.regime.get("axes", {}), s.world.regime
    units = {one.department for one in s.world.members.values() if one.department} | set(regime.get("departments") or ())
    choices: list[tuple[str | None, Iterable[str], str]] = [
        (asked.get("subject"), fields.SUBJECTS, "subject"),
        (asked.get("file"), regime.get("files") or (), "file"),
        (asked.get("department"), sorted(units), "department"),
        (str(asked.get("secrecy", "")).lstrip("<>=") or None, LEVELS, "secrecy"),
        *((value, axes[name]["values"], name) for name, value in asked.get("axis", {}).items() if "values" in axes.get(name, {})),
    ]
    for value, known, key in choices:
        if value is not None and value not in known:
            hint = N_("It may be: {known}")
            message = N_("“{value}” is no {key} that there is; the stop would hold nothing.")
            title, named = _titles(key, axes), ", ".join(known) or "—"
            yield s.why("scope_known", message, hint=hint, value=value, key=title, known=named)


def _titles(key: str, axes: Mapping[str, Any]) -> Titles:
    if key in axes:
        return Titles([axes[key]])
    field = fields.known({"file": "files"}.get(key, key))
    return Titles([{"zh": field.zh, "en": field.en}])


def on_scale(s: Situation) -> Iterator[Reason]:
    """A number lies within the bounds that the kind states for its column."""
    for name, column in s.kind.columns.items():
        bounds, value = resolve(s.world.regime, column.bounds) if column.bounds else (), s.column(name)
        bounds = [bounds] if isinstance(bounds, str) else bounds or ()
        if value is not None and not all(within(bound, str(value)) for bound in bounds):
            hint = N_("It must be: {bounds}")
            path = column.bounds.removeprefix("$")
            told = {"name": Titles([column.titles]), "value": value, "bounds": " ".join(bounds)}
            yield s.why("on_scale", N_("{name} {value} is not on the scale."), hint=hint, path=path, **told)


def days_in_order(s: Situation) -> Iterator[Reason]:
    """What is valid from a day until a day ends on a day that is not over, and not before it begins."""
    until, begins = s.given("until") or (s.column("until") if s.case is None else None), s.column("from") or ""
    if until and str(until)[:10] < max(str(begins)[:10], s.now[:10]):
        first = max(str(begins)[:10], s.now[:10])
        hint = N_("Give a last day that is not over yet: until=2026-12-31")
        yield s.why("days_in_order", N_("{ends} lies before {begins}."), hint=hint, ends=until, begins=first)


def grade_not_lower(s: Situation) -> Iterator[Reason]:
    """What a file says is passed on under no lower grade than the file's."""
    grade = s.column("grade")
    for record in s.records:
        if grade in LEVELS and record.secrecy in LEVELS and LEVELS.index(grade) < LEVELS.index(record.secrecy):
            message, hint = N_("{record} is {own}; it is not passed on as {grade}."), N_("Say so: grade={own}")
            yield s.why("grade_not_lower", message, hint=hint, record=record.label, own=record.secrecy, grade=grade)


def entered(s: Situation, keys: Container[str]) -> dict[str, Any]:
    """What the act puts into the fields of a record whose paths end so; in the eyes of `verify` some of it is sealed."""
    values: Mapping[str, Any] = s.given("values") or dict(fields.walk(s.given("content") or {}))
    return {path: value for path, value in values.items() if path[path.rfind(".") + 1 :] in keys}


def _secret(s: Situation, field: Field) -> bool:
    subject = s.records[0].subject if s.records else (s.given("content") or {}).get("subject")
    return subject not in fields.SUBJECTS or field.level(subject) in SEALED


def not_of_tomorrow(s: Situation) -> Iterator[Reason]:
    """What happened did so on no day to come, and to nobody before they were born."""
    values = entered(s, _HAPPENED)
    for path, value in values.items():
        day = str(value or "")[:10]
        if day[:4].isdigit() and day > s.now[: len(day)] and (field := fields.field_at(path)):
            hint = N_("Enter it when it has come, or with the day on which it was.")
            title = Titles([{"zh": field.zh, "en": field.en}])
            if _secret(s, field):
                yield s.why("not_of_tomorrow", N_("{title}: this day is yet to come."), hint=hint, title=title)
            else:
                yield s.why("not_of_tomorrow", N_("{title}: {day} is yet to come."), hint=hint, title=title, day=day)
    born = str(values.get("person.birthday") or "")[:10]
    for path, value in values.items() if born[:4].isdigit() else ():
        day = str(value or "")[:10]
        if path.endswith(".date") and day[:4].isdigit() and day < born[: len(day)]:
            hint = N_("Correct one of the two days.")
            yield s.why("not_of_tomorrow", N_("{day} lies before the birthday."), hint=hint, day=day)


def members_known(s: Situation) -> Iterator[Reason]:
    """Who is named as a member is one, or was one."""
    for path, value in entered(s, fields.of_members()).items():
        for handle in value if isinstance(value, list) else [value] if isinstance(value, str) else ():
            known = handle in s.world.members or handle.startswith("enc:")
            if not known and (field := fields.field_at(path)) and field.check == fields.HANDLE:
                message = N_("{title}: “{handle}” is no member of this archive.")
                hint = N_("Give a handle, such as: {close}; all of them: archivectl member list")
                title, close = Titles([{"zh": field.zh, "en": field.en}]), ", ".join(nearest(s.world.members, handle))
                yield s.why("members_known", message, hint=hint, title=title, handle=handle, close=close)


def file_kind_stated(s: Situation) -> Iterator[Reason]:
    """Where kinds of file have checklists, a file is of one of the kinds, or no list would bind it; a batch says so itself."""
    regime, content = s.world.regime, s.given("content") if s.given("status") else None
    open_ = content is not None and not content.get("files") and content.get("subject") != _OWN
    for record in s.records:
        open_ = open_ or (not record.data.get("files") and record.subject != _OWN)
    if open_ and materials.listing(regime):
        known = Titles({"zh": f"{name}（{title['zh']}）", "en": name} for name, title in _kinds_of_file(regime))
        if s.records:
            hint = N_("State it: archivectl update {record} --set files=KIND --reason …; the kinds are: {known}")
        else:
            hint = N_("State it: --set files=KIND; the kinds are: {known}")
        message, label = N_("Which kind of file this is must be said, for its papers depend on it."), [r.label for r in s.records]
        yield s.why("file_kind_stated", message, hint=hint, path="files", known=known, record=", ".join(label) or "—")


def _kinds_of_file(regime: Regime) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, file in regime.get("files", {}).items():
        yield name, file.get("title") or {"zh": name, "en": name}


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        words_known,
        scope_known,
        on_scale,
        days_in_order,
        grade_not_lower,
        not_of_tomorrow,
        members_known,
        file_kind_stated,
    )
}
