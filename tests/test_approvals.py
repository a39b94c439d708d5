"""Approvals on paper: by members and by people who never open a terminal, each with its scan, encrypted."""

import hashlib
from pathlib import Path

import pytest

from archivectl import yaml_text
from archivectl.archive import Change
from archivectl.encryption import age
from archivectl.registers import entry as entries
from office import Office

SCAN = b"%PDF-1.4 a signed slip"


@pytest.fixture
def paper(office: Office) -> str:
    """A signed slip, and a request that waits for the manager: JY-1."""
    office.run("create", "--subject", "organisation", "--set", "name=甲", "--set", "secrecy=secret")
    office.run("lend", "1", "--to", "王伟", "--purpose", "诉讼取证")
    path = office.run.folder / "slip.pdf"
    path.write_bytes(SCAN)
    return str(path)


def entry_of(office: Office, path: str) -> entries.Entry:
    return entries.parse(office.archive.joinpath(path).read_bytes(), path)


@pytest.mark.parametrize(("who", "by"), [("陈静", "chen.jing"), ("chen.jing", "chen.jing"), ("周总", "outside")])
@pytest.mark.parametrize("means", ["paper", "message"])
def test_a_signature_given_elsewhere_is_entered_with_its_scan_under_the_entrys_key(
    office: Office, paper: str, who: str, by: str, means: str
) -> None:
    answer = office.run("approve", "JY-1", "--by", who, f"--{means}", paper, "--json")
    assert answer.json == {"entry": "JY-2026-0001", "state": "approved", "awaits": None}
    entry = entry_of(office, "registers/loan/2026/0/JY-2026-0001.yaml")
    event = entry.events[-1]
    assert (event.by, event.recorder, event.post, event.means) == (by, "li.na", "manager", means)
    sealed = office.archive.joinpath(f"objects/{event.data[means][:2]}/{event.data[means]}.age").read_bytes()
    assert hashlib.sha256(sealed).hexdigest() == event.data[means]
    assert SCAN not in sealed
    with office.acting() as archive:
        secrets = [archive.opener.secret(entry.uid, row) for row in entry.all_keys]
    assert age.decrypt(sealed, secrets) == SCAN
    assert ("who" in event.data) is (by == "outside")
    assert "周总" not in event.line
    shown = office.run("register", "show", "JY-1").out
    assert ("周总" if by == "outside" else "陈静") in shown


def test_who_is_cleared_seals_under_a_key_that_the_uncleared_applicant_never_had(office: Office, paper: str) -> None:
    office.run("reject", "JY-1", "--reason", "重提", member="chen.jing")
    office.run("lend", "1", "--to", "王伟", "--purpose", "诉讼取证", member="wang.wei")
    office.run("approve", "JY-2", "--by", "周总", "--paper", paper)
    entry = entry_of(office, "registers/loan/2026/0/JY-2026-0002.yaml")
    assert [(row["epoch"], row["of"]) for row in entry.all_keys] == [(0, "entry"), (1, "entry")]
    with office.acting() as archive:
        secrets = {row["epoch"]: archive.opener.secret(entry.uid, row) for row in entry.all_keys}
    digest = entry.events[-1].data["paper"]
    sealed = office.archive.joinpath(f"objects/{digest[:2]}/{digest}.age").read_bytes()
    assert age.decrypt(sealed, [secrets[1]]) == SCAN
    with pytest.raises(age.DoesNotOpen):
        age.decrypt(sealed, [secrets[0]])
    assert "周总" in office.run("register", "show", "JY-2").out


def test_without_the_scan_or_the_post_nothing_is_entered(office: Office, paper: str) -> None:
    before = office.archive.joinpath("registers/loan/2026/0/JY-2026-0001.yaml").read_bytes()
    assert office.run("approve", "JY-1", "--by", "周总").status == 2
    assert office.run("approve", "JY-1", "--by", "周总", "--paper", str(Path(paper).with_name("none.pdf"))).status == 2
    refused = office.run("approve", "JY-1", "--by", "王伟", "--paper", paper, "--json")
    assert [reason["code"] for reason in refused.json["reasons"]] == ["loan.approve/chain"]
    assert office.archive.joinpath("registers/loan/2026/0/JY-2026-0001.yaml").read_bytes() == before


