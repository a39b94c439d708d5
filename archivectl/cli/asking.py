"""Asking for a passphrase or a PIN: at a terminal, unseen; else the file ARCHIVECTL_PASSPHRASE_FILE; never an argument."""

import os
import sys
from pathlib import Path

from archivectl.cli import console
from archivectl.errors import WrongUsage, told_by
from archivectl.i18n import _

_FILE = "ARCHIVECTL_PASSPHRASE_FILE"
_MOST = 4096


class PassphraseFile(WrongUsage):
    """A file with a passphrase that cannot be used."""

    message = "The passphrase file {file} cannot be used: {problem}."
    hint = "Let it hold the passphrase on one line, for you alone: chmod 600 {file}; or unset ARCHIVECTL_PASSPHRASE_FILE."


class Terminal:
    """Whoever sits at the terminal, if there is one."""

    def secret(self, question: str, **values: object) -> str | None:
        """What was typed, unseen, or stands in the file; None where there is neither. Raises PassphraseFile."""
        if path := os.environ.get(_FILE):
            return _first_line(Path(path))
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return None
        import getpass  # noqa: PLC0415 - few are asked

        return getpass.getpass(_(question, **{name: console.clean(value) for name, value in values.items()}))

    def say(self, text: str) -> None:
        """A line for the person at once."""
        console.note(console.clean(text))


def _first_line(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        with path.open(encoding="utf-8") as file:
            text = file.readline(_MOST)
    except (OSError, UnicodeDecodeError) as error:
        problem = told_by(error) if isinstance(error, OSError) else "UTF-8"
        raise PassphraseFile(file=path, problem=problem) from error
    if os.name == "posix" and mode & 0o077:
        raise PassphraseFile(file=path, problem=_("others can read it"))
    return text.rstrip("\r\n")
