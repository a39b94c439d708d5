"""Forming the volumes of a file, and the codes that its labels bear."""

from typing import Any

import pytest

from office import Office


@pytest.fixture(autouse=True)
def _papers(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司")
    for kind, date, pages in (("合同", "2025-03-01", 12), ("抵押合同", "2024-01-01", 3), ("函件", "2025-01-15", 1)):
        assert office.run("add", "1", "document", f"kind={kind}", f"date={date}", f"pages={pages}").status == 0


def volumes(office: Office, *words: str) -> Any:
    return office.run("volumes", "1", *words, "--json").json


def parts(office: Office, entry: str) -> list[str]:
    with office.acting() as archive:
        return [item.get("part", "") for item in archive.case(entry).entry.about]


def test_papers_are_laid_in_a_volume_arranged_counted_and_numbered(office: Office) -> None:
    assert volumes(office)["volumes"] == []
    answer = volumes(office, "--form")
    assert answer["changed"]
    (volume,) = answer["volumes"]
    about = {key: volume[key] for key in ("number", "archive_number", "title", "from", "until", "items", "pages")}
    assert about == {
        "number": 1,
        "archive_number": "SH-000001-01",
        "title": "甲有限公司 档案 2024—2025",
        "from": "2024-01-01",
        "until": "2025-03-01",
        "items": 3,
        "pages": 16,
    }
    lying = [(paper["sequence"], paper["kind"], paper["archive_number"]) for paper in volume["documents"]]
    assert lying == [(1, "抵押合同", "SH-000001-01-001"), (2, "函件", "SH-000001-01-002"), (3, "合同", "SH-000001-01-003")]
    assert office.run("check").status == 0
    assert office.run("verify").status == 0


def test_forming_again_changes_nothing_and_a_new_paper_finds_its_place(office: Office) -> None:
    volumes(office, "--form")
    tip = office.run("history", "1", "--json").json[0]
    assert volumes(office, "--form")["changed"] == []
    assert office.run("history", "1", "--json").json[0] == tip
    office.run("add", "1", "document", "kind=通知", "date=2024-06-01", "pages=2")
    (volume,) = volumes(office, "--form")["volumes"]
    assert [paper["kind"] for paper in volume["documents"]] == ["抵押合同", "通知", "函件", "合同"]
    assert (volume["items"], volume["pages"]) == (4, 18)


def test_a_rehearsal_shows_the_volumes_and_makes_none(office: Office) -> None:
    assert len(volumes(office, "--form", "--dry-run")["volumes"]) == 1
    assert volumes(office)["volumes"] == []


def test_a_file_without_papers_has_nothing_to_form(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=乙有限公司")
    refused = office.run("volumes", "2", "--form")
    assert (refused.status, "no papers" in refused.err) == (3, True)


@pytest.mark.parametrize("written", ["{code}", "sh-000001/{lower}", "ＳＨ－０００００１／{id}"])
def test_the_code_on_a_label_means_the_file_and_its_part(office: Office, written: str) -> None:
    part = volumes(office, "--form")["volumes"][0]["id"]
    code = written.format(code=f"SH-000001/{part}", lower=part.lower(), id=part)
    assert office.run("show", code, "--json").json["number"] == "SH-000001"
    lent = office.run("lend", code, "--to", "王伟", "--purpose", "核对", "--pages", "16", "--json")
    assert lent.status == 0, lent.err
    assert parts(office, lent.json["loan"]) == [f"volumes[{part}]"]


def test_a_volume_is_named_by_its_number_too(office: Office) -> None:
    part = volumes(office, "--form")["volumes"][0]["id"]
    lent = office.run("lend", "1", "--volume", "1", "--to", "王伟", "--purpose", "核对", "--pages", "16", "--json")
    assert lent.status == 0, lent.err
    assert parts(office, lent.json["loan"]) == [f"volumes[{part}]"]
    assert office.run("lend", "1", "--volume", "7", "--to", "王伟", "--purpose", "核对").status == 2