def test_a_refusal_on_paper_ends_the_request(office: Office, paper: str) -> None:
    answer = office.run("reject", "JY-1", "--by", "周总", "--paper", paper, "--reason", "用途不明", "--json")
    assert answer.json["state"] == "refused"
    assert office.run("approve", "JY-1", member="chen.jing").status == 3
    assert office.run("lend", "JY-1").status == 3


def test_a_message_does_not_do_for_a_destruction(office: Office, paper: str) -> None:
    office.run("reject", "JY-1", "--reason", "改为销毁", member="chen.jing")
    office.run("destroy", "propose", "1", "--reason", "期满")
    refused = office.run("approve", "XH-1", "--by", "周总", "--message", paper, "--json")
    assert "destruction.approve/means" in [reason["code"] for reason in refused.json["reasons"]]


def test_whoever_proposed_vouches_for_nobody_outside_and_one_outsider_a_chain_is_enough(office: Office, paper: str) -> None:
    office.run("reject", "JY-1", "--reason", "改为销毁", member="chen.jing")
    office.run("destroy", "propose", "1", "--reason", "期满")

    def sign(who: str, recorder: str) -> str:
        answer = office.run("approve", "XH-1", "--by", who, "--paper", paper, "--json", member=recorder).json
        return str(answer.get("state") or answer["reasons"][0]["code"])

    assert sign("周总", "li.na") == "destruction.approve/apart"
    assert sign("周总", "wang.wei") == "approved"
    assert sign("吴监", "wang.wei") == "destruction.supervise/apart"
    office.run("member", "add", "liu.yang", "--role", "clerk", "--generate-keys")
    assert sign("吴监", "liu.yang") == "approved"
    assert sign("郑监", "liu.yang") == "destruction.supervise/recorder"


def test_a_name_that_two_members_bear_or_a_retired_one_is_nobody_from_outside(office: Office, paper: str) -> None:
    for handle in ("zhou.zong", "zhou.yi"):
        office.run("member", "add", handle, "--name", "周总", "--role", "clerk", "--generate-keys")
    answer = office.run("approve", "JY-1", "--by", "周总", "--paper", paper)
    assert (answer.status, "zhou.yi, zhou.zong" in answer.err) == (2, True)


def test_the_text_that_asks_for_a_signature_holds_nothing_secret(office: Office, paper: str) -> None:
    assert paper
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000", "--set", "secrecy=secret")
    told = office.run("lend", "2", "--to", "钱经理", "--purpose", "诉讼取证").out
    asked = office.run("approve", "JY-2", "--ask").out
    assert asked.strip() in told
    assert all(each in asked for each in ("JY-2026-0002", "SH-000002", "manager", "李娜", "14"))
    assert not any(secret in asked for secret in ("张三", "13800138000", "钱经理", "诉讼取证"))
    assert office.run("approve", "JY-2", "--ask", "--json").json["state"] == "requested"


