"""Signatures: interoperable with stock ssh-keygen, and strict about what counts as one."""

import base64
import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from archivectl.members.signing import (
    NotASigningKey,
    Signer,
    SigningKeyDamaged,
    SigningKeyProtected,
    armor,
    dearmor,
    generate,
    public_line,
    public_of,
    verifies,
)

MESSAGE = "archivectl event 1\nentry 7QX\n- {id: 3F7QK2ZMXA4B, data: {note: 同意}}\n".encode()
SPACE = "archivectl"


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.load(generate())


@pytest.fixture(scope="module")
def signature(signer: Signer) -> bytes:
    return signer.sign(MESSAGE, SPACE)


def string(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def fields(signature: bytes) -> list[bytes]:
    """The five strings of an SSHSIG, read plainly for forging others from them."""
    parts, rest = [], signature[10:]
    while rest:
        length = int.from_bytes(rest[:4], "big")
        parts.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    return parts


def with_field(number: int, content: bytes) -> Callable[[bytes], bytes]:
    def forge(signature: bytes) -> bytes:
        parts = fields(signature)
        parts[number] = content
        return signature[:10] + b"".join(string(part) for part in parts)

    return forge


def ssh_key(folder: Path, kind: str = "ed25519", words: str = "") -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", words, "-C", "", "-f", folder / "key"], check=True)
    return folder / "key"


def stock_verify(folder: Path, public: str, message: bytes, text: str, namespace: str = SPACE) -> bool:
    (folder / "allowed").write_text(f"li.na {public}\n")
    (folder / "message.sig").write_text(text)
    command: list[str | Path] = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        folder / "allowed",
        "-I",
        "li.na",
        "-n",
        namespace,
        "-s",
        folder / "message.sig",
    ]
    return subprocess.run(command, input=message, capture_output=True, check=False).returncode == 0


def test_our_signature_verifies_with_stock_ssh_keygen(tmp_path: Path, signer: Signer, signature: bytes) -> None:
    assert stock_verify(tmp_path, signer.public, MESSAGE, armor(signature))
    assert not stock_verify(tmp_path, signer.public, MESSAGE + b"\n", armor(signature))
    assert not stock_verify(tmp_path, signer.public, MESSAGE, armor(signature), namespace="git")


