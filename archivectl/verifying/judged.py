"""What this machine has judged already: kept beside the pin, so that a history is judged once and then only what is new in it.

It lies in ARCHIVECTL_HOME like the pin, and is trusted as that is; a newer program, or other rules, judge everything anew.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from archivectl import __version__
from archivectl.encryption.private_files import make_folder, put_file
from archivectl.finding import Finding
from archivectl.members.home import Home
from archivectl.snapshot import RULES

_TEXT = "{text}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a history without findings up to a commit: how many commits and approvals, and what was ratified in it."""

    commit: str
    commits: int
    signed: int
    on_paper: int
    ratified: tuple[Finding, ...] = ()
    fingerprint: str = ""
    program: str = field(default=f"{__version__} {RULES}")


def load(home: Home, archive: str, fingerprint: str) -> Judged | None:
    """What was judged of the archive with that fingerprint; None where that is nothing, or another program judged it."""
    path = home.folder / "trust" / f"{archive}.judged.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = [Finding(**row, message=_TEXT, values={"text": text}) for text, row in data["ratified"]]
        found = Judged(**{**data, "ratified": tuple(rows)})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):  # a cache: whatever is wrong with it, judge again
        return None
    return found if (found.fingerprint, found.program) == (fingerprint, f"{__version__} {RULES}") else None


def save(home: Home, archive: str, judged: Judged) -> None:
    """Keep it."""
    kept = ("path", "line", "column", "rule", "commit", "member", "excused")
    rows = [(each.text, {name: getattr(each, name) for name in kept}) for each in judged.ratified]
    folder = home.folder / "trust"
    make_folder(folder)
    data = {name: value for name, value in asdict(judged).items() if name != "ratified"}
    put_file(folder, f"{archive}.judged.json", json.dumps({**data, "ratified": rows}, ensure_ascii=False).encode())
