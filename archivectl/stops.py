"""Stops on files: against destroying, against using and changing, against everything but storing."""

import json
from collections.abc import Mapping, Sequence

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.registers import scope
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import SEALED
from archivectl.search.index import LIVING


def hold(archive: Archive, references: Sequence[str], forbid: str, reason: str, where: str = "") -> Case:
    """Stop files, those named or all that a scope selects, later ones too; ``forbid`` is ``destroy``, ``use`` or ``all``.

    Raises:
        NotAllowed, NoScope.
    """
    return _opened(archive, references, "place", {"forbid": forbid, "reason": reason}, where)


def seal(archive: Archive, references: Sequence[str], trigger: str, reason: str, where: str = "") -> Case:
    """Close such files to use and change, or ask for it; ``trigger`` is ``ended``, ``asked`` or ``other``.

    Raises:
        NotAllowed, NoScope.
    """
    return _opened(archive, references, "propose", {"forbid": SEALED, "trigger": trigger, "reason": reason}, where)


def _opened(archive: Archive, references: Sequence[str], step: str, columns: Mapping[str, str], where: str) -> Case:
    records = list({record.uid: record for record in map(archive.record, references)}.values())
    selecting = scope.canonical(where, archive.regime.get("axes", {})) if where else ""
    work = Work.opening(archive, "hold", records, {**columns, "scope": selecting})
    work.step(step)
    return work.commit()


def covered(archive: Archive, case: Case) -> int:
    """How many of the files there are now fall under a stop."""
    text = case.entry.columns.get("scope")
    if not text:
        return len(case.entry.uids)
    rows = archive.index.clear_texts(LIVING)
    return sum(scope.covers(text, json.loads(data)) for _row, data in rows)


def release(archive: Archive, reference: str, reason: str) -> Case:
    """Lift a stop, or unseal files. Raises NotAllowed."""
    work = Work.on(archive, archive.case(reference))
    sealed = work.standing.entry.columns.get("forbid") == SEALED
    work.step("unseal" if sealed else "lift", {"reason": reason})
    return work.commit()