def test_a_signature_by_stock_ssh_keygen_verifies_and_has_our_bytes(tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    (tmp_path / "message").write_bytes(MESSAGE)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", SPACE, tmp_path / "message"], check=True)
    text = (tmp_path / "message.sig").read_text()
    theirs = dearmor(text)
    ours = Signer.load(key.read_text())
    assert theirs is not None
    assert verifies(theirs, MESSAGE, SPACE) == ours.public
    assert theirs == ours.sign(MESSAGE, SPACE)
    assert text == armor(theirs)


def test_the_public_line_is_the_one_that_ssh_keygen_writes(tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    assert public_of(key.read_text()) == " ".join(key.with_suffix(".pub").read_text().split()[:2])


def test_a_generated_key_is_read_by_stock_ssh_keygen(tmp_path: Path) -> None:
    private = generate()
    (tmp_path / "key").write_text(private)
    (tmp_path / "key").chmod(0o600)
    shown = subprocess.run(["ssh-keygen", "-y", "-f", tmp_path / "key"], capture_output=True, text=True, check=True).stdout
    assert shown.split()[:2] == public_of(private).split()


def test_a_valid_signature_names_its_key(signer: Signer, signature: bytes) -> None:
    assert verifies(signature, MESSAGE, SPACE) == signer.public


def test_one_changed_byte_anywhere_in_the_signature_is_refused(signature: bytes) -> None:
    for at in range(len(signature)):
        changed = bytearray(signature)
        changed[at] ^= 1
        assert verifies(bytes(changed), MESSAGE, SPACE) is None, at


def test_one_changed_byte_anywhere_in_the_message_is_refused(signature: bytes) -> None:
    for at in range(len(MESSAGE)):
        changed = bytearray(MESSAGE)
        changed[at] ^= 1
        assert verifies(signature, bytes(changed), SPACE) is None, at


def test_a_signature_for_another_namespace_is_refused(signer: Signer, signature: bytes) -> None:
    assert verifies(signature, MESSAGE, "git") is None
    assert verifies(with_field(1, b"git")(signature), MESSAGE, "git") is None
    assert verifies(signer.sign(MESSAGE, "git"), MESSAGE, "git") == signer.public


def test_another_key_put_into_a_signature_is_refused(signature: bytes) -> None:
    other = Signer.load(generate()).sign(MESSAGE, SPACE)
    assert verifies(with_field(0, fields(other)[0])(signature), MESSAGE, SPACE) is None


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "magic alone": lambda _: b"SSHSIG",
    "no magic": lambda sig: sig[1:],
    "version two": lambda sig: sig[:9] + b"\x02" + sig[10:],
    "cut off": lambda sig: sig[:-1],
    "left over": lambda sig: sig + b"\x00",
    "left over string": lambda sig: sig + string(b""),
    "a length beyond the end": lambda sig: sig[:10] + b"\xff\xff\xff\xff" + sig[14:],
    "a length cut in two": lambda sig: sig[:12],
    "reserved used": with_field(2, b"x"),
    "another hash": with_field(3, b"sha256"),
    "no hash": with_field(3, b""),
    "empty key": with_field(0, b""),
    "key of another type": with_field(0, string(b"ssh-rsa") + string(b"\x03") + string(b"\x01" * 256)),
    "security key": with_field(0, string(b"sk-ssh-ed25519@openssh.com") + string(b"\x00" * 32) + string(b"ssh:")),
    "short key": with_field(0, string(b"ssh-ed25519") + string(b"\x00" * 31)),
    "key of many parts": with_field(0, string(b"ssh-ed25519") + string(b"\x00" * 32) + string(b"")),
    "key without a body": with_field(0, string(b"ssh-ed25519")),
    "empty signature": with_field(4, b""),
    "short signature": with_field(4, string(b"ssh-ed25519") + string(b"\x00" * 63)),
    "signature of another type": with_field(4, string(b"rsa-sha2-512") + string(b"\x00" * 64)),
    "key and signature in one": with_field(4, string(b"ssh-ed25519")),
    "armored": lambda sig: armor(sig).encode(),
}


@pytest.mark.parametrize("forge", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_signature_of_ours_is_answered_with_none(signature: bytes, forge: Callable[[bytes], bytes]) -> None:
    assert verifies(forge(signature), MESSAGE, SPACE) is None


@pytest.mark.parametrize("body", [b"\xff" * 32, b"\x02" + bytes(31)])
def test_a_key_that_is_no_point_of_the_curve_is_refused_without_an_error(signature: bytes, body: bytes) -> None:
    assert verifies(with_field(0, string(b"ssh-ed25519") + string(body))(signature), MESSAGE, SPACE) is None


def test_a_valid_signature_with_another_hash_is_refused(tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    (tmp_path / "message").write_bytes(MESSAGE)
    command: list[str | Path] = [
        "ssh-keygen",
        "-q",
        "-Y",
        "sign",
        "-O",
        "hashalg=sha256",
        "-f",
        key,
        "-n",
        SPACE,
        tmp_path / "message",
    ]
    subprocess.run(command, check=True)
    text = (tmp_path / "message.sig").read_text()
    assert stock_verify(tmp_path, public_of(key.read_text()), MESSAGE, text)
    assert verifies(dearmor(text) or b"", MESSAGE, SPACE) is None


@pytest.mark.parametrize("spell", [str, lambda text: text.replace("\n", "\r\n"), lambda text: f"\n{text}\n"])
def test_armor_is_read_back(signature: bytes, spell: Callable[[str], str]) -> None:
    assert dearmor(spell(armor(signature))) == signature


def test_armor_has_seventy_columns(signature: bytes) -> None:
    body = armor(signature).splitlines()[1:-1]
    assert {len(line) for line in body[:-1]} == {70}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN SSH SIGNATURE-----",
        "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0l\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NI*0lH\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\n签名\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN PGP SIGNATURE-----\nU1NIU0lH\n-----END PGP SIGNATURE-----\n",
    ],
)
def test_text_that_is_no_armored_signature_is_answered_with_none(text: str) -> None:
    assert dearmor(text) is None


def test_a_damaged_private_key_is_refused_as_such() -> None:
    private = generate()
    for text in ("", "AGE-SECRET-KEY-1", "\ud800", private[:200], private.replace(private.splitlines()[2], ""), private[:-60]):
        with pytest.raises(SigningKeyDamaged):
            Signer.load(text)


def test_a_private_key_of_another_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SigningKeyDamaged):
        Signer.load(ssh_key(tmp_path, "ecdsa").read_text())


def test_a_private_key_behind_a_passphrase_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(SigningKeyProtected) as refusal:
        Signer.load(ssh_key(tmp_path, words="invented words").read_text())
    assert refusal.value.status == 5
    assert "ssh-add" in refusal.value.hint


def test_a_signer_does_not_show_its_key(signer: Signer) -> None:
    assert repr(signer) == f"Signer(public='{signer.public}')"


HARDWARE = b"sk-ssh-ed25519@openssh.com"


@dataclass(frozen=True)
class Token:
    """A hardware key as OpenSSH knows it: what it signs with here is a bare key, which no real one gives away."""

    key: Ed25519PrivateKey
    application: bytes = b"ssh:"

    @property
    def blob(self) -> bytes:
        return b"".join(map(string, (HARDWARE, self.key.public_key().public_bytes_raw(), self.application)))

    @property
    def public(self) -> str:
        return f"{HARDWARE.decode()} {base64.b64encode(self.blob).decode()}"

    def sign(self, message: bytes, flags: int = 1, counter: int = 7, told: bytes | None = None, space: str = SPACE) -> bytes:
        """A signature; ``told`` are flags and counter where it states others than it signed."""
        counted = bytes([flags]) + counter.to_bytes(4, "big")
        signed = b"SSHSIG" + b"".join(map(string, (space.encode(), b"", b"sha512", hashlib.sha512(message).digest())))
        covered = hashlib.sha256(self.application).digest() + counted + hashlib.sha256(signed).digest()
        wrapped = string(HARDWARE) + string(self.key.sign(covered)) + (told or counted)
        return b"SSHSIG" + (1).to_bytes(4, "big") + b"".join(map(string, (self.blob, space.encode(), b"", b"sha512", wrapped)))


