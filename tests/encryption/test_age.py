"""age in plain text: standard files, one spelling of every key, and refusals instead of foreign errors."""

import shutil
import subprocess
from pathlib import Path

import pytest

from archivectl.encryption import age

# A published example: the recipient of the age README.
PUBLISHED = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
# The points of small order on curve25519, in canonical and other encodings; their checksums are right.
SMALL_ORDER = [
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
    "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv",
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqsuwj9m",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhzqqxqejhu",
]
OTHER_SPELLINGS = [
    "",
    "age1",
    PUBLISHED.upper(),
    f" {PUBLISHED}",
    f"{PUBLISHED}\n",
    PUBLISHED[:-1],
    PUBLISHED[:-1] + "q",
    "钥",
    "\ud800" * 62,
]

needs_age = pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")


def test_what_is_encrypted_opens_with_the_secret() -> None:
    secret, recipient = age.generate()
    assert age.decrypt(age.encrypt(b"138", [recipient]), [secret]) == b"138"


def test_any_one_of_several_secrets_opens() -> None:
    first, second, third = (age.generate() for _ in range(3))
    ciphertext = age.encrypt(b"138", [first[1], second[1]])
    assert age.decrypt(ciphertext, [third[0], second[0]]) == b"138"


def test_a_recipient_is_computed_from_its_secret() -> None:
    secret, recipient = age.generate()
    assert age.recipient_of(secret) == recipient


@needs_age
def test_stock_age_opens_what_we_encrypt(tmp_path: Path) -> None:
    secret, recipient = age.generate()
    (tmp_path / "key").write_text(secret)
    (tmp_path / "value.age").write_bytes(age.encrypt("地址".encode(), [recipient]))
    opened = subprocess.run(["age", "-d", "-i", tmp_path / "key", tmp_path / "value.age"], capture_output=True, check=True)
    assert opened.stdout == "地址".encode()


@needs_age
def test_we_open_what_stock_age_encrypts() -> None:
    secret, recipient = age.generate()
    made = subprocess.run(["age", "-r", recipient], input=b"138", capture_output=True, check=True).stdout
    assert age.decrypt(made, [secret]) == b"138"


def test_another_key_does_not_open() -> None:
    ciphertext = age.encrypt(b"138", [age.generate()[1]])
    with pytest.raises(age.DoesNotOpen) as refusal:
        age.decrypt(ciphertext, [age.generate()[0]])
    assert refusal.value.status == 5


@pytest.mark.parametrize("secrets", [[], [""], ["AGE-SECRET-KEY-1"], [PUBLISHED], ["密钥"], ["\ud800"], ["ssh-ed25519 AAAA"]])
def test_no_secret_or_what_is_none_opens_nothing(secrets: list[str]) -> None:
    ciphertext = age.encrypt(b"138", [PUBLISHED])
    with pytest.raises(age.DoesNotOpen):
        age.decrypt(ciphertext, secrets)


def test_a_ciphertext_cut_or_changed_anywhere_does_not_open() -> None:
    secret, recipient = age.generate()
    ciphertext = age.encrypt(b"138", [recipient])
    for at in range(len(ciphertext)):
        changed = ciphertext[:at] + bytes([ciphertext[at] ^ 1]) + ciphertext[at + 1 :]
        for damaged in (ciphertext[:at], changed):
            with pytest.raises(age.DoesNotOpen):
                age.decrypt(damaged, [secret])


def test_a_published_recipient_is_one() -> None:
    assert age.encrypt(b"138", [PUBLISHED])


@pytest.mark.parametrize("text", [*OTHER_SPELLINGS, *SMALL_ORDER])
def test_another_spelling_or_a_weak_point_is_no_recipient(text: str) -> None:
    with pytest.raises(age.NoSuchRecipient):
        age.encrypt(b"138", [text])


def test_a_secret_given_as_recipient_is_not_repeated_in_the_message() -> None:
    secret, _ = age.generate()
    with pytest.raises(age.NoSuchRecipient) as refusal:
        age.encrypt(b"138", [secret])
    assert secret not in str(refusal.value)
