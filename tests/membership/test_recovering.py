"""The recovery sheet: when no administrator can sign any more, its key makes one, and nothing else."""

from pathlib import Path

import pytest

from archivectl.members import signing
from membership.desk import done, file_of, run
from office import Office

NOT_A_SHEET = "not the recovery sheet of this archive"


@pytest.fixture
def orphaned(office: Office) -> Office:
    """The office after its only administrator's keys were lost; the sheet came from the safe."""
    for path in office.home.folder.glob("identities/*/li.na.*"):
        path.unlink()
    (office.run.folder / "sheet.txt").write_bytes(next((office.home.folder / "recovery").iterdir()).read_bytes())
    return office


def test_the_sheet_makes_a_new_administrator_and_verify_says_that_it_was_used(orphaned: Office) -> None:
    assert run(orphaned, "member update chen.jing --role admin --clearance top-secret", "chen.jing").status == 3
    answer = done(orphaned, "member update chen.jing --role admin --clearance top-secret --recovery sheet.txt", "chen.jing")
    assert "admin" in file_of(orphaned, "chen.jing")["roles"], answer.out
    told = run(orphaned, "verify --json", "chen.jing")
    assert (told.status, [each["rule"] for each in told.json]) == (1, ["verify/control"])
    assert "recovery key" in told.json[0]["message"]
    assert done(orphaned, "member update wang.wei --role auditor", "chen.jing")


def test_the_sheet_takes_on_a_member_and_retires_one(orphaned: Office) -> None:
    done(orphaned, "member add he.jun --name 何军 --role admin --generate-keys --recovery sheet.txt", "chen.jing")
    assert file_of(orphaned, "he.jun")["roles"] == ["admin"]
    assert run(orphaned, "member retire sun.yan --recovery sheet.txt", "chen.jing").status == 1, "a rotation is outstanding"
    assert file_of(orphaned, "sun.yan")["retired"]


def test_what_holds_for_all_holds_for_the_sheet(orphaned: Office) -> None:
    answer = run(orphaned, "member retire li.na --recovery sheet.txt", "chen.jing")
    assert (answer.status, "last administrator" in answer.err) == (3, True)


def stranger() -> str:
    return f"sheet\n{signing.generate()}\n"


@pytest.mark.parametrize(
    "text",
    ["", "nothing", stranger(), stranger().replace("b3BlbnNz", "AAAA", 1)],
    ids=["empty", "a word", "a stranger's", "damaged"],
)
def test_another_sheet_is_refused(orphaned: Office, text: str) -> None:
    Path(orphaned.run.folder / "sheet.txt").write_text(text)
    answer = run(orphaned, "member update chen.jing --role admin --recovery sheet.txt", "chen.jing")
    assert (answer.status, NOT_A_SHEET in answer.err, "hint: " in answer.err) == (2, True, True)


def test_another_administrator_ratifies_what_the_sheet_did_and_the_new_one_cannot(orphaned: Office) -> None:
    done(orphaned, "member update chen.jing --role admin --clearance top-secret --recovery sheet.txt", "chen.jing")
    commit = run(orphaned, "verify --json", "chen.jing").json[0]["commit"]
    ratify = f"register add ratification mode=commit commit={commit} reason=原管理员已离世"
    run(orphaned, ratify, "chen.jing")
    assert run(orphaned, "verify", "chen.jing").status == 1
    done(orphaned, "member update sun.yan --role admin", "chen.jing")
    done(orphaned, ratify, "sun.yan")
    answer = done(orphaned, "verify", "chen.jing")
    assert "Ratified by ZR-2026-0002" in answer.out
