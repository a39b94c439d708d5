"""Whether rules hold together before anybody works under them: files by themselves, or those of an archive with its people."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path as Folder
from typing import Any

from archivectl.checking.rules import readable, regime
from archivectl.checking.tree import Tree
from archivectl.errors import ArchiveError
from archivectl.finding import Finding
from archivectl.i18n import N_, Titles
from archivectl.members.member import Member
from archivectl.regime import load
from archivectl.regime.loosening import Loosened, loosened
from archivectl.regime.model import Regime
from archivectl.registers import kinds, owed
from archivectl.registers.fold import chain_name, slots
from archivectl.registers.guards.authority import unfilled
from archivectl.registers.kinds import Kind, Step
from archivectl.snapshot import Snapshot
from archivectl.yaml_text import Path

_BASE = "regime/base.yaml"
_ANYBODY = frozenset({"giver", "taker", "member", "anyone"})
_NOBODY = N_("Nobody here can sign as {posts}, which {where} asks for.")
_OUTSIDE = N_("Nobody here can sign as {posts}, which {where} asks for; somebody outside may, on paper alone.")
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
        tree = Tree(Folder(folder), tuple(instead.items()))
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
    people = [member for member in archive.members.values() if not member.retired]
    held = frozenset(title for member in people for title in member.titles)
    unsigned, undone = _unsigned(archive.regime, tree, people), _undone(archive.regime, tree, held)
    return sorted([*found, *regime.of_tree(tree, None), *unsigned, *undone])


def _undone(law: Regime, tree: Tree, held: frozenset[str]) -> Iterator[Finding]:
    """What comes round again and again and falls to nobody: who has it holds no post that it is for."""
    for row in owed.routine(law).values():
        posts = {post.partition(" of ")[0] for post in row["who"]}
        if posts and posts.isdisjoint(held | _ANYBODY):
            values = {"posts": Titles([law.titled(*row["who"])]), "what": Titles([row["title"]]), "post": min(posts)}
            stated = tree.file(f"regime/{law.origin(row['path'])}.yaml")
            yield stated.finding(regime.RULE, _IDLE, tuple(str(row["path"]).split(".")), _ENROL, **values)


def _unsigned(law: Regime, tree: Tree, people: Sequence[Member]) -> Iterator[Finding]:
    """Chains with a signature that nobody can give, wherever they stand; of one that somebody outside may give it, so much."""
    for at, chain, means in chains(law):
        asked = [slot for slot in slots(chain) if not _of_the_case(slot.names(), law)]
        lacking = unfilled({slot: [one.handle for one in people if one.titles & slot.names()] for slot in asked})
        if not lacking:
            continue
        section, path = str(at[0]), ".".join(str(part) for part in at if not isinstance(part, int))
        outside = law.get(f"{section}.outsiders", law.get("signatures.outsiders", True))
        on_paper = len(lacking) == 1 and outside and {"paper", "message"} & set(means)
        posts = Titles(law.titled(*posts) for posts in dict.fromkeys(tuple(slot.posts) for slot in lacking))
        values = {"posts": posts, "where": path, "post": min(lacking[0].names())}
        stated = tree.file(f"regime/{law.origin(path)}.yaml")
        yield stated.finding(regime.RULE, _OUTSIDE if on_paper else _NOBODY, at, _ENROL, **values)


def _of_the_case(posts: set[str], law: Regime) -> bool:
    """Whether a slip itself names who signs: a party, or whoever it is about."""
    known = {*law.get("posts", {}), *law.get("roles", {})}
    return bool(posts & _ANYBODY) or posts.isdisjoint(known)


def chains(law: Regime) -> Iterator[tuple[Path, list[Any], Sequence[str]]]:
    """Every chain that the registers of an archive ask for: where it stands, its steps, and the means of its signatures."""
    told = dict[Path, tuple[list[Any], Sequence[str]]]()
    for name in kinds.names(law):
        kind = kinds.kind(name, law)
        tables = {kind.rules, *_tables(kind)} - {""}
        for step in kind.steps.values():
            means = kinds.resolve(law, kind.means_of(step)) or ["signed"]
            for at, chain in (*_at(law, step.chain), *(row for table in tables for row in _rows(law, table, step))):
                told.setdefault(at, (chain, means))
    yield from ((at, *found) for at, found in told.items())


def _tables(kind: Kind) -> Iterator[str]:
    """The tables of rules that the choices of a kind's columns name."""
    for column in kind.columns.values():
        for choice in column.choices.values():
            if isinstance(choice, Mapping) and choice.get("rules"):
                yield str(choice["rules"]).removeprefix("$")


def _at(law: Regime, chain: str) -> Iterator[tuple[Path, list[Any]]]:
    """The chain at a path of the regime; ``$routine.{do}.attest`` is one of each duty."""
    if not chain.startswith("$") or chain.startswith("$countersign."):  # those are asked for only where archive.yaml says so
        return
    found: list[tuple[Path, Any]] = [((), law.values)]
    for part in chain[1:].split("."):
        inner = [(at, value) for at, value in found if isinstance(value, Mapping)]
        found = [
            ((*at, key), below) for at, value in inner for key, below in value.items() if key == part or part.startswith("{")
        ]
    yield from ((at, value) for at, value in found if isinstance(value, list) and value)


def _rows(law: Regime, table: str, step: Step) -> Iterator[tuple[Path, list[Any]]]:
    """What the rows of a table ask for at a step."""
    rows = law.get(table)
    for place, row in enumerate(rows if step.chain and isinstance(rows, list) else ()):
        if isinstance(row, Mapping) and isinstance(chain := row.get(chain_name(step)), list) and chain and not row.get("barred"):
            yield (*table.split("."), place, chain_name(step)), chain
