"""Guards of routine: what is done again and again is a duty that the regime names, and done by those it names."""

from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.registers.situation import Guard, Situation


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


GUARDS: Mapping[str, Guard] = {guard.__name__: guard for guard in (duty_of_theirs,)}
