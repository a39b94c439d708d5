"""Small archives to be checked: each is a base with the files of an example laid over it."""

import shutil
from pathlib import Path

from archivectl.founding import ATTRIBUTES
from archivectl.records import schema
from archivectl.regime import load as regimes
from archivectl.registers import kinds

EXAMPLES = Path(__file__).parent / "examples"


def lay_out(folder: Path, example: str = "") -> Path:
    """Make the archive of an example (``place/failing``) in a folder; its file ``REMOVE`` names what is to be missing."""
    shutil.copytree(EXAMPLES / "base", folder)
    _bring(folder)
    if example:
        shutil.copytree(EXAMPLES / example, folder, dirs_exist_ok=True)
    remove = folder / "REMOVE"
    if remove.exists():
        for path in remove.read_text(encoding="utf-8").split():
            (folder / path).unlink()
        remove.unlink()
    return folder


def _bring(folder: Path) -> None:
    """Put in place what comes with the tool, and would be out of date if it lay among the examples."""
    shutil.copytree(schema.folder(), folder / "schemas")
    (folder / ".gitattributes").write_text(ATTRIBUTES, encoding="utf-8")
    for path, text in {**regimes.texts(()), **kinds.texts()}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
