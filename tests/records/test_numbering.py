"""Numbers as people type them: what they mean, and what they never mean."""

import pytest

from archivectl.records import numbering

RECORD, ENTRY = "{office}-{sequence:6}", "{kind}-{year}-{sequence:4}"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SH-000212", "SH-000212"),
        ("sh-212", "SH-000212"),
        ("ＳＨ－２１２", "SH-000212"),
        ("SH212", "SH-000212"),
        ("SH 212", "SH-000212"),
        ("SH000212", "SH-000212"),
        ("BJ-2-21", "BJ-2-000021"),
        ("BJ21", "BJ-000021"),
    ],
)
def test_a_record_is_found_by_its_number_however_it_is_typed(text: str, number: str) -> None:
    assert numbering.record(text, RECORD, ["SH", "BJ", "BJ-2"]) == number


@pytest.mark.parametrize("text", ["212", "SH", "SHX1", "S H1", "GZ21", "../SH-1", ""])
def test_what_is_no_number_of_a_record_is_refused(text: str) -> None:
    with pytest.raises(numbering.NoNumber):
        numbering.record(text, RECORD, ["SH", "BJ", "BJ-2"])


@pytest.mark.parametrize("text", ["JY-31", "JY31", "jy 31", "JY—31", "JY-2026-31", "JY-2026-0031", "JY2026-31", "JY20260031"])
def test_an_entry_is_found_by_its_number_however_it_is_typed(text: str) -> None:
    assert numbering.entry(text, ENTRY, "2026") == "JY-2026-0031"


@pytest.mark.parametrize("text", ["31", "JY", "JY--31", "JY-x", "2026-31"])
def test_what_is_no_number_of_an_entry_is_refused(text: str) -> None:
    with pytest.raises(numbering.NoEntryNumber):
        numbering.entry(text, ENTRY, "2026")
