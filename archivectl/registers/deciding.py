"""The one function that decides every act: commands, imports, ``why`` and ``verify`` all call it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles, Word
from archivectl.registers.fold import Slot, chain_name, slots
from archivectl.registers.guards import GUARDS, authority
from archivectl.registers.kinds import Step, resolve
from archivectl.registers.situation import OUTSIDE, Situation, bears, delegation, facts_for, giver

ANYONE = "anyone"  # among those who may take a step: every member
SIGNED_ALREADY = N_("{member} has signed already; one person never signs twice.")
ANOTHER = N_("Somebody else who holds the post signs next: archivectl member list")
_LEFT = N_(
    "Act as a member who is here, with --as MEMBER: archivectl member list. Who comes back gets new keys from an administrator: "
    "archivectl member update {member} --un-retire --from FILE"
)
_OPTIONS = {"borrower": "to", "due": "until", "opinion": "reason", "remedy": "note"}
_BINDING = (
    *("approve", "term", "place", "apply", "barred", "supervise", "refusal", "agree", "confirm", "tell", "plan", "before"),
    *("checks", "after", "unit", "complete", "application"),
)


class Decision(NamedTuple):
    """Reasons against an act (none: it may be done), the rule that applies, the post it is done under, who must approve.

    ``behalf`` is the uid of the delegation it is done under, empty where the post is the actor's own.
    """

    reasons: tuple[Reason, ...]
    rule: Mapping[str, Any]
    post: str
    awaits: tuple[Slot, ...]
    behalf: str = ""

    @property
    def verdict(self) -> str:
        """``refused``, ``approval`` (somebody must sign first) or ``allowed``."""
        return "refused" if self.reasons else "approval" if self.awaits else "allowed"


def decide(situation: Situation) -> Decision:
    """Whether an act may be done, and under which rule; pure, and independent of any clock."""
    rule = _rule(situation) if situation.case is None else situation.case.rule
    s = situation._replace(rule=rule)
    post, behalf, signing = _signing(s) if s.step.chain else ("", "", [])
    found = [*_who(s), *signing, *_state(s), *_fitting(s), *_in_order(s), *_apart(s, behalf), *_means(s), *_outsider(s)]
    needed = [*_needs(s)]
    found.extend((*_recorded(s), *needed))
    for name in s.step.guards:  # what a guard says of something that is needed and not there waits until it is
        found.extend(reason for reason in GUARDS[name](s) if not (needed and None in reason.values.values()))
    steps = (step for step in s.kind.steps.values() if s.step.to in step.start and step.chain and not step.refuses)
    chain = next((step for step in steps if _fits(s, step)), None)
    awaits = slots(rule.get(chain_name(chain)) or ()) if chain and s.case is None else []
    if chain and awaits:
        found.extend(authority.answerable(s, chain, awaits))
    return Decision(tuple(found), rule, post, tuple(awaits), behalf)


def _rule(s: Situation) -> dict[str, Any]:
    """The rule an opening event keeps, so that the fold needs only entry and kind."""
    regime, rule = s.world.regime, dict[str, Any]()
    if table := s.rules:
        row = regime.rule(table, facts_for(s, table))
        rule = {key: row[key] for key in _BINDING if key in row}
        if s.records:
            rule["grade"] = s.records[0].secrecy
        if clause := regime.clause(f"{table}.approve" if rule.get("approve") else table):
            rule = {"clause": clause, **rule}
    for step in s.kind.course(s.columns or {}):
        if step.chain.startswith("$") and (chain := resolve(regime, _told(s, step.chain))):
            rule.setdefault(chain_name(step), chain)
        elif step.chain.startswith("column.") and (post := s.column(chain_name(step))):
            rule[chain_name(step)] = [post]
        if step.back and (back := resolve(regime, step.back)):
            rule["refusal"] = back
    return rule


def _told(s: Situation, path: str) -> str:
    """A path of the regime with what the entry says in it: ``$routine.{do}.attest`` is that of its own duty."""
    for column in re.findall(r"\{([a-z_]+)\}", path):
        from archivectl.registers import owed  # noqa: PLC0415 - only such a path needs what is owed

        said = str(s.column(column) or "")
        path = path.replace(f"{{{column}}}", owed.named(said, s.world.regime) or said)
    return path


def _who(s: Situation) -> Iterator[Reason]:
    allowed = [*(resolve(s.world.regime, s.step.by) or ()), *_by_rule(s), *_named_post(s)]
    if s.actor.retired:
        message = N_("{member} left on {day} and is no longer a member.")
        yield s.why("by", message, hint=_LEFT, member=s.actor.handle, day=s.actor.retired)
    elif not s.step.chain and not s.actor.titles & set(allowed) and ANYONE not in allowed:
        message = N_("This is for: {posts}. {member} is not one of them.")
        hint = N_("Ask one of them (archivectl member list), or act as another member with --as MEMBER.")
        yield s.why("by", message, hint=hint, posts=Titles(map(s.world.regime.titled, allowed)), member=s.actor.handle)


def _named_post(s: Situation) -> Iterator[str]:
    """The post that the entry itself names as the one that signs it: who holds it may also write and revoke it."""
    named = (chain_name(step) for step in s.kind.steps.values() if step.chain.startswith("column.") and not s.step.chain)
    yield from dict.fromkeys(str(post) for name in named if (post := s.column(name)))


def _by_rule(s: Situation) -> Iterator[str]:
    """The posts that the rule for this file itself lets apply; who may ask may also do what the same people do next."""
    asking = [step.by for step in s.kind.steps.values() if not step.start]
    if not s.rules or s.step.by not in asking:
        return
    row = s.world.regime.rule(s.rules, facts_for(s, s.rules))
    posts = (row.get("when") or {}).get("post") or []
    for post in (*(posts if isinstance(posts, list) else [posts]), *([row["apply"]] if "apply" in row else [])):
        yield str(post).partition(" of ")[0]


def _state(s: Situation) -> Iterator[Reason]:
    state = s.case.state if s.case else ""
    if (s.step.start and state not in s.step.start) or (not s.step.start and state):
        message = N_("{entry} is {state}; this needs: {wanted}.")
        wanted = Titles(Word(s.kind.name, each) for each in s.step.start or ("—",))
        see = N_("See what it waits for, and what was done: archivectl register show {entry}")
        hint = see if s.case else N_("Name the entry that this goes on with: archivectl todo")
        entry, now = s.case.id if s.case else "—", Word(s.kind.name, state or "—")
        yield s.why("from", message, hint=hint, entry=entry, state=now, wanted=wanted)


def _fits(s: Situation, step: Step) -> bool:
    return step.fits({name: s.column(name) for name in step.when})


def _fitting(s: Situation) -> Iterator[Reason]:
    """The step is one of entries like this."""
    if _fits(s, s.step):
        return
    for name, wanted in s.step.when.items():
        column, step = s.kind.columns[name], Word(s.kind.name, s.step.name)
        message, hint = N_("“{step}” is a step only of: {known}."), N_("See the steps: archivectl register kinds")
        known = [column.choices[each] for each in (wanted if isinstance(wanted, list) else [wanted]) if each in column.choices]
        if not known:
            message = N_("“{step}” is no step of an entry like this: {known}.")
        yield s.why("when", message, hint=hint, step=step, known=Titles(known or [column.titles]))


def _in_order(s: Situation) -> Iterator[Reason]:
    """Nothing happens before what happened already, nor to a file before the day on which it was opened."""
    last = s.case.done[-1].date if s.case and s.case.done else ""
    length = min(len(last), len(s.now))
    if s.case and s.now[:length] < last[:length]:
        hint = N_("Set the clock of this machine right, or give a later --today.")
        yield s.why(
            "in_order", N_("{entry} went on at {last}; {now} lies before."), hint=hint, entry=s.case.id, last=last, now=s.now
        )
    corrected = (s.given("values") or {}).get("filing.opened")
    for record in s.records:
        opened = str(corrected or (record.data.get("filing") or {}).get("opened") or "")[:10]
        if s.now[: len(opened)] < opened:
            hint = N_("Give a later --today; if the file is older: archivectl update {record} --set filing.opened=DAY --reason …")
            values = {"record": record.label, "opened": opened, "now": s.now[:10]}
            yield s.why("in_order", N_("{record} was opened on {opened}; {now} lies before."), hint=hint, **values)


def _signing(s: Situation) -> tuple[str, str, list[Reason]]:
    """The post a signature of the chain is given under, with the delegation if it is not the actor's own; or why it cannot be."""
    if s.case is None or s.case.state not in s.step.start:
        return "", "", []
    open_slots = s.case.open_slots(s.case.awaiting() or s.step)
    posts = [post for slot in open_slots for post in slot.posts]
    if not s.step.refuses and s.actor.handle in authority.signatories(s):
        return "", "", [s.why("distinct", SIGNED_ALREADY, hint=ANOTHER, member=s.actor.handle)]
    own = next((post for post in posts if bears(s, s.actor, post)), "")
    if own:
        return own.partition(" of ")[0], "", []
    for post in posts:
        if case := delegation(s, s.actor, post):
            if giver(case) in authority.signatories(s) - {OUTSIDE} and not s.step.refuses:
                return "", "", [s.why("distinct", SIGNED_ALREADY, hint=ANOTHER, member=giver(case))]
            return post.partition(" of ")[0], case.uid, []
    unknown = authority.department_unknown(s, s.actor, open_slots)
    return "", "", [_not_theirs(s, open_slots), *unknown, *authority.lapsed(s, posts)]


