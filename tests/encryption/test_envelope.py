"""Sealed values: exact in form, bound to their place, silent about their length."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archivectl.encryption import age
from archivectl.encryption.envelope import (
    LEVELS,
    DamagedValue,
    MovedValue,
    NotSealable,
    Sealed,
    is_sealed,
    key_id,
    parse,
    seal,
    unseal,
)

SECRET, RECIPIENT = age.generate()
UID = "K5QZ4M7DXA2BK5QZ4M7DXA2BK5"
PATH = "contacts[cK3F7Q].phone"


class Place(NamedTuple):
    uid: str = UID
    path: str = PATH


HERE = Place()


def sealed(value: object, place: Place = HERE, level: str = "confidential") -> str:
    return seal(value, uid=place.uid, path=place.path, level=level, recipient=RECIPIENT)


def opened(text: str, place: Place = HERE) -> object:
    return unseal(text, uid=place.uid, path=place.path, secret=SECRET)


def parts(text: str) -> Sealed:
    found = parse(text)
    assert found is not None
    return found


def line(value: Sealed) -> str:
    return f"enc:1:{value.level}:{value.key_id}:{base64.b64encode(value.ciphertext).decode()}"


def by_hand(plaintext: bytes, level: str = "confidential", key: str = key_id(RECIPIENT)) -> str:
    return line(Sealed(level, key, age.encrypt(plaintext, [RECIPIENT])))


def envelope(**changes: object) -> bytes:
    fields = {"key": key_id(RECIPIENT), "level": "confidential", "path": PATH, "uid": UID, "v": 1, "value": "x"} | changes
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(json_values, st.sampled_from(LEVELS))
def test_any_value_comes_back_as_it_was(value: object, level: str) -> None:
    text = sealed(value, level=level)
    back = opened(text)
    assert back == value
    assert json.dumps(back, sort_keys=True) == json.dumps(value, sort_keys=True)  # 1 is not True
    assert parts(text).level == level


def test_the_plaintext_is_canonical_json_padded_with_spaces() -> None:
    plaintext = age.decrypt(parts(sealed({"b": "章\n", "a": [1, None, True]})).ciphertext, [SECRET])
    written = (
        f'{{"key":"{key_id(RECIPIENT)}","level":"confidential","path":"{PATH}","uid":"{UID}","v":1,'
        '"value":{"a":[1,null,true],"b":"章\\n"}}'
    )
    assert plaintext.rstrip(b" ").decode() == written
    assert len(plaintext) % 64 == 0
    assert len(plaintext) - len(written.encode()) < 64


@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")
def test_stock_age_opens_a_value(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET)
    encoded = sealed("13800138000").split(":")[4]
    command: list[str | Path] = ["age", "-d", "-i", tmp_path / "key"]
    shown = subprocess.run(command, input=base64.b64decode(encoded), capture_output=True, check=True).stdout
    assert json.loads(shown)["value"] == "13800138000"


def test_values_of_one_to_thirty_bytes_have_plaintexts_of_one_length() -> None:
    # The place is chosen so that 30 bytes just fit: any length says no more than its bucket.
    place = Place(path="columns.purpose.of_visit")
    lengths = {len(age.decrypt(parts(sealed("x" * size, place)).ciphertext, [SECRET])) for size in range(1, 31)}
    assert len(lengths) == 1


def test_the_key_id_is_twelve_characters_of_the_digest_of_the_recipient() -> None:
    # printf %s RECIPIENT | sha256sum | xxd -r -p | base32 | head -c 12
    assert key_id("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p") == "Z57FNARRGFIG"


@pytest.mark.parametrize(
    "place",
    [Place(uid="7QXZ4M7DXA2BK5QZ4M7DXA2BK5"), Place(path="contacts[cK3F7R].phone"), Place(path="phone")],
)
def test_a_value_moved_to_another_record_or_field_is_detected(place: Place) -> None:
    with pytest.raises(MovedValue):
        opened(sealed("13800138000"), place)


def test_a_value_relabelled_with_another_level_or_key_is_detected() -> None:
    value = parts(sealed("13800138000"))
    for relabelled in (value._replace(level="secret"), value._replace(key_id=key_id(age.generate()[1]))):
        with pytest.raises(MovedValue):
            opened(line(relabelled))


def test_a_value_sealed_for_another_key_does_not_open() -> None:
    other = seal("x", uid=UID, path=PATH, level="secret", recipient=age.generate()[1])
    with pytest.raises(age.DoesNotOpen):
        opened(other)


DAMAGED = {
    "empty": b"",
    "no json": b"x",
    "no text": b"\xff",
    "null": b"null",
    "a list": b"[]",
    "endless nesting": b"[" * 100_000,
    "version two": envelope(v=2),
    "version true": envelope(v=True),
    "version as text": envelope(v="1"),
    "no version": envelope(v=...),
    "no value": envelope(value=...),
    "one field more": envelope(more=1),
    "a fraction": envelope(value=1.5),
    "not a number": envelope(value=float("nan")),
    "a lone surrogate": envelope(value="\ud800"),
    "a long number": envelope(value=2**70),
    "something behind": envelope() + b"x",
}


@pytest.mark.parametrize("plaintext", DAMAGED.values(), ids=DAMAGED.keys())
def test_an_envelope_of_another_form_is_damaged(plaintext: bytes) -> None:
    with pytest.raises(DamagedValue):
        opened(by_hand(plaintext))


def test_an_envelope_made_by_hand_opens() -> None:
    assert opened(by_hand(envelope(value="13800138000"))) == "13800138000"


def test_refusals_name_the_path_and_no_value() -> None:
    for text, place in ((sealed("13800138000"), Place(path="phone")), (by_hand(b'"13800138000"'), HERE)):
        with pytest.raises((MovedValue, DamagedValue)) as refusal:
            opened(text, place)
        assert place.path in str(refusal.value)
        assert "13800138000" not in str(refusal.value) + str(refusal.value.values)
        assert refusal.value.status == 4


@pytest.mark.parametrize(
    "value", ["\ud800", {"\udfff": 1}, ["a", {"b": "\ud83d"}], 1.5, float("nan"), {1: "a"}, ("a",), b"a", 2**53 + 1]
)
def test_what_json_cannot_hold_exactly_is_refused(value: object) -> None:
    with pytest.raises(NotSealable) as refusal:
        sealed(value)
    assert refusal.value.status == 2
    assert PATH in str(refusal.value)


def test_deep_nesting_is_refused_and_modest_nesting_is_not() -> None:
    modest: list[object] = []
    for _ in range(40):
        modest = [modest]
    assert opened(sealed(modest)) == modest
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(NotSealable):
        sealed(deep)


def test_a_level_that_is_not_encrypted_is_refused() -> None:
    with pytest.raises(ValueError, match="internal"):
        sealed("x", level="internal")


def test_what_a_value_shows_without_a_key_is_read() -> None:
    text = sealed("x", level="top-secret")
    assert is_sealed(text)
    assert parts(text).level == "top-secret"
    assert parts(text).key_id == key_id(RECIPIENT)
    assert line(parts(text)) == text


def with_part(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def spoil(text: str) -> str:
        fields = text.split(":")
        fields[number] = change(fields[number])
        return ":".join(fields)

    return spoil


def loose_bits(encoded: str) -> str:
    """Another base64 spelling of the same bytes: the last character before the padding carries unused bits."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = encoded.rstrip("=")
    return body[:-1] + alphabet[alphabet.index(body[-1]) + 1] + encoded[len(body) :]


