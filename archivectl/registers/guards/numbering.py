"""Guards of numbers: a block is of a series that there is, of some length, and overlaps none that was leased before."""

import re
from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_
from archivectl.records import numbering
from archivectl.registers import kinds
from archivectl.registers.situation import Guard, Situation

_LONGEST = 100_000
_YEAR = re.compile(r"[0-9]{4}")


def block_is_free(s: Situation) -> Iterator[Reason]:
    """A block begins after every block of its series that was leased before it."""
    series, first, last = str(s.column("series")), s.column("from"), s.column("to")
    about, _dot, rest = series.partition(".")
    known = numbering.is_code(rest) if about == "record" else about in kinds.names(s.world.regime) and _YEAR.fullmatch(rest)
    hint = N_("Have them leased: archivectl register lease")
    if not known:
        form = N_("A series is that of an office or of a register in a year: record.SH, loan.2026.")
        yield s.why("block_is_free", N_("“{series}” is no series of numbers."), hint=form, series=series)
    if not (isinstance(first, int) and isinstance(last, int) and 0 < first <= last < first + _LONGEST):
        yield s.why("block_is_free", N_("{first} to {last} is no block of numbers."), hint=hint, first=first, last=last)
        return
    for case in s.world.register(s.kind.name):
        columns = case.entry.columns
        if columns.get("series") == series and case is not s.case and int(columns["to"]) >= first:
            message = N_("{entry} has the numbers up to {last} already.")
            yield s.why("block_is_free", message, hint=hint, entry=case.id, last=columns["to"])


GUARDS: Mapping[str, Guard] = {guard.__name__: guard for guard in (block_is_free,)}
