"""Every member's file bears their handle and names posts of the regime; an administrator is active, a recovery signer there."""

from collections.abc import Iterator

from archivectl.checking import places
from archivectl.checking.facts import Facts
from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members import member as members
from archivectl.records import numbering

RULE = "members"
RESERVED = frozenset({members.RECOVERY, "outside"})
_HANDLE = N_("This is the file of “{handle}”, which belongs at {wanted}.")
_RENAME = N_("A handle never changes; give the file its name back: git mv {file} {wanted}")
_NO_HANDLE = N_("“{handle}” cannot be a handle.")
_POST = N_("“{title}” is no post of this archive.")
_POSTS = N_("The posts are: {known}. They come from the regime.")
_NO_ADMIN = N_("No active member is an administrator.")
_ADMIN = N_("Take back the commit that retired the last one: git revert")
_NO_RECOVERY = N_("There is no recovery signer.")
_BACK = N_("Take the file back from history: git checkout HEAD -- {file}")
_RECOVERY = members.path(members.RECOVERY)


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    member = tree.members.get(file.path)
    if member is None:
        return
    wanted = members.path(member.handle)
    if member.handle in RESERVED or not numbering.is_handle(member.handle):
        yield file.finding(RULE, _NO_HANDLE, ("handle",), handle=member.handle)
    elif file.path != wanted:
        yield file.finding(RULE, _HANDLE, ("handle",), _RENAME, handle=member.handle, wanted=wanted)
    for place, title in enumerate(member.posts if tree.regime else ()):
        if title not in tree.posts:
            known = ", ".join(sorted(tree.posts))
            yield file.finding(RULE, _POST, ("posts", place), _POSTS, title=title, known=known)


def of_tree(tree: Tree, _facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    files = [tree.file(path) for path in tree.of_kind("member")]
    if all(file.valid for file in files) and not any("admin" in member.titles for member in tree.members.values()):
        yield Finding("members", 1, 1, RULE, _NO_ADMIN, hint=_ADMIN)
    if _RECOVERY not in tree.files:
        yield Finding(places.shown(_RECOVERY), 1, 1, RULE, _NO_RECOVERY, {"file": _RECOVERY}, _BACK)
