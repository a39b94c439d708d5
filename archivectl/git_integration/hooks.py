"""The leak guard as git's hooks: what is staged, what is said of it, and what is about to leave this machine.

A hook judges what git would take, not what lies in the folder: the index that git names, the objects that are pushed.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from archivectl.checking import excuses, places
from archivectl.checking.file import File
from archivectl.checking.rules import RULES, clear_text, readable, schema, sealed, strays
from archivectl.checking.tree import Tree
from archivectl.errors import Refused
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.store import drivers, reader
from archivectl.store.objects import FILE, Change
from archivectl.store.repository import Repository
from archivectl.store.states import Place, locate

NAMES = ("pre-commit", "commit-msg", "pre-push")
_SCISSORS = "# ------------------------ >8 ------------------------"
_RULES = tuple(rule.of_file for rule in (RULES[each.RULE] for each in (readable, schema, sealed, clear_text)) if rule.of_file)
_MARK = "archivectl git-hook"
_SCRIPT = f"""\
#!/bin/sh
# Keeps what identifies a person out of git; written by: {_MARK} install
command -v archivectl >/dev/null || {{ echo "archivectl is not on the PATH: its hook guards this archive." >&2; exit 1; }}
exec {_MARK} {{name}} "$@"
"""
_STRAY = N_("This file has no place in an archive.")
_MOVE = N_("Unstage it: git restore --staged {file}")
_LINK = N_("This is no plain file.")
_MESSAGE = N_("{what} stands in the commit message.")
_SAY = N_("Say it without that; the value itself has its field, where it is encrypted: archivectl update NUMBER --set PATH=VALUE")


class ForeignHook(Refused):
    """A hook of somebody else where ours would stand."""

    message = "{file} is there already, and is none of archivectl's."
    hint = 'Let it call ours too, with this line: archivectl git-hook {name} "$@"'


class HooksElsewhere(Refused):
    """A setting by which git takes its hooks from another folder, perhaps for every repository."""

    message = "git takes its hooks from another folder here: {setting}"
    hint = "Take that setting back (git config --unset core.hooksPath), then repeat: archivectl git-hook install"


def pre_commit(folder: Path, index: Path | None = None) -> list[Finding]:
    """Judge what is staged in an index, that of the repository where git names none."""
    place = locate(folder)
    changes = [change for change in reader.staged(place, index or place.git_dir / "index") if change.after]
    return judged(place, changes, stray=True)


def commit_msg(text: str) -> list[Finding]:
    """Judge a commit message as it was written, without the part that git cuts off."""
    kept = text.split(_SCISSORS, maxsplit=1)[0]
    return list(clear_text.of_text(kept, "COMMIT_EDITMSG", _MESSAGE, _SAY))


def install(folder: Path, home: Mapping[str, str]) -> list[Path]:
    """Put the hooks in their place in a clone, and have git mask and merge; what of ours stands there is written anew.

    Raises:
        ForeignHook, HooksElsewhere: nothing was changed.
    """
    place = locate(folder)
    if elsewhere := reader.settings(place, r"^core\.hookspath$", home):
        raise HooksElsewhere(setting=elsewhere[0])
    hooks = place.common_dir / "hooks"
    wanted = {hooks / name: _SCRIPT.replace("{name}", name) for name in NAMES}
    for path in wanted:
        if path.exists() and _MARK not in path.read_text(encoding="utf-8", errors="replace"):
            raise ForeignHook(file=path, name=path.name)
    with Repository.open(folder) as repository:
        drivers.install(repository)
    hooks.mkdir(exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    return list(wanted)


def judged(place: Place, changes: Sequence[Change], *, stray: bool = False) -> list[Finding]:
    """Judge files by the rules of the leak guard, as they stand in git; the archive's own rules are those that lie here.

    ``stray`` asks, too, whether each has a place in an archive.
    """
    found = [
        Finding(places.shown(each.path), 1, 1, strays.RULE, _LINK, {"file": places.shown(each.path)}, _MOVE)
        for each in changes
        if each.mode != FILE
    ]
    texts = contents(place, [each for each in changes if each.mode == FILE and places.kind_of(each.path) != "object"])
    tree = Tree(place.work_tree, tuple((change.path, text) for change, text in texts))
    for change, text in texts:
        file = File(change.path, text)
        for rule in _RULES:
            found += (excuses.applied(tree, each) for each in rule(file, tree))
        if stray and not file.kind:
            found.append(
                Finding(places.shown(change.path), 1, 1, strays.RULE, _STRAY, {"file": places.shown(change.path)}, _MOVE)
            )
    return [each for each in found if not each.excused]


def contents(place: Place, changes: Sequence[Change]) -> list[tuple[Change, bytes]]:
    """The bytes that files would have after some changes."""
    answers = reader.objects(place, (str(change.after) for change in changes))
    return [(change, answer.content if answer else b"") for change, answer in zip(changes, answers, strict=True)]
