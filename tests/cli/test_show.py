"""A record as it is shown says where the file stands: out, asked for, on a destruction list or stopped."""

import subprocess
from collections.abc import Callable

import pytest

from office import Office
from test_duties import house

Change = Callable[[Office], object]


@pytest.fixture(autouse=True)
def _firm(office: Office) -> None:
    for name in ("甲有限公司", "乙有限公司"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}")


def standing(office: Office, *words: str) -> list[tuple[str, str, str, str | None]]:
    found = office.run("show", *words, "--json").json["standing"]
    return [(each["entry"], each["kind"], each["state"], each["due"]) for each in found]


def lend(office: Office) -> None:
    office.run("lend", "1", "--to", "王伟", "--purpose", "续租谈判", "--for", "7d")


def nothing(_office: Office) -> None:
    """The index is that of the commit."""


def lost(office: Office) -> None:
    for file in (office.archive / ".git" / "archivectl").glob("records-*"):
        file.unlink()


def damaged(office: Office) -> None:
    for file in (office.archive / ".git" / "archivectl").glob("records-*"):
        file.write_bytes(b"no database")


@pytest.mark.parametrize("indexed", [nothing, lost, damaged])
def test_where_a_file_stands_is_told_whatever_became_of_the_index(office: Office, indexed: Change) -> None:
    lend(office)
    office.run("hold", "1", "--forbid", "destroy", "--reason", "诉讼")
    office.run("destroy", "propose", "2", "--reason", "期满")
    office.run("review", "2", "--outcome", "confirmed")
    indexed(office)
    hold, loan = ("TY-2026-0001", "hold", "in-force", None), ("JY-2026-0001", "loan", "lent", "2026-03-09")
    assert standing(office, "1") == [hold, loan]
    assert standing(office, "2") == [("XH-2026-0001", "destruction", "proposed", None)]
    told = office.run("show", "1").out
    assert "JY-2026-0001 · lent · Back by 2026-03-09" in told
    assert "TY-2026-0001" in told
    office.run("return", "JY-1")
    office.run("release", "TY-1", "--reason", "结案")
    indexed(office)
    assert standing(office, "1") == []


def test_a_file_asked_for_waits(office: Office) -> None:
    office.run("classify", "1", "secrecy=confidential", "--reason", "涉密")
    assert office.run("update", "1", "--set", "secrecy=confidential", "--reason", "涉密").status == 0
    lend(office)
    assert standing(office, "1") == [("JY-2026-0001", "loan", "requested", None)]


def test_a_record_found_by_its_uid_or_opened_says_it_too(office: Office) -> None:
    lend(office)
    number = office.run("create", "--subject", "person", "--set", "name=张三", "--json").json["number"]
    office.run("hold", number, "--forbid", "destroy", "--reason", "诉讼")
    uid = office.run("show", number, "--json").json["uid"]
    assert standing(office, uid) == [("TY-2026-0001", "hold", "in-force", None)]
    assert standing(office, number, "--reveal", "name", "--purpose", "核对") == standing(office, uid)


def test_an_entry_that_cannot_be_read_or_only_names_a_record_says_nothing(office: Office) -> None:
    lend(office)
    uid = office.run("show", "2", "--json").json["uid"]
    folder = office.archive / "registers" / "hold" / "2026" / "0"
    folder.mkdir(parents=True)
    (folder / "TY-2026-0001.yaml").write_text(f"uid: [{uid}", encoding="utf-8")
    loan = office.archive / "registers/loan/2026/0/JY-2026-0001.yaml"
    loan.write_text(loan.read_text(encoding="utf-8").replace("term: 7d", f"term: {uid}"), encoding="utf-8")
    person = ("-c", "user.name=A Person", "-c", "user.email=person@example.cn")
    for command in (("add", "--all"), ("commit", "--quiet", "--message", "by hand")):
        subprocess.run(["git", *person, *command], cwd=office.archive, check=True)
    assert standing(office, "2") == []


RULES = {
    "files": {
        "shop": {
            "title": {"zh": "门店", "en": "Shop"},
            "materials": {"papers": {"zh": "证照类", "en": "Licences"}},
            "required": ["contacts"],
        }
    },
    "axes": {"time": {"values": {"new": None, "coming": {"zh": "将来客户", "en": "to come"}}}},
}


def test_kinds_of_file_classes_and_values_of_axes_are_shown_by_their_titles(office: Office) -> None:
    house(office, RULES)
    office.run("update", "1", "--set", "files=shop", "--reason", "定类")
    office.run("add", "1", "document", "kind=执照", "material=papers")
    office.run("classify", "1", "time=old", "--reason", "老客户")
    for words in (("show", "1"), ("list", "--columns", "name,files,time"), ("history", "1"), ("report", "card", "1")):
        told = office.run(*words, "--lang", "zh").out
        assert ("门店" in told, "shop" in told) == (True, False), words
        assert "老客户" in told, words
    assert "证照类" in office.run("show", "1", "--lang", "zh").out
    assert office.run("show", "1", "--json").json["files"] == ["shop"]


def test_what_check_and_todo_advise_is_the_same_command(office: Office) -> None:
    house(office, RULES)
    office.run("update", "1", "--set", "files=shop", "--reason", "定类")
    assert "archivectl add SH-000001 contacts …" in office.run("check").out
    assert "archivectl add SH-000001 contacts …" in office.run("todo").out
