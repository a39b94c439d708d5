"""Findings for GitHub Actions: annotations, and a last line that says how many were left out.

GitHub shows ten annotations of a kind a step and fifty a job; further ones would be dropped without a word.
"""

from collections.abc import Mapping, Sequence

from archivectl.checking.formats.text import line, place
from archivectl.finding import Finding
from archivectl.i18n import _

SHOWN = 50
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, ord(":"): "%3A", ord(","): "%2C"}


def written(findings: Sequence[Finding]) -> str:
    """The findings as workflow commands."""
    counted = [each for each in findings if not each.excused]
    lines = [_annotation(each) for each in counted[:SHOWN]]
    if len(counted) > SHOWN:
        left = _("{count} more findings are not shown here: run archivectl check", count=len(counted) - SHOWN)
        lines.append(f"::notice::{left}")
    return "".join(f"{each}\n" for each in lines)


def _annotation(finding: Finding) -> str:
    file = f"file={_escaped(finding.path, _PROPERTY)}," if finding.path else ""
    where = f"{file}line={finding.line},col={finding.column},title={_escaped(finding.rule, _PROPERTY)}"
    told = finding.text if finding.path else f"{place(finding)}: {finding.text}"
    text = "\n".join(line(each) for each in (told, finding.advice) if each)
    return f"::error {where}::{_escaped(text, _DATA)}"


def _escaped(text: str, table: Mapping[int, str]) -> str:
    return text.translate(table)
