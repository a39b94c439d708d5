"""The kinds of refusal and their exit statuses; each case lives beside the code that raises it.

A case is a subclass with ``message`` and ``hint``: English templates with ``{placeholders}`` that are filled from the keyword
arguments of the raise and translated at the command line, so that nothing below it needs a language.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple


class ArchiveError(Exception):
    """Something a person or a script can mend; never a bug of ours."""

    status: ClassVar[int] = 4
    message: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def __init__(self, **values: object) -> None:
        super().__init__()
        self.values = values

    @property
    def code(self) -> str:
        """A stable name for scripts: ``AlreadyOnLoan`` is ``already-on-loan``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()

    def __str__(self) -> str:
        return self.message.format_map(self.values)


class WrongUsage(ArchiveError):
    """The command line itself is off: exit 2."""

    status = 2


class Refused(ArchiveError):
    """A rule or the state of a record forbids the act: exit 3."""

    status = 3


class Reason(NamedTuple):
    """Why an act is refused, or what it still waits for.

    ``code`` is stable (``loan.request/not_on_loan``), ``message`` and ``hint`` are English templates over ``values``;
    ``clause`` and ``source`` (a regulation's slug) say where the rule stands, empty where it is the tool's own.
    """

    code: str
    message: str
    values: Mapping[str, Any] = {}
    hint: str = ""
    clause: str = ""
    source: str = ""


class NotAllowed(Refused):
    """An act that one or more rules forbid, each with its reason; ``titles`` name the regulations they stand in."""

    def __init__(self, reasons: tuple[Reason, ...], titles: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.args = (reasons, titles)  # what a helper that raised it tells the process that asked
        self.reasons = reasons
        self.titles = titles or {}

    def __str__(self) -> str:
        return "; ".join(reason.message.format_map(reason.values) for reason in self.reasons)


class Unreadable(ArchiveError):
    """The archive cannot be read or written as it stands: exit 4."""

    status = 4


class Conflict(ArchiveError):
    """Somebody else's change stands in the way: exit 4."""

    status = 4


class KeyMissing(ArchiveError):
    """A key is missing or does not open the value: exit 5."""

    status = 5


# What judging by rules that make no sense ends in: whoever judges the past, or keeps an index, goes on without a verdict.
UNAPPLICABLE = (ArchiveError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def told_by(error: OSError) -> str:
    """What the system says is wrong; the kind of error, where it says nothing."""
    return error.strerror or type(error).__name__