def _not_theirs(s: Situation, open_slots: list[Slot]) -> Reason:
    wanted = Titles(s.world.regime.titled(*slot.posts) for slot in open_slots)
    path = _told(s, s.step.chain).removeprefix("$") if s.step.chain.startswith("$") else f"{s.rules}.approve"
    if s.rules and s.case and (own := path.rpartition(".")[2]) in s.case.rule:
        path = f"{s.rules}.{own}"
    on_paper = "paper" in (resolve(s.world.regime, s.kind.means_of(s.step)) or ())
    hint = N_("Who signs on paper is recorded with --by WHO --paper FILE.") if on_paper else ""
    return s.why(
        "chain", N_("{entry} waits for: {wanted}."), hint=hint, path=path, entry=s.case.id if s.case else "", wanted=wanted
    )


def _apart(s: Situation, behalf: str) -> Iterator[Reason]:
    """Nobody acts in two of the steps that must be kept apart, themselves or through who signs for them."""
    apart = resolve(s.world.regime, s.kind.apart) or ()
    if s.case is None or s.step.name not in apart:
        return
    # Who vouches for somebody outside takes part as if it were their own hand.
    who = s.recorder.handle if s.actor.handle == OUTSIDE and s.recorder else s.actor.handle
    people = {who} | authority.principals(s, [behalf])
    for event in s.case.acts(*(name for name in apart if name != s.step.name)):
        hands = {event.by, event.recorder if event.by == OUTSIDE else ""} | authority.principals(s, [event.data.get("for")])
        if both := people & hands:
            message = N_("{member} took part already ({act}); this must be another person.")
            path = s.kind.apart.removeprefix("$") if isinstance(s.kind.apart, str) else ""
            yield s.why("apart", message, path=path, member=min(map(str, both)), act=Word(s.kind.name, event.act))
            return


