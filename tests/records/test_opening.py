"""A key that was opened is taken for held only as long as the keyring has the very row that it was opened from."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from archivectl.archive import Archive
from archivectl.encryption import age
from archivectl.encryption.rows import Row, wrap_row
from office import Office

PERSON = ("create", "--subject", "person", "--set", "name=王小明", "--set", "phone=13800138000")


def of_another_key(archive: Archive, row: Row) -> list[Row]:
    """A row that says it holds the same key, and holds another."""
    level = archive.levels["confidential"]
    other = wrap_row(age.generate()[0], row.uid, row.level, level.generation, level.recipient)
    return [replace(other, recipient=row.recipient)]


def gone(_archive: Archive, _row: Row) -> list[Row]:
    """None."""
    return []


def as_it_was(_archive: Archive, row: Row) -> list[Row]:
    """The same row in another segment."""
    return [row]


@pytest.mark.parametrize(("left", "held"), [(as_it_was, True), (of_another_key, False), (gone, False)])
def test_an_opened_key_is_held_only_by_the_row_it_was_opened_from(
    office: Office, left: Callable[[Archive, Row], list[Row]], *, held: bool
) -> None:
    assert office.run(*PERSON).status == 0
    with office.acting() as archive:
        record = archive.record("1")
        (key,) = record.data["keys"]
        assert archive.opener.open(record.data["phone"], "phone", record.uid, [key]) == "13800138000"
        assert archive.opener.holds(record.uid, key)
        (row,) = archive.keyring.rows(record.uid)
        archive.keyring.remove([record.uid])
        archive.keyring.add(left(archive, row))
        assert archive.opener.holds(record.uid, key) is held
