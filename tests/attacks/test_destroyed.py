"""What was destroyed stays destroyed, and nobody makes others destroy what was not to be."""

import pytest

from archivectl import intake, yaml_text
from archivectl.errors import KeyMissing
from archivectl.verifying import trust
from archivectl.verifying.trust import NotVerified
from attacks.branches import PERSON, Office, apart, destroy, merge, united
from verifying.office import LIST, STRANGER
from verifying.test_records import tombstone


def opens(office: Office, path: str = PERSON, revision: str = "main") -> bool:
    archive = office.archive()
    data = dict(yaml_text.load(office.repository.read(revision, path) or b""))
    try:
        archive.opener.open(data["name"], "name", data["uid"], data["keys"])
    except KeyMissing:
        return False
    return True


def test_a_tombstone_taken_away_is_found(office: Office) -> None:
    destroy(office)
    made = office.commit({PERSON: None}, "record.update")
    assert {finding.commit for finding in office.findings()} == {made}
    assert any("leaves its number behind" in finding.text for finding in office.findings())


def test_a_record_put_back_from_an_old_clone_is_found_and_opens_no_more(office: Office) -> None:
    old, text = office.tip, office.read(PERSON)
    assert opens(office)
    destroy(office)
    made = office.commit({PERSON: text}, "record.update")
    assert [(finding.commit, finding.rule) for finding in office.findings()][:1] == [(made, "verify/record")]
    assert not opens(office)
    assert not opens(office, revision=old)


def test_a_record_put_back_by_an_old_clone_that_is_merged_is_found(office: Office) -> None:
    """A clone that was away edits what was destroyed meanwhile; the tombstone wins, whoever merges."""
    edit = lambda o: o.act("li.na", intake.update, "1", {"keeper": "sun.li"}, (), "核对")  # noqa: E731 - two lines are enough
    first, second = apart(office, edit, destroy)
    united(office, (second, first), {PERSON: office.repository.read(first, PERSON)})
    assert "verify/merge" in {finding.rule for finding in office.findings()}
    office.git("reset", "--quiet", "--hard", second)
    merge(office, first, "--strategy-option=ours")
    assert office.data(PERSON)["status"] == "destroyed"
    assert [finding.text for finding in office.findings()] == []


@pytest.mark.parametrize("key", [None, STRANGER])
def test_a_tombstone_pushed_without_keys_makes_nobody_delete_theirs(office: Office, key: object) -> None:
    """Somebody with push rights alone: the next command refuses before anything is done, and every key is still there."""
    office.commit({PERSON: tombstone(office)}, "destruction.complete", key=key)
    with pytest.raises(NotVerified):
        trust.ensure(office.archive())
    assert office.archive().keyring.rows(office.data(PERSON)["uid"])


def test_a_tombstone_that_a_member_makes_without_a_list_is_found(office: Office) -> None:
    made = office.commit({PERSON: tombstone(office)}, "record.update")
    assert ("verify/tombstone", made) in {(finding.rule, finding.commit) for finding in office.findings()}
    assert office.archive().keyring.rows(office.data(PERSON)["uid"])


def test_a_tombstone_by_a_list_that_was_not_approved_is_found(office: Office) -> None:
    writes = {PERSON: tombstone(office), LIST: office.event(LIST, "complete", by="li.na")}
    office.commit(writes, "destruction.complete", date="")
    assert "verify/tombstone" in {finding.rule for finding in office.findings()}
