"""Guards of routine: what is done again and again, and what follows an offence, is what the regime names."""

from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.regime.model import first
from archivectl.registers.situation import Guard, Situation

_REWARDS = frozenset({"praise"})


def duty_of_theirs(s: Situation) -> Iterator[Reason]:
    """The duty is one that the regime names, and the actor one of those who do it."""
    regime, do = s.world.regime, str(s.column("do") or "")
    from archivectl.registers import owed  # noqa: PLC0415 - only this guard needs what is owed

    rows = owed.plain(regime)
    name = owed.named(do, regime)
    if name is None:
        known = Titles(row["title"] for row in rows.values()) if rows else "—"
        hint = N_("The duties are: {known}")
        yield s.why("duty_of_theirs", N_("“{do}” is no duty here."), hint=hint, path="duties", do=do or "—", known=known)
    elif not s.actor.titles & set(rows[name]["who"]):
        who = Titles(map(regime.titled, rows[name]["who"]))
        yield s.why(
            "duty_of_theirs",
            N_("This duty is for: {posts}. {member} is not one of them."),
            path="duties",
            posts=who,
            member=s.actor.handle,
        )


def as_the_rules_say(s: Situation) -> Iterator[Reason]:
    """What follows an offence is what the regime names for it, and a penalty one of its ladder."""
    regime, mode, choices = s.world.regime, s.column("mode"), s.kind.columns["mode"].choices
    rows, ladder = regime.get("discipline.consequences") or (), regime.get("discipline.ladder") or ()
    row = first(rows, {"offence": s.column("offence")}) or {}
    for path, allowed in (("discipline.consequences", row.get("do") or ()), ("discipline.ladder", ladder)):
        if allowed and mode not in {*allowed, *(_REWARDS if path.endswith("ladder") else ())}:
            message, hint = N_("The rules do not name “{mode}” for this."), N_("They name: {known}")
            known = Titles(choices.get(word, word) for word in allowed)
            yield s.why("as_the_rules_say", message, hint=hint, path=path, mode=Titles([choices.get(mode, mode)]), known=known)


GUARDS: Mapping[str, Guard] = {guard.__name__: guard for guard in (duty_of_theirs, as_the_rules_say)}
