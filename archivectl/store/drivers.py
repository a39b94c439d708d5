"""What stock git is told in each clone of an archive, for no clone inherits it: to mask what it shows, and to merge by field."""

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archivectl.store.repository import Repository

# git shows diffs through this: it masks sealed values down to their last characters, and cannot fail, prompt or store anything.
MASKING = """sed -E 's#"enc:1:([a-z-]+):[A-Z2-7]{12}:[A-Za-z0-9+/=]*([A-Za-z0-9+/]{8}=*)"#"••• \\1 …\\2"#g'"""
_LABELS = ("-L", "ours", "-L", "base", "-L", "theirs")
# git merges files through this. Where the program is missing or gives up, git's own merge by lines takes its place: a driver that
# fails otherwise would leave what this side has, without a mark that the other side has something else.
MERGING = (
    "archivectl git-merge %O %A %B %P %L"
    f" || {{ grep -q '^<<<<<<<' %A && exit 1; git merge-file {' '.join(_LABELS)} --marker-size=%L %A %O %B; }}"
)
SETTINGS = {
    "diff.archivectl.textconv": MASKING,
    "merge.archivectl.name": "archivectl: by field",
    "merge.archivectl.driver": MERGING,
}


def install(repository: "Repository") -> None:
    """Let git mask and merge the files of this clone; raises CannotWrite."""
    for setting in SETTINGS.items():
        repository.configure(*setting)


def by_lines(ours: Path, base: Path, theirs: Path, size: int) -> bool:
    """Merge files by lines into the first, as git does by itself; whether no line is disputed.

    Args:
        ours: gets what comes of it, disputed lines between marks.
        base: where both come from; may be empty.
        theirs: is merged into it.
        size: how many characters a mark has.
    """
    command = ["git", "merge-file", *_LABELS, f"--marker-size={size}", str(ours), str(base), str(theirs)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - git calls us, with its files
