"""A history made by archivectl has no findings; whoever signs, dates, joins or begins it otherwise is found."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archivectl import approvals, destruction, intake, loans, reviews, stops
from archivectl.approvals import Elsewhere
from archivectl.founding import Charter, found
from archivectl.members.home import Home
from archivectl.store.repository import Repository
from archivectl.verifying.replay import replay
from verifying.office import AT, COMPANY, LIST, PERSON, STRANGER, Office

Attack = Callable[[Office], object]


def note(office: Office, keeper: str = "sun.li") -> dict[str, bytes | None]:
    return {COMPANY: office.record(COMPANY, lambda data: data.update(keeper=keeper))}


def update(office: Office, by: str = "li.na", **more: Any) -> str:
    return office.commit(note(office), "record.update", by=by, **more)


def test_a_whole_life_has_no_findings_from_any_commit_on(office: Office) -> None:
    """Everything that archivectl can do so far, judged from the beginning and from each commit."""
    office.act("wang.wei", intake.update, "3", {"email": "a@example.cn", "phone": "13800138000"}, (), "补")
    office.act("li.na", intake.update, "3", {"email": "b@example.cn"}, ["phone"], "核对")
    office.act("sun.li", intake.classify, "2", {"time": "old", "process": "trading"}, "归类")
    office.act("chen.jing", approvals.approve, "JY-2")
    office.act("wang.wei", loans.hand_out, "JY-2")
    office.act("wang.wei", loans.renew, "JY-1", "2026-03-09", "", "未完")
    office.act("wang.wei", loans.give_back, "JY-1")
    asked = {"mode": "loan", "borrower": "某人", "purpose": "核对"}
    office.act("wang.wei", intake.create, "person", {"name": "赵六", "secrecy": "secret"})
    office.act("wang.wei", loans.lend, "4", asked, ("", ""))
    office.act("wang.wei", approvals.approve, "JY-3", Elsewhere("总经理", b"a scan"))
    office.act("wang.wei", loans.hand_out, "JY-3")
    office.act("wang.wei", loans.give_back, "JY-3")
    office.act("wang.wei", loans.lend, "4", asked, ("", ""))
    office.act("chen.jing", approvals.reject, "JY-4", "不需要")
    office.act("wang.wei", reviews.review, "2", "rectify", "缺电话")
    office.act("wang.wei", reviews.remedy, "FH-1", "已补")
    held = office.act("li.na", stops.hold, ["2"], "use", "核查")
    office.act("li.na", stops.release, held.id, "查毕")
    office.act("wu.lei", destruction.supervise, "XH-1")
    office.act("sun.li", destruction.execute, "XH-1")
    office.act("li.na", destruction.verify, "XH-1")

    assert [finding.text for finding in office.findings()] == []
    for commit in office.repository.commits("main"):
        assert [finding.text for finding in office.findings(since=commit.id)] == [], commit.subject


def test_a_file_that_changed_drops_out_of_the_destruction_without_a_finding(office: Office) -> None:
    for name in ("甲商行", "乙商行"):
        office.act("li.na", intake.create, "organisation", {"name": name, "phone": "02112345678"})
    office.act("li.na", destruction.propose, ["4", "5"], "期满")
    office.act("chen.jing", approvals.approve, "XH-2")
    office.act("zhou.min", destruction.supervise, "XH-2")
    office.act("li.na", intake.update, "5", {"name": "丙商行"}, (), "更名")
    office.act("wu.lei", destruction.supervise, "XH-2")
    office.act("li.na", destruction.execute, "XH-2")
    assert [office.data(f"customers/SH/0/SH-00000{number}.yaml")["status"] for number in (4, 5)] == ["destroyed", "filed"]
    assert [finding.text for finding in office.findings()] == []


def retired(office: Office) -> None:
    path = "members/wang.wei.yaml"
    text = office.read(path).replace(b"\nretired: null", b'\nretired: "2026-03-02"')
    office.commit({path: text}, "member.retire")
    update(office, by="wang.wei")


def key_retired(office: Office) -> None:
    path = "members/wang.wei.yaml"
    head, marker, rows = office.read(path).partition(b"\nsigning:\n")
    office.commit({path: head + marker + rows.replace(b"retired: null", b'retired: "2026-03-02"')}, "member.retire")
    update(office, by="wang.wei")


ATTACKS: dict[str, tuple[Attack, str, str]] = {
    "a commit without signature": (lambda o: update(o, key=None), "verify/signature", "is not signed"),
    "a signature by a stranger": (lambda o: update(o, key=STRANGER), "verify/signature", "no member had"),
    "a signature of something else": (lambda o: update(o, signed=b"another commit"), "verify/signature", "does not fit"),
    "a member who was retired": (retired, "verify/signature", "was retired"),
    "a key that was retired": (key_retired, "verify/signature", "was retired"),
    "a commit dated back": (lambda o: update(o, when=o.at - timedelta(days=2)), "verify/time", "before the commit"),
    "a commit of tomorrow": (lambda o: update(o, when=o.at + timedelta(days=1)), "verify/time", "yet to come"),
    "a link instead of a file": (
        lambda o: o.commit({COMPANY: b"SH-000001.yaml"}, "record.update", mode="120000"),
        "verify/record",
        "plain files",
    ),
    "acts that are not named": (lambda o: o.commit(note(o)), "verify/act", "calls itself nothing, but does record.update"),
    "acts that do not happen": (
        lambda o: o.commit(note(o), "record.update", "record.classify"),
        "verify/act",
        "calls itself record.classify, record.update",
    ),
    "a subject without an act": (lambda o: update(o, subject="a customer"), "verify/act", "does not begin with its act"),
    "a subject of another act": (lambda o: update(o, subject="zhang: SH-000002"), "verify/act", "does not begin with its act"),
    "a subject that tells a number": (lambda o: update(o, subject="update: 13800138000"), "verify/act", "mobile number"),
    "a reason that tells an ID": (lambda o: update(o, reason="11010519491231002X"), "verify/act", "ID number"),
    "a text that tells a number": (lambda o: update(o, subject="update: 2\n\n13800138000"), "verify/act", "mobile number"),
    "an act in a commit that shows none": (lambda o: o.commit({}, "destruction.complete"), "verify/act", "but does nothing"),
}


def test_content_that_nobody_foresaw_is_a_finding_that_ends_the_replay(office: Office) -> None:
    """An entry's number of more digits than Python takes for one."""
    path, number = "registers/hold/2026/0/TY-2026-0001.yaml", b"TY-2026-" + b"9" * 5000
    office.act("li.na", stops.hold, ["2"], "use", "核查")
    text = office.read(path).replace(b"TY-2026-0001", number)
    made = office.commit({path.replace("0001", "0002"): text}, "hold.place")
    office.commit(note(office), "record.classify")
    [finding] = office.findings()
    assert (finding.rule, finding.commit) == ("verify/act", made)
    assert "cannot be judged (ValueError)" in finding.text


