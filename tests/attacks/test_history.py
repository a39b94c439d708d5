"""A history that was rewritten, cut or led elsewhere: squashed, rebased, pushed by force, and what only git's own tricks do."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from archivectl import approvals, intake, loans
from archivectl.verifying import trust
from archivectl.verifying.trust import Behind, Rewound
from attacks.branches import COMPANY, LOAN, PERSON, Office, apart, merge, note
from program import Program
from verifying.office import STRANGER


def texts(office: Office) -> str:
    return "\n".join(finding.text for finding in office.findings())


def update(office: Office, by: str = "li.na", number: str = "2", **values: str) -> None:
    office.act(by, intake.update, number, values or {"keeper": "sun.li"}, (), "核对")


def leave(office: Office, handle: str = "wang.wei") -> str:
    """An administrator retires a member, in the member's file alone."""
    path = f"members/{handle}.yaml"
    return office.commit({path: office.read(path).replace(b"\nretired: null", b'\nretired: "2026-03-02"')}, "member.retire")


def forged(office: Office, *arguments: str) -> None:
    """A command of git under a forge's name, on the clock of the archive."""
    date = f"{int(office.at.timestamp())} +0000"
    identity = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in
                (("NAME", "forge"), ("EMAIL", "forge@example.cn"), ("DATE", date))}  # fmt: skip
    command = ["env", *(f"{name}={value}" for name, value in identity.items()), "git", *arguments]
    subprocess.run(command, cwd=office.repository.place.work_tree, check=True, capture_output=True)


def test_a_squash_by_a_forge_is_found(office: Office) -> None:
    base = office.tip
    update(office)
    update(office, note="备注")
    office.git("reset", "--quiet", "--soft", base)
    forged(office, "commit", "--quiet", "-m", "record.update: two at once")
    [finding] = office.findings()
    assert (finding.rule, finding.commit) == ("verify/signature", office.tip)
    assert "is not signed" in finding.text


def test_a_rebase_by_a_forge_is_found(office: Office) -> None:
    first, second = apart(office, update, lambda o: update(o, number="3"))
    office.git("reset", "--quiet", "--hard", first)
    forged(office, "cherry-pick", second)
    [finding] = office.findings()
    assert (finding.rule, finding.commit) == ("verify/signature", office.tip)


def test_who_signs_a_rebased_commit_answers_for_all_of_it(office: Office) -> None:
    """One's own work, put on another base and signed anew, is an act like any other; somebody else's event is not one's own."""
    first, second = apart(
        office, lambda o: update(o, number="3"), lambda o: o.act("wang.wei", loans.renew, "JY-1", "2026-03-09", "", "未完")
    )
    office.git("reset", "--quiet", "--hard", first)
    event = office.repository.read(second, LOAN)
    office.commit({LOAN: event}, "loan.renew", by="wang.wei")
    assert [finding.text for finding in office.findings()] == []
    office.git("reset", "--quiet", "--hard", first)
    office.commit({LOAN: event}, "loan.renew", by="li.na")
    assert "which wang.wei should have signed" in texts(office)


def test_a_history_pushed_by_force_is_refused_by_who_verified_the_other(office: Office) -> None:
    update(office)
    trust.verify(office.archive())
    pinned = office.tip
    office.git("reset", "--quiet", "--hard", "HEAD~1")
    with pytest.raises(Behind):
        trust.ensure(office.archive())
    note(office, keeper="wu.lei")
    with pytest.raises(Rewound) as refusal:
        trust.ensure(office.archive())
    assert pinned in str(refusal.value)
    assert office.tip in str(refusal.value)


def test_a_merge_with_another_archive_is_found(office: Office) -> None:
    """A second first commit brings members of its own."""
    own = office.tip
    other = office.commit({}, "archive.init", parents=[], key=STRANGER)
    office.git("reset", "--quiet", "--hard", own)
    merge(office, other, "--allow-unrelated-histories", "--strategy=ours")
    [finding] = office.findings()
    assert (finding.rule, finding.commit) == ("verify/genesis", other)


def replaced(office: Office) -> None:
    """The newest commit is shown as another one."""
    old = office.tip
    shown = office.commit(
        {COMPANY: office.record(COMPANY, lambda data: data.update(keeper="wu.lei"))},
        parents=[office.repository.resolve("HEAD~1")],
    )
    office.git("update-ref", "refs/heads/main", old)
    office.git("replace", old, shown)


def grafted(office: Office) -> None:
    """The history is shown as if it began in the middle."""
    place = office.repository.place.git_dir / "info"
    place.mkdir(exist_ok=True)
    place.joinpath("grafts").write_text(f"{office.tip}\n", encoding="ascii")


@pytest.mark.parametrize("trick", [replaced, grafted])
def test_git_is_not_led_to_another_history(office: Office, trick: Callable[[Office], None]) -> None:
    note(office, by="wu.lei", keeper="sun.li")
    found = [finding.text for finding in office.findings()]
    assert len(found) == 1
    trick(office)
    office.repository.close()
    assert [finding.text for finding in office.findings()] == found


