"""Identities: behind a passphrase asked for once, in a device touched once, SSH keys; what is wrong with one is one sentence."""

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import device
import passphrases
from archivectl.encryption import age, identities
from archivectl.encryption.asking import PassphraseNeeded
from archivectl.encryption.devices import PluginMissing, PluginNotAllowed, PluginUnsafe
from archivectl.members.home import Home
from office import Office
from program import Program
from project import ROOT

PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
SECRET = ("--set", "identity.id_number=11010519491231002X")
REVEAL = ("show", "1", "--reveal", "--purpose", "核对", "--json")
PASSPHRASE = "correct horse"  # noqa: S105 - invented


def identity(office: Office, handle: str) -> Path:
    return next(office.home.folder.glob(f"identities/*/{handle}.age"))


def with_(office: Office, **environment: str) -> Program:
    return replace(office.run, environment={**office.run.environment, **environment})


@pytest.fixture
def filed(office: Office) -> Office:
    assert office.run(*PERSON, *SECRET).status == 0
    return office


@pytest.fixture
def protected(filed: Office) -> Office:
    """The identity of li.na, behind a passphrase."""
    path = identity(filed, "li.na")
    path.write_bytes(passphrases.protect(path.read_bytes(), PASSPHRASE))
    return filed


def file_with(office: Office, text: str, mode: int = 0o600) -> str:
    path = office.run.folder / "passphrase"
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_a_protected_identity_opens_with_the_passphrase_in_a_file(protected: Office) -> None:
    run = with_(protected, ARCHIVECTL_PASSPHRASE_FILE=file_with(protected, f"{PASSPHRASE}\n"))
    answer = run(*REVEAL, member="li.na")
    assert (answer.status, answer.json["name"]) == (0, "张三")
    assert run("update", "1", "--set", "phone=13900139000", "--reason", "更正", member="li.na").status == 0


def test_it_is_derived_once_for_each_command(protected: Office) -> None:
    """A scrypt of a second is what makes a passphrase strong: eight fields must not take eight of them."""
    asked = []

    class Once:
        def secret(self, question: str, **values: object) -> str | None:
            asked.append((question, values))
            return PASSPHRASE

        def say(self, text: str) -> None:
            raise AssertionError(text)

    from archivectl.encryption import asking  # noqa: PLC0415 - only here

    asking.through(Once())
    home = Home(protected.home.folder)
    archive = identity(protected, "li.na").parent.name
    first = home.identities(archive, "li.na")
    assert home.identities(archive, "li.na") is first
    assert len(asked) == 1


@pytest.mark.parametrize(("text", "mode", "status", "error"), [
    ("wrong\n", 0o600, 5, "passphrase-wrong"),
    ("", 0o600, 5, "passphrase-wrong"),
    (f"{PASSPHRASE}\n", 0o644, 2, "passphrase-file"),
    (None, 0o600, 2, "passphrase-file"),
])  # fmt: skip
def test_a_passphrase_that_does_not_fit_is_told_and_not_shown(
    protected: Office, text: str | None, mode: int, status: int, error: str
) -> None:
    path = "/nonexistent" if text is None else file_with(protected, text, mode)
    answer = with_(protected, ARCHIVECTL_PASSPHRASE_FILE=path)(*REVEAL, member="li.na")
    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.json["hint"]
    assert PASSPHRASE not in answer.out + answer.err


def test_nobody_is_asked_where_there_is_no_terminal(protected: Office) -> None:
    answer = protected.run(*REVEAL, member="li.na")
    assert (answer.status, answer.json["error"]) == (5, "passphrase-needed")
    assert "ARCHIVECTL_PASSPHRASE_FILE" in answer.json["hint"]
    with pytest.raises(PassphraseNeeded):
        identities.parse(identity(protected, "li.na").read_bytes(), Path("li.na.age"))


def test_at_a_terminal_the_person_is_asked_once_and_unseen(protected: Office) -> None:
    own, other = pty.openpty()
    environment = {**os.environ, **protected.run.environment, "ARCHIVECTL_MEMBER": "li.na", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "archivectl", *REVEAL]
    with subprocess.Popen(
        command, env=environment, stdin=other, stdout=other, stderr=other, start_new_session=True, cwd=protected.run.folder
    ) as process:
        os.close(other)
        seen = b""
        while b"Passphrase of" not in seen:
            seen += os.read(own, 4096)
        os.write(own, f"{PASSPHRASE}\n".encode())
        try:
            while chunk := os.read(own, 4096):
                seen += chunk
        except OSError:  # the other end is closed
            pass
    os.close(own)
    assert process.returncode == 0, seen
    assert seen.count(b"Passphrase of") == 1
    assert PASSPHRASE.encode() not in seen
    assert "张三".encode() in seen


