"""Findings as JUnit XML: a failed test each, or one that passed where there are none."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from archivectl.checking.formats.text import line, place
from archivectl.finding import Finding


def written(findings: Sequence[Finding]) -> str:
    """The findings as one suite of tests."""
    findings = [each for each in findings if not each.excused]
    counted = {"tests": str(len(findings) or 1), "failures": str(len(findings))}
    root = ET.Element("testsuites", counted)
    suite = ET.SubElement(root, "testsuite", {"name": "archivectl", **counted})
    for each in findings:
        case = ET.SubElement(suite, "testcase", {"classname": each.rule, "name": place(each)})
        failure = ET.SubElement(case, "failure", {"type": each.rule, "message": line(each.text)})
        failure.text = line(each.advice)
    if not findings:
        ET.SubElement(suite, "testcase", {"classname": "archivectl", "name": "check"})
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
