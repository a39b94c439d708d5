"""The verified mark: it moves over what stands up to verification, and over nothing else."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from archivectl import intake
from archivectl.archive import Archive
from archivectl.members.home import NotPinned, Pin
from archivectl.store.repository import Repository
from archivectl.verifying import trust
from archivectl.verifying.trust import Behind, NotThisArchive, NotVerified, OtherFingerprint, Rewound
from verifying.office import AT, COMPANY, Office


def mark(office: Office) -> str | None:
    return office.home.pin(office.archive().id).main


def foreign(office: Office, by: str = "wang.wei", keeper: str = "sun.li") -> str:
    """A commit that this machine did not make itself."""
    record = office.record(COMPANY, lambda data: data.update(keeper=keeper))
    return office.commit({COMPANY: record}, "record.update", by=by)


def test_own_commits_move_the_mark_for_nothing(office: Office) -> None:
    office.act("li.na", intake.update, "2", {"keeper": "sun.li"}, (), "核对")
    assert mark(office) == office.tip
    assert trust.state(office.archive()) == "verified"
    assert trust.ensure(office.archive()) == 0


def test_foreign_commits_are_verified_first(office: Office) -> None:
    foreign(office)
    foreign(office, keeper="wu.lei")
    assert trust.state(office.archive()) == "unverified"
    assert trust.ensure(office.archive()) == 2
    assert mark(office) == office.tip


def test_the_mark_remembers_what_differs_in_backups_and_copies_of_keys_alone() -> None:
    pin = Pin("A", "F", "given", "one", None, 1)
    copied = pin.moved("two", ["backup.begin", "key-copy.take"]).moved("three", ["backup.make"])
    assert copied.alike == ("one", "two")
    assert copied.moved_back("two").alike == ("one",)
    assert copied.moved_back("three") == copied
    assert copied.moved_back("zero").alike == ()
    for acts in ([], ["record.update"], ["backup.make", "record.update"]):
        assert copied.moved("four", acts).alike == ()


def test_a_foreign_commit_with_a_finding_refuses_and_leaves_the_mark(office: Office) -> None:
    before = mark(office)
    made = foreign(office, by="wu.lei")
    with pytest.raises(NotVerified) as refusal:
        trust.ensure(office.archive())
    assert f"Commit {made[:12]}: wu.lei was not allowed to do record.update" in str(refusal.value)
    assert mark(office) == before


def test_an_own_commit_does_not_move_the_mark_over_foreign_ones(office: Office) -> None:
    before = mark(office)
    foreign(office, by="wu.lei")
    office.act("li.na", intake.update, "2", {"keeper": "li.na"}, (), "核对")
    assert mark(office) == before
    with pytest.raises(NotVerified):
        trust.ensure(office.archive())


def test_a_rewritten_history_is_refused_with_both_ids(office: Office) -> None:
    before = office.tip
    office.git("reset", "--quiet", "--hard", "HEAD~1")
    after = foreign(office)
    with pytest.raises(Rewound) as refusal:
        trust.ensure(office.archive())
    assert before in str(refusal.value)
    assert after in str(refusal.value)
    [finding] = trust.verify(office.archive())
    assert before in finding.text
    assert mark(office) == before


def test_a_history_cut_short_is_refused(office: Office) -> None:
    office.git("reset", "--quiet", "--hard", "HEAD~1")
    with pytest.raises(Behind):
        trust.ensure(office.archive())


def test_a_second_copy_on_this_machine_is_told_to_fetch_what_it_lacks(office: Office, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", office.repository.place.work_tree, tmp_path / "second"], check=True)
    foreign(office)
    trust.ensure(office.archive())
    with Repository.open(tmp_path / "second") as second, pytest.raises(Behind) as refusal:
        trust.ensure(Archive(second, office.home, at=AT, member="li.na"))
    assert office.tip in str(refusal.value)
    subprocess.run(["git", "-C", tmp_path / "second", "pull", "--quiet"], check=True)
    with Repository.open(tmp_path / "second") as second:
        assert trust.ensure(Archive(second, office.home, at=AT, member="li.na")) == 0


def test_verify_judges_the_whole_history_and_moves_the_mark(office: Office) -> None:
    foreign(office)
    assert trust.verify(office.archive()) == []
    assert mark(office) == office.tip


def test_verify_tells_every_finding_and_leaves_the_mark(office: Office) -> None:
    before = mark(office)
    foreign(office, by="wu.lei")
    foreign(office, by="wu.lei", keeper="wu.lei")
    assert [finding.rule for finding in trust.verify(office.archive())] == ["verify/act", "verify/act"]
    assert mark(office) == before


def test_a_span_is_judged_alone_and_moves_nothing(office: Office) -> None:
    before = mark(office)
    bad = foreign(office, by="wu.lei")
    good = foreign(office, keeper="wu.lei")
    assert trust.verify(office.archive(), f"{bad}..{good}") == []
    assert [finding.commit for finding in trust.verify(office.archive(), f"{before}..{bad}")] == [bad]
    assert mark(office) == before


def test_a_machine_that_never_saw_the_archive_trusts_nothing(office: Office) -> None:
    shutil.rmtree(office.home.folder / "trust")
    with pytest.raises(NotPinned):
        trust.ensure(office.archive())


def test_what_was_judged_once_is_not_judged_again(office: Office) -> None:
    whole = trust.examine(office.archive())
    assert (whole.earlier, whole.findings) == (0, [])
    foreign(office)
    again = trust.examine(office.archive())
    assert (again.earlier, again.commits, again.signed) == (whole.commits, whole.commits + 1, whole.signed)
    assert trust.examine(office.archive(), anew=True).earlier == 0


@pytest.mark.parametrize(
    ("wrong", "text"), [("program", "0 0"), ("fingerprint", "0" * 64), ("commit", "0" * 40), ("commits", None), ("ratified", 3)]
)
def test_what_another_program_judged_or_is_damaged_is_judged_again(office: Office, wrong: str, text: object) -> None:
    trust.examine(office.archive())
    path = office.home.folder / "trust" / f"{office.archive().id}.judged.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, wrong: text} if text else {}), encoding="utf-8")
    assert trust.examine(office.archive()).earlier == 0


def test_a_history_without_what_was_judged_is_judged_from_its_beginning(office: Office) -> None:
    foreign(office)
    trust.examine(office.archive())
    office.git("reset", "--quiet", "--hard", "HEAD~1")
    assert trust.examine(office.archive()).earlier == 0


def test_a_fingerprint_from_the_recovery_sheet_makes_the_archive_known(office: Office) -> None:
    shutil.rmtree(office.home.folder / "trust")
    with pytest.raises(NotThisArchive):
        trust.give(office.archive(), "0" * 64)
    spaced = " ".join(office.fingerprint[place : place + 8] for place in range(0, 64, 8)).upper()
    trust.give(office.archive(), spaced)
    assert (office.home.pin(office.archive().id).got, mark(office)) == ("given", None)
    assert trust.verify(office.archive()) == []
    assert mark(office) == office.tip
    with pytest.raises(OtherFingerprint):
        trust.give(office.archive(), "0" * 64)


def test_a_span_of_another_archive_proves_nothing(office: Office) -> None:
    pin = office.home.pin(office.archive().id)
    office.home.save_pin(pin._replace(fingerprint="0" * 64))
    with pytest.raises(NotThisArchive):
        trust.examine(office.archive(), "HEAD~1..HEAD")