@pytest.fixture
def touched(filed: Office) -> Path:
    """chen.jing reads with a device alone; the file in which each touch is noted."""
    bin_, noted = filed.run.folder / "bin", filed.run.folder / "touched"
    device.install(bin_, "tpm", sys.executable, noted)
    run = on_path(filed)
    recipient = device.recipient("tpm")
    answer = run("member", "update", "chen.jing", "--add-age", recipient, "--reason", "换用设备", member="li.na")
    assert answer.status == 0, answer.err
    identity(filed, "chen.jing").write_text(device.identity("tpm") + "\n")
    noted.unlink(missing_ok=True)
    return noted


def on_path(office: Office) -> Program:
    return with_(office, PATH=f"{office.run.folder / 'bin'}{os.pathsep}{os.environ['PATH']}")


def test_a_device_is_touched_once_for_a_command_that_opens_several_levels(filed: Office, touched: Path) -> None:
    answer = on_path(filed)(*REVEAL, member="chen.jing")
    assert answer.status == 0, answer.err
    assert (answer.json["name"], answer.json["identity"]["id_number"]) == ("张三", "11010519491231002X")
    assert device.touches(touched) == 1


def test_a_device_is_touched_once_for_many_records(filed: Office, touched: Path) -> None:
    for _ in range(5):
        filed.run(*PERSON)
    answer = on_path(filed)("list", "--json", member="chen.jing")
    assert [each["name"] for each in answer.json] == ["张三"] * 6
    assert device.touches(touched) == 1


def test_after_a_rotation_one_touch_still_opens_everything(filed: Office, touched: Path) -> None:
    assert on_path(filed)("key", "rotate", "confidential", "--reason", "例行", member="li.na").status == 0
    touched.unlink(missing_ok=True)
    assert on_path(filed)(*REVEAL, member="chen.jing").status == 0
    assert device.touches(touched) == 1


def test_a_masked_reading_touches_nothing(filed: Office, touched: Path) -> None:
    assert on_path(filed)("show", "1", member="chen.jing").status == 0
    assert device.touches(touched) == 0


def test_a_plugin_that_is_no_plugin_for_keys_is_not_started(filed: Office, touched: Path) -> None:
    """A key names its program: one beside the archive, or anywhere else, must not run because somebody entered a key."""
    device.install(filed.run.folder / "bin", "evil", sys.executable, touched)
    with pytest.raises(PluginNotAllowed):
        age.encrypt(b"", [device.recipient("evil")])
    with pytest.raises(PluginNotAllowed):
        age.decrypt(age.encrypt(b"", [age.generate()[1]]), [device.identity("evil")])
    identity(filed, "chen.jing").write_text(device.identity("evil") + "\n")
    answer = on_path(filed)(*REVEAL, member="chen.jing")
    assert (answer.status, answer.json["error"]) == (5, "plugin-not-allowed")
    assert answer.json["hint"]
    assert not touched.exists()


@pytest.mark.parametrize("name", ["../../tmp/x", "tpm/../evil", "/bin/sh", "TPM ", "."])
def test_a_plugin_s_name_that_points_elsewhere_is_refused(name: str) -> None:
    for text in (device.bech32(f"age1{name}", b"card"), device.bech32(f"age-plugin-{name}-", b"card").upper()):
        with pytest.raises((age.NoSuchRecipient, PluginNotAllowed)):
            age.encrypt(b"", [text])
        with pytest.raises((age.DoesNotOpen, PluginNotAllowed)):
            age.decrypt(age.encrypt(b"", [age.generate()[1]]), [text])


def test_a_plugin_is_started_only_where_the_system_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = device.install(tmp_path / "bin", "tpm", sys.executable, tmp_path / "touched")
    recipient = device.recipient("tpm", b"other")
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(PluginMissing):
        age.encrypt(b"", [recipient])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "bin")
    with pytest.raises(PluginUnsafe):
        age.encrypt(b"", [recipient])
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    program.chmod(0o777)
    with pytest.raises(PluginUnsafe):
        age.encrypt(b"", [recipient])
    program.chmod(0o755)
    assert age.decrypt(age.encrypt(b"x", [recipient]), [device.identity("tpm", b"other")]) == b"x"


def ssh_key(folder: Path, *options: str) -> tuple[str, str]:
    """A private key of ssh-keygen's and its public half, without comment."""
    path = folder / "id"
    subprocess.run(["ssh-keygen", "-q", "-N", "", "-f", str(path), *options], check=True)
    return path.read_text(), " ".join(Path(f"{path}.pub").read_text().split()[:2])


def test_an_ssh_key_reads_like_any_other(filed: Office) -> None:
    private, public = ssh_key(filed.run.folder, "-t", "ed25519")
    assert age.recipient_of(private.strip()) == public
    assert filed.run("member", "update", "chen.jing", "--add-age", public, "--reason", "换用", member="li.na").status == 0
    identity(filed, "chen.jing").write_text(private)
    answer = filed.run(*REVEAL, member="chen.jing")
    assert (answer.status, answer.json["name"]) == (0, "张三")
    assert [each["name"] for each in filed.run("list", "--json", member="chen.jing").json] == ["张三"]
    assert filed.run("verify").status == 0


