"""Findings as SARIF 2.1.0, which forges and editors read."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from archivectl import __version__
from archivectl.checking.rules import RULES
from archivectl.finding import Finding


def written(findings: Sequence[Finding]) -> str:
    """The findings as one run."""
    ids = sorted({each.rule for each in findings})
    driver = {"name": "archivectl", "version": __version__, "rules": [_rule(each) for each in ids]}
    results = [_result(each, ids.index(each.rule)) for each in findings]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(name: str) -> dict[str, Any]:
    demands = RULES[name].demands if name in RULES else None
    return {"id": name, **({"shortDescription": {"text": demands.partition("\n")[0]}} if demands else {})}


def _result(finding: Finding, index: int) -> dict[str, Any]:
    text = " ".join(filter(None, (finding.text, finding.advice)))
    result = {"ruleId": finding.rule, "ruleIndex": index, "level": "error", "message": {"text": text}}
    told = {key: value for key, value in (("commit", finding.commit), ("member", finding.member)) if value}
    if finding.path:
        region = {"startLine": finding.line, "startColumn": finding.column}
        result["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": quote(finding.path)}, "region": region}}]
    if finding.excused:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": finding.excused}]
    return {**result, "properties": told} if told else result
