"""A record put back as it stood: its fields as on that day, by who may replace what stands now, and judged like any change."""

import subprocess

import pytest

from customer_tables import data_of, revealed, verified
from office import Office

NUMBERS = ("13800138000", "13900139000")


def act(office: Office, day: str, *words: str, member: str | None = None) -> None:
    answer = office.run(*words, "--today", f"2026-03-{day}", member=member)
    assert answer.status == 0, answer.err


@pytest.fixture
def firm(office: Office) -> Office:
    """A firm that was opened on the 2nd and changed on the 4th and the 6th."""
    contact = ("--set", "contacts[cAAAAA].name=张三", "--set", f"contacts[cAAAAA].phone={NUMBERS[0]}")
    act(office, "02", "create", "--subject", "organisation", "--set", "name=甲有限公司", "--set", "phone=021-5555 0100", *contact)
    more = ("--set", "contacts[cBBBBB].name=李四", "--unset", "phone", "--set", "address.city=杭州市")
    act(office, "04", "update", "1", "--set", f"contacts[cAAAAA].phone={NUMBERS[1]}", *more, "--reason", "更正")
    act(office, "06", "classify", "1", "客户等级=A", "--reason", "评级")
    return office


def restored(office: Office, when: str, *options: str, member: str | None = None) -> list[str]:
    answer = office.run("update", "1", "--as-of", when, "--reason", "还原", "--json", *options, member=member)
    assert answer.status == 0, answer.out
    changed: list[str] = answer.json["changed"]
    return changed


@pytest.mark.parametrize("when", ["2026-03-03", "2026-03-02", "main~2"])
def test_the_fields_are_as_they_were_in_one_commit_that_verifies(firm: Office, when: str) -> None:
    before = subprocess.run(["git", "-C", firm.archive, "rev-list", "--count", "main"], capture_output=True, check=True).stdout
    assert set(restored(firm, when)) == {
        "phone", "address.city", "classification.grade", "contacts[cAAAAA].phone", "contacts[cBBBBB]",
    }  # fmt: skip
    data = revealed(firm, 1)
    assert (data["phone"], data.get("address"), data.get("classification")) == ("021-5555 0100", None, None)
    assert [(each["id"], each["name"], each["phone"]) for each in data["contacts"]] == [("cAAAAA", "张三", NUMBERS[0])]
    after = subprocess.run(["git", "-C", firm.archive, "rev-list", "--count", "main"], capture_output=True, check=True).stdout
    assert int(after) == int(before) + 1
    assert firm.run("history", "1", "--json").json[0]["act"] == "record.update"
    assert verified(firm)
    assert firm.run("check").status == 0


def test_what_went_comes_back_with_its_items(firm: Office) -> None:
    act(firm, "07", "remove", "1", "cBBBBB", "--reason", "离职")
    assert restored(firm, "2026-03-06") == ["contacts[cBBBBB].name"]
    assert revealed(firm, 1)["contacts"][1]["name"] == "李四"
    assert verified(firm)


def test_a_record_that_stands_so_already_is_left_alone(firm: Office) -> None:
    assert restored(firm, "2026-03-31") == []


def test_a_dry_run_shows_the_fields_and_writes_nothing(firm: Office) -> None:
    before = data_of(firm, 1)
    answer = firm.run("update", "1", "--as-of", "2026-03-05", "--reason", "还原", "--dry-run")
    assert "Grade" in answer.out
    assert data_of(firm, 1) == before


@pytest.mark.parametrize(
    ("when", "status"),
    [("2026-03-01", 2), ("2026-02-30", 2), ("nowhere", 2), ("main~4", 2), ("access-log", 2)],
)
def test_a_time_without_a_version_is_refused(firm: Office, when: str, status: int) -> None:
    firm.run("show", "1", "--reveal", "--purpose", "核对")
    assert firm.run("update", "1", "--as-of", when, "--reason", "还原").status == status


@pytest.mark.parametrize(
    ("options", "member", "status"),
    [
        (["--reason", "还原"], "wang.wei", 3),
        ([], None, 3),
        (["--reason", f"还原{NUMBERS[0]}"], None, 3),
        (["--reason", "还原", "--set", "phone=1"], None, 2),
    ],
)
def test_it_is_refused_as_any_change(firm: Office, options: list[str], member: str | None, status: int) -> None:
    before = data_of(firm, 1)
    assert firm.run("update", "1", "--as-of", "2026-03-03", *options, member=member).status == status
    assert data_of(firm, 1) == before


def test_whoever_was_forgotten_does_not_come_back(firm: Office) -> None:
    firm.run("request", "1", "--mode", "erase", "--contact", "cAAAAA", "--by", "张三", "--method", "document")
    firm.run("approve", "KQ-1", member="chen.jing")
    assert firm.run("request", "answer", "KQ-1", "--grant", "--json").json["state"] == "erased"
    assert set(restored(firm, "2026-03-03")) == {"phone", "address.city", "classification.grade", "contacts[cBBBBB]"}
    (left,) = data_of(firm, 1)["contacts"]
    assert set(left) == {"id", "forgotten"}
    assert verified(firm)


def test_nothing_comes_back_of_a_file_of_which_only_a_tombstone_is_left(office: Office) -> None:
    (office.run.folder / "一户.csv").write_text("公司名称,电话\n甲有限公司,021-5555 0100\n", encoding="utf-8")
    assert office.run("import", "一户.csv").status == 0
    assert office.run("undo", "DR-1", "--reason", "导错").status == 0
    answer = office.run("update", "1", "--as-of", "main~1", "--reason", "还原")
    assert (answer.status, "tombstone" in answer.err) == (3, True)
