"""Changes of members, keys and rules: by an administrator, never for oneself, and nothing that was ever trusted goes."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archivectl.encryption import levels as level_keys
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members import countersigners, rights
from archivectl.members import member as members_
from archivectl.members.signing import is_key
from archivectl.membership import countersigning
from archivectl.records import layout, schema, settings
from archivectl.registers import kinds
from archivectl.registers.fold import Case
from archivectl.store.history import of_paths
from archivectl.verifying import levels, signatures
from archivectl.verifying.deed import Deed
from archivectl.verifying.past import Control

_NOT_ADMIN = N_("Commit {commit}: {member} changed {path}, which only an administrator may.")
_OWN_RIGHTS = N_("Commit {commit}: {member} gave himself or herself more rights in {path}.")
_GONE = N_("Commit {commit}: {member} took {path} away; members and keys are retired, never removed.")
_ROWS = N_("Commit {commit}: {member} changed or removed a key in {path}; keys are retired, never removed.")
_LAST = N_("Commit {commit}: {member} left the archive without an administrator.")
_SCHEMA = N_("Commit {commit}: {member} changed {path} to something else than this version's schema.")
_BACK = N_("Commit {commit}: {member} took “{field}” in {path} back to an older version.")
_OFFICE = N_("Commit {commit}: {member} took the office {office} out of {path}; numbers bear its code.")
_REGISTER = N_("Commit {commit}: {member} took the register {kind} away; its entries could not be read any more.")
_FIXED = N_("Commit {commit}: {member} changed “{field}” in {path}, which never changes.")
_KEYLESS = N_("Commit {commit}: {member} made {path} a member's who has no key to read or to sign with.")
_NO_KEY = N_("Commit {commit}: {member} put a key into {path} that no signature can be checked with.")
_TAKEN = N_("Commit {commit}: {member} gave {path} an age key that serves somebody or something else already.")
_FEW = N_("Commit {commit}: {member} changed {path}, which {count} others must countersign first; {found} did.")
_SHORT = N_("Commit {commit}: {member} left the archive with too few to countersign; archive.yaml asks for {count}.")
_SIGNERS = N_("Commit {commit}: {member} changed who countersigns while countersigning is asked for.")
_BEYOND = N_("Commit {commit} changed {path} with the recovery key, which signs changes of members alone.")


def judge(deed: Deed, after: Control) -> Iterator[Finding]:
    """A commit that changes control files."""
    before, admin = deed.past.control, "admin" in deed.signer.titles
    for change in deed.changes:
        path = change.path
        own = path == members_.path(deed.signer.handle)
        mine = after.members.get(deed.signer.handle)
        if not layout.is_control(path):
            message = N_("Commit {commit}: {member} changed {path} together with members, keys or rules.")
            yield deed.finding("verify/control", message, path)
        elif not admin and not (own and rights.gave_up(deed.signer, mine)):
            yield deed.finding("verify/control", _NOT_ADMIN, path)
        elif own and mine and rights.gained(deed.signer, mine):
            yield deed.finding("verify/control", _OWN_RIGHTS, path)
    yield from _countersigned(deed, before, after)
    yield from _same_for_all(deed, before, after)


def by_recovery(deed: Deed, after: Control) -> Iterator[Finding]:
    """A commit that the recovery key signed: changes of members alone. That it was used at all is told elsewhere."""
    for change in deed.changes:
        if change.path == members_.path(members_.RECOVERY) or not change.path.startswith("members/"):
            yield deed.finding("verify/control", _BEYOND, change.path)
    yield from _same_for_all(deed, deed.past.control, after)


def _same_for_all(deed: Deed, before: Control, after: Control) -> Iterator[Finding]:
    """What holds whoever signed."""
    for change in deed.changes:
        path = change.path
        if path.startswith("schemas/") and not _is_ours(path, deed.past.text(path, change.after) if change.after else None):
            yield deed.finding("verify/control", _SCHEMA, path)
    yield from _rows(deed, before, after)
    yield from _new_keys(deed, before, after)
    yield from levels.judge(deed, before, after)
    yield from _whole(deed, before, after)


def _is_ours(path: str, text: bytes | None) -> bool:
    """Whether a schema is one of some release."""
    name, digest = path.removeprefix("schemas/"), hashlib.sha256(text or b"").hexdigest()
    return any(release.get(name) == digest for release in schema.releases().values())


def _countersigned(deed: Deed, before: Control, after: Control) -> Iterator[Finding]:
    """What grants more rights, or asks for fewer countersignatures, was signed first by as many others as it takes."""
    count = before.config["countersign"]
    if not count:
        return
    posts = countersigners.titles(before.regime, count)
    asked = {}
    for handle, member in after.members.items():
        if rights.gained(before.members.get(handle), member):
            parties = {deed.signer.handle, handle}
            asked[members_.path(handle)] = parties, countersigners.needed(before.members, posts, count, parties)
    if after.config["countersign"] < count:
        asked[settings.NAME] = {deed.signer.handle}, count
    if len(before.recovery) < len(after.recovery):
        asked[members_.path(members_.RECOVERY)] = {deed.signer.handle}, count
    if len(before.levels["recovery"]) < len(after.levels["recovery"]):
        asked[level_keys.PATH] = {deed.signer.handle}, count
    blobs = {change.path: change.after for change in deed.changes}
    for path, (parties, needed) in asked.items():
        found = _signatures(deed, path, deed.past.text(path, blobs.get(path) or ""), parties) if needed and path in blobs else 0
        if found < needed:
            yield deed.finding("verify/control", _FEW, path, count=needed, found=found)
    if before.regime.get("countersign") != after.regime.get("countersign"):
        yield deed.finding("verify/control", _SIGNERS, "regime")


def _signatures(deed: Deed, path: str, text: bytes, parties: set[str]) -> int:
    """How many signed this text of a file since it last changed, each of them another person."""
    deed.past.look_around()
    control, tip = deed.past.control, deed.past.tip
    last = next((commit.id for commit, _changes in of_paths(deed.past.repository, tip.id, [path])), "") if tip else ""
    posts = countersigners.titles(control.regime, control.config["countersign"])
    wanted = {"file": text.decode("utf-8", "replace"), "last": last or None}  # the text names its member, so its path
    found = set[str]()
    for case in deed.past.register(countersigners.KIND):
        columns = case.entry.columns
        if {name: columns.get(name) for name in wanted} == wanted and _is_signed(case, control):
            found |= countersigning.signed_by(case, control.members, posts, parties)
    return len(found)


def _is_signed(case: Case, control: Control) -> bool:
    """Whether every signature of an application fits."""
    return all(signatures.was_signed(event, case.entry, control) for event in case.acts("countersign"))


def _new_keys(deed: Deed, before: Control, after: Control) -> Iterator[Finding]:
    """Who becomes, or becomes again, a member has keys; new keys can be checked with, and serve nobody and nothing else."""
    for handle, member in after.members.items():
        was, path = before.members.get(handle), members_.path(handle)
        if was == member:
            continue
        if member.retired is None and (was is None or was.retired) and not rights.has_keys(member):
            yield deed.finding("verify/control", _KEYLESS, path)
        new = {key.public for key in member.signing} - {key.public for key in (was.signing if was else ())}
        if not all(is_key(public) for public in new):
            yield deed.finding("verify/control", _NO_KEY, path)
        own = {key.public for key in member.age} - {key.public for key in (was.age if was else ())}
        others = {key.public for each in after.members.values() if each.handle != handle for key in each.age}
        if own & (before.recipients | others):
            yield deed.finding("verify/control", _TAKEN, path)


def _rows(deed: Deed, before: Control, after: Control) -> Iterator[Finding]:
    """Members and keys that are no longer there, or no longer what they were."""
    for handle, member in before.members.items():
        now, path = after.members.get(handle), members_.path(handle)
        if now is None:
            yield deed.finding("verify/control", _GONE, path)
        elif not (rights.kept(member.age, now.age) and rights.kept(member.signing, now.signing)):
            yield deed.finding("verify/control", _ROWS, path)
    back = any(old["retired"] and not new["retired"] for old, new in zip(before.recovery, after.recovery, strict=False))
    if back or not _listed([_bare(row) for row in before.recovery], [_bare(row) for row in after.recovery]):
        yield deed.finding("verify/control", _ROWS, members_.path(members_.RECOVERY))
    lists = [(before.levels["recovery"], after.levels["recovery"])]
    lists += [(rows, after.levels["levels"].get(level, ())) for level, rows in before.levels["levels"].items()]
    if not all(_listed(old, new) for old, new in lists):
        yield deed.finding("verify/control", _ROWS, "keys/levels.yaml")


def _bare(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "retired": None}


def _listed(before: Sequence[Any], after: Sequence[Any]) -> bool:
    """Whether a list begins with what it was."""
    return list(after[: len(before)]) == list(before)


def _whole(deed: Deed, before: Control, after: Control) -> Iterator[Finding]:
    if not rights.administrators(after.members) and rights.administrators(before.members):
        yield deed.finding("verify/control", _LAST, "members")
    count = before.config["countersign"]
    posts = countersigners.titles(before.regime, count)
    if countersigners.falls_short(before.members, after.members, posts, count):
        yield deed.finding("verify/control", _SHORT, "members", count=count)
    for name in ("id", "simulated"):
        if after.config[name] != before.config[name]:
            yield deed.finding("verify/control", _FIXED, "archive.yaml", field=name)
    for name in ("format", "rules", "schemas"):
        if _version(after.config[name]) < _version(before.config[name]):
            yield deed.finding("verify/control", _BACK, "archive.yaml", field=name)
    for name in sorted(before.config["offices"].keys() - after.config["offices"].keys()):
        yield deed.finding("verify/control", _OFFICE, "archive.yaml", office=name)
    for name in sorted({*kinds.names(before.regime)} - {*kinds.names(after.regime)}):
        yield deed.finding("verify/control", _REGISTER, f"regime/registers/{name}.yaml", kind=name)


def _version(text: object) -> tuple[int, ...]:
    return tuple(int(part) for part in str(text).split("."))
