"""The tree under test: where it lies, its modules and its files."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "archivectl"


def modules() -> dict[str, Path]:
    """Every module of the package: dotted name (a package by its folder's name) to file."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def sources() -> dict[str, str]:
    """Every module of the package: dotted name to source text."""
    return {name: path.read_text(encoding="utf-8") for name, path in modules().items()}


def files() -> list[Path]:
    """Every file of the repository that is, or could be, committed."""
    # A container often owns the tree differently from the user who tests it; git would refuse to list it.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in sorted(set(listed.split("\0"))) if name and (path := ROOT / name).is_file()]
