"""A merge adds nothing, so anybody may make it; whatever else is in it is found, and answered for by who signed it."""

from typing import Any

import pytest

from archivectl import approvals, intake, loans, stops
from attacks.branches import COMPANY, GUARDED, LOAN, PERSON, Office, Work, apart, destroy, merge, note, united
from verifying.office import STRANGER


def rules(office: Office) -> list[str]:
    return sorted({finding.rule for finding in office.findings()})


def texts(office: Office) -> str:
    return "\n".join(finding.text for finding in office.findings())


def update(number: str, **values: str) -> Work:
    return lambda o: o.act("li.na", intake.update, number, values, (), "核对")


def create(by: str) -> Work:
    return lambda o: o.act(by, intake.create, "organisation", {"name": "新商行"})


def approve(office: Office) -> None:
    office.act("chen.jing", approvals.approve, "JY-2")


def renew(office: Office) -> None:
    office.act("wang.wei", loans.renew, "JY-1", "2026-03-09", "", "未完")


def manager(office: Office, handle: str = "sun.li", role: str = "  - archivist") -> str:
    """An administrator gives a member another role."""
    path = f"members/{handle}.yaml"
    text = office.read(path).replace(b"roles:\n", f"roles:\n{role}\n".encode(), 1) if role else office.read(path)
    return office.commit({path: text}, "member.update")


