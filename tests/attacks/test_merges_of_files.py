"""Merges of what is more than fields: files that one side moved, destroyed, forgot or attached to, and rules of both sides."""

from datetime import timedelta
from pathlib import Path

import pytest

from archivectl import intake, yaml_text
from archivectl.intake import contents, submission
from archivectl.records import layout
from archivectl.verifying import trust
from archivectl.verifying.trust import NotCured
from attacks.branches import COMPANY, PERSON, Office, apart, destroy, merge, united
from verifying.test_forgotten import begun, completed, marked
from verifying.test_taking_in import FILED, draft, visits

INTAKE = "registers/intake/2026/0/SJ-2026-0001.yaml"


def texts(office: Office) -> list[str]:
    return [finding.text for finding in office.findings()]


def at(office: Office, commit: str, *paths: str) -> dict[str, bytes | None]:
    """Some files as they are in a commit."""
    return {path: office.repository.read(commit, path) for path in paths}


def third(office: Office) -> None:
    """A change of a file that nothing else here is about."""
    office.act("li.na", intake.update, "3", {"keeper": "sun.li"}, (), "核对")


def parted_over_a_draft(office: Office) -> tuple[str, str, str]:
    """A draft that one side filed, so that it has another place now, and the other changed where it was."""
    path = draft(office)
    first, second = apart(
        office,
        lambda o: o.act("li.na", submission.accept, "SJ-1"),
        lambda o: o.commit({path: o.record(path, lambda data: data.update(keeper="sun.li"))}, "record.update"),
    )
    return path, first, second


def moved(office: Office, *, edit: bool) -> None:
    path, first, second = parted_over_a_draft(office)
    writes = at(office, first, FILED, INTAKE)
    if edit:
        office.git("reset", "--quiet", "--hard", first)
        writes[FILED] = office.record(FILED, lambda data: data.update(keeper="sun.li"))
        office.git("reset", "--quiet", "--hard", second)
    united(office, (second, first), {path: None, **writes})


def test_a_file_that_one_side_moved_keeps_what_the_other_changed(office: Office) -> None:
    moved(office, edit=True)
    assert texts(office) == []


def test_a_change_lost_because_the_other_side_moved_the_file_is_found(office: Office) -> None:
    moved(office, edit=False)
    assert any(f"changes keeper in {FILED}" in text for text in texts(office)), texts(office)


def test_two_files_of_one_uid_are_found(office: Office) -> None:
    """Git keeps a file that one side moved and the other changed at both places."""
    _path, first, second = parted_over_a_draft(office)
    united(office, (second, first), at(office, first, FILED, INTAKE))
    assert any("leaves two files of one uid" in text for text in texts(office)), texts(office)


def test_interactions_with_a_destroyed_customer_do_not_come_back(office: Office) -> None:
    visits(office, PERSON)
    path = f"interactions/{office.data(PERSON)['uid'][:2]}/{office.data(PERSON)['uid']}/2026.yaml"
    first, second = apart(office, lambda o: visits(o, PERSON), destroy)
    assert office.repository.read(second, path) is None
    made = united(office, (second, first), at(office, first, path))
    assert any("whose file one of them destroyed" in text for text in texts(office)), texts(office)
    with pytest.raises(NotCured):
        office.act("sun.li", trust.ratify, made, "已核对")
    office.git("reset", "--quiet", "--hard", second)
    united(office, (second, first), {})
    assert texts(office) == []


