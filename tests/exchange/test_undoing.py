"""An import taken back: what it opened is withdrawn, what it changed is as before, and nothing is ever half done."""

from pathlib import Path

import pytest

from archivectl import membership, yaml_text
from archivectl.archive import Change
from customer_tables import DATA, FIRMS, TITLES, bring, counts, data_of, files, git, revealed, verified
from office import Office

MORE = ("K4", "广州模板公司", "020-5555 0104", "广州市", "王五", "13800138004")


@pytest.fixture
def imported(office: Office) -> Office:
    """An office that has imported three firms, then changed two of them and added one by a second import."""
    bring(office, TITLES, *FIRMS)
    first = ("K1", FIRMS[0][1], "021-5555 0199", "苏州市", "张三", "13800138009")
    third = (*FIRMS[2][:4], "赵六", "13800138003")
    assert counts(bring(office, TITLES, first, FIRMS[1], third, MORE)) == (1, 2, 1, 0)
    return office


def undo(office: Office, entry: str, member: str | None = None) -> tuple[int, dict[str, object]]:
    answer = office.run("undo", entry, "--reason", "导错文件", "--json", member=member)
    return answer.status, answer.json


def test_updates_are_taken_back_byte_for_byte_and_new_files_leave_their_number_behind(office: Office) -> None:
    bring(office, TITLES, *FIRMS)
    before = files(office)
    first = ("K1", FIRMS[0][1], "021-5555 0199", "苏州市", "张三", "13800138009")
    bring(office, TITLES, first, MORE)
    left = data_of(office, 4)
    commit = git(office, "rev-parse", "main").strip()
    assert undo(office, "DR-2") == (0, {"import": "DR-2026-0002", "state": "undone", "withdrawn": 1, "restored": 1})
    stone = data_of(office, 4)
    assert stone == {
        "schema": 1, "uid": left["uid"], "number": "SH-000004", "subject": "organisation", "status": "withdrawn",
        "withdrawn": {"commit": commit}, "keys": left["keys"],
    }  # fmt: skip
    assert {name: text for name, text in files(office).items() if name != "SH-000004.yaml"} == before
    assert verified(office)


def test_a_key_that_the_import_added_stays_listed(imported: Office) -> None:
    keys = data_of(imported, 3)["keys"]
    undo(imported, "DR-2")
    assert "contacts" not in data_of(imported, 3)
    assert data_of(imported, 3)["keys"] == keys
    assert revealed(imported, 1)["contacts"][0]["phone"] == "13800138001"
    assert verified(imported)


def test_undoing_is_one_commit_that_names_its_acts_and_keeps_the_reason_sealed(imported: Office) -> None:
    before = int(git(imported, "rev-list", "--count", "main"))
    undo(imported, "DR-2")
    assert int(git(imported, "rev-list", "--count", "main")) == before + 1
    message = git(imported, "log", "-1", "--format=%B")
    acts = ["import.undo", "record.withdraw", "record.update"]
    assert [line for line in message.splitlines() if line.startswith("Archive-Act")] == [f"Archive-Act: {act}" for act in acts]
    assert "导错文件" not in git(imported, "show", "HEAD")


def test_what_was_taken_back_can_be_imported_again_under_new_numbers(imported: Office) -> None:
    undo(imported, "DR-2")
    assert counts(bring(imported, TITLES, MORE)) == (1, 0, 0, 0)
    assert data_of(imported, 5)["source"]["external_id"] == "K4"


def test_nothing_is_taken_back_when_a_file_was_changed_since(imported: Office) -> None:
    imported.run("update", "1", "--set", "note=改", "--reason", "更正")
    before = git(imported, "rev-parse", "main")
    status, answer = undo(imported, "DR-2")
    assert (status, "SH-000001" in str(answer["reasons"])) == (3, True)
    assert git(imported, "rev-parse", "main") == before


def test_every_reason_against_undoing_is_told_at_once(imported: Office) -> None:
    assert imported.run("lend", "4", "--to", "王伟", "--purpose", "核对", "--for", "3d").status == 0
    assert imported.run("hold", "3", "--forbid", "use", "--reason", "诉讼").status == 0
    imported.run("update", "1", "--set", "note=改", "--reason", "更正")
    status, answer = undo(imported, "DR-2")
    codes = {reason["code"] for reason in answer["reasons"]}  # type: ignore[attr-defined]
    assert status == 3
    assert codes >= {"import.undo/unchanged", "record.withdraw/not_on_loan", "record.update/not_stopped"}


def test_only_five_of_many_changed_files_are_named(office: Office) -> None:
    bring(office, TITLES, *[(f"K{row}", f"示例{row}商行", "", "", "", "") for row in range(7)])
    bring(office, TITLES, *[(f"K{row}", "", "", "上海市", "", "") for row in range(7)])
    _status, answer = undo(office, "DR-1")
    assert answer["reasons"][0]["message"] == (  # type: ignore[index]
        "7 of the files have changed since: SH-000001, SH-000002, SH-000003, SH-000004, SH-000005 …."
    )


def test_a_file_with_interactions_of_its_own_is_not_withdrawn(office: Office) -> None:
    bring(office, TITLES, FIRMS[0])
    uid = data_of(office, 1)["uid"]
    with office.acting() as archive:
        text = yaml_text.dump({"uid": uid, "interactions": []}).encode()
        archive.commit(Change((), "visit", {f"interactions/{uid[:2]}/{uid}/2026.yaml": text}))
    status, answer = undo(office, "DR-1")
    assert (status, "SH-000001" in str(answer["reasons"])) == (3, True)


def test_an_import_is_taken_back_once_by_an_archivist_with_a_reason(imported: Office) -> None:
    assert undo(imported, "DR-2", member="wang.wei")[0] == 3
    assert imported.run("undo", "DR-2").status == 2
    assert undo(imported, "DR-2")[0] == 0
    assert undo(imported, "DR-2")[0] == 3
    assert undo(imported, "JY-1")[0] == 2


def test_an_entry_of_another_register_is_no_import(imported: Office) -> None:
    imported.run("lend", "4", "--to", "王伟", "--purpose", "核对", "--for", "3d")
    assert undo(imported, "JY-1")[1]["error"] == "not-an-import"


def test_who_may_not_read_a_value_does_not_put_another_in_its_place(imported: Office) -> None:
    with imported.acting() as archive:
        who = membership.Candidate("zhou.min", "周敏", "zhou.min@example.cn", ("archivist",), (), "internal")
        membership.add(archive, who)
    status, answer = undo(imported, "DR-2", member="zhou.min")
    assert (status, "zhou.min is cleared up to internal" in str(answer["reasons"])) == (3, True)


def test_a_dry_run_takes_nothing_back(imported: Office) -> None:
    before = git(imported, "rev-parse", "main")
    assert imported.run("undo", "DR-2", "--reason", "导错文件", "--dry-run").status == 0
    assert git(imported, "rev-parse", "main") == before


def test_a_public_file_is_taken_back_whole(office: Office) -> None:
    source = DATA / "northwind" / "suppliers.csv"
    if not source.exists():
        pytest.skip("the public files are not at hand")
    office.run("import", str(source))
    assert undo(office, "DR-1")[1]["withdrawn"] == 29
    assert {data_of(office, number)["status"] for number in range(1, 30)} == {"withdrawn"}
    assert verified(office)
    assert not list(Path(source.parent).glob("*rejected*"))
