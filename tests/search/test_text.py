"""Words are found however they are written."""

import pytest

from archivectl.search.clear import words
from archivectl.search.text import matching, places

TEXTS = [("A", "台灣積體電路 02-2655 1234"), ("B", "上海示例贸易有限公司"), ("C", "Alfreds Futterkiste")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("台灣積體", {"A"}),
        ("台湾积体", {"A"}),
        ("臺灣", {"A"}),
        ("示例貿易", {"B"}),
        ("示例 贸易", {"B"}),
        ("ＡＬＦＲＥＤＳ", {"C"}),
        ("2655", {"A"}),
        ("(", set()),
        ("北京", set()),
    ],
)
def test_a_text_is_found_in_either_script_and_any_width(wanted: str, found: set[str]) -> None:
    assert matching(wanted, TEXTS, {}) == found


@pytest.mark.parametrize(("wanted", "found"), [("zhangsan", {"A"}), ("zs", {"A"}), ("張三", {"A"}), ("lisi", set())])
def test_a_name_is_found_by_pinyin_and_in_either_script(wanted: str, found: set[str]) -> None:
    assert matching(wanted, [], {"A": ["张三"]}) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("上海", ["former_names", "address.city"]),
        ("上海市", ["address.city"]),
        ("責任", ["documents[].title"]),
        ("2", ["documents[].pages"]),
        ("K5Q", []),
        ("dAAAAA", []),
        ("true", []),
    ],
)
def test_it_is_told_in_which_fields_something_was_found(wanted: str, found: list[str]) -> None:
    record = {
        "uid": "K5Q", "former_names": ["甲", "上海甲"], "address": {"city": "上海市"}, "retention": {"settled": True},
        "documents": [{"id": "dAAAAA", "title": "责任书", "pages": 12}],
    }  # fmt: skip
    assert list(places(wanted, record)) == found


def test_ids_and_formats_are_nothing_to_search_for() -> None:
    record = {
        "schema": 1,
        "uid": "K5Q",
        "name": "甲",
        "contacts": [{"id": "cAAAAA", "note": "乙"}],
        "source": {"import": "X", "external_id": "K1"},
    }
    assert list(words(record)) == ["甲", "乙", "K1"]
