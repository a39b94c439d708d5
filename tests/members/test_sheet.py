"""The recovery sheet as a page: what is written on it is read back, and another page is none."""

from collections.abc import Callable

import pytest

from archivectl.encryption import age
from archivectl.members import sheet, signing


def test_what_the_sheet_holds_is_read_back_from_it() -> None:
    (secret, recipient), private = age.generate(), signing.generate()
    page = sheet.text("M4Q", "0" * 64, secret, private)
    assert "M4Q" in page
    assert "0" * 64 in page
    assert sheet.identities(page) == (secret,)
    assert sheet.private(page) == private
    assert sheet.public(page) == sheet.Public(recipient, signing.public_of(private))


@pytest.mark.parametrize(
    "written",
    [
        lambda _secret, _private: "",
        lambda _secret, _private: "a letter",
        lambda secret, _private: secret,
        lambda _secret, private: private,
        lambda secret, private: f"{secret[:-1]}0\n{private}",
        lambda secret, private: f"{secret}\n{private.replace('b3BlbnNz', 'AAAAAAAA', 1)}",
    ],
    ids=["nothing", "a letter", "one key", "the other", "a broken secret", "a broken private key"],
)
def test_a_page_that_lacks_one_of_its_keys_is_no_sheet(written: Callable[[str, str], str]) -> None:
    assert sheet.public(written(age.generate()[0], signing.generate())) is None
