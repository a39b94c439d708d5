"""Merges: what they add is an act of who signed them, and what one side retired holds for the other side too."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members.member import Member
from archivectl.records import layout
from archivectl.store.objects import Change, Commit
from archivectl.verifying import acts, control, message, ratified, revocation, signatures, union
from archivectl.verifying.deed import Deed
from archivectl.verifying.past import Control, Past
from archivectl.verifying.ratified import Ratifications

_TWO = 2
_MANY = N_("Commit {commit} by {member} unites more than two histories at once.")
_ALTERS = N_("Commit {commit} by {member} unites two histories and changes {path} besides, which only a member may.")
_ADDS = N_("Commit {commit} by {member} unites two histories and changes {place} in {path} besides, which only a member may.")
_NUMBERS = N_("Commit {commit} by {member} unites two histories and gives {path} another number, which only a member may.")
_RULES = N_("Commit {commit} by {member} unites two changes of members, keys or rules, for which an administrator must sign.")


def judge(deed: Deed, after: Control, sides: Sequence[Control], ratifications: Ratifications) -> Iterator[Finding]:
    """A merge; the archive stands at its first parent, and ``sides`` are the control files of each of them."""
    if len(sides) > _TWO:
        yield deed.finding("verify/merge", _MANY)
        return
    yield from message.written(deed)
    made = union.united(deed)
    own = Deed(deed.commit, made.own, deed.past, deed.at)
    found = list(made.findings)
    member = _member(deed.commit, sides)
    if made.rules and (member is None or not all("admin" in side.members[member.handle].roles for side in sides)):
        found.append(deed.finding("verify/merge", _RULES))
    rules = made.rules or any(layout.is_control(change.path) for change in made.own)
    if made.own:
        _unite(deed, made, deed.past.control if rules else after)
    if member is None:
        found += _added(deed, made)
        found += (deed.finding("verify/merge", _NUMBERS, path) for path in made.renumbered)
        found += message.judge(own) if not made.own else ()
    else:
        own.member = member
        found += _of_rules(own, after, sides) if rules else ()
        own.changes = [change for change in own.changes if not layout.is_control(change.path)]
        found += acts.judge(own, deed.past.control)
    if found:
        ratifications.weigh(deed.commit.id, partial(acts.weighed, own, rules=rules))
    deed.steps, deed.changes = own.steps, [*deed.changes, *made.own]
    yield from found
    yield from _revoked(deed, sides, ratifications)


def _added(deed: Deed, made: union.Union) -> Iterator[Finding]:
    """What a merge that no member signed changes besides: where only a file is known of it, the file."""
    for path, place in made.places.items():
        yield deed.finding("verify/merge", _ALTERS if place == path else _ADDS, path, place=place)


def _member(commit: Commit, sides: Iterable[Control]) -> Member | None:
    """Who signed a merge, if they are a member on both sides."""
    found = [signatures.signer(commit, side)[0] for side in sides]
    return found[0] if all(found) else None


def _unite(deed: Deed, made: union.Union, rules: Control) -> None:
    """Let the archive stand at what uniting alone would have made."""
    past = deed.past
    past.look_around()
    own = {change.path: change.before for change in made.own}
    first = {change.path: change._replace(after=own.get(change.path, change.after)) for change in deed.changes}
    first |= {path: Change(path, None, before, "") for path, before in own.items() if path not in first}
    past.texts = {**past.texts, **made.texts}
    latest = max((past.repository.commit(parent) for parent in deed.commit.parents), key=lambda commit: commit.when)
    past.advance(latest, first.values(), rules)


def _of_rules(own: Deed, after: Control, sides: Sequence[Control]) -> Iterator[Finding]:
    """Changes of control files that the signer made or united: neither side loses what never goes."""
    changes = [change for change in own.changes if layout.is_control(change.path)]
    for parent, before in zip(own.commit.parents, sides, strict=True):
        past = Past(own.past.repository)
        past.begin_at(past.repository.commit(parent))
        yield from control.judge(Deed(own.commit, changes, past, own.at, before.members[own.signer.handle]), after)


def _revoked(deed: Deed, sides: Sequence[Control], ratifications: Ratifications) -> Iterator[Finding]:
    """Commits of one side that were signed with what the other had retired."""
    one, two = deed.commit.parents
    for commit, handle in revocation.revoked(deed.past.repository, (one, two), (sides[0], sides[1])):
        ratifications.weigh(commit.id, partial(ratified.of_revocation, commit, handle, sides[0]))
        member = sides[0].members.get(handle) or sides[1].members.get(handle)
        yield Deed(commit, [], deed.past, deed.at, member).finding(
            "verify/signature", revocation.MESSAGE, merge=deed.commit.id[:12]
        )
