"""Countersigning: where ``archive.yaml`` asks for it, more rights hold once others have signed the new file word for word."""

from collections.abc import Collection, Mapping

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.members import countersigners, rights
from archivectl.members.member import Member
from archivectl.registers.fold import Case
from archivectl.store.history import of_paths


def wanted(archive: Archive, after: Member) -> int:
    """How many must countersign a new version of a member; none where it grants nothing."""
    count = archive.config["countersign"]
    if not count or not rights.gained(archive.members.get(after.handle), after):
        return 0
    posts = countersigners.titles(archive.regime, count)
    return countersigners.needed(archive.members, posts, count, {archive.me.handle, after.handle})


def last_change(archive: Archive, path: str) -> str:
    """The last commit that changed a file; nothing for a new one."""
    return next((commit.id for commit, _changes in of_paths(archive.repository, archive.tip, [path])), "")


def signed_by(case: Case, members: Mapping[str, Member], posts: Collection[str], parties: Collection[str]) -> set[str]:
    """Who of an application's signers counts: able to now, on their own account, and no party to it."""
    own = {event.by for event in case.acts("countersign") if event.means == "signed" and "for" not in event.data}
    return own & countersigners.able(members, posts, parties)


def apply(archive: Archive, path: str, text: str, count: int, reason: str = "") -> Case:
    """Enter the new text of a file for others to sign. Raises NotAllowed."""
    columns = {"mode": countersigners.MODE, "path": path, "file": text, "last": last_change(archive, path), "signatures": count}
    columns |= {"reason": reason} if reason else {}
    work = Work.opening(archive, countersigners.KIND, [], columns)
    work.step("propose")
    return work.commit()
