"""Guards of authority: who may sign for whom, who may be delegate, and whether a chain can be signed at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from archivectl.errors import Reason, WrongUsage
from archivectl.i18n import N_, Titles
from archivectl.members import member as members
from archivectl.members.member import Member
from archivectl.regime import spans
from archivectl.registers import kinds, scope
from archivectl.registers.fold import Slot
from archivectl.registers.kinds import Kind, Step, resolve
from archivectl.registers.situation import (
    BACK_AGAIN,
    DELEGATION,
    NO_RECORD,
    OUTSIDE,
    PRESENT,
    Guard,
    Situation,
    delegations,
    department_of,
    giver,
    holds,
    lapse,
    listed,
)

_ELSEWHERE = {"paper", "message"}
_WHOM = {
    "applicant": {"zh": "申请人所在部门", "en": "the applicant's department"},
    "borrower": {"zh": "借阅人所在部门", "en": "the borrower's department"},
    "keeper": {"zh": "保管人所在部门", "en": "the keeper's department"},
    "record": {"zh": "档案归口部门", "en": "the file's department"},
}
_ENTER_FILE = N_("Enter it: archivectl update {record} --set department=… --reason …")
_ENTER_MEMBER = N_("Enter it where the member is: archivectl member update HANDLE --department …; of others, with --unit")
_ABSENT = {PRESENT, BACK_AGAIN}


def sections(kind: Kind) -> set[str]:
    """The sections of the regime that govern the chains of a kind: ``lend``, ``destroy``."""
    paths = {kind.rules, *(step.chain.removeprefix("$") for step in kind.steps.values() if step.chain.startswith("$"))}
    return {path.partition(".")[0] for path in paths if path}


def outsiders(s: Situation) -> bool:
    """Whether somebody who is no member may sign on paper: what the section says, else what holds for all."""
    regime = s.world.regime
    stated = [regime.get(f"{section}.outsiders") for section in {s.rules.partition(".")[0], *sections(s.kind)} if section]
    own = [value for value in stated if value is not None]
    return all(own) if own else bool(regime.get("signatures.outsiders", True))


def signatories(s: Situation) -> set[str]:
    """Who signed the chain in progress, themselves or through a delegate; who is outside is told apart by name elsewhere."""
    if s.case is None:
        return set()
    events = [event for _slot, event in s.case.closed]
    return ({event.by for event in events} | principals(s, [event.data.get("for") for event in events])) - {OUTSIDE}


def principals(s: Situation, uids: Iterable[object]) -> set[str]:
    """Who gave the delegations with these uids: what is signed under one stands as if they had signed."""
    given = {uid for uid in uids if uid}
    return {giver(case) for case in s.world.cases(NO_RECORD, DELEGATION) if case.uid in given} - {OUTSIDE} if given else set()


def lapsed(s: Situation, posts: Sequence[str]) -> Iterator[Reason]:
    """Why the actor's delegations of these posts do not serve."""
    told: set[str] = set()
    for post in posts:
        for case in delegations(s, s.actor, post):
            if (why := lapse(s, case, post)) and case.uid not in told:
                told.add(case.uid)
                hint = N_("Once it is so: archivectl register step {entry} depart away_until=DAY") if why[0] in _ABSENT else ""
                yield s.why("delegation", why[0], hint=hint, path=_governing(s, post), entry=case.id, date=why[1])


def _governing(s: Situation, post: str) -> str:
    """Where the regime governs the delegation of a post for this kind: the section that limits it, else one that governs it."""
    name, found = post.partition(" of ")[0], sorted({s.rules.partition(".")[0], *sections(s.kind)} - {""})
    limiting = [each for each in found if (s.world.regime.get(f"{each}.delegate") or {}).get("from") == name]
    return f"{(limiting or found)[0]}.delegate" if found else ""


def answerable(s: Situation, chain: Step, awaits: Sequence[Slot]) -> Iterator[Reason]:
    """The chain that an entry is about to wait for names posts that exist, and there are people to sign it."""
    regime = s.world.regime
    path = chain.chain.removeprefix("$") if chain.chain.startswith("$") else f"{s.rules}.approve"
    known = {*regime.get("posts", {}), *regime.get("roles", {})}
    unknown = sorted({post for slot in awaits for post in slot.names()} - known)
    if unknown and not chain.chain.startswith("column."):  # the guard of that column says it otherwise
        hint = N_("An administrator corrects it in regime/house.yaml: archivectl check regime")
        message = N_("The rules ask for the signature of {posts}, which is no post here.")
        yield s.why("answerable", message, hint=hint, path=path, posts=", ".join(unknown))
    if unknown:
        return
    apart = resolve(regime, s.kind.apart) or ()
    barred = {s.actor.handle} if {s.step.name, chain.name} <= set(apart) else set[str]()
    people = [one for one in s.world.members.values() if not one.retired and one.handle not in barred]
    missing = _unfilled(s, awaits, people)
    if len(missing) > on_paper(s, chain):
        hint = N_(
            "Take on a member with that post (archivectl member add), or have it delegated: archivectl register add delegation"
        )
        message = N_("Nobody here can sign as {posts}.")
        wanted = Titles(regime.titled(*posts) for posts in dict.fromkeys(tuple(slot.posts) for slot in missing))
        yield s.why("answerable", message, hint=hint, path=path, posts=wanted)
        yield from [reason for one in people for reason in department_unknown(s, one, missing)][:1]


