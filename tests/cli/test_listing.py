"""Which records there are: where a field is empty, what stands in columns, and whose contacts are called so."""

import pytest

from office import Office

PERSON = ("create", "--subject", "person", "--set")
FIRM = ("create", "--subject", "organisation", "--set")


@pytest.fixture(autouse=True)
def _customers(office: Office) -> None:
    office.run(*FIRM, "name=甲有限公司", "--set", "phone=021-5555 0100", "--set", "address.city=上海市")
    office.run(*FIRM, "name=乙有限公司", "--set", "contacts[cK3F7Q].name=赵六", "--set", "contacts[cK3F7Q].role=handler")
    office.run(*PERSON, "name=张三", "--set", "phone=13800138000", "--set", "address.street=示例路1号")
    office.run(*PERSON, "name=李四")


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("phone=", [2, 4]),
        ("电话＝", [2, 4]),
        ('phone=""', [2, 4]),
        ("not phone=", [1, 3]),
        ("subject=person phone=", [4]),
        ("phone= or address.city=上海市", [1, 2, 4]),
        ("address.city=", [2, 3, 4]),
        ("address=", [2, 4]),
        ("contacts=", [1, 3, 4]),
        ("identity.id_number=", [1, 2, 3, 4]),
        ("not name=", [1, 2, 3, 4]),
        ("classification.grade=", [1, 2, 3, 4]),
        ("note=", [1, 2, 3, 4]),
    ],
)
def test_empty_fields_are_found_sealed_ones_too(office: Office, condition: str, numbers: list[int]) -> None:
    found = office.run("list", condition, "--json", member="wang.wei").json
    assert [row["number"] for row in found] == [f"SH-{number:06}" for number in numbers]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("有限公司", [(1, ["name"]), (2, ["name"])]),
        ("上海", [(1, ["address.city"])]),
        ("zhaoliu", [(2, ["contacts[].name"])]),
        ("张三", [(3, ["name"])]),
        ("示例路", []),
    ],
)
def test_a_search_says_in_which_fields_it_found_what_the_reader_may_know(
    office: Office, wanted: str, found: list[tuple[int, list[str]]]
) -> None:
    rows = office.run("search", wanted, "--json").json
    assert [(row["number"], row["found_in"]) for row in rows] == [(f"SH-{number:06}", places) for number, places in found]


def test_a_search_shows_the_titles_of_the_fields_and_no_value(office: Office) -> None:
    (_head, line) = office.run("search", "赵六").out.splitlines()
    assert line.endswith("Contacts · Name")
    assert "赵六" not in line


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("place=3柜", [1, 2, 3]),
        ("存放位置=3柜", [1, 2, 3]),
        ("not place=3柜", [4]),
        ("place=2", [2]),
        ("place=3柜2", [3]),
        ("place=柜", []),
        ("documents[].place=3柜", []),
        ("place=", [4]),
        ("filing.place=3柜", [1]),
        ("volumes[].place=3柜", [2]),
        ("documents[].place~柜", [3]),
        ("documents[].pages>9", [3]),
        ("volumes[].place=", [1, 3, 4]),
        ("filing.media=纸质", [1]),
        ("filing.media~pap", [1]),
    ],
)
def test_what_stands_in_any_item_of_a_list_is_found(office: Office, condition: str, numbers: list[int]) -> None:
    filing = ("--set", "filing.place=3柜", "--set", "filing.media=paper,electronic", "--reason", "入库")
    assert office.run("update", "1", *filing).status == 0
    office.run("add", "2", "volume", "number=1", "place=2柜")
    office.run("add", "2", "volume", "number=2", "place=3柜")
    office.run("add", "3", "document", "kind=合同", "place=3柜2层", "pages=12")
    found = office.run("list", condition, "--json").json
    assert [row["number"] for row in found] == [f"SH-{number:06}" for number in numbers]


def test_what_a_sealed_field_holds_cannot_be_asked_for_in_part(office: Office) -> None:
    for condition in ("identity.id_number~110", "identity.id_number<2", "contacts[].birthday=1990-01-01"):
        assert office.run("list", condition).status == 2


def test_columns_are_shown_by_path_or_title_and_stay_sealed(office: Office) -> None:
    rows = office.run("list", "--columns", "name,电话，address.city,contacts[].name,contacts[].role", "--json").json
    assert [row["number"] for row in rows] == [f"SH-{number:06}" for number in range(1, 5)]
    assert [row["name"] for row in rows] == ["甲有限公司", "乙有限公司", "张三", "李四"]
    assert [row["phone"] for row in rows] == ["021-5555 0100", None, None, None]
    assert [row["address.city"] for row in rows] == ["上海市", None, None, None]
    assert [row["contacts[].name"] for row in rows] == [[], [None], [], []]
    lines = office.run("list", "--columns", "phone,subject", member="wang.wei").out.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["SH-000001", "021-5555", "0100", "organisation"],
        ["SH-000002", "—", "organisation"],
        ["SH-000003", "••••••", "person"],
        ["SH-000004", "—", "person"],
    ]


@pytest.mark.parametrize(("columns", "said"), [("address", "address.city"), ("contacts", "contacts[].name"), ("phon", "phone")])
def test_what_is_no_column_is_refused_with_what_is(office: Office, columns: str, said: str) -> None:
    answer = office.run("list", "--columns", columns)
    assert (answer.status, said in answer.err) == (2, True)


@pytest.mark.parametrize("word", ["赵六", "zhaoliu", "zl"])
def test_a_contact_s_name_finds_the_customer_for_who_is_cleared(office: Office, word: str) -> None:
    assert [row["name"] for row in office.run("search", word, "--json").json] == ["乙有限公司"]
    assert [row["number"] for row in office.run("search", word, "--json", member="zhao.lei").json] == ["SH-000002"]
    assert office.run("search", word, "--json", member="wang.wei").json == []
    for path in (*office.home.folder.rglob("*"), *office.archive.rglob("*")):
        assert not path.is_file() or "赵六".encode() not in path.read_bytes(), path


def test_contacts_follow_the_record_and_leave_lists_as_they_were(office: Office) -> None:
    assert office.run("search", "赵六", "--json").json
    office.run("update", "2", "--set", "contacts[cK3F7Q].name=钱七", "--reason", "更正")
    names = [row["name"] for row in office.run("list", "--json").json]
    assert names == ["甲有限公司", "乙有限公司", "张三", "李四"]
    assert office.run("search", "赵六", "--json").json == []
    assert [row["number"] for row in office.run("search", "钱七", "--json").json] == ["SH-000002"]
    office.run("update", "3", "--set", "contacts[cA2B3C].name=孙八", "--reason", "补录")
    office.run("list")
    assert [row["name"] for row in office.run("search", "sunba", "--json").json] == ["张三"]


@pytest.mark.parametrize(
    ("condition", "grades"),
    [
        ("密级>=秘密", {"confidential", "secret"}),
        ("secrecy>=secret", {"secret"}),
        ("secrecy>secret", set()),
        ("secrecy<=internal", {"internal"}),
        ("not secrecy<confidential", {"confidential", "secret"}),
    ],
)
def test_grades_are_compared_in_their_own_order(office: Office, condition: str, grades: set[str]) -> None:
    for grade in ("internal", "confidential", "secret"):
        office.run("create", "--subject", "organisation", "--set", f"name={grade}", "--set", f"secrecy={grade}")
    found = office.run("list", condition, "name~e", "--columns", "secrecy", "--json").json
    assert {row["secrecy"] for row in found if row["name"] in {"internal", "confidential", "secret"}} == grades
