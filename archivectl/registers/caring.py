"""What a file asks for while the customer is looked after: staff who keep in touch, visits, surveys, a key account's handover."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archivectl.i18n import N_
from archivectl.records import facts
from archivectl.records.model import UNFILED
from archivectl.regime import schedule
from archivectl.regime.model import Regime, first
from archivectl.registers.owing import File, Owed, Source, responsible

_OWN = frozenset({"do", "title", "when", "by"})
_STAFF = "relationship.contact_staff"


def _staff(file: File, regime: Regime) -> Iterator[Owed]:
    """Fewer of our own staff in touch with an important customer than the regime asks for."""
    least = regime.get("relations.staff_at_least") or 0
    there = (file.data.get("relationship") or {}).get("contact_staff") or ()
    if fits(file.data, regime.get("relations.for")) and (lacking := least - len(there)) > 0:
        say = {"sentence": N_("staff in touch with the customer are lacking: {count}"), "values": {"count": lacking}}
        who, how = responsible(file, regime, "who.update"), f"update {file.label} --set {_STAFF}=…"
        yield Owed("record.contacts", who, None, say, how, "relations.staff_at_least")


def fits(data: Mapping[str, Any], conditions: Any) -> bool:  # noqa: ANN401 - a condition, or a list of them
    """Whether a file fits any of these conditions."""
    rows = [conditions] if isinstance(conditions, Mapping) else conditions or ()
    return first([{"when": when} for when in rows], facts.of(data)) is not None


def _care(file: File, regime: Regime) -> Iterator[Owed]:
    """What is done for customers again and again, since the last time that anything of the kind was done for this one."""
    known, filing = facts.of(file.data), file.data.get("filing") or {}
    begun = str(filing.get("archived") or filing.get("handled") or file.since)[:10]
    for row in () if file.data.get("status") in UNFILED else regime.get("care.rules") or ():
        if first([row], known) is None:
            continue
        kinds = row.get("by") or ["care"]
        last = max(begun, *(file.happened.get(kind, "") for kind in kinds))
        stated = {key: value for key, value in row.items() if key not in _OWN}
        if window := schedule.schedule(stated).following(last, regime.calendar):
            title = row.get("title") or row["do"]
            how = f"add {file.label} {kinds[0]} date=… content=…"
            say = title if isinstance(title, Mapping) else {"zh": title, "en": title}
            yield Owed("record.care", responsible(file, regime, "who.add"), window.due, say, how, "care.rules")


def _key_account(file: File, regime: Regime) -> Iterator[Owed]:
    """A customer who is a key account now, whose handover to its new owner nobody has begun."""
    if "named" not in file.happened and fits(file.data, regime.get("handover.account.for")):
        say = {"sentence": N_("has become a key account; its handover is to be prepared"), "values": {}}
        who, how = responsible(file, regime, "handover.account.by"), f"handover account {file.label} --to …"
        yield Owed("handover.begin", who, None, say, how, "handover.account.for")


SOURCES: Mapping[Source, Callable[[Regime], Any]] = {
    _staff: lambda regime: regime.get("relations.staff_at_least"),
    _care: lambda regime: regime.get("care.rules"),
    _key_account: lambda regime: regime.get("handover.account.for"),
}
