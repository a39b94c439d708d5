"""Giving the scans of an archive to git-lfs, by ``.gitattributes`` alone."""

from archivectl.archive import Archive, Change, refuse_unless_admin
from archivectl.records import layout

ACT = "archive.lfs"
_ATTRIBUTES = ".gitattributes"
_LINE = f"{layout.OBJECTS}** filter=lfs\n"


def used(archive: Archive, commit: str) -> bool:
    """Whether git-lfs keeps the scans of a commit."""
    return _LINE.encode() in (archive.repository.read(commit, _ATTRIBUTES) or b"")


def begin(archive: Archive) -> bool:
    """Let git-lfs keep the scans that come from now on, in one commit; False where it does so already.

    What git has stays with git, file by file: its history cannot be written anew.

    Raises:
        NotAllowed: the actor is no administrator.
    """
    refuse_unless_admin(archive, ACT)
    text = (archive.repository.read(archive.tip, _ATTRIBUTES) or b"").decode()
    if _LINE in text:
        return False
    kept = archive.repository.tree(archive.tip, layout.OBJECTS.rstrip("/"))
    text += _LINE + "".join(f"{file.path} !filter\n" for file in kept)
    archive.commit(Change((ACT,), f"{ACT}: {_ATTRIBUTES}", {_ATTRIBUTES: text.encode()}))
    return True