def test_the_text_names_a_borrower_of_the_house_and_of_another_only_the_unit(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲公司", "--set", "secrecy=secret")
    assert office.run("lend", "1", "--to", "wang.wei", "--purpose", "核对").status == 0
    assert "Borrower: 王伟\n" in office.run("approve", "JY-1", "--ask").out
    office.run("create", "--subject", "organisation", "--set", "name=乙公司", "--set", "secrecy=secret")
    assert office.run("lend", "2", "--to", "钱经理", "--unit", "税务局", "--purpose", "核对").status == 0
    assert "Borrower: 税务局\n" in office.run("approve", "JY-2", "--ask").out


def test_a_name_is_told_however_it_is_spaced_so_that_nobody_signs_twice_under_two_spellings(office: Office, paper: str) -> None:
    office.run("reject", "JY-1", "--reason", "重提", member="chen.jing")
    office.run("lend", "1", "--to", "王伟", "--purpose", "诉讼取证", member="wang.wei")
    refused = office.run("approve", "JY-2", "--by", "王\u3000伟", "--paper", paper, "--json")
    assert [reason["code"] for reason in refused.json["reasons"]] == ["loan.approve/chain"]
    assert office.run("approve", "JY-2", "--by", " 陈 静", "--paper", paper).status == 0
    entry = entry_of(office, "registers/loan/2026/0/JY-2026-0002.yaml")
    assert entry.events[-1].by == "chen.jing"


@pytest.mark.parametrize(("act", "more"), [("approve", ()), ("reject", ("--reason", "用途不明"))])
def test_a_name_of_nobody_who_holds_the_post_is_taken_and_told(
    office: Office, paper: str, act: str, more: tuple[str, ...]
) -> None:
    said = office.run(act, "JY-1", "--by", "周总", "--paper", paper, *more)
    assert said.status == 0
    assert "“周总” is no member; that post is held here by 陈静" in said.out


def test_nothing_is_told_of_a_name_where_nobody_holds_the_post_or_the_name_is_a_members(office: Office, paper: str) -> None:
    assert "is no member" not in office.run("approve", "JY-1", "--by", "陈静", "--paper", paper).out
    office.run("lend", "1", "--to", "王伟", "--purpose", "诉讼取证", "--copy")
    office.run("member", "retire", "chen.jing", "--reason", "离职")
    said = office.run("approve", "JY-2", "--by", "周总", "--paper", paper)
    assert (said.status, "is no member" in said.out) == (0, False)


def test_somebody_outside_signs_once_however_the_name_is_spaced(office: Office, paper: str) -> None:
    text = yaml_text.dump({"lend": {"rules": [{"approve": ["manager", "supervisor"]}]}}).encode()
    with office.acting() as archive:
        archive.commit(Change(("regime.house",), "regime.house: two", {"regime/house.yaml": text}))
    office.run("lend", "1", "--to", "王伟", "--purpose", "诉讼取证", "--copy")
    office.run("create", "--subject", "organisation", "--set", "name=乙")
    office.run("lend", "2", "--to", "王伟", "--purpose", "诉讼取证")
    assert office.run("approve", "JY-3", "--by", "周总", "--paper", paper).status == 0
    refused = office.run("approve", "JY-3", "--by", "周 总", "--paper", paper)
    assert "one person never signs twice" in refused.err


@pytest.mark.parametrize(
    "words",
    [
        ("lend", "1", "--to", "王伟", "--purpose", "诉讼取证", "--copy"),
        ("destroy", "propose", "2", "--reason", "期满"),
        ("handover", "propose", "2", "--to", "wang.wei", "--reason", "调岗"),
        ("rename", "2", "--to", "丙", "--reason", "更名"),
    ],
)
def test_what_no_member_can_sign_is_opened_only_where_paper_will_do_and_the_answer_says_so(
    office: Office, words: tuple[str, ...]
) -> None:
    for name in ("甲", "乙"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}", "--set", "secrecy=secret")
    text = yaml_text.dump({"rename": {"by": "case"}}).encode()
    with office.acting() as archive:
        archive.commit(Change(("regime.house",), "regime.house: case", {"regime/house.yaml": text}))
    said = office.run(*words, "--dry-run")
    assert (said.status, "No member can sign" in said.out) == (0, False)
    office.run("member", "retire", "chen.jing", "--reason", "离职")
    said = office.run(*words, "--dry-run")
    assert said.status == 0
    assert "No member can sign as manager; only paper will do: archivectl approve" in said.out
    text = yaml_text.dump({"rename": {"by": "case"}, "signatures": {"outsiders": False}}).encode()
    with office.acting() as archive:
        archive.commit(Change(("regime.house",), "regime.house: members", {"regime/house.yaml": text}))
    refused = office.run(*words)
    if words[0] == "rename":  # first the customer's papers are collected
        assert "No member can sign as manager. Take one on" in refused.out
    else:
        assert (refused.status, "Nobody here can sign as manager" in refused.err) == (3, True)
