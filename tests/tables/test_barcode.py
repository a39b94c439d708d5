"""Bars hold what is written beside them: read back module by module, as a scanner does."""

import re

import pytest
from barcode.charsets import code128

from archivectl.tables.barcode import svg

QUIET = 10


def modules(drawn: str) -> str:
    """The row of dark and light modules that a drawing shows, without its quiet zones."""
    total = int(re.search(r'viewBox="0 0 (\d+) ', drawn)[1])  # type: ignore[index]
    dark = {
        place
        for at, width in re.findall(r'<rect x="(\d+)" y="0" width="(\d+)"', drawn)
        for place in range(int(at), int(at) + int(width))
    }
    row = "".join("1" if place in dark else "0" for place in range(total))
    assert row[:QUIET] == row[-QUIET:] == "0" * QUIET
    return row[QUIET:-QUIET]


def scanned(drawn: str) -> str:
    """What a scanner types: symbols decoded, check symbol and stop verified."""
    row = modules(drawn)
    values = [code128.CODES.index(row[at : at + 11]) for at in range(0, len(row) - 13, 11)]
    assert row[-13:] == code128.STOP + "11"
    start, *inside, check = values
    assert check == (start + sum(place * value for place, value in enumerate(inside, 1))) % 103
    charset, text = {103: "A", 104: "B", 105: "C"}[start], ""
    for value in inside:
        if value in {99, 100, 101}:
            charset = {99: "C", 100: "B", 101: "A"}[value]
        else:
            text += f"{value:02}" if charset == "C" else chr(value + 32)
    return text


@pytest.mark.parametrize(
    "code", ["SH-000212", "SH-000212/vK3F7Q", "JY-2026-0031", "K5QAAAAAAAAAAAAAAAAAAAAAAA", "BJ-2-123456/dABCDE"]
)
def test_the_bars_read_back_as_the_code(code: str) -> None:
    assert scanned(svg(code)) == code


def test_a_long_code_is_drawn_narrower_and_still_fits_the_label() -> None:
    long = svg("K5QAAAAAAAAAAAAAAAAAAAAAAA/vK3F7Q")
    assert float(re.search(r'width="([0-9.]+)mm"', long)[1]) <= 76  # type: ignore[index]
    assert scanned(long).endswith("/vK3F7Q")


@pytest.mark.parametrize("text", ["", "上海-1", "a\nb"])
def test_what_has_no_bars_gets_none(text: str) -> None:
    assert svg(text) == ""
