"""What people type as values: kinds of file and values of axes by key or title; what is none of them is told which there are."""

import pytest

from office import Office
from test_duties import house

RULES = {
    "files": {
        "credit": {"title": {"zh": "信用档案", "en": "credit files"}},
        "lease": {"title": {"zh": "租赁档案", "en": "leases"}},
    },
    "axes": {
        "area": {
            "zh": "大区",
            "en": "Area",
            "values": {"east": {"zh": "华东", "en": "East"}, "south": {"zh": "华南", "en": "South"}},
        }
    },
}
FIRM = ("create", "--subject", "organisation", "--set", "name=甲有限公司")
SAID = {"zh": ("信用档案", "华东", "华南", "制度 列表"), "en": ("credit", "East", "South", "regime list")}


@pytest.fixture
def ruled(office: Office) -> Office:
    """An office with kinds of file and an axis of its own, and a file of one of the kinds."""
    house(office, RULES)
    assert office.run(*FIRM, "--set", "档案种类=租赁档案", "--set", "大区=华东").status == 0
    return office


@pytest.mark.parametrize("kind", ["信用档安", "nosuch", "lease,nosuch"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unknown_kind_of_file_is_refused_with_those_there_are(ruled: Office, kind: str, language: str) -> None:
    for words in (("update", "1", "--reason", "定类"), FIRM):
        refused = ruled.run(*words, "--set", f"files={kind}", "--json", "--lang", language)
        assert (refused.status, refused.json["error"]) == (2, "unknown-kind-of-file")
        assert all(
            word in refused.json["hint"] for word in ("credit", "lease", SAID[language][0], f"archivectl {SAID[language][3]}")
        )


def test_where_the_rules_know_no_kinds_a_file_is_of_any_that_can_be_a_key(office: Office) -> None:
    assert office.run(*FIRM, "--set", "files=lease").status == 0
    assert office.run(*FIRM, "--set", "files=租赁", "--json").json["error"] == "unknown-kind-of-file"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unknown_value_of_an_axis_is_refused_with_those_there_are(ruled: Office, language: str) -> None:
    for words in (("classify", "1", "大区=华北"), ("update", "1", "--set", "分类.大区=华北")):
        (why,) = ruled.run(*words, "--reason", "定类", "--json", "--lang", language).json["reasons"]
        assert (why["code"].rpartition("/")[2], all(word in why["hint"] for word in SAID[language][1:3])) == ("axis_values", True)
    refused = ruled.run("list", "大区=华北", "--json", "--lang", language)
    assert (refused.status, refused.json["error"], "east" in refused.json["hint"]) == (2, "unknown-value", True)
    assert ("大区" if language == "zh" else "Area") in refused.json["message"]


def test_of_many_axes_the_nearest_to_the_one_that_is_unknown_is_named_first(office: Office) -> None:
    office.run(*FIRM)
    (why,) = office.run("classify", "1", "信用等给=A", "--reason", "定级", "--json", "--lang", "zh").json["reasons"]
    assert why["hint"].startswith("现有分类：信用等级、")
    assert "时间序列" in why["hint"]


def test_files_are_listed_by_the_title_of_their_kind(ruled: Office) -> None:
    for condition, found in {"档案种类=租赁档案": ["SH-000001"], "files=lease": ["SH-000001"], "files=other": []}.items():
        assert [row["number"] for row in ruled.run("list", condition, "--json").json] == found
    refused = ruled.run("list", "档案种类=租凭", "--json")
    assert (refused.status, refused.json["error"], "lease" in refused.json["hint"]) == (2, "unknown-value", True)
