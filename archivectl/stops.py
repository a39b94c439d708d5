"""Stops on files: against destroying, against using and changing, against everything but storing."""

from collections.abc import Sequence

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.registers.fold import Case


def hold(archive: Archive, references: Sequence[str], forbid: str, reason: str) -> Case:
    """Stop files; ``forbid`` is ``destroy``, ``use`` or ``all``. Raises NotAllowed."""
    records = list({record.uid: record for record in map(archive.record, references)}.values())
    work = Work.opening(archive, "hold", records, {"forbid": forbid, "reason": reason})
    work.step("place")
    return work.commit()


def release(archive: Archive, reference: str, reason: str) -> Case:
    """Lift a stop."""
    work = Work.on(archive, archive.case(reference))
    work.step("lift", {"reason": reason})
    return work.commit()