@pytest.mark.parametrize("name", ATTACKS)
def test_a_forged_commit_is_found(office: Office, name: str) -> None:
    attack, rule, words = ATTACKS[name]
    assert office.findings() == []
    attack(office)
    found = office.findings()
    assert {finding.rule for finding in found} == {rule}, [finding.text for finding in found]
    assert all(words in finding.text and finding.advice for finding in found)
    assert all(finding.commit[:12] in finding.text for finding in found)


def test_a_clock_that_is_a_little_fast_accuses_nobody(office: Office) -> None:
    """Two machines never agree to the second; what one commits, the other one judges at once."""
    update(office, when=office.at + timedelta(minutes=9))
    assert office.findings() == []
    office.at -= timedelta(minutes=9)
    assert {finding.rule for finding in office.findings()} == {"verify/time"}


def test_time_is_not_judged_in_a_simulation(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    charter = Charter("li.na", "李娜", "li.na@example.cn", "SH", (), AT, simulated=True)
    fingerprint = found(tmp_path / "archive", home, charter).fingerprint
    with Repository.open(tmp_path / "archive") as repository:
        office = Office(repository, home, fingerprint)
        office.act("li.na", intake.create, "organisation", {"name": "商行"})
        path = "customers/SH/0/SH-000001.yaml"
        text = office.record(path, lambda data: data.update(department="销售部"))
        office.commit({path: text}, "record.update", when=AT - timedelta(days=300))
        office.at -= timedelta(days=300)
        assert office.findings() == []


def founded(office: Office, writes: dict[str, bytes | None]) -> list[str]:
    """The findings of the first commit made anew with other files, pinned to itself."""
    root = next(iter(office.repository.commits("main", newest_first=False)))
    office.git("reset", "--quiet", "--hard", root.id)
    made = office.commit(writes, "archive.init", parents=[])
    fingerprint = hashlib.sha256(office.repository.commit(made).raw).hexdigest()
    return [f.rule for f in replay(office.repository, fingerprint=fingerprint, until=made, since=None, at=office.at)]


def test_another_first_commit_is_another_archive(office: Office) -> None:
    found = list(replay(office.repository, fingerprint="0" * 64, until="main", since=None, at=office.at))
    assert [(finding.rule, finding.member) for finding in found] == [("verify/genesis", "")]


def test_the_first_commit_made_anew_is_sound(office: Office) -> None:
    assert founded(office, {}) == []


@pytest.mark.parametrize(
    "case",
    ["content", "two members", "no recovery key", "an unknown rule set"],
)
def test_a_first_commit_that_holds_more_or_less_is_found(office: Office, case: str) -> None:
    config = office.read("archive.yaml")
    writes: dict[str, dict[str, bytes | None]] = {
        "content": {PERSON: office.read(PERSON)},
        "two members": {"members/wang.wei.yaml": office.read("members/wang.wei.yaml")},
        "no recovery key": {"members/recovery.yaml": None},
        "an unknown rule set": {"archive.yaml": config.replace(b"rules: 1", b"rules: 2")},
    }
    assert founded(office, writes[case]) == ["verify/genesis"]


def test_a_finding_names_commit_member_and_file(office: Office) -> None:
    made = office.commit({LIST: None}, by="wang.wei")
    [finding] = office.findings()
    assert (finding.commit, finding.member, finding.path) == (made, "wang.wei", LIST)
    assert finding.text == f"Commit {made[:12]}: wang.wei took {LIST} away; entries only grow."
