"""Every format says of every finding what it is and where, to people, scripts and forges."""

import json
import xml.etree.ElementTree as ET

import pytest

from archivectl import __version__
from archivectl.checking.formats import FORMATS
from archivectl.checking.rules import RULES
from archivectl.finding import Finding

ODD = Finding(
    "customers/SH/0/100%,a:b.yaml", 3, 7, "place", "“{number}” is\nodd: 5%, <&>.", {"number": "SH\x1b1"}, "Move it to {number}."
)
PLAIN = Finding("members/li.na.yaml", 1, 1, "schema", "Name is missing")
COMMIT = Finding(
    "", 1, 1, "signature", "{member} did not sign.", {"member": "li.na"}, commit="0123456789abcdef0123", member="li.na"
)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_none_one_and_many(name: str) -> None:
    for findings in ([], [PLAIN], [ODD, PLAIN, COMMIT] * 30):
        written = FORMATS[name](findings)
        assert written.endswith("\n") or not findings
        assert ("Name is missing" in written) is bool(findings)
        assert "\x1b" not in written


def test_text_is_for_people() -> None:
    assert FORMATS["text"]([]) == "No findings.\n"
    assert FORMATS["text"]([PLAIN]) == "members/li.na.yaml:1:1  schema  Name is missing\n1 finding.\n"
    assert FORMATS["text"]([ODD, PLAIN, COMMIT]) == (
        "customers/SH/0/100%,a:b.yaml:3:7  place  “SH 1” is odd: 5%, <&>.\n"
        "    Move it to SH 1.\n"
        "members/li.na.yaml:1:1  schema  Name is missing\n"
        "0123456789ab  signature  li.na did not sign.\n"
        "3 findings; files concerned: 3.\n"
    )


def test_json_has_every_part_under_its_name() -> None:
    assert json.loads(FORMATS["json"]([])) == []
    assert json.loads(FORMATS["json"]([ODD, COMMIT])) == [
        {
            "rule": "place",
            "path": "customers/SH/0/100%,a:b.yaml",
            "line": 3,
            "column": 7,
            "message": "“SH\x1b1” is\nodd: 5%, <&>.",
            "hint": "Move it to SH\x1b1.",
            "commit": None,
            "member": None,
            "excused": None,
        },
        {
            "rule": "signature",
            "path": "",
            "line": 1,
            "column": 1,
            "message": "li.na did not sign.",
            "hint": "",
            "commit": "0123456789abcdef0123",
            "member": "li.na",
            "excused": None,
        },
    ]


def test_annotations_of_github_are_escaped() -> None:
    assert FORMATS["github"]([ODD, PLAIN, COMMIT]) == (
        "::error file=customers/SH/0/100%25%2Ca%3Ab.yaml,line=3,col=7,title=place::"
        "“SH 1” is odd: 5%25, <&>.%0AMove it to SH 1.\n"
        "::error file=members/li.na.yaml,line=1,col=1,title=schema::Name is missing\n"
        "::error line=1,col=1,title=signature::0123456789ab: li.na did not sign.\n"
    )


@pytest.mark.parametrize(
    ("count", "lines", "last"), [(50, 50, "::error"), (51, 51, "::notice::1 more"), (200, 51, "::notice::150 more")]
)
def test_github_is_told_how_many_annotations_were_left_out(count: int, lines: int, last: str) -> None:
    written = FORMATS["github"]([PLAIN] * count).splitlines()
    assert len(written) == lines
    assert written[-1].startswith(last)


def test_sarif_names_rules_and_places() -> None:
    log = json.loads(FORMATS["sarif"]([ODD, COMMIT]))
    driver = log["runs"][0]["tool"]["driver"]
    demands = str(RULES["place"].demands).partition("\n")[0]
    assert log["version"] == "2.1.0"
    assert driver["version"] == __version__
    assert driver["rules"] == [{"id": "place", "shortDescription": {"text": demands}}, {"id": "signature"}]
    placed, signed = log["runs"][0]["results"]
    assert (placed["ruleId"], placed["ruleIndex"], signed["ruleIndex"]) == ("place", 0, 1)
    assert placed["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "customers/SH/0/100%25%2Ca%3Ab.yaml"},
                "region": {"startLine": 3, "startColumn": 7},
            }
        }
    ]
    assert signed["properties"] == {"commit": "0123456789abcdef0123", "member": "li.na"}
    assert "locations" not in signed


def test_junit_has_a_failed_test_a_finding_and_a_passed_one_without() -> None:
    suite = ET.fromstring(FORMATS["junit"]([ODD, COMMIT]))[0]  # noqa: S314 - our own text
    assert suite.attrib == {"name": "archivectl", "tests": "2", "failures": "2"}
    assert [(case.get("classname"), case.get("name")) for case in suite] == [
        ("place", "customers/SH/0/100%,a:b.yaml:3:7"),
        ("signature", "0123456789ab"),
    ]
    assert (suite[0][0].get("message"), suite[0][0].text) == ("“SH 1” is odd: 5%, <&>.", "Move it to SH 1.")
    passed = ET.fromstring(FORMATS["junit"]([]))[0]  # noqa: S314 - our own text
    assert (passed.get("tests"), passed.get("failures"), len(passed), len(passed[0])) == ("1", "0", 1, 0)


def test_fingerprints_of_gitlab_differ_and_hold_no_value() -> None:
    other = Finding(ODD.path, ODD.line, ODD.column, ODD.rule, ODD.message, {"number": "SH-2"}, ODD.hint)
    first, again, third = json.loads(FORMATS["gitlab"]([ODD, ODD, PLAIN]))
    assert first["location"] == {"path": "customers/SH/0/100%,a:b.yaml", "lines": {"begin": 3}}
    assert (first["check_name"], first["severity"], third["description"]) == ("place", "major", "Name is missing")
    assert len({first["fingerprint"], again["fingerprint"], third["fingerprint"]}) == 3
    assert json.loads(FORMATS["gitlab"]([other]))[0]["fingerprint"] == first["fingerprint"]
