"""Every member's file bears their handle, names posts of the regime, and has keys; no person or key is there twice.

An administrator is active, and a recovery signer is there.
"""

from collections.abc import Iterator

from archivectl.checking import places
from archivectl.checking.facts import Facts
from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members import member as members
from archivectl.members import rights
from archivectl.members.signing import is_key
from archivectl.records import numbering

RULE = "members"
RESERVED = frozenset({members.RECOVERY, "outside"})
_HANDLE = N_("This is the file of “{handle}”, which belongs at {wanted}.")
_RENAME = N_("A handle never changes; give the file its name back: git mv {file} {wanted}")
_NO_HANDLE = N_("“{handle}” cannot be a handle.")
_POST = N_("“{title}” is no post of this archive.")
_POSTS = N_("The posts are: {known}. They come from the regime.")
_NO_KEYS = N_("“{handle}” is active, but has no key in use to read or to sign with.")
_KEYS = N_("Give new ones (archivectl member update {handle} --from FILE), or: archivectl member retire {handle}")
_NO_KEY = N_("No signature can be checked with this key.")
_ANOTHER = N_("Retire it and give another: archivectl member update {handle} --retire-key KEY --from FILE")
_TWICE = N_("“{other}” has the same e-mail; one person is one member.")
_ONE = N_("Give the rights to one of them, and retire the other: archivectl member retire HANDLE")
_SHARED = N_("“{other}” has the same key; what is meant for one, the other reads or signs too.")
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
    if member.retired is None and not rights.has_keys(member):
        yield file.finding(RULE, _NO_KEYS, ("handle",), _KEYS, handle=member.handle)
    for place, key in enumerate(member.signing):
        if not is_key(key.public):
            yield file.finding(RULE, _NO_KEY, ("signing", place, "key"), _ANOTHER, handle=member.handle)
    for place, title in enumerate(member.posts if tree.regime else ()):
        if title not in tree.posts:
            known = ", ".join(sorted(tree.posts))
            yield file.finding(RULE, _POST, ("posts", place), _POSTS, title=title, known=known)


def of_tree(tree: Tree, _facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    files = [tree.file(path) for path in tree.of_kind("member")]
    if all(file.valid for file in files) and not any("admin" in member.titles for member in tree.members.values()):
        yield Finding("members", 1, 1, RULE, _NO_ADMIN, hint=_ADMIN)
    yield from _doubled(tree)
    if _RECOVERY not in tree.files:
        yield Finding(places.shown(_RECOVERY), 1, 1, RULE, _NO_RECOVERY, {"file": _RECOVERY}, _BACK)


def _doubled(tree: Tree) -> Iterator[Finding]:
    """Persons and keys that two members share."""
    people, keys = dict[str, str](), dict[str, str]()
    for path in sorted(tree.members):
        member, file = tree.members[path], tree.file(path)
        address = member.email.casefold()
        if member.retired is None and people.setdefault(address, member.handle) != member.handle:
            yield file.finding(RULE, _TWICE, ("email",), _ONE, other=people[address])
        for name, rows, at in (("age", member.age, "recipient"), ("signing", member.signing, "key")):
            for place, key in enumerate(rows):
                if keys.setdefault(key.public, member.handle) != member.handle:
                    yield file.finding(RULE, _SHARED, (name, place, at), _ANOTHER, other=keys[key.public], handle=member.handle)
