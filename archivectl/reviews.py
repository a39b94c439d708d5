"""Reviewing records: confirmed, corrected, or to be rectified and then remedied; and the results of a year."""

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.registers.fold import Case


def review(archive: Archive, reference: str, outcome: str, note: str = "") -> Case:
    """Enter the outcome of a review; ``rectify`` stays open until it is remedied. Raises NotAllowed."""
    work = Work.opening(archive, "review", [archive.record(reference)], {"outcome": outcome, "note": note})
    work.step("find" if outcome == "rectify" else "conclude")
    return work.commit()


def propose(archive: Archive, reference: str, what: str) -> Case:
    """Propose what is to be done about a finding. Raises NotAllowed."""
    work = Work.on(archive, archive.case(reference))
    work.step("propose", {"proposal": what})
    return work.commit()


def remedy(archive: Archive, reference: str, what: str) -> Case:
    """Enter what was done about a finding of a review."""
    work = Work.on(archive, archive.case(reference))
    work.step("remedy", {"remedy": what})
    return work.commit()


def summarise(archive: Archive, year: int, note: str = "") -> Case:
    """Enter the results of a year's reviews, for the signatures that the rules ask for. Raises NotAllowed."""
    done = [case for case in archive.register("review") if case.done and case.done[0].date.startswith(f"{year}-")]
    reviews = [case for case in done if not case.acts("summarise")]
    found = [case for case in reviews if case.acts("find", "find_missing")]
    remedied = sum(bool(case.acts("remedy")) for case in found)
    columns = {"year": year, "reviewed": len(reviews), "found": len(found), "remedied": remedied, "note": note}
    outcome = "rectify" if remedied < len(found) else "corrected" if found else "confirmed"
    work = Work.opening(archive, "review", [], {"outcome": outcome, **columns})
    work.step("summarise")
    return work.commit()
