"""What a file asks for where it is used or no longer is: to be consulted before something is signed, to be sealed at the end."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archivectl.i18n import N_
from archivectl.records import facts
from archivectl.regime.model import Regime, first
from archivectl.registers.owing import File, Owed, Source, responsible


def _consultation(file: File, regime: Regime) -> Iterator[Owed]:
    """Of a state in which the regime has a file consulted, and not read so far."""
    asking = first([{"when": when} for when in regime.get("read.before")], facts.of(file.data))
    if asking and not file.happened.keys() & {"read", "lent"}:
        say = {"sentence": N_("to be consulted before a cooperation is signed"), "values": {}}
        how = f"lend {file.label} --query --to … --purpose …"
        yield Owed("loan.request", responsible(file, regime, "who.lend"), None, say, how, "read.before", unless=("loan",))


def _sealing(file: File, regime: Regime) -> Iterator[Owed]:
    """The business has ended, and the file is neither sealed nor on its way to destruction."""
    if first([{"when": regime.get("seal.ended")}], facts.of(file.data)):
        say = {"sentence": N_("the business has ended; to be sealed or destroyed"), "values": {}}
        how = f"seal {file.label} --trigger ended --reason …"
        who, other = tuple(regime.get("who.seal") or ()), ("hold.proposed", "hold.sealed", "destruction")
        yield Owed("hold.propose", who, None, say, how, "seal.upon", unless=other)


SOURCES: Mapping[Source, Callable[[Regime], Any]] = {
    _consultation: lambda regime: regime.get("read.before"),
    _sealing: lambda regime: "ended" in (regime.get("seal.upon") or ()) and regime.get("seal.ended"),
}
