"""Papers in volumes: what is told of gaps, counts, order, titles, papers that lie apart, and the media."""

from pathlib import Path

import pytest

from archivectl.checking.run import run
from checking.overlay import lay_out

RECORD = "customers/SH/0/SH-000004.yaml"


def told(folder: Path) -> list[str]:
    return [each.text for each in run(folder).findings if each.rule == "volumes"]


def test_everything_that_is_wrong_in_volumes_is_told(tmp_path: Path) -> None:
    assert sorted(told(lay_out(tmp_path / "archive", "volumes/failing"))) == sorted(
        [
            "There is no volume vZZZZZ in this file.",
            "Volume 3 stands here twice.",
            "Volume 2 is missing.",
            "Item 2 is missing.",
            "Item 1 stands here twice.",
            "This paper has no place in its volume, others have.",
            "4 are stated, 2 are there.",
            "14 are stated, 15 are there.",
            "This paper is out of the order of its volume.",
            "This volume holds papers that form a volume of their own: 抵押合同.",
            "This volume has no title.",
            "A title of 21 letters is longer than 20.",
            "The archive number SH-000004-01 is that of customers/SH/0/SH-000004.yaml as well.",
            "A volume in customers/SH/0/SH-000004.yaml has the same title.",
            *["This item does not say its medium."] * 4,
            *["This item is kept in one medium only; both are asked for."] * 2,
        ]
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("items: 3", "items: 4", "4 are stated, 3 are there."),
        ("pages: 17", "pages: 18", "18 are stated, 17 are there."),
        ("    with:\n      - dBBBBB\n      - dCCCCC", "", "This item is kept in one medium only; both are asked for."),
        ("sequence: 2", "sequence: 3", "Item 2 is missing."),
        ('"2025-03-01"', '"2024-03-01"', "This paper is out of the order of its volume."),
        ("    title: 抵押\n", "", "This volume has no title."),
    ],
)
def test_one_thing_that_is_wrong_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = lay_out(tmp_path / "archive", "volumes/passing") / RECORD
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert message in told(tmp_path / "archive")


def test_where_no_order_title_or_medium_is_asked_for_none_is_judged(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "archive", "volumes/failing")
    (folder / "regime/house.yaml").unlink()
    kinds = {"order", "title", "medium", "their own"}
    assert [text for text in told(folder) if any(word in text for word in kinds)] == []
