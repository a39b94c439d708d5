"""Findings as a code quality report of GitLab."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from archivectl.finding import Finding


def written(findings: Sequence[Finding]) -> str:
    """The findings as a JSON array; a fingerprint is made of rule, place and template, never of a value."""
    seen: Counter[str] = Counter()
    rows = []
    for each in (one for one in findings if not one.excused):
        where = f"{each.rule}\n{each.commit}\n{each.path}\n{each.line}\n{each.message}"
        seen[where] += 1
        rows.append(
            {
                "description": " ".join(filter(None, (each.text, each.advice))),
                "check_name": each.rule,
                "fingerprint": hashlib.sha256(f"{where}\n{seen[where]}".encode()).hexdigest(),
                "severity": "major",
                "location": {"path": each.path or each.commit, "lines": {"begin": each.line}},
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
