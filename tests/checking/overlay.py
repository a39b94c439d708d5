"""Small archives to be checked: each is a base with the files of an example laid over it."""

import shutil
import subprocess
from pathlib import Path

from archivectl.founding import ATTRIBUTES
from archivectl.records import schema
from archivectl.regime import load as regimes
from archivectl.registers import kinds

EXAMPLES = Path(__file__).parent / "examples"


def lay_out(folder: Path, example: str = "") -> Path:
    """Make the archive of an example (``place/failing``) in a folder.

    Its file ``REMOVE`` names what is to be missing, ``DELETE`` what git is to keep and the folder to lose, ``STAGE`` what both
    are to lose.
    """
    shutil.copytree(EXAMPLES / "base", folder)
    _bring(folder)
    if example:
        shutil.copytree(EXAMPLES / example, folder, dirs_exist_ok=True)
    remove, delete, stage = (_named(folder / name) for name in ("REMOVE", "DELETE", "STAGE"))
    for path in remove:
        (folder / path).unlink()
    if delete or stage:
        commands = [["init", "--quiet"], ["add", "--all"], *(["rm", "--quiet", "--force", "--", path] for path in stage)]
        for command in commands:
            subprocess.run(["git", *command], cwd=folder, check=True)
    for path in delete:
        (folder / path).unlink()
    return folder


def _named(file: Path) -> list[str]:
    """The paths that a file names, which then goes."""
    if not file.exists():
        return []
    text = file.read_text(encoding="utf-8")
    file.unlink()
    return text.split()


def _bring(folder: Path) -> None:
    """Put in place what comes with the tool, and would be out of date if it lay among the examples."""
    shutil.copytree(schema.folder(), folder / "schemas")
    (folder / ".gitattributes").write_text(ATTRIBUTES, encoding="utf-8")
    for path, text in {**regimes.texts(()), **kinds.texts()}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
