"""The one function that decides every act: commands, imports, ``why`` and ``verify`` all call it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles, Word
from archivectl.registers.fold import Slot, chain_name, signed_by, slots
from archivectl.registers.guards import GUARDS
from archivectl.registers.kinds import resolve
from archivectl.registers.situation import OUTSIDE, Situation, holds

SIGNED_ALREADY = N_("{member} has signed already; one person never signs twice.")
_OPTIONS = {"borrower": "to", "due": "until", "opinion": "reason", "remedy": "note"}
_BINDING = ("approve", "term", "place", "apply", "barred", "supervise", "refusal")


class Decision(NamedTuple):
    """Reasons against an act (none: it may be done), the rule that applies, the post it is done under, who must approve."""

    reasons: tuple[Reason, ...]
    rule: Mapping[str, Any]
    post: str
    awaits: tuple[Slot, ...]

    @property
    def verdict(self) -> str:
        """``refused``, ``approval`` (somebody must sign first) or ``allowed``."""
        return "refused" if self.reasons else "approval" if self.awaits else "allowed"


def decide(situation: Situation) -> Decision:
    """Whether an act may be done, and under which rule; pure, and independent of any clock."""
    rule = _rule(situation) if situation.case is None else situation.case.rule
    s = situation._replace(rule=rule)
    post, signing = _signing(s) if s.step.chain else ("", [])
    found = [*_who(s), *signing, *_state(s), *_apart(s), *_means(s), *_recorded(s), *_needs(s)]
    for name in s.step.guards:
        found.extend(GUARDS[name](s))
    chain = next((st for st in s.kind.steps.values() if s.step.to in st.start and st.chain and not st.refuses), None)
    awaits = slots(rule.get(chain_name(chain)) or ()) if chain and s.case is None else []
    return Decision(tuple(found), rule, post, tuple(awaits))


def facts(s: Situation) -> dict[str, Any]:
    """What rule tables may ask about: the file, who applies, and how."""
    record = s.records[0] if s.records else None
    applicant = s.actor
    return {
        "secrecy": record.secrecy if record else None,
        "axis": record.data.get("classification", {}) if record else {},
        "file": record.data.get("files", []) if record else [],
        "subject": record.subject if record else None,
        "post": applicant.titles,
        "department": applicant.department,
        "outside": bool(s.column("outside")),
        "mode": s.column("mode"),
    }


def _rule(s: Situation) -> dict[str, Any]:
    """The rule an opening event keeps, so that the fold needs only entry and kind."""
    regime, rule = s.world.regime, dict[str, Any]()
    if s.kind.rules:
        row = regime.rule(s.kind.rules, facts(s))
        rule = {key: row[key] for key in _BINDING if key in row}
        if s.records:
            rule["grade"] = s.records[0].secrecy
        if clause := regime.clause(f"{s.kind.rules}.approve" if rule.get("approve") else s.kind.rules):
            rule = {"clause": clause, **rule}
    for step in s.kind.steps.values():
        if step.chain.startswith("$") and (chain := resolve(regime, step.chain)):
            rule[chain_name(step)] = chain
        if step.back and (back := resolve(regime, step.back)):
            rule["refusal"] = back
    return rule


def _who(s: Situation) -> Iterator[Reason]:
    allowed = resolve(s.world.regime, s.step.by) or ()
    if s.actor.retired:
        yield s.why("by", N_("{member} is no longer a member."), member=s.actor.handle)
    elif not s.step.chain and not s.actor.titles & set(allowed):
        message = N_("This is for: {posts}. {member} is not one of them.")
        hint = N_("Ask one of them, or act as another member with --as MEMBER.")
        yield s.why("by", message, hint=hint, posts=Titles(map(s.world.regime.titled, allowed)), member=s.actor.handle)


def _state(s: Situation) -> Iterator[Reason]:
    state = s.case.state if s.case else ""
    if (s.step.start and state not in s.step.start) or (not s.step.start and state):
        message = N_("{entry} is {state}; this needs: {wanted}.")
        wanted = Titles(Word(s.kind.name, each) for each in s.step.start or ("—",))
        yield s.why("from", message, entry=s.case.id if s.case else "—", state=Word(s.kind.name, state or "—"), wanted=wanted)


def _signing(s: Situation) -> tuple[str, list[Reason]]:
    """The post a signature of the chain is given under, or why it cannot be given."""
    if s.case is None or s.case.state not in s.step.start:
        return "", []
    awaiting = s.case.awaiting() or s.step
    open_slots = s.case.open_slots(awaiting)
    if signed_by(s.case, s.actor.handle) and not s.step.refuses:
        return "", [s.why("distinct", SIGNED_ALREADY, member=s.actor.handle)]
    for slot in open_slots:
        for post in slot.posts:
            if holds(s, s.actor, post):
                return post.partition(" of ")[0], []
    wanted = Titles(s.world.regime.titled(*slot.posts) for slot in open_slots)
    path = s.step.chain.removeprefix("$") if s.step.chain.startswith("$") else f"{s.kind.rules}.approve"
    hint = (
        N_("Who signs on paper is recorded with --by WHO --paper FILE.")
        if "paper" in (resolve(s.world.regime, s.kind.means) or ())
        else ""
    )
    return "", [s.why("chain", N_("{entry} waits for: {wanted}."), hint=hint, path=path, entry=s.case.id, wanted=wanted)]


def _apart(s: Situation) -> Iterator[Reason]:
    """Nobody acts in two of the steps that must be kept apart."""
    apart = resolve(s.world.regime, s.kind.apart) or ()
    if s.case is None or s.step.name not in apart:
        return
    # Who vouches for somebody outside takes part as if it were their own hand.
    who = s.recorder.handle if s.actor.handle == OUTSIDE and s.recorder else s.actor.handle
    earlier = s.case.acts(*(name for name in apart if name != s.step.name))
    others = [event for event in earlier if who in {event.by, event.recorder if event.by == OUTSIDE else ""}]
    if others:
        message = N_("{member} took part already ({act}); this must be another person.")
        yield s.why("apart", message, path="destroy.apart", member=who, act=Word(s.kind.name, others[0].act))


def _means(s: Situation) -> Iterator[Reason]:
    allowed = (resolve(s.world.regime, s.kind.means) if s.step.chain else None) or ["signed"]
    if s.means not in allowed:
        message = N_("This must be {allowed}, not {means}.")
        yield s.why("means", message, allowed=", ".join(allowed), means=s.means)


def _recorded(s: Situation) -> Iterator[Reason]:
    """What was signed elsewhere is recorded by a clerk or archivist, and by nobody for themselves; one outsider a chain."""
    if s.recorder is None:
        return
    if not s.recorder.titles & {"clerk", "archivist"}:
        message = N_("What was signed elsewhere is recorded by a clerk or archivist; {member} is neither.")
        yield s.why("recorder", message, member=s.recorder.handle)
    if s.recorder.handle == s.actor.handle:
        yield s.why("recorder", N_("{member} signs for themselves, without --by."), member=s.actor.handle)
    if s.actor.handle == OUTSIDE and s.case and any(event.by == OUTSIDE for event in s.case.acts(s.step.name)):
        yield s.why("recorder", N_("Somebody outside has signed already; the others must be members."))


def _needs(s: Situation) -> Iterator[Reason]:
    for need in s.step.needs:
        name = next(iter(need)) if isinstance(need, Mapping) else need
        if isinstance(need, Mapping) and not _counted(s):
            continue
        if s.given(name) in (None, ""):
            hint = N_("Add --{option}.")
            yield s.why("needs", N_("“{name}” is missing."), hint=hint, name=_title(s, name), option=_OPTIONS.get(name, name))
    if s.case is None and s.columns is not None:
        for name in s.kind.required:
            if s.columns.get(name) in (None, ""):
                hint = N_("Add --{option}.")
                yield s.why("needs", N_("“{name}” is missing."), hint=hint, name=_title(s, name), option=_OPTIONS.get(name, name))


def _title(s: Situation, name: str) -> Titles:
    column = s.kind.column(name)
    return Titles([column.titles if column else name])


def _counted(s: Situation) -> bool:
    """Whether the pages of what is handed over are known."""
    if s.case and s.case.promised.get("pages") is not None:
        return True
    items = [item for r in s.records for section in ("volumes", "documents") for item in r.data.get(section) or ()]
    wanted = [item for item in items if not s.parts or any(str(item.get("id")) in part for part in s.parts)]
    return any(item.get("pages") for item in wanted)
