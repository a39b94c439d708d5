"""A finding: something in the tree or its history that is not as it must be; a value, never an exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from archivectl.i18n import Sentence


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One finding; ``rule`` is stable, ``message`` and ``hint`` are English templates over ``values``; line and column from 1.

    ``excused`` is the number of the entry that says it is a false alarm: it is shown, and blocks nothing.
    """

    path: str
    line: int
    column: int
    rule: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict, compare=False)
    hint: str = ""
    commit: str = ""
    member: str = ""
    excused: str = ""

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return str(Sentence(self.message, **self.values))

    @property
    def advice(self) -> str:
        """What to do, in the reader's language."""
        return str(Sentence(self.hint, **self.values)) if self.hint else ""
