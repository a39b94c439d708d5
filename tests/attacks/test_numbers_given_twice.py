"""Two histories gave one number to two files: who unites them gives the later another one, and nothing else."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from archivectl import intake
from archivectl.records import text as record_text
from attacks.branches import COMPANY, GUARDED, Office, apart, note, united

OLD, NEW, OTHER = (f"customers/SH/0/SH-00000{number}.yaml" for number in (4, 5, 6))


def opened(office: Office, name: str) -> None:
    office.act("li.na", intake.create, "organisation", {"name": name})


def twice(office: Office) -> tuple[str, str]:
    """Both sides opened a file under one number; the archive stands at the second of them."""
    return apart(office, lambda each: opened(each, "甲商行"), lambda each: opened(each, "乙商行"))


def renumbered(office: Office, commit: str, number: str = "SH-000005", **more: str) -> bytes:
    text = office.repository.read(commit, OLD) or b""
    return record_text.dump({**record_text.parse(text, OLD).data, "number": number, **more})


def findings(office: Office) -> list[str]:
    return [finding.rule for finding in office.findings()]


def test_the_later_file_gets_another_number_and_the_history_goes_on(office: Office) -> None:
    first, second = twice(office)
    united(office, (second, first), {NEW: renumbered(office, first)}, key=office.key("li.na"))
    assert findings(office) == []
    note(office, NEW, keeper="sun.li")
    assert findings(office) == []


Forged = Callable[[Office], tuple[tuple[str, str], Mapping[str, bytes | None], str | None]]


def by_nobody(office: Office) -> Any:
    first, second = twice(office)
    return (second, first), {NEW: renumbered(office, first)}, None


def of_the_earlier(office: Office) -> Any:
    first, second = twice(office)
    return (second, first), {OLD: office.repository.read(first, OLD), NEW: renumbered(office, second)}, "li.na"


def with_more(office: Office) -> Any:
    first, second = twice(office)
    return (second, first), {NEW: renumbered(office, first, name="丙商行")}, "li.na"


def elsewhere(office: Office) -> Any:
    first, second = twice(office)
    return (second, first), {OTHER: renumbered(office, first)}, "li.na"


def without_need(office: Office) -> Any:
    first, second = apart(office, lambda each: opened(each, "甲商行"), lambda each: note(each, COMPANY, keeper="sun.li"))
    return (second, first), {NEW: renumbered(office, first)}, "li.na"


def of_what_both_have(office: Office) -> Any:
    first, second = apart(
        office, lambda each: note(each, COMPANY, keeper="sun.li"), lambda each: note(each, GUARDED, keeper="sun.li")
    )
    text = office.repository.read(first, COMPANY) or b""
    moved = record_text.dump({**record_text.parse(text, COMPANY).data, "number": "SH-000005"})
    return (second, first), {COMPANY: None, NEW: moved}, "li.na"


def into_another_office(office: Office) -> Any:
    first, second = twice(office)
    return (second, first), {"customers/BJ/0/SH-000005.yaml": renumbered(office, first)}, "li.na"


def of_both(office: Office) -> Any:
    first, second = twice(office)
    return (second, first), {OLD: None, NEW: renumbered(office, first), OTHER: renumbered(office, second, "SH-000006")}, "li.na"


def into_what_is_there(office: Office) -> Any:
    """The new number is one that a side has given already."""

    def both(each: Office) -> None:
        opened(each, "乙商行")
        opened(each, "丙商行")

    first, second = apart(office, lambda each: opened(each, "甲商行"), both)
    return (second, first), {NEW: renumbered(office, first)}, "li.na"


@pytest.mark.parametrize(
    "forged",
    [
        by_nobody,
        of_the_earlier,
        with_more,
        elsewhere,
        without_need,
        of_what_both_have,
        into_another_office,
        of_both,
        into_what_is_there,
    ],
    ids=lambda each: each.__name__,
)
def test_any_other_change_of_a_number_is_found(office: Office, forged: Forged) -> None:
    parents, writes, key = forged(office)
    united(office, parents, writes, key=key and office.key(key))
    assert findings(office) != []


def test_one_file_that_both_sides_opened_under_two_numbers_is_found(office: Office) -> None:
    """No path is disputed, and the file would live twice."""
    base = office.tip
    opened(office, "甲商行")
    first = office.tip
    again = renumbered(office, first)
    office.git("reset", "--quiet", "--hard", base)
    office.commit({NEW: again}, "record.create")
    assert findings(office) == []
    united(office, (office.tip, first), {OLD: office.repository.read(first, OLD)})
    assert findings(office) == ["verify/merge"]
