"""Whether rules hold together before anybody works under them: files by themselves, or those of an archive with its people."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from archivectl.checking.rules import readable, regime
from archivectl.checking.tree import Tree
from archivectl.errors import ArchiveError
from archivectl.finding import Finding
from archivectl.i18n import N_, Titles
from archivectl.regime import load
from archivectl.regime.loosening import Loosened, loosened
from archivectl.regime.model import Regime
from archivectl.registers import kinds, owed
from archivectl.registers.fold import slots
from archivectl.snapshot import Snapshot

_CHAINS = frozenset({"approve", "supervise", "sign", "agree", "confirm"})
_BASE = "regime/base.yaml"
_ANYBODY = frozenset({"giver", "taker", "member", "anyone"})
_NOBODY = N_("Nobody here can sign as {posts}, which {where} asks for.")
_IDLE = N_("Nobody here is {posts}; “{what}” falls to nobody.")
_ENROL = N_("Take on a member with that post: archivectl member add HANDLE --post {post}")


def judge(given: Mapping[str, bytes], around: Mapping[str, bytes] | None = None) -> list[Finding]:
    """The findings about files of rules, by the names that they were given by, as if they were adopted together.

    Args:
        given: their texts by name.
        around: the folder ``regime/`` that they would come into, by path; that of a new archive without it.
    """
    around = fresh() if around is None else around
    placed: dict[str, tuple[str, bytes]] = {}
    for name, text in given.items():
        path = _place(text, name)
        placed[f"regime/file-{len(placed)}.yaml" if path in placed else path] = (name, text)
    instead = {"archive.yaml": b"", **around, **{path: text for path, (_name, text) in placed.items()}}
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder), tuple(instead.items()))
        found = [each for path in placed for rule in (readable, regime) for each in rule.of_file(tree.file(path), tree)]
        found += [each for each in regime.of_tree(tree, None) if {each.path, each.values.get("other")} & placed.keys()]
    names = {path: name for path, (name, _text) in placed.items()}
    found = [_as_given(each, names) for each in found]
    told = {each.path for each in found}
    return sorted([*found, *(each for name, text in given.items() if name not in told for each in _misnamed(text, name))])


def fresh() -> dict[str, bytes]:
    """The folder ``regime/`` of an archive that follows the base rules alone."""
    return {_BASE: load.text("base"), **kinds.texts()}


def loosened_by(given: Mapping[str, bytes], around: Mapping[str, bytes] | None = None) -> tuple[list[Loosened], Regime]:
    """What files of rules let pass that the others do not, together or each by itself; and the rules with them all.

    Raises:
        Unreadable: what ``judge`` would find.
    """
    around = fresh() if around is None else around
    placed = {_place(text, name): text for name, text in given.items()}
    after = load.load({**around, **placed})
    before = {path: text for path, text in around.items() if path not in placed}
    found = loosened(load.load(before).values, after.values)
    for path in (path for path in before if path.count("/") == 1 and path not in {_BASE, load.HOUSE_RULES}):
        alone = load.load({each: text for each, text in before.items() if each in {_BASE, path} or each.count("/") > 1})
        of_its_own = {at for at, source in alone.origins.items() if source != "base"}
        found += [each for each in loosened(alone.values, after.values) if each.path in of_its_own and each not in found]
    return found, after


def _place(text: bytes, name: str) -> str:
    """Where a file would go; one that cannot be read for its name goes where the house rules would."""
    try:
        return load.path_of(text, name)
    except ArchiveError:
        return load.HOUSE_RULES


def _misnamed(text: bytes, name: str) -> Iterator[Finding]:
    """What is wrong with the name that a file gives itself, or that it states nothing; what is no YAML is found elsewhere."""
    try:
        load.path_of(text, name)
    except (load.Empty, load.Misnamed, load.Nameless) as fault:
        yield Finding(name, 1, 1, regime.RULE, fault.message, fault.values, fault.hint)
    except load.NotYours:
        return


def _as_given(finding: Finding, names: Mapping[str, str]) -> Finding:
    """A finding that calls files as they were given, and does not send to a history that they are not in."""
    values = {key: names.get(value, value) if isinstance(value, str) else value for key, value in finding.values.items()}
    hint = load.NotYours.hint if finding.rule == readable.RULE else finding.hint
    return replace(finding, path=names.get(finding.path, finding.path), values=values, hint=hint)


def judge_archive(archive: Snapshot) -> list[Finding]:
    """The findings about the rules of an archive, chains that nobody among its members can sign included."""
    tree = Tree(archive.repository.place.work_tree)
    files = tree.regime_files
    found = [each for file in files for rule in (readable, regime) for each in rule.of_file(file, tree)]
    held = frozenset(title for member in archive.members.values() if not member.retired for title in member.titles)
    return sorted([*found, *regime.of_tree(tree, None), *_unsigned(archive.regime, held), *_undone(archive.regime, held)])


def _undone(law: Regime, held: frozenset[str]) -> Iterator[Finding]:
    """What comes round again and again and falls to nobody: who has it holds no post that it is for."""
    for row in owed.routine(law).values():
        posts = {post.partition(" of ")[0] for post in row["who"]}
        if posts and posts.isdisjoint(held | _ANYBODY):
            values = {"posts": Titles([law.titled(*row["who"])]), "what": Titles([row["title"]]), "post": min(posts)}
            path = f"regime/{law.origin(row['path'])}.yaml"
            yield Finding(path, 1, 1, regime.RULE, _IDLE, values, _ENROL)


def _unsigned(law: Regime, held: frozenset[str]) -> Iterator[Finding]:
    """Chains with a signature that nobody can give: more than the one that somebody outside may give on paper."""
    for path, chain in _chains(law.values, ""):
        lacking = [slot for slot in slots(chain) if held.isdisjoint(slot.names()) and not _of_the_case(slot.names(), law)]
        section = path.partition(".")[0]
        on_paper = law.get(f"{section}.outsiders", law.get("signatures.outsiders")) and "paper" in (
            law.get(f"{section}.means") or ()
        )
        if len(lacking) > bool(on_paper):
            posts = Titles(law.titled(*posts) for posts in dict.fromkeys(tuple(slot.posts) for slot in lacking))
            values = {"posts": posts, "where": path, "post": min(lacking[0].names())}
            yield Finding(f"regime/{law.origin(path)}.yaml", 1, 1, regime.RULE, _NOBODY, values, _ENROL)


def _of_the_case(posts: set[str], law: Regime) -> bool:
    """Whether a slip itself names who signs: a party, or whoever it is about."""
    known = {*law.get("posts", {}), *law.get("roles", {})}
    return bool(posts & _ANYBODY) or posts.isdisjoint(known)


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
