"""Members as they stand in the tree: each is one person with keys of their own that are of use."""

from pathlib import Path

import pytest

from archivectl.checking.run import run
from archivectl.members import signing
from checking.overlay import lay_out

MANAGER, ADMIN = "members/chen.jing.yaml", "members/li.na.yaml"
RETIRED, IN_USE = 'retired: "2026-03-02"}', "retired: null}"
SMALL = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "archive")


def changed(archive: Path, path: str, old: str, new: str, count: int = -1) -> list[str]:
    """What is found once a text was replaced in a file."""
    text = (archive / path).read_text(encoding="utf-8")
    assert old in text
    (archive / path).write_text(text.replace(old, new, count), encoding="utf-8")
    return [f"{each.path} {each.rule}: {each.text}" for each in run(archive).findings if each.advice]


def rows(archive: Path, path: str) -> dict[str, str]:
    """The age row and the signing row of a member."""
    lines = (archive / path).read_text(encoding="utf-8").splitlines(keepends=True)
    return {"age": lines[lines.index("age:\n") + 1], "signing": lines[lines.index("signing:\n") + 1]}


def test_a_member_without_a_key_in_use_is_found(archive: Path) -> None:
    for kind in ("age", "signing"):
        row = rows(archive, MANAGER)[kind]
        (found,) = changed(archive, MANAGER, row, row.replace(IN_USE, RETIRED))
        assert "has no key in use" in found
        changed(archive, MANAGER, row.replace(IN_USE, RETIRED), row)


def test_a_retired_member_needs_none(archive: Path) -> None:
    changed(archive, MANAGER, IN_USE, RETIRED)
    assert changed(archive, MANAGER, "\nretired: null", '\nretired: "2026-03-02"') == []


@pytest.mark.parametrize("key", [SMALL, "ssh-rsa AAAA", "ssh-ed25519 AAAA"])
def test_a_key_that_signatures_cannot_be_checked_with_is_found(archive: Path, key: str) -> None:
    row = rows(archive, MANAGER)["signing"]
    (found,) = changed(archive, MANAGER, row, row + row.replace(row[row.index("ssh-") : row.index(", since")], key))
    assert "No signature can be checked" in found


@pytest.mark.parametrize("email", ["li.na@example.cn", "LI.NA@example.cn"])
def test_one_person_as_two_members_is_found(archive: Path, email: str) -> None:
    (found,) = changed(archive, MANAGER, "chen.jing@example.cn", email)
    assert ("same e-mail" in found, ADMIN in found or MANAGER in found) == (True, True)


@pytest.mark.parametrize("kind", ["age", "signing"])
def test_one_key_of_two_members_is_found(archive: Path, kind: str) -> None:
    row = rows(archive, MANAGER)[kind]
    (found,) = changed(archive, MANAGER, row, row + rows(archive, ADMIN)[kind])
    assert "same key" in found


def test_a_hardware_key_and_an_ssh_key_to_read_with_are_fine(archive: Path) -> None:
    public = signing.public_of(signing.generate())
    row = rows(archive, MANAGER)["age"]
    assert changed(archive, MANAGER, row, row + row.replace(row[row.index("age1") : row.index(", since")], public)) == []


def test_a_level_that_does_not_exist_is_found_where_it_stands(archive: Path) -> None:
    assert changed(archive, MANAGER, "clearance: secret", "clearance: cosmic")[0].startswith(f"{MANAGER} schema")
