"""Guards of sense: words that protect mean something, ratings lie on their scale, dates where they can, and checklists bind."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl.errors import Reason, WrongUsage
from archivectl.i18n import N_, Titles
from archivectl.members.member import LEVELS
from archivectl.records import fields
from archivectl.regime.model import Regime, within
from archivectl.registers import kinds, materials, scope
from archivectl.registers.kinds import resolve
from archivectl.registers.situation import Guard, Situation

USES = ("use", "provide")  # what a use of a file is called where a consent is asked for
_OWN = "own-company"
_HAPPENED = ("date", "received", "given", "withdrawn", "told", "answered", "verified_on", "archived")


def acts_asking(guard: str, regime: Regime) -> frozenset[str]:
    """The acts that a word of ``consent.for`` (guard ``consent_given``) or ``identity.for`` (``identity_confirmed``) may name."""
    found = (kinds.kind(name, regime) for name in ("record", *kinds.names(regime)))
    steps = [step for kind in found for step in kind.steps.values() if guard in step.guards]
    if guard == "identity_confirmed":
        return frozenset(step.code for step in steps)
    return frozenset((*USES, *(step.name for step in steps if step.kind != "loan")))


def words_known(s: Situation) -> Iterator[Reason]:
    """What the regime says to be done only with consent, or once the identity is confirmed, is acts that there are."""
    for path, guard in (("consent.for", "consent_given"), ("identity.for", "identity_confirmed")):
        asked = s.world.regime.get(path) or ()
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


def grade_not_lower(s: Situation) -> Iterator[Reason]:
    """What a file says is passed on under no lower grade than the file's."""
    grade = s.column("grade")
    for record in s.records:
        if grade in LEVELS and record.secrecy in LEVELS and LEVELS.index(grade) < LEVELS.index(record.secrecy):
            message, hint = N_("{record} is {own}; it is not passed on as {grade}."), N_("Say so: grade={own}")
            yield s.why("grade_not_lower", message, hint=hint, record=record.label, own=record.secrecy, grade=grade)


def not_of_tomorrow(s: Situation) -> Iterator[Reason]:
    """What happened did so on no day to come, and to nobody before they were born; what is sealed tells nothing here."""
    content = s.given("content") or {}
    told = [*(item for items in (s.given("added") or {}).values() for item in items), *_groups(content)]
    for item in told:
        for key in _HAPPENED:
            day = str(item.get(key) or "")
            if day[:4].isdigit() and day[:10] > s.now[: len(day[:10])]:
                hint = N_("Enter it when it has come, or with the day on which it was.")
                yield s.why("not_of_tomorrow", N_("{day} is yet to come."), hint=hint, day=day[:10])
    born = str((content.get("person") or {}).get("birthday") or "")
    for item in told if born[:4].isdigit() else ():
        day = str(item.get("date") or "")
        if day[:4].isdigit() and day[:10] < born[: len(day[:10])]:
            hint = N_("Correct one of the two days.")
            yield s.why("not_of_tomorrow", N_("{day} lies before the birthday."), hint=hint, day=day[:10])


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


def _groups(data: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - values of a record
    """Every mapping in a record's content."""
    if isinstance(data, Mapping):
        yield data
    for inner in data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ():
        yield from _groups(inner)


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard for guard in (words_known, scope_known, on_scale, grade_not_lower, not_of_tomorrow, file_kind_stated)
}
