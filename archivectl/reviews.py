"""Reviewing a record: confirmed, corrected, or to be rectified and then remedied."""

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.registers.fold import Case


def review(archive: Archive, reference: str, outcome: str, note: str = "") -> Case:
    """Enter the outcome of a review; ``rectify`` stays open until it is remedied. Raises NotAllowed."""
    work = Work.opening(archive, "review", [archive.record(reference)], {"outcome": outcome, "note": note})
    work.step("find" if outcome == "rectify" else "conclude")
    return work.commit()


def remedy(archive: Archive, reference: str, what: str) -> Case:
    """Enter what was done about a finding of a review."""
    work = Work.on(archive, archive.case(reference))
    work.step("remedy", {"remedy": what})
    return work.commit()
