"""Ratifications: what broke a rule and was looked at by somebody who could have done all of it, and had no part in it.

A ratification is an entry that names a commit. It cures an act beyond somebody's authority, a commit without a good signature, a
merge that adds something and a revocation that crosses a merge; never an approval or a destruction that is not valid, a first
commit, or files that nothing can be judged by. Members, keys and rules, and what a retired key signed, need an administrator.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from archivectl.errors import UNAPPLICABLE
from archivectl.finding import Finding
from archivectl.members.member import Member
from archivectl.records import layout
from archivectl.registers import entry as entries
from archivectl.registers import kinds
from archivectl.registers.deciding import ANYONE
from archivectl.registers.kinds import Kind, Step, resolve
from archivectl.store.objects import Commit
from archivectl.store.repository import Repository
from archivectl.verifying.claims import KIND, TRIED, Claimed
from archivectl.verifying.deed import Deed
from archivectl.verifying.past import Control

NEVER = {"verify/genesis", "verify/tombstone"}
_ENTRY = {"verify/entry", "verify/act", "verify/keys", "verify/time"}
_DESTROYING = "destruction"
_ADMIN = frozenset({"admin"})


class Weighed(NamedTuple):
    """What curing a commit asks for: for each act one of some titles, and somebody else than ``barred``.

    ``admins`` are those of then where only one of them may; ``sound`` says whether every approval and destruction in it is valid.
    """

    needs: tuple[frozenset[str], ...]
    barred: frozenset[str]
    admins: frozenset[str] | None
    sound: bool


class Claim(NamedTuple):
    """A ratification as entered: its number, who signed it, and with which titles."""

    entry: str
    by: str
    titles: frozenset[str]


@dataclass(slots=True)
class Ratifications:
    """The ratifications of a history: the commits that any of them names, and those that were judged to be in order."""

    named: frozenset[str]
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    weighed: dict[str, list[Weighed]] = field(default_factory=dict)

    def weigh(self, commit: str, weigh: Callable[[], Weighed]) -> None:
        """Remember what curing a commit asks for, if anybody ratified it."""
        if commit in self.named:
            self.weighed.setdefault(commit, []).append(weigh())

    def enter(self, deed: Deed) -> None:
        """Note the ratifications of a commit that was in order itself."""
        for step in deed.appended(f"{KIND}.ratify"):
            columns, member = step.after.entry.columns, deed.signer
            if columns.get("mode") == "commit":
                claim = Claim(step.after.id, member.handle, member.titles)
                self.claims.setdefault(str(columns.get("commit")), []).append(claim)

    def sorted(self, found: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
        """The findings that stand, and those that were ratified, each of these excused by its entry."""
        cured = {commit: claim for commit in self.weighed if (claim := self._cured(commit))}
        standing, ratified = [], []
        for finding in found:
            claim = cured.get(finding.commit)
            if claim is None or finding.rule in NEVER:
                standing.append(finding)
            else:
                ratified.append(replace(finding, excused=claim.entry))
        return standing, ratified

    def _cured(self, commit: str) -> Claim | None:
        return next(
            (claim for claim in self.claims.get(commit, ()) if all(_may(claim, each) for each in self.weighed[commit])), None
        )


def _may(claim: Claim, weighed: Weighed) -> bool:
    if not weighed.sound or claim.by in weighed.barred:
        return False
    if weighed.admins is not None and (claim.by not in weighed.admins or "admin" not in claim.titles):
        return False
    return all(ANYONE in titles or claim.titles & titles for titles in weighed.needs)


def read(repository: Repository, until: str, tried: Claimed | None = None) -> Ratifications:
    """The commits that the ratifications up to a commit name; whether they are in order is for the replay to say.

    ``tried`` is one that counts as if it had been entered.
    """
    named = set[str]()
    for file in repository.tree(until, f"{layout.REGISTERS}{KIND}"):
        try:
            columns = entries.parse(next(repository.blobs([file.blob]))[1], file.path).columns
        except UNAPPLICABLE:  # a finding of the commit that made it
            continue
        named.add(str(columns.get("commit", "")))
    if tried is None:
        return Ratifications(frozenset(named))
    return Ratifications(frozenset({*named, tried.commit}), {tried.commit: [Claim(TRIED, tried.by, tried.titles)]})


def of_acts(deed: Deed, again: Deed, left: Sequence[Finding], *, rules: bool) -> Weighed:
    """What curing a commit asks for that was judged ``again`` as an act of somebody who may do everything.

    ``left`` are the findings that then remain, ``rules`` says whether only who was an administrator then may cure it.
    """
    grave = {step.after.entry.path for step in again.steps if _is_grave(step.after.kind, step.after.kind.steps[step.event.act])}
    bad = any(finding.rule in NEVER or (finding.path in grave and finding.rule in _ENTRY) for finding in left)
    regime, record = deed.past.regime, kinds.kind("record", deed.past.regime)
    steps = [step.after.kind.steps[step.event.act] for step in again.steps]
    steps += [record.steps[act.partition(".")[2]] for act in again.record_acts]
    needs = [frozenset(map(str, resolve(regime, step.by) or ())) for step in steps if not step.chain]
    parties = {step.event.by for step in again.steps} | set(_parties(again))
    return Weighed(
        (*needs, *((_ADMIN,) if rules else ())),
        frozenset({*_made(deed.commit, deed.member, deed.past.members), *_changed(deed), *parties}),
        _admins(deed.past.control) if rules else None,
        not bad,
    )


def of_revocation(commit: Commit, handle: str, control: Control) -> Weighed:
    """What curing a commit asks for that a key signed which the other side of a merge had retired."""
    grave = False
    for act in (value for key, value in commit.trailers if key == "Archive-Act"):
        name, _dot, step = act.partition(".")
        kind = kinds.kind(name, control.regime) if name in control.regime.kinds else None
        grave = grave or (kind is not None and step in kind.steps and _is_grave(kind, kind.steps[step]))
    return Weighed((_ADMIN,), frozenset({handle}), None, not grave)


def _is_grave(kind: Kind, step: Step) -> bool:
    """Whether a step is an approval, or part of a destruction."""
    return bool(step.chain) or kind.name == _DESTROYING


def _admins(control: Control) -> frozenset[str]:
    return frozenset(handle for handle, member in control.members.items() if "admin" in member.roles and not member.retired)


def _made(commit: Commit, member: Member | None, members: Mapping[str, Member]) -> Iterator[str]:
    """Who made a commit: who signed it, and whoever it says."""
    yield from [member.handle] if member else []
    named = {commit.author, commit.email}
    yield from (each.handle for each in members.values() if named & {each.handle, each.name, each.email} - {""})


def _changed(deed: Deed) -> Iterator[str]:
    """The members whose files a commit changed."""
    for change in deed.under("members/"):
        yield change.path.removeprefix("members/").removesuffix(".yaml")


def _parties(deed: Deed) -> Iterator[str]:
    """The members whom the entries of a commit are about, as far as they say so in clear."""
    for step in deed.steps:
        columns = step.after.kind.columns
        yield from (
            str(value) for name, value in step.after.entry.columns.items() if name in columns and columns[name].type == "member"
        )
