"""How far a long command is, with the time left, on standard error."""

import sys
import time
from typing import TYPE_CHECKING, Self

from archivectl.i18n import _

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0  # seconds before a bar appears


class Bar:
    """How far a long command is, on standard error, and only where somebody watches it."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.bar: Progress | None = None
        self.tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def show(self, what: str, done: int, total: int) -> None:
        """So much of the work is done."""
        if not sys.stderr.isatty() or time.monotonic() - self.begun < PATIENCE:
            return
        if self.bar is None:
            from rich.console import Console  # noqa: PLC0415 - only for what takes long
            from rich.progress import Progress  # noqa: PLC0415

            self.bar = Progress(console=Console(stderr=True), transient=True)
            self.bar.start()
        if what not in self.tasks:
            self.tasks[what] = self.bar.add_task(_(what), total=total)
        self.bar.update(self.tasks[what], completed=done)

    def end(self) -> None:
        """Take the bar away."""
        if self.bar:
            self.bar.stop()
            self.bar = None
