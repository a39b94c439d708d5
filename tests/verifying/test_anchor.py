"""A digest on paper fits one state of the archive, is found again in its history, and is what stock tools print."""

import subprocess

import pytest

from archivectl.verifying import anchor
from archivectl.verifying.anchor import NoDigest
from attacks.branches import COMPANY, apart, merge, note
from verifying.office import Office


def found(office: Office, digits: str) -> str | None:
    fits = anchor.find(office.repository, office.tip, digits, lambda _done, _total: None)
    return fits.commit if fits else None


def test_a_digest_is_what_stock_tools_print(office: Office) -> None:
    made = anchor.of(office.repository, office.tip)
    command = "git ls-files -z | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"
    told = subprocess.run(command, shell=True, cwd=office.repository.place.work_tree, capture_output=True, check=True)  # noqa: S602
    assert told.stdout.decode().split()[0] == made.digest
    assert made.files == len(office.git("ls-files").splitlines())


def test_a_digest_is_found_at_its_commit_in_a_history_that_parted_and_united(office: Office) -> None:
    then = office.tip
    digest = anchor.of(office.repository, then).digest
    first, _second = apart(office, lambda o: note(o, keeper="sun.li"), lambda o: note(o, by="wang.wei", keeper="sun.li"))
    merge(office, first)
    for commit in office.repository.commits("main"):
        own = anchor.of(office.repository, commit.id).digest
        assert anchor.of(office.repository, found(office, own) or "").digest == own
    assert found(office, digest[:32]) == then


def test_one_changed_byte_in_the_past_fits_no_more(office: Office) -> None:
    note(office, keeper="sun.li")
    digest = anchor.of(office.repository, office.tip).digest
    office.git("reset", "--quiet", "--hard", "HEAD~1")
    office.commit({COMPANY: office.record(COMPANY, lambda data: data.update(keeper="sun.lj"))}, "record.update")
    assert found(office, digest) is None


def test_a_digest_is_read_as_it_was_written_down(office: Office) -> None:
    made = anchor.of(office.repository, office.tip)
    assert anchor.read(made.grouped.upper()) == made.digest
    for wrong in ("", "abc", "g" * 64, "a" * 65):
        with pytest.raises(NoDigest):
            anchor.read(wrong)
