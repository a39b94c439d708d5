"""Proof of recovery: the sheet opens every level key and what hangs on it, or it is said what it does not open."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archivectl.encryption import age
from archivectl.members import signing
from office import Office

PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "identity.id_number=11010519491231002X")


def sheet(office: Office) -> Path:
    return next(office.home.folder.glob("recovery/*.txt"))


@pytest.fixture
def filed(office: Office) -> Office:
    assert office.run(*PERSON).status == 0
    return office


def test_a_sheet_that_opens_everything_is_entered_as_a_duty_done(filed: Office) -> None:
    answer = filed.run("key", "drill", "--recovery", str(sheet(filed)), "--json")
    assert (answer.status, answer.json["findings"], answer.json["sealed"], answer.json["opened"]) == (0, [], 2, 2)
    entry = filed.run("register", "show", answer.json["entry"], "--json").json
    assert (entry["kind"], entry["columns"]["do"], entry["state"]) == ("duty", "key-drill", "done")
    assert filed.run("verify").status == 0


def test_the_secret_may_come_on_standard_input_and_never_as_an_argument(filed: Office) -> None:
    answer = filed.run("key", "drill", "--recovery", "-", "--json", stdin=sheet(filed).read_text())
    assert (answer.status, answer.json["findings"]) == (0, [])
    secret = next(line for line in sheet(filed).read_text().splitlines() if line.startswith("AGE-"))
    answer = filed.run("key", "drill", "--recovery", secret)
    assert answer.status != 0
    assert secret not in answer.out


def test_it_is_due_once_a_year_of_an_administrator(filed: Office) -> None:
    def due(today: str, member: str = "li.na") -> list[str]:
        return [
            each["how"]
            for each in filed.run("--today", today, "todo", "--json", member=member).json
            if each["duty"] == "duty.key-drill"
        ]

    assert due("2026-03-02") == []
    assert due("2027-03-02") == ["key drill --recovery FILE"]
    assert due("2027-03-02", "chen.jing") == []
    filed.run("--today", "2027-03-02", "key", "drill", "--recovery", str(sheet(filed)))
    assert due("2027-03-02") == []
    assert due("2028-03-02") == ["key drill --recovery FILE"]


def wrap_lost(office: Office) -> None:
    next(office.home.folder.glob("keyrings/*/levels/secret.1/recovery.*.age")).unlink()


def wrap_replaced(office: Office) -> None:
    with office.acting() as archive:
        archive.keyring.store_level("secret", 1, "recovery", archive.level_keys.recovering[0], age.generate()[0])


@pytest.mark.parametrize("harm", [wrap_lost, wrap_replaced])
def test_a_level_key_that_the_sheet_does_not_open_is_told_and_entered(filed: Office, harm: Callable[[Office], None]) -> None:
    harm(filed)
    answer = filed.run("key", "drill", "--recovery", str(sheet(filed)), "--json")
    assert answer.status == 1
    assert any("the secret key (generation 1) does not open" in each for each in answer.json["findings"])
    assert any("identity.id_number" in each for each in answer.json["findings"])
    assert filed.run("register", "show", answer.json["entry"], "--json").json["state"] == "found"


def test_another_signing_key_on_the_sheet_is_told(filed: Office) -> None:
    text = sheet(filed).read_text()
    forged = filed.run.folder / "sheet.txt"
    forged.write_text(text[: text.index("-----BEGIN")] + signing.generate())
    answer = filed.run("key", "drill", "--recovery", str(forged), "--json")
    assert (answer.status, len(answer.json["findings"])) == (1, 1), answer.out
    assert "signing key" in answer.json["findings"][0]


@pytest.mark.parametrize(
    ("text", "status", "error"),
    [
        ("", 2, "no-sheet"),
        ("恢复单", 2, "no-sheet"),
        (age.generate()[0], 5, "other-sheet"),
        ("AGE-SECRET-KEY-1QQQ", 2, "mistyped"),
    ],
    ids=["nothing", "no key", "another's", "cut"],
)
def test_what_is_no_sheet_of_this_archive_is_refused_and_not_entered(filed: Office, text: str, status: int, error: str) -> None:
    path = filed.run.folder / "sheet.txt"
    path.write_text(text)
    answer = filed.run("key", "drill", "--recovery", str(path), "--json")
    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.json["hint"]
    assert filed.run("register", "list", "duty", "--json").json == []


def test_who_has_no_such_duty_proves_it_all_the_same(filed: Office) -> None:
    answer = filed.run("key", "drill", "--recovery", str(sheet(filed)), "--json", member="chen.jing")
    assert (answer.status, answer.json["findings"], answer.json["entry"]) == (0, [], None)