def on_paper(s: Situation, chain: Step) -> bool:
    """Whether somebody who is no member may sign a chain elsewhere."""
    return outsiders(s) and bool(_ELSEWHERE & set(resolve(s.world.regime, s.kind.means_of(chain)) or ()))


def nobody_for(s: Situation, awaits: Sequence[Slot]) -> list[Slot]:
    """The signatures that an entry waits for and that no member can give who has not signed or taken part already."""
    gone = signatories(s) | _taken_part(s)
    return _unfilled(s, awaits, [one for one in s.world.members.values() if not one.retired and one.handle not in gone])


def _taken_part(s: Situation) -> set[str]:
    """Who acted in one of the steps that must be kept apart from this one."""
    apart = set(resolve(s.world.regime, s.kind.apart) or ())
    return {event.by for event in s.case.acts(*apart - {s.step.name})} if s.case and s.step.name in apart else set()


def department_unknown(s: Situation, signer: Member, awaits: Sequence[Slot]) -> Iterator[Reason]:
    """Why nobody is told to be the ``post of whom`` that somebody with that post would sign as: a department is not entered."""
    for post in (post for slot in awaits for post in slot.posts):
        name, _of, whom = post.partition(" of ")
        if whom and name in signer.titles and (signer.department is None or department_of(s, whom) is None):
            values: dict[str, Any] = {"posts": Titles([s.world.regime.titled(post)]), "whom": Titles([_WHOM[whom]])}
            if signer.department is None and department_of(s, whom) is not None:
                hint = N_("An administrator enters it: archivectl member update {member} --department …")
                message = N_("The {posts} is that of {whom}; of {member} no department is entered.")
                yield s.why("department", message, hint=hint, member=signer.handle, **values)
            else:
                own = whom in {"keeper", "record"}
                hint = _ENTER_FILE if own else _ENTER_MEMBER
                message = N_("The {posts} is that of {whom}; of which department that is, is entered nowhere.")
                yield s.why("department", message, hint=hint, record=s.records[0].label if s.records else "—", **values)
            return


def _unfilled(s: Situation, awaits: Sequence[Slot], people: Sequence[Member]) -> list[Slot]:
    return unfilled({slot: [one.handle for one in people if any(holds(s, one, post) for post in slot.posts)] for slot in awaits})


def unfilled(able: Mapping[Slot, Sequence[str]]) -> list[Slot]:
    """The signatures for which nobody is left when each person gives one; ``able`` says who could give each."""
    taken: dict[str, Slot] = {}

    def find(slot: Slot, tried: set[str]) -> bool:
        for handle in able[slot]:
            if handle not in tried:
                tried.add(handle)
                if handle not in taken or find(taken[handle], tried):
                    taken[handle] = slot
                    return True
        return False

    return [slot for slot in able if not find(slot, set())]


def delegate_is_member(s: Situation) -> Iterator[Reason]:
    """A post is delegated to a member, by handle, and it is a post that exists."""
    regime, to, post = s.world.regime, str(s.column("to")), str(s.column("post"))
    if to not in s.world.members or s.world.members[to].retired:
        hint = N_("Give the handle of a member: archivectl member list")
        yield s.why("delegate_is_member", N_("“{to}” is no member of this archive."), hint=hint, to=to)
    posts = regime.get("posts", {})
    if post not in posts:
        hint = N_("The posts are: {known}")
        known = Titles({"zh": f"{name}（{each['zh']}）", "en": name} for name, each in posts.items())
        yield s.why("delegate_is_member", N_("“{post}” is no post here."), hint=hint, post=post, known=known)


def delegation_has_days(s: Situation) -> Iterator[Reason]:
    """A delegation begins and ends on days, the last one not over yet."""
    begins, ends = str(s.column("from")), str(s.column("until"))
    try:
        days = [spans.moment(day).date().isoformat() for day in (begins, ends)]
    except WrongUsage:
        days = []
    if days != [begins, ends]:
        hint = N_("Write them as 2026-03-02.")
        message = N_("A delegation is from a day until a day: {begins}, {ends}.")
        yield s.why("delegation_has_days", message, hint=hint, begins=begins, ends=ends)
    elif ends < max(begins, s.now[:10]):
        hint = N_("Give a last day that is not over yet: until=2026-12-31")
        begins = max(begins, s.now[:10])
        yield s.why("delegation_has_days", N_("{ends} lies before {begins}."), hint=hint, ends=ends, begins=begins)