def _means(s: Situation) -> Iterator[Reason]:
    allowed = (resolve(s.world.regime, s.kind.means_of(s.step)) if s.step.chain else None) or ["signed"]
    if s.means not in allowed:
        message = N_("This must be {allowed}, not {means}.")
        hint = N_("What may be signed elsewhere, the rules say: means, in regime/house.yaml.")
        yield s.why("means", message, hint=hint, allowed=", ".join(allowed), means=s.means)


def _outsider(s: Situation) -> Iterator[Reason]:
    """The regime lets somebody who is no member sign, on paper."""
    if s.actor.handle == OUTSIDE and not authority.outsiders(s):
        hint = N_("Make them a member, or let them delegate: archivectl member add, archivectl register add delegation")
        yield s.why("outsider", N_("Here only members sign, also on paper."), hint=hint, path="signatures.outsiders")


def _recorded(s: Situation) -> Iterator[Reason]:
    """What was signed elsewhere is recorded by those who may, and by nobody for themselves; one outsider a chain."""
    if s.recorder is None:
        return
    allowed = s.world.regime.get("who.record") or ()
    if not s.recorder.titles & set(allowed):
        message = N_("What was signed elsewhere is recorded by: {posts}. {member} is not one of them.")
        posts = Titles(map(s.world.regime.titled, allowed))
        yield s.why("recorder", message, path="who.record", posts=posts, member=s.recorder.handle)
    if s.recorder.handle == s.actor.handle:
        hint = N_("Repeat the command without --by and --paper.")
        yield s.why("recorder", N_("{member} signs for themselves, without --by."), hint=hint, member=s.actor.handle)
    if s.actor.handle == OUTSIDE and s.case and any(event.by == OUTSIDE for event in s.case.acts(s.step.name)):
        message, hint = N_("Somebody outside has signed already; the others must be members."), N_("Have a member sign: {how}")
        yield s.why("recorder", message, hint=hint, how=f"archivectl approve {s.case.id}")


def _needs(s: Situation) -> Iterator[Reason]:
    for need in s.step.needs:
        name = next(iter(need)) if isinstance(need, Mapping) else need
        if isinstance(need, Mapping) and not _counted(s):
            continue
        if _blank(s.given(name)) and (s.case or _blank(s.column(name))):
            yield _missing(s, name)
    if s.case is None and s.columns is not None:
        for name in (*s.kind.required, *_asked_of_choice(s)):
            if _blank(s.columns.get(name)):
                yield _missing(s, name)


def _blank(value: object) -> bool:
    return value is None or str(value).strip() == ""


def _asked_of_choice(s: Situation) -> Iterator[str]:
    """The columns that the chosen values themselves ask for: ``visit: {needs: [who, reason]}``."""
    for name, column in s.kind.columns.items():
        yield from column.asked(s.column(name))


def _missing(s: Situation, name: str) -> Reason:
    """What is missing, and how it is given: by an option of the step's own command, else as a column."""
    typed = not s.step.command and not s.step.chain
    hint = N_("Give it: {column}=…") if typed else N_("Add --{option}.")
    column = s.kind.column(name)
    short = Titles([{key: title.rstrip(" ℃%") for key, title in column.titles.items()} if column else name])
    option = _OPTIONS.get(name, name)
    return s.why("needs", N_("“{name}” is missing."), hint=hint, name=_title(s, name), option=option, column=short)


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
