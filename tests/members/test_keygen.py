"""Keys that archivectl cannot use itself: an agent, a passphrase, hardware; ``ssh-keygen`` signs, and what it says is checked."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import agents
from archivectl.members import keygen, signing
from archivectl.members.keygen import NoAgent, NotSigned
from archivectl.members.signing import NotASigningKey, SigningKeyDamaged, verifies

MESSAGE, SPACE, WORDS = b"a commit", "git", "invented words"


def key(folder: Path, *, words: str = "", kind: str = "ed25519", name: str = "key") -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", words, "-C", "li.na", "-f", folder / name], check=True)
    return folder / name


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An agent of this test's own, and a program that types the passphrase."""
    typist = tmp_path / "typist"
    typist.write_text(f"#!/bin/sh\necho '{WORDS}'\n")
    typist.chmod(0o700)
    with agents.running() as socket:
        monkeypatch.setenv("SSH_AUTH_SOCK", socket)
        monkeypatch.setenv("SSH_ASKPASS", str(typist))
        monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
        yield


def give(path: Path) -> None:
    subprocess.run(["ssh-add", "-q", path], check=True, stdin=subprocess.DEVNULL)


def test_a_bare_key_signs_in_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = key(tmp_path)
    monkeypatch.setenv("PATH", "")
    signer = keygen.signer(path)
    assert verifies(signer.sign(MESSAGE, SPACE), MESSAGE, SPACE) == signer.public == keygen.public_of(path.read_text())


@pytest.mark.usefixtures("agent")
def test_a_key_in_the_agent_signs_by_its_public_half_alone(tmp_path: Path) -> None:
    path = key(tmp_path, words=WORDS)
    give(path)
    signer = keygen.signer(tmp_path / "key.pub")
    assert keygen.in_agent() == signer.public == keygen.public_of(path.read_text())
    assert verifies(signer.sign(MESSAGE, SPACE), MESSAGE, SPACE) == signer.public


@pytest.mark.usefixtures("agent")
def test_a_key_behind_a_passphrase_asks_for_it(tmp_path: Path) -> None:
    signer = keygen.signer(key(tmp_path, words=WORDS))
    assert verifies(signer.sign(MESSAGE, SPACE), MESSAGE, SPACE) == signer.public


def test_a_key_that_nobody_unlocks_makes_no_signature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_ASKPASS", "/bin/false")
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    signer = keygen.signer(key(tmp_path, words=WORDS))
    with pytest.raises(NotSigned) as refusal:
        signer.sign(MESSAGE, SPACE)
    assert refusal.value.status == 5
    assert "ssh-add" in refusal.value.hint


def test_what_ssh_keygen_answers_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in its place signs something else, with a good key."""
    path, other = key(tmp_path, words=WORDS), key(tmp_path, name="other")
    false = tmp_path / "bin" / "ssh-keygen"
    false.parent.mkdir()
    false.write_text(f"#!/bin/sh\nexec {shutil.which('ssh-keygen')} -q -Y sign -n git -f {other}\n")
    false.chmod(0o700)
    signer = keygen.signer(path)
    monkeypatch.setenv("PATH", f"{false.parent}:{os.environ['PATH']}")
    with pytest.raises(NotSigned):
        signer.sign(MESSAGE, SPACE)


def test_without_ssh_keygen_nothing_is_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = keygen.signer(key(tmp_path, words=WORDS))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotSigned):
        signer.sign(MESSAGE, SPACE)


@pytest.mark.usefixtures("agent")
def test_an_agent_without_a_key_or_with_two_is_not_guessed_at(tmp_path: Path) -> None:
    with pytest.raises(NoAgent):
        keygen.in_agent()
    give(key(tmp_path))
    give(key(tmp_path, name="other"))
    with pytest.raises(NoAgent) as refusal:
        keygen.in_agent()
    assert "2" in str(refusal.value)


def test_no_agent_is_said_so() -> None:
    with pytest.raises(NoAgent):
        keygen.in_agent()


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_a_key_of_another_type_is_refused_by_name(tmp_path: Path, kind: str) -> None:
    path = key(tmp_path, kind=kind)
    with pytest.raises(NotASigningKey):
        keygen.public_of(path.with_suffix(".pub").read_text())
    with pytest.raises(NotASigningKey):
        keygen.public_of(path.read_text())


@pytest.mark.parametrize("length", range(36, 320, 7))
def test_a_private_key_cut_short_anywhere_is_damaged(tmp_path: Path, length: int) -> None:
    path = tmp_path / "key"
    path.write_text(signing.generate()[:length] + "\n-----END OPENSSH PRIVATE KEY-----\n")
    with pytest.raises(SigningKeyDamaged):
        keygen.signer(path)


@pytest.mark.parametrize("text", ["", "\n", "hello", "ssh-ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\n"])
def test_what_is_no_key_is_no_signer(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    with pytest.raises(SigningKeyDamaged) as refusal:
        keygen.signer(path)
    assert refusal.value.status == 5