def delegation_has_scope(s: Situation) -> Iterator[Reason]:
    """What a delegation extends to is registers of this archive, and conditions that can be asked."""
    regime = s.world.regime
    found = [kinds.kind(name, regime) for name in kinds.names(regime)]
    known = {word for kind in found for word in (kind.name, kind.number, *kind.title.values())}
    for word in listed(s.column("kinds") or ""):
        if word not in known or word == DELEGATION:
            hint = N_("It may extend to: {known}")
            message = N_("A delegation cannot extend to “{word}”.")
            signed = [kind.name for kind in found if any(step.chain for step in kind.steps.values())]
            registers = ", ".join(name for name in signed if name != DELEGATION)
            yield s.why("delegation_has_scope", message, hint=hint, word=word, known=registers)
    try:
        if s.column("where"):
            scope.parse(str(s.column("where")))
    except WrongUsage as error:
        yield Reason(f"{s.step.code}/delegation_has_scope", error.message, error.values, error.hint)


def may_be_delegate(s: Situation) -> Iterator[Reason]:
    """Where the regime says to whom a post is delegated, it is one of those."""
    regime, post = s.world.regime, s.column("post")
    member = s.world.members.get(str(s.column("to")))
    for section in sorted({each for name in kinds.names(regime) for each in _extends(s, name)}):
        limits = regime.get(f"{section}.delegate") or {}
        if limits.get("from") != post or member is None:
            continue
        path = f"{section}.delegate"
        if not member.titles & set(limits.get("to") or member.titles):
            message = N_("The {post} delegates to: {allowed}. {member} is not one of them.")
            allowed = Titles(map(regime.titled, limits["to"]))
            titled = Titles([regime.titled(str(post))])
            yield s.why("may_be_delegate", message, path=path, post=titled, allowed=allowed, member=member.handle)
        if limits.get("while") and s.column("while") != limits["while"]:
            message, hint = N_("The {post} delegates only while absent."), N_("Say so: while=absent")
            yield s.why("may_be_delegate", message, hint=hint, path=path, post=Titles([regime.titled(str(post))]))


def _extends(s: Situation, name: str) -> set[str]:
    """The sections that govern a kind, if the delegation extends to it."""
    kind = kinds.kind(name, s.world.regime)
    words = set(listed(s.column("kinds") or ""))
    return sections(kind) if not words or words & {kind.name, kind.number, *kind.title.values()} else set()


def absence_is_told(s: Situation) -> Iterator[Reason]:
    """An absence is entered by the principal or by who enters delegations, never by the delegate; its last day is not over."""
    posts, principal = s.world.regime.get("who.delegate") or (), giver(s.case) if s.case else ""
    if s.actor.handle == s.column("to") or (s.actor.handle != principal and not s.actor.titles & set(posts)):
        message = N_("Whether the principal is away is entered by themselves, or by: {posts}; and never by the delegate.")
        named = Titles(map(s.world.regime.titled, posts))
        yield s.why("absence_is_told", message, path="who.delegate", posts=named)
    begins, ends = (str(s.given(name) or s.now)[:10] for name in ("away_from", "away_until"))
    if ends < max(begins, s.now[:10]):
        hint = N_("Give a last day that is not over yet: away_until=2026-12-31")
        first = max(begins, s.now[:10])
        yield s.why("absence_is_told", N_("{ends} lies before {begins}."), hint=hint, ends=ends, begins=first)


def not_to_oneself(s: Situation) -> Iterator[Reason]:
    """Nobody delegates to themselves."""
    if s.actor.handle == s.column("to"):
        hint = N_("Name another member: archivectl member list")
        yield s.why("not_to_oneself", N_("{member} cannot be their own delegate."), hint=hint, member=s.actor.handle)


def not_ones_own_rights(s: Situation) -> Iterator[Reason]:
    """Nobody countersigns rights of their own."""
    if s.column("path") == members.path(s.actor.handle):
        hint = N_("Somebody else who may countersigns: archivectl approve {entry}")
        entry = s.case.id if s.case else ""
        yield s.why("not_ones_own_rights", N_("{member} would get these rights."), hint=hint, member=s.actor.handle, entry=entry)


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        delegate_is_member,
        delegation_has_days,
        delegation_has_scope,
        may_be_delegate,
        absence_is_told,
        not_to_oneself,
        not_ones_own_rights,
    )
}