def test_a_history_cut_off_at_the_back_proves_nothing(office: Office) -> None:
    """A shallow clone looks as if it began with its oldest commit."""
    place = office.repository.place
    place.common_dir.joinpath("shallow").write_text(f"{office.tip}\n", encoding="ascii")
    office.repository.close()
    [finding] = office.findings()
    assert finding.rule == "verify/genesis"
    assert "which is not in the history" in finding.text


def revoked_branch(office: Office, act: Callable[[Office], object], leaver: str = "wang.wei") -> str:
    """Work of a member on a branch that parted before that member was retired, dated before it, and merged after."""
    before = office.tip
    office.at += timedelta(hours=1)
    leave(office, leaver)
    retired = office.tip
    office.git("reset", "--quiet", "--hard", before)
    office.at -= timedelta(minutes=30)
    act(office)
    made = office.tip
    office.git("reset", "--quiet", "--hard", retired)
    office.at += timedelta(hours=1)
    merge(office, made)
    return made


def test_a_commit_dated_before_its_key_was_retired_is_found_when_it_is_merged(office: Office) -> None:
    made = revoked_branch(office, lambda o: note(o, by="wang.wei", keeper="sun.li"))
    [finding] = office.findings()
    assert (finding.rule, finding.commit, finding.member) == ("verify/signature", made, "wang.wei")
    assert "retired on the other side" in finding.text


def test_it_makes_no_difference_which_side_is_merged_into_which(office: Office) -> None:
    made = revoked_branch(office, lambda o: note(o, by="wang.wei", keeper="sun.li"))
    one, other = office.repository.commit(office.tip).parents
    office.git("reset", "--quiet", "--hard", other)
    merge(office, one)
    assert [finding.commit for finding in office.findings()] == [made]


def test_work_before_the_parting_is_not_revoked(office: Office) -> None:
    note(office, by="wang.wei", keeper="sun.li")
    first, _second = apart(office, leave, update)
    merge(office, first)
    assert [finding.text for finding in office.findings()] == []


def test_an_administrator_ratifies_what_a_leaver_did_on_a_branch(office: Office) -> None:
    made = revoked_branch(office, lambda o: note(o, by="wang.wei", keeper="sun.li"))
    archive = office.archive("sun.li")
    with pytest.raises(trust.NotCured):
        office.act("sun.li", trust.ratify, made, "已核对")
    office.act("li.na", trust.ratify, made, "已核对")
    assert [finding.text for finding in office.findings()] == []
    assert archive.repository is office.repository


def test_an_approval_by_a_leaver_on_a_branch_is_ratified_by_nobody(office: Office) -> None:
    made = revoked_branch(office, lambda o: o.act("chen.jing", approvals.approve, "JY-2"), leaver="chen.jing")
    assert [finding.commit for finding in office.findings()] == [made]
    with pytest.raises(trust.NotCured):
        office.act("li.na", trust.ratify, made, "已核对")


def test_schemas_weakened_inside_the_archive_are_found_and_judge_nothing(office: Office) -> None:
    """An administrator lets a secret field stand in clear; the program judges by its own schema."""
    path = "schemas/customer.schema.json"
    office.commit({path: office.read(path).replace(b'"x-secrecy": "confidential"', b'"x-secrecy": "open"')}, "archive.upgrade")
    weakened = office.tip
    office.commit({PERSON: office.record(PERSON, lambda data: data.update(phone="13800138000"))}, "record.update")
    found = {(finding.commit, finding.rule) for finding in office.findings()}
    assert (weakened, "verify/control") in found
    assert office.tip in {commit for commit, _rule in found}


BROKEN = {
    "members/wang.wei.yaml": b"handle: [\n",
    "archive.yaml": b"- 1\n",
    "keys/levels.yaml": b"x: {\n",
    "regime/base.yaml": b"{\n",
}


@pytest.mark.parametrize("path", BROKEN)
@pytest.mark.parametrize("mended", [False, True], ids=["left so", "mended"])
def test_rules_that_cannot_be_read_are_named_with_who_left_them_and_the_rest_is_judged(
    office: Office,
    run: Program,
    path: str,
    mended: bool,  # noqa: FBT001 - a table
) -> None:
    good, own = office.read(path), office.key("li.na")
    broken = office.commit({path: BROKEN[path]}, "member.update", key=None, by="wang.wei")
    other = office.commit({COMPANY: office.read(COMPANY) + b"\n"}, "record.update", key=STRANGER)
    act = "key.rotate" if path == "keys/levels.yaml" else "member.update"
    back = [office.commit({path: good}, act, key=own)] if mended else []
    assert office.read(path) == (good if mended else BROKEN[path])
    environment = {"ARCHIVECTL_HOME": str(office.home.folder), "ARCHIVECTL_ARCHIVE": str(office.repository.place.work_tree)}
    answer = replace(run, environment={**run.environment, **environment})("verify", "--json", member="li.na")
    found = {(row["commit"], row["rule"]) for row in answer.json}
    assert answer.status == 1
    assert {(broken, "verify/signature"), (broken, "verify/control"), (other, "verify/signature")} <= found
    assert not [commit for commit in back if commit in {commit for commit, _rule in found}]
    assert "wang.wei" in next(row["message"] for row in answer.json if row["rule"] == "verify/control")
