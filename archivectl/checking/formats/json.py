"""Findings for scripts: one JSON array, a finding an object."""

import json
from collections.abc import Sequence

from archivectl.finding import Finding


def written(findings: Sequence[Finding]) -> str:
    """The findings as ``[{"rule", "path", "line", "column", "message", "hint", "commit", "member", "excused"}]``."""
    rows = [
        {
            "rule": each.rule,
            "path": each.path,
            "line": each.line,
            "column": each.column,
            "message": each.text,
            "hint": each.advice,
            "commit": each.commit or None,
            "member": each.member or None,
            "excused": each.excused or None,
        }
        for each in findings
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
