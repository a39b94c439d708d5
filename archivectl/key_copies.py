"""The register of copies of keys: those that were not surrendered, and which of them is this machine's own."""

from archivectl.archive import Archive
from archivectl.registers.fold import Case

KIND = "key-copy"


def held(archive: Archive) -> list[Case]:
    """The copies that were not surrendered."""
    return [case for case in archive.register(KIND) if not case.acts("surrender")]


def is_here(archive: Archive, case: Case) -> bool:
    """Whether a copy is that of this machine."""
    machine = archive.home.settings().get("machine", "")
    return (case.entry.columns["place"], case.entry.columns["name"]) == ("machine", machine)
