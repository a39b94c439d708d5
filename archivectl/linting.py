"""Whether rules hold together before anybody works under them: a file by itself, or those of an archive with its people."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from archivectl.checking.rules import readable, regime
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_, Titles
from archivectl.regime import load
from archivectl.regime.model import Regime
from archivectl.registers import kinds
from archivectl.registers.fold import slots
from archivectl.snapshot import Snapshot

_CHAINS = frozenset({"approve", "supervise", "sign", "agree", "confirm"})
_NOBODY = N_("Nobody here can sign as {posts}, which {where} asks for.")
_ENROL = N_("Take on a member with that post: archivectl member add HANDLE --post {post}")


def judge(name: str, text: bytes) -> list[Finding]:
    """The findings about a file of rules, as if a new archive adopted it; raises OSError."""
    path = "regime/house.yaml" if Path(name).name == "house.yaml" else "regime/adopted.yaml"
    instead = (("archive.yaml", b""), ("regime/base.yaml", load.text("base")), *kinds.texts().items(), (path, text))
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder), instead)
        file = tree.file(path)
        found = [*readable.of_file(file, tree), *regime.of_file(file, tree)]
    return [replace(each, path=name) for each in sorted(found)]


def judge_archive(archive: Snapshot) -> list[Finding]:
    """The findings about the rules of an archive, chains that nobody among its members can sign included."""
    tree = Tree(archive.repository.place.work_tree)
    files = tree.regime_files
    found = [each for file in files for rule in (readable, regime) for each in rule.of_file(file, tree)]
    return sorted([*found, *regime.of_tree(tree, None), *_unsigned(archive)])


def _unsigned(archive: Snapshot) -> Iterator[Finding]:
    """Chains with a signature that nobody can give: more than the one that somebody outside may give on paper."""
    law = archive.regime
    held = {title for member in archive.members.values() if not member.retired for title in member.titles}
    for path, chain in _chains(law.values, ""):
        lacking = [slot for slot in slots(chain) if held.isdisjoint(slot.names()) and not _of_the_case(slot.names(), law)]
        section = path.partition(".")[0]
        on_paper = law.get(f"{section}.outsiders", law.get("signatures.outsiders")) and "paper" in (
            law.get(f"{section}.means") or ()
        )
        if len(lacking) > bool(on_paper):
            posts = Titles(law.titled(*slot.posts) for slot in lacking)
            values = {"posts": posts, "where": path, "post": min(lacking[0].names())}
            yield Finding(f"regime/{law.origin(path)}.yaml", 1, 1, regime.RULE, _NOBODY, values, _ENROL)


def _of_the_case(posts: set[str], law: Regime) -> bool:
    """Whether a slip itself names who signs: a party, or whoever it is about."""
    known = {*law.get("posts", {}), *law.get("roles", {})}
    return bool(posts & {"giver", "taker", "member", "anyone"}) or posts.isdisjoint(known)


def _is_step(value: Any) -> bool:  # noqa: ANN401 - walks plain data
    return isinstance(value, (str, list)) or (isinstance(value, Mapping) and value.keys() == {"all"})


def _chains(value: Any, at: str) -> Iterator[tuple[str, list[Any]]]:  # noqa: ANN401 - walks plain data
    if isinstance(value, Mapping):
        for key, inner in value.items():
            path = f"{at}.{key}" if at else str(key)
            if key in _CHAINS and isinstance(inner, list) and all(_is_step(each) for each in inner):
                yield path, inner
            else:
                yield from _chains(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from _chains(inner, at)
