"""Where things live in the tree, and what their bytes name them by."""

import re

RECORDS = "customers/"
REGISTERS = "registers/"
INTERACTIONS = "interactions/"
OBJECTS = "objects/"
NUMBERED = (RECORDS, REGISTERS)  # what stands under a number, and may get another
CONTENT = (RECORDS, INTERACTIONS, REGISTERS, OBJECTS)
UID = re.compile(rb'^uid: "?([A-Z2-7]{26})"?$', re.MULTILINE)  # of a record, an entry, a year of interactions
RECIPIENT = re.compile(rb'recipient: "?(age1[0-9a-z]+)')  # the public half of a key in one of its lines
_SEQUENCE = re.compile(r"([0-9]+)\Z")


def is_control(path: str) -> bool:
    """Whether a file is part of the archive's own rules, members and keys, rather than of its content."""
    return not path.startswith(CONTENT)


def record(office: str, number: str) -> str:
    """Where the record of that number stands: the folder counts thousands of its sequence."""
    match = _SEQUENCE.search(number)
    sequence = int(match[1]) if match else 0
    return f"{RECORDS}{office}/{sequence // 1000}/{number}.yaml"


def draft(office: str, uid: str) -> str:
    """Where a draft, which has no number yet, stands."""
    return f"{RECORDS}{office}/drafts/{uid}.yaml"


def attached(digest: str) -> str:
    """Where an encrypted object stands, by the SHA-256 (hex) of its bytes."""
    return f"{OBJECTS}{digest[:2]}/{digest}.age"
