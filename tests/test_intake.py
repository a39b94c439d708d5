"""Customers taken in and kept right: what changes in the file, who may write what, and what is refused."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archivectl import yaml_text
from archivectl.cases import Work
from archivectl.intake import opening
from office import Office
from program import Answer

ID_NUMBER = "identity.id_number=11010519491231002X"
PERSON = ("--subject", "person", "--set", "name=张三", "--set", ID_NUMBER, "--set", "phone=13800138000")
FIRM = ("--subject", "organisation", "--set", "name=上海示例贸易有限公司")
CONTACTS = ("--set", "contacts[cAAAAA].phone=13800138000", "--set", "contacts[cBBBBB].phone=13900139000")


def file_of(office: Office, number: int = 1) -> Path:
    return office.archive / f"customers/SH/0/SH-{number:06}.yaml"


def data_of(office: Office, number: int = 1) -> dict[str, Any]:
    data: dict[str, Any] = yaml_text.load(file_of(office, number).read_bytes())
    return data


def revealed(office: Office, number: int = 1) -> dict[str, Any]:
    answer: dict[str, Any] = office.run("show", str(number), "--reveal", "--purpose", "核对", "--json").json
    return answer


def test_a_number_whose_file_cannot_be_read_is_not_given_again(office: Office) -> None:
    office.run("create", *FIRM)
    for path in ("customers/SH/0/SH-000002.yaml", "registers/incident/2026/0/WX-2026-0001.yaml"):
        (office.archive / path).parent.mkdir(parents=True, exist_ok=True)
        (office.archive / path).write_text("<<<<<<<\n", encoding="utf-8")
    git = ("git", "-C", str(office.archive), "-c", "user.name=x", "-c", "user.email=x@example.cn")
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "two that cannot be read"], check=True)
    with office.acting() as archive:
        assert next(opening.numbers(archive)) == "SH-000003"
        assert Work.opening(archive, "incident", [], {}).number == "WX-2026-0002"


def test_numbers_follow_each_other_and_a_file_begins_with_what_the_regime_and_the_writer_say(office: Office) -> None:
    answers = [office.run("create", *FIRM, "--json", member="wang.wei").json for _ in range(2)]
    assert [answer["number"] for answer in answers] == ["SH-000001", "SH-000002"]
    data = data_of(office, 2)
    assert data == {
        "schema": 1, "uid": answers[1]["uid"], "number": "SH-000002", "subject": "organisation", "status": "filed",
        "secrecy": "internal", "name": "上海示例贸易有限公司", "keeper": "wang.wei",
        "filing": {"opened": "2026-03-02"},
    }  # fmt: skip


def test_one_changed_field_is_one_changed_line_and_a_value_that_is_the_same_keeps_its_bytes(office: Office) -> None:
    office.run("create", *PERSON)
    before = file_of(office).read_text(encoding="utf-8").splitlines()
    unchanged = office.run("update", "1", "--set", "phone=13800138000", "--reason", "核对", "--json")
    assert unchanged.json["changed"] == []
    assert file_of(office).read_text(encoding="utf-8").splitlines() == before
    office.run("update", "1", "--set", "phone=13900139000", "--set", "name=张三", "--reason", "更正")
    after = file_of(office).read_text(encoding="utf-8").splitlines()
    assert len(after) == len(before)
    assert [line.partition(":")[0] for line, old in zip(after, before, strict=True) if line != old] == ["phone"]
    assert (revealed(office)["phone"], revealed(office)["name"]) == ("13900139000", "张三")


def test_every_sensitive_value_is_sealed_under_a_key_of_its_level(office: Office) -> None:
    office.run("create", *PERSON)
    data = data_of(office)
    ids = {row["level"]: row["id"] for row in data["keys"]}
    assert re.match(rf"enc:1:confidential:{ids['confidential']}:", data["phone"])
    assert re.match(rf"enc:1:secret:{ids['secret']}:", data["identity"]["id_number"])
    assert {(row["of"], row["epoch"]) for row in data["keys"]} == {("record", 1)}


def test_each_contact_has_a_key_of_its_own(office: Office) -> None:
    office.run("create", *FIRM, *CONTACTS)
    office.run("update", "1", "--set", "contacts[cAAAAA].name=李四", "--reason", "补充")
    data = data_of(office)
    assert [(row["of"], row["level"]) for row in data["keys"]] == [
        ("contacts[cAAAAA]", "confidential"),
        ("contacts[cBBBBB]", "confidential"),
    ]
    ids = [row["id"] for row in data["keys"]]
    assert [contact["phone"].split(":")[3] for contact in data["contacts"]] == ids
    assert data["contacts"][0]["name"].split(":")[3] == ids[0]


def test_who_is_not_cleared_fills_what_is_empty_but_neither_replaces_nor_empties(office: Office) -> None:
    office.run("create", *PERSON)
    filled = office.run("update", "1", "--set", "email=zhang@example.cn", "--reason", "补充", member="wang.wei")
    assert filled.status == 0
    assert revealed(office)["email"] == "zhang@example.cn"
    before = file_of(office).read_bytes()
    for change in (["--set", "phone=13900139000"], ["--unset", "phone"], ["--set", "email=z@example.cn"]):
        assert office.run("update", "1", *change, "--reason", "更正", member="wang.wei").status == 3
    assert office.run("update", "1", "--unset", "phone", "--reason", "更正").status == 0
    assert b"phone" in before
    assert b"phone" not in file_of(office).read_bytes()


def test_a_key_minted_without_clearance_is_never_used_by_who_is_cleared(office: Office) -> None:
    office.run("create", *PERSON, member="wang.wei")
    office.run("update", "1", "--set", "phone=13900139000", "--reason", "更正")
    data = data_of(office)
    epochs = {row["id"]: row["epoch"] for row in data["keys"] if row["level"] == "confidential"}
    assert sorted(epochs.values()) == [0, 1]
    assert (epochs[data["name"].split(":")[3]], epochs[data["phone"].split(":")[3]]) == (0, 1)


@pytest.mark.parametrize("path", ["uid", "number", "subject", "status", "schema", "keys", "destroyed.entry"])
def test_what_follows_from_acts_is_not_set_by_hand(office: Office, path: str) -> None:
    office.run("create", *FIRM)
    tip = office.run.folder.joinpath("archive/.git/refs/heads/main").read_text(encoding="utf-8")
    assert office.run("update", "1", "--set", f"{path}=1", "--reason", "更正").status == 2
    assert office.run("update", "1", "--unset", path, "--reason", "更正").status == 2
    assert office.run("create", *FIRM, "--set", f"{path}=1").status == 2
    assert office.run.folder.joinpath("archive/.git/refs/heads/main").read_text(encoding="utf-8") == tip


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        (["--set", "identity.uscc=91350100M000100Y44"], 2, "check digit"),
        (["--set", "identity.uscc=91350100M000100Y4"], 2, "18 characters"),
        (["--set", ID_NUMBER], 2, "not a field that can stand here"),
        (["--set", "registration.capital=viel"], 2, "an amount such as"),
        (["--set", "secrecy=huge"], 2, "one of open"),
        (["--set", "no.such=1"], 2, "no field"),
        (["--set", "contacts[c1].phone=1"], 2, "not written as it should be"),
        (["--set", "contacts=1"], 2, "list"),
        (["--set", "phone"], 2, "no assignment"),
        (["--unset", "name"], 2, "may not be empty"),
        (["--unset", "secrecy"], 2, "may not be empty"),
        (["--set", "classification.size=L"], 3, "no axis"),
        (["--set", "note=x", "--reason", "电话 13800138000"], 3, "mobile number"),
        (["--set", "note=x", "--reason", "证号 11010519491231002X"], 3, "ID number"),
        (["--set", "contacts[cAAAAA].name=李四四", "--reason", "换成李四四"], 3, "a sealed value"),
        (["--set", "registration.scope=找张三 138 0013 8000"], 3, "“Business scope” is kept in clear"),
        (["--set", "documents[dAAAAA].title=11010519491231002X 复印件"], 3, "holds an identifier: ID number"),
        (["--set", "note=x", "--reason", " "], 3, "needs a reason"),
    ],
)
def test_a_wrong_change_is_told_and_nothing_is_written(office: Office, change: list[str], status: int, told: str) -> None:
    office.run("create", *FIRM)
    before = file_of(office).read_bytes()
    answer = office.run("update", "1", *change, *(() if "--reason" in change else ("--reason", "更正")))
    assert (answer.status, answer.out) == (status, "")
    assert told in answer.err
    assert file_of(office).read_bytes() == before


def test_an_id_number_with_a_mistyped_digit_is_refused_without_being_repeated(office: Office) -> None:
    answer = office.run("create", "--subject", "person", "--set", "name=李四", "--set", "identity.id_number=110105194912310021")
    assert (answer.status, "check digit" in answer.err, "110105" in answer.err) == (2, True, False)


def test_a_clerk_classifies_in_no_way_but_the_archivist_does(office: Office) -> None:
    office.run("create", *FIRM)
    for words in (["classify", "1", "grade=A"], ["update", "1", "--set", "classification.grade=A"]):
        refused = office.run(*words, "--reason", "年度评级", "--json", member="wang.wei")
        assert (refused.status, refused.json["reasons"][0]["code"]) == (3, "record.classify/by")
    mixed = office.run(
        "update", "1", "--set", "classification.grade=A", "--set", "note=大客户", "--reason", "评级", member="wang.wei"
    )
    assert mixed.status == 3
    assert office.run("classify", "1", "客户等级=A", "--reason", "年度评级").status == 0
    assert data_of(office)["classification"] == {"grade": "A"}


WRITING = [
    ("create", *FIRM),
    ("update", "1", "--set", "phone=13900139000", "--reason", "更正"),
    ("classify", "1", "grade=A", "--reason", "评级"),
    ("lend", "1", "--to", "王伟", "--purpose", "核对"),
    ("review", "1", "--outcome", "confirmed"),
    ("hold", "1", "--reason", "诉讼"),
    ("destroy", "propose", "1", "--reason", "期满"),
    ("register", "add", "store", "mode=climate", "温度=20", "湿度=40"),
    ("member", "add", "new", "--name", "新人", "--role", "clerk", "--clearance", "secret", "--generate-keys"),
]


@pytest.mark.parametrize("words", WRITING, ids=[" ".join(words[:2]) for words in WRITING])
def test_a_dry_run_decides_and_writes_nothing(office: Office, words: tuple[str, ...]) -> None:
    office.run("create", *PERSON)

    def state() -> tuple[str, str, list[str]]:
        git = ["git", "-C", str(office.archive)]
        tip, dirty = (
            subprocess.run([*git, *asked], capture_output=True, text=True, check=True).stdout
            for asked in (["rev-parse", "main"], ["status", "--porcelain"])
        )
        return tip, dirty, sorted(str(path) for path in office.home.folder.rglob("*"))

    before = state()
    answer = office.run(*words, "--dry-run")
    assert (answer.status, "nothing was written" in answer.err) == (0, True)
    assert state() == before


def edit(office: Office, old: str, new: str, *words: str, member: str | None = None) -> Answer:
    """The answer to an edit in an editor that replaces a text."""
    script = office.run.folder / "editor.py"
    script.write_text(f"import sys, pathlib; p = pathlib.Path(sys.argv[1]); t = p.read_text('utf-8'); assert {old!r} in t, t\n"
                      f"p.write_text(t.replace({old!r}, {new!r}), 'utf-8')\n", encoding="utf-8")  # fmt: skip
    editing = replace(office.run, environment={**office.run.environment, "EDITOR": f"{sys.executable} {script}"})
    return editing("edit", "1", *words, member=member)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (["--set", "name=李四"], "由张三更名"),
        (["--set", "former_names=王老五"], "曾用名王老五"),
        (["--unset", "former_names"], "张小三已不用"),
        (["--unset", "contacts[cAAAAA]"], "赵六离职"),
        (["--unset", "identity"], "原证件 X 12345 作废"),
    ],
)
def test_a_reason_repeats_neither_what_is_put_in_nor_what_is_replaced(office: Office, change: list[str], reason: str) -> None:
    more = ("--set", "former_names=张小三", "--set", "contacts[cAAAAA].name=赵六", "--set", "identity.document_number=X12345")
    assert office.run("create", "--subject", "person", "--set", "name=张三", *more).status == 0
    before = file_of(office).read_bytes()
    refused = office.run("update", "1", *change, "--reason", reason)
    assert (refused.status, "a sealed value" in refused.err, file_of(office).read_bytes()) == (3, True, before)
    assert office.run("update", "1", *change, "--reason", "更正").status == 0


def test_a_reason_does_not_repeat_what_the_editor_showed(office: Office) -> None:
    office.run("create", *PERSON, "--set", "note=常客")
    opened = ("--reveal", "--purpose", "核对", "--reason")
    refused = edit(office, "常客", "老客户", *opened, "张三是老客户")
    assert (refused.status, "a sealed value" in refused.err) == (3, True)
    assert edit(office, "常客", "老客户", *opened, "更正", "--discard-draft").status == 0
    assert revealed(office)["note"] == "老客户"


def test_an_item_taken_out_in_the_editor_goes_whole(office: Office) -> None:
    office.run("create", *FIRM, "--set", "documents[dAAAAA].title=合同", "--set", "documents[dBBBBB].title=章程")
    item = "  - id: dAAAAA\n    title: 合同\n"
    assert edit(office, item, "", "--reason", "重复", member="wang.wei").status == 3
    assert edit(office, item, "", "--reason", "重复").status == 0
    assert [each["id"] for each in data_of(office)["documents"]] == ["dBBBBB"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--unset", "documents[dAAAAA]"], "record.remove/by"),
        (["--unset", "documents"], "record.remove/by"),
        (["--unset", "documents[dAAAAA].title"], "record.remove/by"),
        (["--unset", "address"], "record.remove/by"),
        (["--unset", "address.city", "--unset", "address.street"], "record.remove/by"),
        (["--set", "secrecy=open"], "record.classify/by"),
        (["--set", "retention.term=1d"], "record.classify/by"),
        (["--set", "retention.events[eAAAAA].date=2020-01-01"], "record.classify/by"),
    ],
)
def test_a_clerk_adds_and_corrects_but_removes_and_grades_nothing(office: Office, change: list[str], code: str) -> None:
    filled = ("--set", "documents[dAAAAA].title=合同", "--set", "address.city=上海市", "--set", "address.street=示例路1号")
    office.run("create", *FIRM, "--set", "secrecy=confidential", *filled)
    before = file_of(office).read_bytes()
    refused = office.run("update", "1", *change, "--reason", "整理", "--json", member="wang.wei")
    assert (refused.status, refused.json["reasons"][0]["code"], file_of(office).read_bytes()) == (3, code, before)
    kept = ["--set", "documents[dBBBBB].title=章程", "--unset", "address.street"]
    assert office.run("update", "1", *kept, "--reason", "整理", member="wang.wei").status == 0
    assert office.run("update", "1", *change, "--reason", "整理").status == 0
    told = subprocess.run(
        ["git", "-C", str(office.archive), "log", "-1", "--format=%B"], capture_output=True, text=True, check=True
    )
    assert "Archive-Act: record.update\n" in told.stdout


@pytest.mark.parametrize("field", ["identity.uscc=91350100M000100Y43", "外部编号=1101"])
def test_no_file_is_given_what_tells_another_customer(office: Office, field: str) -> None:
    office.run("create", *FIRM, "--set", field)
    office.run("create", "--subject", "organisation", "--set", "name=杭州示例贸易有限公司")
    refused = office.run("update", "2", "--set", field, "--reason", "补充")
    assert (refused.status, "SH-000001" in refused.err) == (3, True)
    assert office.run("update", "1", "--set", field, "--set", "phone=021-55550100", "--reason", "核对").status == 0


def test_a_second_file_of_a_person_of_the_same_name_is_opened_and_noted_for_who_may_know(office: Office) -> None:
    office.run("create", *PERSON)
    noted = office.run("create", "--subject", "person", "--set", "name=张三")
    assert (noted.status, "SH-000001" in noted.err) == (0, True)
    unknowing = office.run("create", "--subject", "person", "--set", "name=张三", member="wang.wei")
    assert (unknowing.status, "SH-00000" in unknowing.err) == (0, False)


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("email=nobody", "E-mail: this does not look like an e-mail address"),
        ("address.postcode=abcdef", "Address · Postcode: a postcode holds digits"),
        ("phone=123", "Phone: no phone number is like this"),
        ("registration.founded=2030-01-01", "Founding date: this day is yet to come"),
        ("registration.founded=2020-01-01", ""),
    ],
)
def test_what_looks_wrong_is_taken_with_a_word_about_it(office: Office, field: str, told: str) -> None:
    created = office.run("create", *FIRM, "--set", field)
    assert (created.status, told in created.err, bool(created.err)) == (0, True, bool(told))
    office.run("create", "--subject", "organisation", "--set", "name=杭州示例贸易有限公司")
    updated = office.run("update", "2", "--set", field, "--reason", "补充")
    assert (updated.status, told in updated.err) == (0, True)


def test_an_item_with_a_value_that_looks_wrong_is_added_with_a_word_about_it(office: Office) -> None:
    office.run("create", *FIRM)
    added = office.run("add", "1", "contact", "name=李四", "email=nobody")
    assert (added.status, "this does not look like an e-mail address" in added.err) == (0, True)


@pytest.mark.parametrize("path", ["contacts[]", "contacts[].name", "contacts[x", "contacts[x]y"])
def test_a_path_that_leads_nowhere_is_no_item_to_take_away(office: Office, path: str) -> None:
    office.run("create", *FIRM, *CONTACTS)
    before = file_of(office).read_bytes()
    assert office.run("remove", "1", path, "--reason", "更正").status == 2
    assert file_of(office).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("- name\n", 2),
        ("5\n", 2),
        ("name: 某公司\ncontacts: [1]\n", 2),
        ("name: 某公司\ncontacts: [{name: 张三}, 1]\n", 2),
        ("name: [\n", 4),
    ],
)
def test_a_file_of_fields_that_holds_something_else_is_refused_with_a_word_about_the_file(
    office: Office, tmp_path: Path, text: str, status: int
) -> None:
    source = tmp_path / "fields.yaml"
    source.write_text(text, encoding="utf-8")
    refused = office.run("create", "--subject", "organisation", "--from", str(source))
    assert (refused.status, "git checkout" in refused.err) == (status, False)


def test_a_file_without_an_end_is_not_read(office: Office) -> None:
    refused = office.run("create", "--subject", "organisation", "--from", "/dev/zero")
    assert (refused.status, "it is no file" in refused.err) == (4, True)


def test_a_visit_of_another_kind_is_refused_with_the_way_to_say_what_happened(office: Office) -> None:
    office.run("create", *FIRM)
    refused = office.run("add", "1", "visit", "kind=x")
    assert (refused.status, "add SH-000001 visit content=" in refused.err) == (2, True)
