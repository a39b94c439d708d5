"""What a repeated import would change is told before it is done, and which of it was set by hand since."""

import pytest

from customer_tables import FIRMS, TITLES, bring, counts, git, revealed, table, verified
from office import Office

CITY = "address.city"
OLD = ("K1", FIRMS[0][1], "021-5555 0101", "上海市", "张三", "13800138001")
NEW = ("K1", FIRMS[0][1], "021-5555 0199", "苏州市", "张三", "13800138009")


@pytest.fixture
def filled(office: Office) -> Office:
    """An office that has imported the three firms."""
    assert bring(office, TITLES, *FIRMS).status == 0
    return office


def correct(office: Office, number: int, path: str, value: str) -> None:
    """Set a field by hand, or empty it."""
    what = ("--set", f"{path}={value}") if value else ("--unset", path)
    assert office.run("update", str(number), *what, "--reason", "来电更正").status == 0


def changes(office: Office, *rows: tuple[str, ...]) -> dict[str, tuple[list[str], list[str]]]:
    """What a dry run would change: by number the fields, and those of them that were set by hand."""
    document = bring(office, TITLES, *rows, options=("--dry-run",)).json
    found = {each["number"]: (each["fields"], each["by_hand"]) for each in document["changes"]}
    assert document["by_hand"] == sum(len(by_hand) for _fields, by_hand in found.values())
    return found


def test_a_dry_run_names_the_file_and_its_fields_and_no_value(filled: Office) -> None:
    before = git(filled, "rev-parse", "main")
    answer = filled.run("import", table(filled, TITLES, NEW, *FIRMS[1:]), "--dry-run", "--lang", "zh")
    assert "将更改：SH-000001：电话；地址 · 城市；联系人 · 电话\n" in answer.out
    assert [word for word in ("0199", "苏州", "13800138009", "手工") if word in answer.out] == []
    assert git(filled, "rev-parse", "main") == before


def test_what_was_corrected_by_hand_is_marked_and_counted_when_it_is_replaced(filled: Office) -> None:
    correct(filled, 1, CITY, "南京市")
    fields, by_hand = changes(filled, OLD, *FIRMS[1:])["SH-000001"]
    assert (fields, by_hand) == ([CITY], [CITY])
    rows = table(filled, TITLES, NEW, *FIRMS[1:])
    assert "(set by hand)" in filled.run("import", rows, "--dry-run").out
    assert "Values set by hand, not by an import, that were replaced: 1." in filled.run("import", rows).out
    assert changes(filled, OLD, *FIRMS[1:])["SH-000001"][1] == []
    assert verified(filled)


def test_a_sealed_value_corrected_by_hand_is_marked_without_being_shown(filled: Office) -> None:
    contact = revealed(filled, 1)["contacts"][0]["id"]
    path = f"contacts[{contact}].phone"
    correct(filled, 1, path, "13800138077")
    assert changes(filled, OLD) == {"SH-000001": ([path], [path])}
    answer = bring(filled, TITLES, OLD, options=("--dry-run",))
    assert "13800138077" not in answer.out + answer.err


def test_a_file_opened_by_hand_is_all_by_hand_and_what_stood_empty_is_not(office: Office) -> None:
    values = ("--set", f"name={FIRMS[0][1]}", "--set", "source.external_id=K1", "--set", "phone=021-5555 0101")
    office.run("create", "--subject", "organisation", *values)
    found = changes(office, ("K1", FIRMS[0][1] + "总部", "021-5555 0101", "上海市", "", ""))
    assert found == {"SH-000001": (["name", CITY], ["name"])}


def test_what_was_emptied_by_hand_is_marked_when_it_would_come_back(filled: Office) -> None:
    correct(filled, 1, CITY, "")
    assert changes(filled, OLD) == {"SH-000001": ([CITY], [CITY])}


def test_taking_an_import_back_leaves_a_correction_a_correction_and_an_imported_value_imported(filled: Office) -> None:
    correct(filled, 1, CITY, "南京市")
    bring(filled, TITLES, NEW)
    assert filled.run("undo", "DR-2", "--reason", "导错文件").status == 0
    assert changes(filled, NEW)["SH-000001"][1] == [CITY]


@pytest.mark.parametrize("count", [20, 21, 130])
def test_a_dry_run_shows_twenty_files_and_says_how_many_more(office: Office, count: int) -> None:
    rows = [(f"K{row}", f"示例{row}商行", "", "上海市", "", "") for row in range(count)]
    bring(office, TITLES, *rows)
    correct(office, count, CITY, "南京市")
    others = [(*row[:3], "苏州市", *row[4:]) for row in rows]
    answer = office.run("import", table(office, TITLES, *others), "--dry-run")
    assert answer.out.count("Would change: ") == 20
    assert ("… and" in answer.out, f"… and {count - 20} more" in answer.out) == (count > 20, count > 20)
    assert [number for number, (_fields, by_hand) in changes(office, *others).items() if by_hand] == [f"SH-{count:06}"]
    assert counts(bring(office, TITLES, *others)) == (0, count, 0, 0)