def test_an_ssh_key_behind_a_passphrase_is_named_with_what_to_do(filed: Office) -> None:
    locked = filed.run.folder / "locked"
    subprocess.run(["ssh-keygen", "-q", "-N", PASSPHRASE, "-t", "ed25519", "-f", str(locked)], check=True)
    request = ("member", "request", "he.min", "--name", "何敏", "-o", "he.min.request", "--age")
    refused = filed.run(*request, "locked", "--json")
    assert (refused.status, refused.json["error"]) == (2, "locked-age-key")
    assert all(words in refused.json["hint"] for words in ("Leave --age out", "ssh-keygen -p"))
    refused = filed.run("member", "update", "chen.jing", "--add-age", "locked", "--reason", "换用", "--json", member="li.na")
    assert (refused.status, refused.json["error"], "locked" in refused.json["hint"]) == (2, "private-key", True)
    shutil.copyfile(locked, identity(filed, "chen.jing"))
    refused = filed.run(*REVEAL, member="chen.jing")
    assert (refused.status, refused.json["error"], "ssh-keygen -p" in refused.json["hint"]) == (5, "locked-key", True)
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", PASSPHRASE, "-N", "", "-f", str(locked)], check=True)  # what the hint says
    assert filed.run(*request, "locked").status == 0


def test_an_ssh_key_of_another_type_is_no_age_key(filed: Office) -> None:
    ssh_key(filed.run.folder, "-t", "ecdsa")
    refused = filed.run("member", "request", "he.min", "--name", "何敏", "-o", "he.min.request", "--age", "id", "--json")
    assert (refused.status, refused.json["error"]) == (2, "not-an-age-key")


def test_stock_age_opens_what_is_encrypted_for_an_ssh_key(tmp_path: Path) -> None:
    _private, public = ssh_key(tmp_path, "-t", "ed25519")
    sealed = age.encrypt(b"secret", [public])
    command = ["age", "-d", "-i", str(tmp_path / "id")]
    assert subprocess.run(command, input=sealed, capture_output=True, check=True).stdout == b"secret"


@pytest.mark.parametrize("spoil", [
    lambda public: f"{public} wang@office",
    lambda public: public.replace("ssh-ed25519", "ssh-rsa"),
    lambda public: public[:-4],
    lambda public: f"{public[:-1]}{'A' if public[-1] != 'A' else 'B'}=",
    lambda public: public.replace(" ", "  "),
    lambda _public: "ssh-ed25519 AAAA",
])  # fmt: skip
def test_an_ssh_key_has_one_spelling(tmp_path: Path, spoil: Callable[[str], str]) -> None:
    _private, public = ssh_key(tmp_path, "-t", "ed25519")
    assert age.is_recipient(public)
    assert not age.is_recipient(spoil(public))


def gone(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


def another(path: Path) -> None:
    path.write_text(f"{age.generate()[0]}\n")


def open_to_all(path: Path) -> None:
    path.chmod(0o644)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (gone, "no-identity"),
        (a_folder, "no-identity"),
        (empty, "identity-damaged"),
        (cut, "identity-damaged"),
        (garbage, "identity-damaged"),
        (another, "level-key-shut"),
        (open_to_all, "read-by-others"),
    ],
)
def test_what_is_wrong_with_an_identity_is_one_sentence_and_one_hint(
    filed: Office, harm: Callable[[Path], None], error: str
) -> None:
    harm(identity(filed, "li.na"))
    answer = filed.run(*REVEAL, member="li.na")
    assert (answer.status, answer.json["error"]) == (5, error)
    assert answer.json["hint"].count("\n") == 0
    assert filed.run("show", "1", member="li.na").status == 0, "masked reading needs no identity"
    assert filed.run("verify").status == 0


@pytest.mark.parametrize("first", [True, False])
def test_a_device_is_touched_once_however_the_wraps_for_earlier_keys_are_sorted(
    filed: Office, touched: Path, *, first: bool
) -> None:
    """A wrap for the key that was there before lies beside that of the device, and may be looked at first."""
    with filed.acting() as archive:
        folders = list((archive.keyring.folder / "levels").iterdir())
    for folder in folders:
        earlier = [path for path in folder.glob("chen.jing.*.age") if b"-> X25519" in path.read_bytes()]
        for path in earlier:
            path.rename(folder / f"chen.jing.{'222222222222' if first else 'ZZZZZZZZZZZZ'}.age")
    answer = on_path(filed)(*REVEAL, member="chen.jing")
    assert (answer.status, device.touches(touched)) == (0, 1), answer.err
