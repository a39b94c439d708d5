"""Findings for people: a line each, what to do below it, and their number."""

from collections.abc import Sequence

from archivectl.finding import Finding
from archivectl.i18n import _


def written(findings: Sequence[Finding]) -> str:
    """The findings as text, ended by a line that counts them, and by the false alarms among them."""
    lines, counted = [], [each for each in findings if not each.excused]
    for finding in counted:
        lines.append(f"{place(finding)}  {finding.rule}  {line(finding.text)}")
        if finding.advice:
            lines.append(f"    {line(finding.advice)}")
    alarms = (each for each in findings if each.excused)
    return "\n".join([*lines, _counted(counted), *map(_excused, alarms)]) + "\n"


def _excused(finding: Finding) -> str:
    """A false alarm, or a commit that was ratified, with the entry that says so."""
    if finding.commit:
        return _("Ratified by {entry}: {text}", entry=finding.excused, text=line(finding.text))
    return _("Excused by {entry}: {place}  {rule}", entry=finding.excused, place=place(finding), rule=finding.rule)


def place(finding: Finding) -> str:
    """Where it is: file, line and column, or the commit."""
    commit = finding.commit[:12]
    where = f"{finding.path}:{finding.line}:{finding.column}" if finding.path else ""
    return " ".join(part for part in (commit, where) if part)


def line(text: str) -> str:
    """A sentence on one line, without what would move a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _counted(findings: Sequence[Finding]) -> str:
    if not findings:
        return _("No findings.")
    if len(findings) == 1:
        return _("1 finding.")
    return _("{count} findings; files concerned: {files}.", count=len(findings), files=len({each.path for each in findings}))
