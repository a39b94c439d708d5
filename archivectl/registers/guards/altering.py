"""Guards of changing a file: a reason, approval where it is asked for, nothing telling in clear, departments kept apart."""

from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.encryption.envelope import is_sealed
from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records import fields, leaks
from archivectl.registers.situation import Guard, Situation

IN_CLEAR = N_("“{title}” is kept in clear, and this holds an identifier: {what}.")
ITS_FIELD = N_("ID numbers, bank cards and personal mobile numbers belong in the fields made for them, where they are encrypted.")
_COLLECTING = {"collection", "intake"}
_FILING = {"accept", "file", "file_incomplete"}


def reason_given(s: Situation) -> Iterator[Reason]:
    """Who changes a file says why; of what is done under an entry, the entry tells."""
    if not str(s.given("reason") or "").strip() and not s.given("entry"):
        yield s.why("reason_given", N_("A change needs a reason."), hint=N_("Say why: --reason TEXT"))


def change_approved(s: Situation) -> Iterator[Reason]:
    """Where the regime asks for approval, a file is changed or anything taken out of it under an entry that has it."""
    if s.world.regime.get("update.approve") and not s.given("entry"):
        message = N_("A change of {record} is approved first.")
        hint = N_(
            "Report it: archivectl register add change --about {record} mode=… what=…; once approved: "
            "archivectl update {record} --change BG-… --set …"
        )
        label = s.records[0].label if s.records else "—"
        yield s.why("change_approved", message, hint=hint, path="update.approve", record=label)


def nothing_in_clear(s: Situation) -> Iterator[Reason]:
    """What identifies a person enters only the fields that are encrypted."""
    content: Mapping[str, Any] = s.given("content") or {}
    subject = s.records[0].subject if s.records else str(content.get("subject", ""))
    for path, value in (s.given("values") or {}).items():
        field = fields.field_at(path)
        if field and value is not None and not is_sealed(value) and (what := leaks.tells(path, value, subject)):
            title = Titles([{"zh": field.zh, "en": field.en}])
            yield s.why("nothing_in_clear", IN_CLEAR, hint=ITS_FIELD, title=title, what=what)


def of_their_department(s: Situation) -> Iterator[Reason]:
    """Where collecting and filing belong to different departments, each is done by members of its own."""
    regime = s.world.regime
    task = "file" if s.step.name in _FILING else "collect" if s.kind.name in _COLLECTING else ""
    wanted = (regime.get("separation") or {}).get(task) or ()
    titles = [regime.get(f"departments.{name}") or {"zh": name, "en": name} for name in wanted]
    if wanted and regime.department(s.actor.department) not in map(regime.department, wanted):
        message = N_("This is for members of: {departments}. {member} is not one of them.")
        hint = N_("Collecting and filing are kept apart here; somebody of that department does this.")
        values = {"departments": Titles(titles), "member": s.actor.handle}
        yield s.why("of_their_department", message, hint=hint, path="separation", **values)


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard for guard in (reason_given, change_approved, nothing_in_clear, of_their_department)
}
