"""Who is asked for a passphrase or a PIN: whoever sits at the terminal, and nobody unless the command line says how."""

from typing import Protocol

from archivectl.errors import KeyMissing
from archivectl.i18n import N_


class PassphraseNeeded(KeyMissing):
    """Something is behind a passphrase, and nobody can be asked for it."""

    message = "{file} is protected by a passphrase, and there is no terminal to ask for it."
    hint = "Run the command at a terminal, or name a file that holds the passphrase: ARCHIVECTL_PASSPHRASE_FILE=FILE archivectl …"


class PassphraseWrong(KeyMissing):
    """A passphrase that does not fit."""

    message = "The passphrase does not open {file}, or the file is damaged."
    hint = "Repeat the command and type it again; where the file is damaged, put it back from your own copy: cp COPY {file}"


class Asker(Protocol):
    """How a person is asked, and told what a device waits for."""

    def secret(self, question: str, **values: object) -> str | None:
        """What the person typed, unseen; None where nobody can be asked."""

    def say(self, text: str) -> None:
        """Tell the person something at once: a device that waits to be touched."""


class _Nobody:
    def secret(self, question: str, **values: object) -> str | None:  # noqa: ARG002 - there is nobody to ask
        return None

    def say(self, text: str) -> None:
        """There is nobody to tell."""


_asker: list[Asker] = [_Nobody()]
PASSPHRASE = N_("Passphrase of {file}: ")
PIN = N_("{what} ")


def through(asker: Asker) -> None:
    """Set who asks in this process; only the command line calls this."""
    _asker[0] = asker


def asker() -> Asker:
    """Who asks in this process."""
    return _asker[0]