CLEAN: dict[str, tuple[Work, Work]] = {
    "two files": (update("2", keeper="sun.li"), update("3", keeper="sun.li")),
    "two fields of one file": (update("2", keeper="sun.li"), update("2", note="每季度联系")),
    "a file and a loan of it": (update("2", keeper="sun.li"), renew),
    "the same change twice": (lambda o: note(o, keeper="sun.li"), lambda o: note(o, keeper="sun.li")),
    "an approval and an edit of another file": (approve, update("2", note="备注")),
    "a destruction and an edit of another file": (destroy, update("2", keeper="sun.li")),
    "rules and an edit": (lambda o: manager(o, "wang.wei", "  - auditor"), update("2", keeper="sun.li")),
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_merge_that_git_makes_of_legal_work_is_no_finding(office: Office, name: str) -> None:
    first, _second = apart(office, *CLEAN[name])
    made = merge(office, first)
    assert [finding.text for finding in office.findings()] == []
    update("2", note="其后")(office)
    assert [finding.text for finding in office.findings()] == []
    assert [finding.text for finding in office.findings(since=made)] == []


def test_histories_that_cross_each_other_are_no_finding(office: Office) -> None:
    """Both sides merge the other: there are two commits from which they parted."""
    first, second = apart(office, update("2", keeper="sun.li"), update("3", keeper="sun.li"))
    left = merge(office, first)
    office.git("reset", "--quiet", "--hard", first)
    merge(office, second)
    update("2", note="其一")(office)
    right = office.tip
    office.git("reset", "--quiet", "--hard", left)
    update("3", note="其二")(office)
    merge(office, right)
    assert [finding.text for finding in office.findings()] == []


def test_a_branch_that_began_before_what_is_trusted_is_judged_too(office: Office) -> None:
    first, second = apart(office, lambda o: note(o, by="wu.lei", keeper="sun.li"), update("3", keeper="sun.li"))
    merge(office, first)
    [finding] = office.findings(since=second)
    assert (finding.commit, finding.member, finding.rule) == (first, "wu.lei", "verify/act")


def evil(office: Office, *acts: str, **more: Any) -> None:
    """A merge with an edit of a third file in it."""
    first, second = apart(office, update("2", keeper="sun.li"), update("3", note="备注"))
    writes: dict[str, bytes | None] = {COMPANY: office.repository.read(first, COMPANY)}
    writes[PERSON] = office.record(PERSON, lambda data: data.update(keeper="wu.lei"))
    united(office, (second, first), writes, *acts, **more)


def moved_edit(office: Office) -> None:
    """One customer's new remark lands in the file of another, as a merge by similarity of files may do it; git finds it clean."""
    first, second = apart(office, update("2", keeper="sun.li"), update("3", keeper="wu.lei"))
    united(office, (second, first), {GUARDED: office.record(GUARDED, lambda data: data.update(keeper="sun.li"))})


def dropped_edit(office: Office) -> None:
    """What only one side changed is left as it was."""
    first, second = apart(office, update("2", keeper="sun.li"), update("3", keeper="wu.lei"))
    united(office, (second, first), {})


def dropped_field(office: Office) -> None:
    """Both sides edited one file, and of one side an edit is left out that the other never touched."""
    first, second = apart(office, update("2", keeper="sun.li", note="备注"), update("2", department="销售部"))
    taken = office.record(COMPANY, lambda data: data.update(keeper="sun.li"))
    united(office, (second, first), {COMPANY: taken})


def dropped_event(office: Office) -> None:
    first, second = apart(office, renew, update("2", keeper="sun.li"))
    united(office, (second, first), {})


def reordered_events(office: Office) -> None:
    first, second = apart(office, update("2", keeper="sun.li"), renew)
    *kept, one, two = office.read(LOAN).splitlines(keepends=True)
    united(office, (second, first), {COMPANY: office.repository.read(first, COMPANY), LOAN: b"".join((*kept, two, one))})


def lost_stone(office: Office) -> None:
    """The file that one side destroyed is back."""
    edited = update("1", keeper="sun.li")
    first, second = apart(office, edited, destroy)
    united(office, (second, first), {PERSON: office.repository.read(first, PERSON)})


def two_rules(office: Office, **more: Any) -> None:
    """Both sides changed members; nobody looked at both."""
    first, second = apart(office, lambda o: manager(o, "wang.wei", "  - auditor"), lambda o: manager(o, "sun.li", "  - clerk"))
    path = "members/wang.wei.yaml"
    united(office, (second, first), {path: office.repository.read(first, path)}, **more)


def test_of_a_file_that_a_strangers_merge_changes_whole_the_path_is_said_once(office: Office) -> None:
    first, second = apart(office, update("2", keeper="sun.li"), update("3", keeper="wu.lei"))
    path = "members/wang.wei.yaml"
    writes = {COMPANY: office.repository.read(first, COMPANY), path: office.read(path) + b"# besides\n"}
    united(office, (second, first), writes, key=STRANGER)
    told = [finding.text for finding in office.findings() if "besides, which only a member may" in finding.text]
    assert [text.count(path) for text in told] == [1]


def three(office: Office) -> None:
    first, second = apart(office, update("2", keeper="sun.li"), update("3", keeper="wu.lei"))
    third = office.commit({}, "destruction.complete", parents=[second])
    united(office, (second, first, third), {})


ATTACKS: dict[str, tuple[Work, str, str]] = {
    "an evil merge": (evil, "verify/merge", "changes keeper in customers/SH/0/SH-000001.yaml besides"),
    "an evil merge by a stranger": (lambda o: evil(o, key=STRANGER), "verify/merge", "besides, which only a member may"),
    "an evil merge by a member who does not say so": (lambda o: evil(o, key=o.key("li.na")), "verify/act", "itself nothing"),
    "an edit moved into another file": (moved_edit, "verify/merge", f"changes keeper in {COMPANY}"),
    "an edit dropped": (dropped_edit, "verify/merge", f"changes keeper in {COMPANY}"),
    "a field dropped": (dropped_field, "verify/merge", f"changes note in {COMPANY}"),
    "an event dropped": (dropped_event, "verify/entry", "leaves out or changes events["),
    "events in another order": (reordered_events, "verify/merge", "in another order"),
    "a destroyed file that is back": (lost_stone, "verify/merge", "SH-000001"),
    "rules of both sides": (two_rules, "verify/merge", "an administrator must sign"),
    "rules of both sides signed by a clerk": (
        lambda o: two_rules(o, key=o.key("wang.wei")), "verify/merge", "an administrator must sign"
    ),
    "an act that a merge only claims": (
        lambda o: united(o, apart(o, update("2", keeper="sun.li"), update("2", keeper="sun.li"))[::-1], {}, "hold.place"),
        "verify/act",
        "calls itself hold.place",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_what_a_merge_adds_or_leaves_out_is_found(office: Office, name: str) -> None:
    attack, rule, words = ATTACKS[name]
    assert office.findings() == []
    attack(office)
    found = office.findings()
    assert rule in {finding.rule for finding in found}, texts(office)
    assert any(words in finding.text and finding.advice and finding.commit == office.tip for finding in found), texts(office)


def test_three_histories_at_once_are_refused(office: Office) -> None:
    three(office)
    assert "unites more than two histories" in texts(office)


def test_what_a_member_adds_to_a_merge_and_names_is_an_act_like_any_other(office: Office) -> None:
    evil(office, "record.update", key=office.key("li.na"), date="2026-03-02", reason="核对")
    assert [finding.text for finding in office.findings()] == []


def test_what_a_member_adds_to_a_merge_beyond_their_role_is_found(office: Office) -> None:
    evil(office, "record.update", key=office.key("wu.lei"), date="2026-03-02", reason="核对")
    assert "wu.lei was not allowed to do record.update" in texts(office)


def test_an_administrator_may_unite_rules_of_both_sides(office: Office) -> None:
    two_rules(office, key=office.key("li.na"))
    assert [finding.text for finding in office.findings()] == []


def test_a_file_that_both_sides_opened_under_one_number_is_united_by_neither(office: Office) -> None:
    """Git would have asked somebody to choose; whoever chose one lost the other."""
    first, second = apart(office, create("li.na"), create("sun.li"))
    path = "customers/SH/0/SH-000004.yaml"
    united(office, (second, first), {path: office.repository.read(second, path)})
    assert rules(office) == ["verify/merge"]


def test_what_is_legal_apart_and_illegal_together_accuses_nobody(office: Office) -> None:
    """One side lends a file, the other one stops its use: that is a clash for check to tell."""
    office.act("wang.wei", loans.give_back, "JY-1")
    borrowed = {"mode": "loan", "borrower": "sun.li", "purpose": "核对"}
    first, _second = apart(
        office,
        lambda o: o.act("wang.wei", loans.lend, "2", borrowed, ("", "")),
        lambda o: o.act("li.na", stops.hold, ["2"], "use", "核查"),
    )
    merge(office, first)
    assert [finding.text for finding in office.findings()] == []