SPOILT: dict[str, Callable[[str], str]] = {
    "empty": lambda _: "",
    "prefix alone": lambda _: "enc:1:",
    "another version": with_part(1, lambda _: "2"),
    "version padded": with_part(1, lambda _: "01"),
    "a level in clear": with_part(2, lambda _: "internal"),
    "a level in capitals": with_part(2, str.upper),
    "a short key id": with_part(3, lambda key: key[:-1]),
    "a key id in small letters": with_part(3, lambda _: "zqvq65b5maq6"),
    "a key id of other characters": with_part(3, lambda key: key[:-1] + "1"),
    "no ciphertext": with_part(4, lambda _: ""),
    "no age file": with_part(4, lambda _: "YQ=="),
    "a header cut off": with_part(4, lambda _: base64.b64encode(b"age-encryption.org/v1").decode()),
    "an armored age file": with_part(4, lambda _: base64.b64encode(b"-----BEGIN AGE ENCRYPTED FILE-----\n").decode()),
    "no padding": with_part(4, lambda text: text.rstrip("=")),
    "too much padding": with_part(4, lambda text: text + "="),
    "loose bits": with_part(4, loose_bits),
    "a line break inside": with_part(4, lambda text: text[:8] + "\n" + text[8:]),
    "a line break behind": lambda text: text + "\n",
    "the alphabet of URLs": with_part(4, lambda text: text[:40] + "-_" + text[42:]),
    "a space before": lambda text: " " + text,
    "a part behind": lambda text: text + ":x",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_another_form_is_no_sealed_value(spoil: Callable[[str], str]) -> None:
    padded = next(text for text in iter(lambda: sealed("x"), "") if text.endswith("="))
    assert parse(padded)
    assert parse(spoil(padded)) is None
    with pytest.raises(DamagedValue):
        opened(spoil(padded))


@pytest.mark.parametrize("value", [None, 1, True, ["enc:1:"], {"enc:1:": 1}, "", "enc", "ENC:1:secret", "13800138000", b"enc:1:"])
def test_other_values_are_not_taken_for_sealed_ones(value: object) -> None:
    assert not is_sealed(value)
