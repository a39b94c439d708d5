"""Where a repository lies and what can be wrong with it: shared by the full door and the light reader, without GitPython."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from archivectl.errors import Conflict, Unreadable, WrongUsage

OLDEST_GIT = (2, 31)
UNFINISHED = {  # what git leaves in its folder while a person's command waits to be finished
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
}


_REMOTE = re.compile(r'^\s*\[remote "([^"\\\n]+)"\]', re.MULTILINE)
_STATED = re.compile(r'^\s*\[branch "main"\][^\[]*?^\s*remote\s*=\s*(\S+)', re.MULTILINE)


class NotAnArchive(Unreadable):
    """No git work tree at or above the folder."""

    message = "There is no archive in {folder}."
    hint = "Change into the archive's folder, or name it with -C DIR."


class GitMissing(Unreadable):
    """The program git cannot be started."""

    message = "git was not found."
    hint = "Install git 2.31 or later and make sure that it is on the PATH."


class GitTooOld(Unreadable):
    """git lacks options that every call relies on."""

    message = "git {found} is too old."
    hint = "Install git 2.31 or later."


class DetachedHead(Conflict):
    """The work tree does not show the branch that acts are written to."""

    message = "The work tree is not on the branch main."
    hint = "Run: git switch main."


class MergeInProgress(Conflict):
    """A person has begun something in git and not finished it."""

    message = "A {what} has been started here and not finished."
    hint = "Finish it, or give it up (git {what} --abort); a merge is easier to finish with: archivectl sync"


class Damaged(Unreadable):
    """git refuses, or an object is missing or unreadable."""

    message = "git cannot read this archive: {reason}."
    hint = "Run: git fsck. A colleague's clone or a backup still has what is missing here."


class CannotWrite(Unreadable):
    """No room, no permission, or a read-only disk; the archive is as it was."""

    message = "The archive cannot be written: {reason}."
    hint = "Nothing was changed. Make room or ask for write permission, then repeat the command."


class UnknownRevision(WrongUsage):
    """A commit, branch or range that this repository does not have."""

    message = "{revision} is no commit of this archive."
    hint = "Name a commit id, a branch or a range such as main~5..main."


class Place(NamedTuple):
    """The folders of one repository; ``common_dir`` differs from ``git_dir`` only in a linked work tree."""

    work_tree: Path
    git_dir: Path
    common_dir: Path


def locate(folder: Path) -> Place:
    """The repository whose work tree holds ``folder``.

    Raises:
        NotAnArchive: neither the folder nor one above it is the top of a work tree.
    """
    folder = Path(os.path.realpath(folder))
    for top in (folder, *folder.parents):
        git_dir = top / ".git"
        if git_dir.is_file():  # a linked work tree, or a git directory kept apart
            git_dir = top / git_dir.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        if (git_dir / "HEAD").exists():
            common = git_dir / "commondir"
            return Place(top, git_dir, git_dir / common.read_text(encoding="utf-8").strip() if common.exists() else git_dir)
    raise NotAnArchive(folder=folder)


def is_bare(folder: Path) -> bool:
    """Whether a folder is a git repository without a work tree, or git's own folder of one."""
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def is_shallow(place: Place) -> bool:
    """Whether a clone has the newest commits alone, as ``git clone --depth`` makes it."""
    return (place.common_dir / "shallow").is_file()


def remote(place: Place) -> str:
    """The git remote that main belongs to: the one stated, else origin, else the first; empty where there is none."""
    config = place.common_dir / "config"
    text = config.read_text(encoding="utf-8", errors="replace") if config.exists() else ""
    names, stated = _REMOTE.findall(text), _STATED.search(text)
    return stated[1] if stated and stated[1] in names else "origin" if "origin" in names else names[0] if names else ""


def options(place: Place) -> list[str]:
    """What stands before every git command, so that nobody's configuration, hooks or file monitor take part."""
    settings = (
        "core.quotePath=false",
        "core.autocrlf=false",
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "merge.renames=false",
        "core.fsync=committed",
        "core.bigFileThreshold=16m",  # larger contents pass through git in pieces
        *(f"filter.lfs.{name}=" for name in ("clean", "smudge", "process")),  # its pointers are written and read here
        "filter.lfs.required=false",
    )
    return [
        f"--git-dir={place.git_dir}",
        f"--work-tree={place.work_tree}",
        *(word for setting in settings for word in ("-c", setting)),
    ]


def environment(place: Place) -> dict[str, str]:
    """A neutral value for every variable by which git could be led to other objects, refs, history or settings."""
    return {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_GLOB_PATHSPECS": "0",
        "GIT_NOGLOB_PATHSPECS": "0",
        "GIT_ICASE_PATHSPECS": "0",
        "GIT_COMMON_DIR": str(place.common_dir),
        "GIT_OBJECT_DIRECTORY": str(place.common_dir / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_INDEX_FILE": str(place.git_dir / "index"),
        "GIT_SHALLOW_FILE": str(place.common_dir / "shallow"),
        "GIT_GRAFT_FILE": str(place.common_dir / "archivectl" / "no-grafts"),
        "GIT_CONFIG_PARAMETERS": "",
        "GIT_CONFIG_COUNT": "0",
        "GIT_COMMITTER_DATE": "",
    }