def test_a_scan_added_to_a_file_that_was_destroyed_meanwhile_goes_with_it(office: Office, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF")
    first, second = apart(office, lambda o: o.act("li.na", contents.add, "1", "document", {"kind": "合同"}, scan), destroy)
    paper = dict(yaml_text.load(office.repository.read(first, PERSON) or b""))["documents"][0]
    united(office, (second, first), {})
    assert texts(office) == []
    assert office.repository.read(first, layout.attached(paper["object"]))


def test_a_scan_lost_from_a_file_that_is_there_is_found(office: Office, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF")
    first, second = apart(office, lambda o: o.act("li.na", contents.add, "2", "document", {"kind": "合同"}, scan), third)
    united(office, (second, first), at(office, first, COMPANY))
    assert any("changes objects/" in text for text in texts(office)), texts(office)


def test_a_contact_who_was_forgotten_stays_so(office: Office) -> None:
    begun(office)
    change = {"contacts[cK3F7Q].phone": "13800138001"}
    first, second = apart(
        office, lambda o: o.act("li.na", intake.update, "2", change, (), "更正"), lambda o: completed(o, marked(o))
    )
    theirs = dict(yaml_text.load(office.repository.read(first, COMPANY) or b""))["contacts"][0]["phone"]
    back = office.record(COMPANY, lambda data: data["contacts"][0].update(phone=theirs))
    united(office, (second, first), {COMPANY: back})
    assert any("contacts[cK3F7Q].phone" in text for text in texts(office)), texts(office)
    office.git("reset", "--quiet", "--hard", second)
    united(office, (second, first), {})
    assert not any("contacts[cK3F7Q]" in text for text in texts(office)), texts(office)


def test_what_cannot_be_read_after_a_merge_is_found(office: Office) -> None:
    first, second = apart(
        office,
        lambda o: o.act("li.na", intake.update, "2", {"keeper": "sun.li"}, (), "核对"),
        lambda o: o.act("li.na", intake.update, "2", {"keeper": "wu.lei"}, (), "核对"),
    )
    ours, theirs = (office.repository.read(commit, COMPANY) or b"" for commit in (second, first))
    united(office, (second, first), {COMPANY: b"<<<<<<< ours\n" + ours + b"=======\n" + theirs + b">>>>>>> theirs\n"})
    assert office.tip in {finding.commit for finding in office.findings()}


def role(office: Office, handle: str, name: str, by: str = "li.na") -> str:
    path = f"members/{handle}.yaml"
    text = office.read(path).replace(b"roles: []\n", b"roles:\n").replace(b"roles:\n", f"roles:\n  - {name}\n".encode(), 1)
    return office.commit({path: text}, "member.update", by=by)


def test_who_became_a_member_on_one_side_alone_signs_no_merge(office: Office) -> None:
    """A member of both sides may add to a merge; one whom the other side has retired may not."""
    path = "members/sun.li.yaml"
    leave = {path: office.read(path).replace(b"\nretired: null", b'\nretired: "2026-03-02"')}
    first, second = apart(office, lambda o: o.commit(leave, "member.retire"), third)
    writes = {**at(office, first, path), COMPANY: office.record(COMPANY, lambda data: data.update(keeper="wu.lei"))}
    told = {"key": office.key("sun.li"), "date": "2026-03-02", "reason": "核对"}
    united(office, (second, first), writes, "record.update", **told)
    assert any("besides, which only a member may" in text for text in texts(office)), texts(office)


def test_an_administrator_who_unites_rules_takes_nothing_away_and_gives_themselves_nothing(office: Office) -> None:
    first, second = apart(office, lambda o: role(o, "wang.wei", "auditor"), lambda o: role(o, "sun.li", "clerk"))
    own = "members/li.na.yaml"
    writes = {**at(office, first, "members/wang.wei.yaml"), own: office.read(own).replace(b"posts:\n", b"posts:\n  - manager\n")}
    united(office, (second, first), writes, key=office.key("li.na"))
    assert any("gave himself or herself more rights" in text for text in texts(office)), texts(office)
    office.git("reset", "--quiet", "--hard", second)
    united(
        office,
        (second, first),
        {**at(office, first, "members/wang.wei.yaml"), "members/wu.lei.yaml": None},
        key=office.key("li.na"),
    )
    assert any("never removed" in text for text in texts(office)), texts(office)


def test_a_rule_that_a_merge_slips_in_is_found(office: Office) -> None:
    """Only one side changed members, and the merge changes another one."""
    first, second = apart(office, lambda o: role(o, "wang.wei", "auditor"), update)
    path = "members/sun.li.yaml"
    writes = {**at(office, first, "members/wang.wei.yaml"), path: office.read(path).replace(b"roles:\n", b"roles:\n  - admin\n")}
    for key in (None, office.key("wang.wei")):
        office.git("reset", "--quiet", "--hard", second)
        united(office, (second, first), writes, key=key)
        assert any(path in text for text in texts(office)), texts(office)


def update(office: Office) -> None:
    office.act("li.na", intake.update, "2", {"keeper": "sun.li"}, (), "核对")


def test_a_merge_dated_before_either_side_is_found(office: Office) -> None:
    before = office.at
    _first, second = apart(office, update, third)
    office.git("reset", "--quiet", "--hard", second)
    office.at += timedelta(days=3)
    office.act("li.na", intake.update, "3", {"note": "其后"}, (), "核对")
    later = office.tip
    office.git("reset", "--quiet", "--hard", _first)
    office.at = before + timedelta(hours=1)
    merge(office, later)
    office.at = before + timedelta(days=9)
    assert [finding.rule for finding in office.findings()] == ["verify/time"]
