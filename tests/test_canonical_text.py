"""The quick reader reads what the parser reads, or leaves it to the parser."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivectl import canonical_text, yaml_text
from archivectl.yaml_text import NotYaml

WORDS = st.sampled_from(["name", "上海", "no", "0123", "1e5", "22E2345", "a: b", "- x", "#", "{", "x y", "enc:1:x", "true", ""])
SCALARS = st.one_of(WORDS, st.text(max_size=12), st.integers(), st.booleans(), st.none())
KEYS = st.one_of(st.sampled_from(["id", "keys", "contacts", "no", "a.b"]), st.text(min_size=1, max_size=6))
NESTED = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
DATA = st.dictionaries(KEYS, NESTED, max_size=5)
PIECES = st.sampled_from(
    [" ", "  ", "- ", ": ", ":", "\n", '"', "{", "}", "[", ", ", "#", "'", "&a", "|", "x", "1", "null", "keys:"]
)


def writable(data: Any) -> bool:
    try:
        yaml_text.dump(data)
    except ValueError:
        return False
    return True


def by_the_parser(text: str) -> Any:
    return yaml_text._Reader(text, "-", None).document()


@given(DATA.filter(writable))
def test_what_the_writer_wrote_is_read_as_the_parser_reads_it(data: dict[str, Any]) -> None:
    text = yaml_text.dump(data, lambda at: at == ("keys",))
    quick = canonical_text.read(text)
    assert quick is None or quick == data == by_the_parser(text)


@given(DATA.filter(writable), st.integers(0, 200), PIECES, st.integers(0, 5))
def test_a_text_that_was_tampered_with_is_never_read_otherwise_than_by_the_parser(
    data: dict[str, Any], at: int, piece: str, cut: int
) -> None:
    text = yaml_text.dump(data)
    text = text[:at] + piece + text[at + cut :]
    quick = canonical_text.read(text)
    if quick is not None:
        assert quick == by_the_parser(text)
        if canonical_text.read(text, lambda _key: False) is not None:
            comments = re.match(r"(#[^\n]*\n)*", text)
            assert yaml_text.dump(quick, head=comments[0] if comments else "") == text


RECORD = """# comment
schema: 1
uid: K5QK5QK5QK5QK5QK5QK5QK5QK5
number: SH-000001
phone: "021-5555 0100"
address:
  city: 上海市
contacts:
  - id: cK3F7Q
    phone: "enc:1:confidential:ZQVQ65B5MAQ6:YWdl"
files: []
former:
  - 老名称
  - "12:30"
keys:
- {id: ZQVQ65B5MAQ6, level: confidential, of: "contacts[cK3F7Q]", epoch: 0, recipient: age1x}
"""


def test_a_record_is_read_by_lines() -> None:
    assert canonical_text.read(RECORD) == by_the_parser(RECORD)
    assert canonical_text.read(RECORD, lambda key: key == "keys") is not None


@pytest.mark.parametrize(
    ("spelled", "otherwise"),
    [
        ("number: SH-000001", 'number: "SH-000001"'),
        ("number: SH-000001", "number:  SH-000001"),
        ('"021-5555 0100"', "'021-5555 0100'"),
        ('"021-5555 0100"', "021-5555 0100"),
        ("  city", "    city"),
        ("  - id", "- id"),
        ("- {id", "  - {id"),
        ("epoch: 0,", "epoch: 0 ,"),
        ("files: []", "files:"),
        ("files: []", "files: [] # none"),
        ("schema: 1", "schema: 01"),
        ("schema: 1", "schema: 1\nschema: 1"),
        ("上海市", "&a 上海市"),
        ("上海市", "!!str 上海市"),
        ("上海市", "yes"),
        ("former:\n", "former: |\n"),
        ("0}\n", "0}\r\n"),
        ("address:\n", "address:\n\n"),
        ("number:", "? number:"),
        ("schema: 1\n", "schema: 1\n---\n"),
    ],
)
def test_what_is_spelled_otherwise_is_left_to_the_parser(spelled: str, otherwise: str) -> None:
    assert spelled in RECORD or spelled == "0}\n"
    text = RECORD.replace(spelled, otherwise, 1) if spelled in RECORD else RECORD.replace("age1x}\n", "age1x}\r\n")
    assert canonical_text.read(text, lambda key: key == "keys") is None


def test_lists_keep_the_layout_that_is_asked_for() -> None:
    block, line = "keys:\n  - id: a\n", "keys:\n- {id: a}\n"
    assert canonical_text.read(block) == canonical_text.read(line) == {"keys": [{"id": "a"}]}
    assert canonical_text.read(block, lambda key: key == "keys") is None
    assert canonical_text.read(line, lambda _key: False) is None


def test_a_text_that_is_neither_is_refused_by_the_parser() -> None:
    with pytest.raises(NotYaml):
        yaml_text.load("a: [\n")


def test_what_stands_in_many_files_is_shared_by_none_where_it_can_change() -> None:
    for line in ("files: []", "axes: {}"):
        (one,), (other,) = (canonical_text.read(f"{line}\n").values() for _time in "12")  # type: ignore[union-attr]
        assert one == other
        assert one is not other
