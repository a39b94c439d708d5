"""Changes of members, keys and rules: by an administrator, never for oneself, and nothing that was ever trusted goes."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members import member as members_
from archivectl.members.member import LEVELS, Key, Member
from archivectl.records import layout, schema
from archivectl.registers import kinds
from archivectl.verifying.deed import Deed
from archivectl.verifying.genesis import COUNTERSIGN
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


def judge(deed: Deed, after: Control) -> Iterator[Finding]:
    """A commit that changes control files."""
    before, admin = deed.past.control, "admin" in deed.signer.titles
    for change in deed.changes:
        path = change.path
        own = path == members_.path(deed.signer.handle)
        if not layout.is_control(path):
            message = N_("Commit {commit}: {member} changed {path} together with members, keys or rules.")
            yield deed.finding("verify/control", message, path)
        elif not admin and not (own and _gave_up(deed.signer, after.members.get(deed.signer.handle))):
            yield deed.finding("verify/control", _NOT_ADMIN, path)
        elif own and _gained(deed.signer, after.members.get(deed.signer.handle)):
            yield deed.finding("verify/control", _OWN_RIGHTS, path)
        if path.startswith("schemas/") and not _is_ours(path, deed.past.text(path, change.after) if change.after else None):
            yield deed.finding("verify/control", _SCHEMA, path)
    yield from _rows(deed, before, after)
    yield from _whole(deed, before, after)


def _is_ours(path: str, text: bytes | None) -> bool:
    """Whether a schema is one of some release."""
    name, digest = path.removeprefix("schemas/"), hashlib.sha256(text or b"").hexdigest()
    return any(release.get(name) == digest for release in schema.releases().values())


def _gained(before: Member, after: Member | None) -> bool:
    """Whether a member may do more than before; another department may approve other things."""
    if after is None:
        return False
    held = {(key.public, key.retired is None) for key in (*before.age, *before.signing)}
    usable = {(key.public, True) for key in (*after.age, *after.signing) if key.retired is None}
    return (
        bool({*after.posts, *after.roles} - {*before.posts, *before.roles})
        or LEVELS.index(after.clearance) > LEVELS.index(before.clearance)
        or (before.retired is not None and after.retired is None)
        or before.department != after.department
        or bool(usable - held)
    )


def _gave_up(before: Member, after: Member | None) -> bool:
    """Whether a member only lost rights."""
    if after is None or _gained(before, after):
        return False
    rights = {name: getattr(after, name) for name in ("posts", "roles", "clearance", "retired", "age", "signing")}
    return after == before._replace(**rights)


def _rows(deed: Deed, before: Control, after: Control) -> Iterator[Finding]:
    """Members and keys that are no longer there, or no longer what they were."""
    for handle, member in before.members.items():
        now, path = after.members.get(handle), members_.path(handle)
        if now is None:
            yield deed.finding("verify/control", _GONE, path)
        elif not (_stand(member.age, now.age) and _stand(member.signing, now.signing)):
            yield deed.finding("verify/control", _ROWS, path)
    if not _listed([_bare(row) for row in before.recovery], [_bare(row) for row in after.recovery]):
        yield deed.finding("verify/control", _ROWS, members_.path(members_.RECOVERY))
    lists = [(before.levels["recovery"], after.levels["recovery"])]
    lists += [(rows, after.levels["levels"].get(level, ())) for level, rows in before.levels["levels"].items()]
    if not all(_listed(old, new) for old, new in lists):
        yield deed.finding("verify/control", _ROWS, "keys/levels.yaml")


def _stand(before: Sequence[Key], after: Sequence[Key]) -> bool:
    return _listed([key._replace(retired=None) for key in before], [key._replace(retired=None) for key in after])


def _bare(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "retired": None}


def _listed(before: Sequence[Any], after: Sequence[Any]) -> bool:
    """Whether a list begins with what it was."""
    return list(after[: len(before)]) == list(before)


def _whole(deed: Deed, before: Control, after: Control) -> Iterator[Finding]:
    if not any("admin" in member.roles and _can_sign(member) for member in after.members.values()):
        yield deed.finding("verify/control", _LAST, "members")
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
    if after.config["countersign"]:
        yield deed.finding("verify/control", COUNTERSIGN, "archive.yaml")


def _version(text: object) -> tuple[int, ...]:
    return tuple(int(part) for part in str(text).split("."))


def _can_sign(member: Member) -> bool:
    return member.retired is None and any(key.retired is None for key in member.signing)
