"""Which files are due to go, from what the index knows in clear; no file is read."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from archivectl import seeking
from archivectl.archive import Archive
from archivectl.records import facts
from archivectl.records.model import Record
from archivectl.regime import retention
from archivectl.regime.retention import Verdict
from archivectl.search.index import LIVING, Row


class Kept(NamedTuple):
    """A file that still exists, and what the rules say of it."""

    row: Row
    verdict: Verdict


def judged(archive: Archive, conditions: str = "", day: str = "") -> Iterator[Kept]:
    """Every file that a condition selects, as the rules see it on a day (today, where none is given).

    Raises:
        BadCondition, UnknownField, SealedField, NoSpan, NoPeriod.
    """
    condition, regime, at = seeking.condition(archive, conditions), archive.regime, day or archive.today
    for row, text in archive.index.clear_texts(f"{LIVING} AND ({condition.where})", condition.values):
        data = json.loads(text)
        yield Kept(row, retention.verdict(facts.of(data), data.get("retention") or {}, regime, at))


def due(archive: Archive, conditions: str = "", day: str = "") -> list[Kept]:
    """The files whose time is over on a day, the longest due first."""
    found = [kept for kept in judged(archive, conditions, day) if kept.verdict.state == "due"]
    return sorted(found, key=lambda kept: (kept.verdict.due or "", kept.row.number or kept.row.uid))


def of(archive: Archive, record: Record) -> Verdict:
    """What the rules say of one record today."""
    return retention.verdict(facts.of(record.data), record.data.get("retention") or {}, archive.regime, archive.today)