@pytest.fixture(scope="module")
def token() -> Token:
    return Token(Ed25519PrivateKey.generate())


def test_a_signature_of_a_hardware_key_counts_here_and_for_stock_ssh_keygen(token: Token, tmp_path: Path) -> None:
    signature = token.sign(MESSAGE)
    assert verifies(signature, MESSAGE, SPACE) == token.public == public_line(f"{token.public} li.na@laptop")
    assert stock_verify(tmp_path, token.public, MESSAGE, armor(signature))


def bare(token: Token) -> Signer:
    """The same key outside the token."""
    return Signer.load(token.key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode())


FALSE_TOKENS: dict[str, Callable[[Token], bytes]] = {
    "nobody touched it": lambda token: token.sign(MESSAGE, flags=0),
    "another counter than it signed": lambda token: token.sign(MESSAGE, told=bytes([1, 0, 0, 0, 8])),
    "a touch that it did not sign": lambda token: token.sign(MESSAGE, flags=4, told=bytes([5, 0, 0, 0, 7])),
    "another message": lambda token: token.sign(MESSAGE + b"!"),
    "another namespace": lambda token: token.sign(MESSAGE, space="git"),
    "for another application": lambda token: token.sign(MESSAGE).replace(string(b"ssh:"), string(b"ssl:")),
    "no counter": lambda token: with_field(4, fields(token.sign(MESSAGE))[4][:-5])(token.sign(MESSAGE)),
    "something after the counter": lambda token: with_field(4, fields(token.sign(MESSAGE))[4] + b"x")(token.sign(MESSAGE)),
    "the bare key's own signature under its name": lambda token: with_field(0, token.blob)(bare(token).sign(MESSAGE, SPACE)),
}


@pytest.mark.parametrize("name", FALSE_TOKENS)
def test_a_hardware_signature_that_is_not_exactly_one_is_none(token: Token, name: str) -> None:
    assert verifies(FALSE_TOKENS[name](token), MESSAGE, SPACE) is None


def line(kind: bytes, *parts: bytes, named: str = "") -> str:
    return f"{named or kind.decode()} {base64.b64encode(b''.join(map(string, (kind, *parts)))).decode()}"


def ordered(number: int) -> str:
    """A key that is this point: those of small order fit signatures that anybody makes."""
    return line(b"ssh-ed25519", number.to_bytes(32, "little"))


NO_KEYS = {
    "nothing": "",
    "no base64": "ssh-ed25519 §§§",
    "a type alone": "ssh-ed25519",
    "RSA": line(b"ssh-rsa", b"\x01\x00\x01", bytes(256)),
    "ECDSA": line(b"ecdsa-sha2-nistp256", b"nistp256", bytes(65)),
    "ECDSA in hardware": line(b"sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", bytes(65), b"ssh:"),
    "another type than it says": line(b"ssh-ed25519", bytes([9]) * 32, named="ssh-rsa"),
    "a short key": line(b"ssh-ed25519", bytes([9]) * 31),
    "something after the key": line(b"ssh-ed25519", bytes([9]) * 32, b"ssh:"),
    "hardware without application": line(HARDWARE, bytes([9]) * 32),
    "the neutral element": ordered(1),
    "the neutral element with its sign": ordered(1 + 2**255),
    "a point of order two": ordered(2**255 - 20),
    "a point of order four": ordered(0),
    "a point of order eight": ordered(2707385501144840649318225287225658788936804267575313519463743609750303021407),
    "another point of order eight": ordered(55188659117513257062467267217118295137698188065244968500265048394206261417542),
    "a number beyond the field": ordered(2**255 - 18),
}


@pytest.mark.parametrize("name", NO_KEYS)
def test_what_is_no_key_to_check_signatures_with_is_refused(name: str) -> None:
    with pytest.raises(NotASigningKey) as refusal:
        public_line(NO_KEYS[name])
    assert refusal.value.status == 2
    assert "ssh-keygen -t ed25519" in refusal.value.hint


def test_anybody_can_sign_for_a_key_of_small_order_which_is_why_none_is_let_in() -> None:
    blob = base64.b64decode(ordered(1).split()[1])
    neutral = (1).to_bytes(32, "little")
    wrapped = string(b"ssh-ed25519") + string(neutral + bytes(32))
    forged = b"SSHSIG" + (1).to_bytes(4, "big") + b"".join(map(string, (blob, SPACE.encode(), b"", b"sha512", wrapped)))
    assert verifies(forged, b"any message", SPACE) == ordered(1)
