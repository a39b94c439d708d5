"""Stops on files: against destroying, against using and changing, against everything but storing."""

import json
from collections.abc import Sequence

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.registers import scope
from archivectl.registers.fold import Case
from archivectl.search.index import LIVING


def hold(archive: Archive, references: Sequence[str], forbid: str, reason: str, where: str = "") -> Case:
    """Stop files, those named or all that a scope selects, later ones too; ``forbid`` is ``destroy``, ``use`` or ``all``.

    Raises:
        NotAllowed, NoScope.
    """
    records = list({record.uid: record for record in map(archive.record, references)}.values())
    selecting = scope.canonical(where, archive.regime.get("axes", {})) if where else ""
    work = Work.opening(archive, "hold", records, {"forbid": forbid, "scope": selecting, "reason": reason})
    work.step("place")
    return work.commit()


def covered(archive: Archive, case: Case) -> int:
    """How many of the files there are now fall under a stop."""
    text = case.entry.columns.get("scope")
    if not text:
        return len(case.entry.uids)
    rows = archive.index.clear_texts(LIVING)
    return sum(scope.covers(text, json.loads(data)) for _row, data in rows)


def release(archive: Archive, reference: str, reason: str) -> Case:
    """Lift a stop."""
    work = Work.on(archive, archive.case(reference))
    work.step("lift", {"reason": reason})
    return work.commit()
