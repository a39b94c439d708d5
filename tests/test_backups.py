"""Backups: keys and archive apart, nothing in clear, every fault told, and the destroyed stays destroyed."""

import errno
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from archivectl.backups import making
from archivectl.custody import sampling
from archivectl.encryption import age, private_files
from archivectl.members.home import Home
from office import Office
from program import Answer

PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
NAMES = {"archive.bundle", "manifest.json", "keys"}


@pytest.fixture
def kept(office: Office) -> Office:
    """An office with one person's file, and a backup of it in the folder ``backup``."""
    office.run(*PERSON)
    assert office.run("backup", "make", "backup").status == 0
    return office


def place(office: Office) -> Path:
    return office.run.folder / "backup"


def elsewhere(office: Office) -> Office:
    """The office on a machine that has nothing yet."""
    home = office.run.folder / "other-home"
    environment = {**office.run.environment, "ARCHIVECTL_HOME": str(home)}
    return replace(office, home=Home(home), run=replace(office.run, environment=environment))


def sheet(office: Office) -> Path:
    return next(office.home.folder.glob("recovery/*.txt"))


def fingerprint(office: Office) -> str:
    return office.home.pin(next(office.home.folder.glob("trust/*")).stem).fingerprint


def restore(office: Office, *words: str) -> Answer:
    return office.run("backup", "restore", str(place(office)), "restored", *words, "--json")


def test_a_backup_is_a_bundle_keys_apart_and_a_manifest_without_names(kept: Office) -> None:
    assert {path.name for path in place(kept).iterdir()} == NAMES
    assert {path.name for path in (place(kept) / "keys").iterdir()} == {"levels.age", "records.age"}
    manifest = json.loads((place(kept) / "manifest.json").read_text())
    assert manifest["fingerprint"] == fingerprint(kept)
    assert manifest["files"].keys() == {"archive.bundle", "levels.age", "records.age"}
    assert "张三" not in (place(kept) / "manifest.json").read_text()


@pytest.mark.parametrize("part", ["levels", "records"])
def test_the_keys_open_for_the_recovery_sheet_and_the_maker_and_for_nobody_else(kept: Office, part: str) -> None:
    content = (place(kept) / "keys" / f"{part}.age").read_bytes()
    recovery = next(line for line in sheet(kept).read_text().splitlines() if line.startswith("AGE-"))
    archive = next(kept.home.folder.glob("trust/*")).stem
    for secrets in ((recovery,), kept.home.identities(archive, "li.na")):
        with tarfile.open(fileobj=BytesIO(age.decrypt(content, secrets))) as tar:
            assert all(name.startswith(f"{part}/") for name in tar.getnames())
    with pytest.raises(age.DoesNotOpen):
        age.decrypt(content, kept.home.identities(archive, "chen.jing"))


def test_stock_git_reads_the_bundle(kept: Office) -> None:
    import subprocess  # noqa: PLC0415 - only here

    there = kept.run.folder / "stock"
    subprocess.run(["git", "clone", "-q", str(place(kept) / "archive.bundle"), str(there)], check=True, capture_output=True)
    assert list(there.rglob("customers/**/*.yaml"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def nothing_sealed(path: Path) -> None:
    """Leave out the keys of records, and let the manifest agree."""
    from archivectl.backups import medium  # noqa: PLC0415 - only here

    folder = path.parent.parent
    own = Home(folder.parent / "home")
    recipient = age.recipient_of(own.identities(medium.read(folder).archive, "li.na")[0])
    empty = BytesIO()
    tarfile.open(fileobj=empty, mode="w").close()
    path.write_bytes(age.encrypt(empty.getvalue(), [recipient]))
    manifest = medium.read(folder)
    files = {**manifest.files, path.name: medium.digest(path)}
    (folder / "manifest.json").write_bytes(manifest._replace(files=files).text)


@pytest.mark.parametrize(
    ("name", "harm", "told"),
    [
        ("archive.bundle", cut, "archive.bundle is not what was written"),
        ("keys/records.age", cut, "records.age is not what was written"),
        ("keys/levels.age", Path.unlink, "levels.age is not there"),
    ],
)
def test_a_fault_is_told_and_entered(kept: Office, name: str, harm: Callable[[Path], None], told: str) -> None:
    harm(place(kept) / name)
    answer = kept.run("backup", "verify", "backup", "--json")
    assert answer.status == 1
    assert any(told in finding for finding in answer.json["findings"])
    assert kept.run("register", "show", "BF-1", "--json").json["state"] == "faulty"


@pytest.mark.parametrize("harm", [nothing_sealed, lambda path: cut(path.parents[1] / "manifest.json")])
def test_a_changed_manifest_is_no_fault_of_the_backup_that_was_entered(kept: Office, harm: Callable[[Path], None]) -> None:
    harm(place(kept) / "keys" / "records.age")
    answer = kept.run("backup", "verify", "backup", "--json")
    assert (answer.status, answer.json["error"]) in {(4, "not-that-backup"), (4, "no-backup")}
    assert kept.run("register", "show", "BF-1", "--json").json["state"] == "made"


@pytest.mark.parametrize("text", ["[" * 100000, "[]", "{}", '{"files": []}', "null"])
def test_what_is_no_manifest_is_no_backup(kept: Office, text: str) -> None:
    (place(kept) / "manifest.json").write_text(text)
    answer = kept.run("backup", "verify", "backup", "--json")
    assert (answer.status, answer.json["error"]) == (4, "no-backup")


@pytest.mark.parametrize("field", ["archive", "entry"])
def test_a_manifest_names_no_files_outside(kept: Office, field: str) -> None:
    path = place(kept) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), field: "../../x"}))
    assert restore(kept).json["error"] == "no-backup"


def short_sheet(office: Office) -> str:
    path = office.run.folder / "short.txt"
    path.write_text(sheet(office).read_text().replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1Q"))
    return str(path)


def other_sheet(office: Office) -> str:
    path = office.run.folder / "other.txt"
    path.write_text(age.generate()[0])
    return str(path)


@pytest.mark.parametrize(
    ("words", "status", "error"),
    [
        (("--keys", ""), 2, "no-keys-there"),
        (("--keys", "/nonexistent"), 2, "no-keys-there"),
        (("--keys", "/dev/null"), 2, "no-keys-there"),
        (("--keys", "archive"), 2, "no-keys-there"),
        (("--keys", "second/keys"), 2, "other-keys"),
        (("--recovery", short_sheet), 2, "mistyped"),
        (("--recovery", other_sheet), 5, "not-for-reader"),
    ],
)
def test_a_mistake_is_no_fault_of_the_backup(kept: Office, words: tuple[object, ...], status: int, error: str) -> None:
    kept.run("backup", "make", "second")
    option, given = words
    answer = kept.run("backup", "verify", "backup", str(option), given(kept) if callable(given) else str(given), "--json")
    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.json["hint"]
    assert kept.run("register", "show", "BF-1", "--json").json["state"] == "made"


def test_keys_that_lie_elsewhere_are_asked_for_first(kept: Office) -> None:
    (place(kept) / "keys").rename(kept.run.folder / "apart")
    assert kept.run("backup", "verify", "backup", "--json").json["error"] == "no-keys-there"
    there = elsewhere(kept)
    assert restore(there).json["error"] == "no-keys-there"
    assert restore(kept).json["keys"] is None
    assert kept.run("register", "show", "BF-1", "--json").json["state"] == "made"
    assert kept.run("backup", "verify", "backup", "--keys", "apart").status == 0


def test_a_sound_backup_is_said_to_be_verified(kept: Office) -> None:
    answer = kept.run("backup", "verify", "backup", "--lang", "en")
    assert "BF-2026-0001 verified: " in answer.out
    assert "2 of 2 sealed values opened" in answer.out


def states(office: Office) -> list[str]:
    """The states of the backups, and of the copies of keys beside the founder's."""
    backups, copies = (office.run("register", "list", kind, "--json").json for kind in ("backup", "key-copy"))
    return [entry["state"] for entry in (*backups, *copies[1:])]


def full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1000))


def unwritable(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: int) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    written = private_files.put_file

    def put(folder: Path, name: str, content: bytes) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refuse)
            written(folder, name, content)

    monkeypatch.setattr(making, "put_file", put)


@pytest.mark.parametrize("harm", [full, unwritable])
def test_a_medium_that_takes_nothing_is_found_out_before_anything_is_entered(
    office: Office, monkeypatch: pytest.MonkeyPatch, harm: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with monkeypatch.context() as patch:
        harm(patch)
        answer = office.run("backup", "make", "backup", "--keys", "apart", "--json")
    assert (answer.status, answer.json["error"]) == (4, "no-room" if harm is full else "not-writable")
    assert "Nothing was entered" in answer.json["hint"]
    assert "backup" in answer.json["message"]
    assert states(office) == []
    assert not place(office).exists()
    assert not (office.run.folder / "apart").exists()


@pytest.mark.parametrize(("folder", "name"), [("backup", "archive.bundle"), ("apart", "records.age")])
def test_a_backup_that_breaks_off_is_discarded_and_holds_no_keys(office: Office, folder: str, name: str) -> None:
    (office.run.folder / folder / name).mkdir(parents=True)
    answer = office.run("backup", "make", "backup", "--keys", "apart", "--json")
    assert (answer.status, answer.json["error"]) == (4, "not-written")
    assert "BF-2026-0001 is discarded" in answer.json["message"]
    assert states(office) == ["discarded", "surrendered"]
    assert [path for path in office.run.folder.rglob("*.age") if path.is_file() and "home" not in path.parts] == []
    assert office.run("verify").status == 0


def test_what_a_path_holds_is_shown_and_not_obeyed(office: Office) -> None:
    answer = office.run("backup", "make", "a\x1b[31mb", "--lang", "en")
    assert answer.status == 0
    assert "\x1b" not in answer.out
    assert "beside the archive" in answer.out
    assert "beside the archive" in office.run("backup", "make", "same", "--keys", "same", "--lang", "en").out
    assert "beside the archive" not in office.run("backup", "make", "one", "--keys", "two", "--lang", "en").out


@pytest.mark.parametrize(("folder", "keys"), [("backup", "backup/keys"), ("second", "apart")])
def test_a_backup_is_current_while_only_backups_and_copies_of_keys_were_entered_since(
    kept: Office, folder: str, keys: str
) -> None:
    kept.run("backup", "make", "second", "--keys", "apart")
    assert kept.run("backup", "verify", "second", "--keys", "apart").status == 0
    kept.run("register", "add", "key-copy", "place=machine", "name=另一台")
    words = ("backup", "restore", folder)
    answer = kept.run(*words, "restored", "--keys", keys, "--json").json
    assert (answer["behind"], answer["keys"]) == (None, 0)
    assert kept.home.pin(answer["archive"]).main == answer["tip"]
    assert kept.run("-C", "restored", "verify").status == 0
    # The copy that goes on is verified again; it stays only a copy of keys ahead, until a file is opened in it.
    assert kept.run("verify").status == 0
    assert kept.run(*words, "again", "--keys", keys, "--json").json["behind"] is None
    assert kept.run(*PERSON).status == 0
    later = kept.run(*words, "later", "--keys", keys, "--json").json
    assert (later["keys"], later["behind"]) == (None, kept.home.pin(answer["archive"]).main)


def test_without_a_manifest_nothing_passes_for_a_backup(kept: Office) -> None:
    (place(kept) / "manifest.json").unlink()
    assert kept.run("backup", "verify", "backup").status == 4
    assert restore(kept, "--trust", fingerprint(kept)).status == 4


def test_values_whose_keys_are_not_in_the_backup_are_told(kept: Office) -> None:
    with kept.acting() as archive:
        tip = archive.tip
        archive.keyring.remove([archive.record("1").uid])
        found, seen = sampling.opened(archive.repository, tip, archive.opener, "{path}")
    assert [finding.values["path"] for finding in found] == ["name", "phone"]
    assert (seen.sealed, seen.opened) == (2, 0)


def test_of_many_values_a_sample_is_opened(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "SAMPLE", 3)
    for _ in range(4):
        office.run(*PERSON)
    office.run("backup", "make", "backup")
    answer = office.run("backup", "verify", "backup", "--json").json
    assert (answer["findings"], answer["sealed"], answer["opened"]) == ([], 8, 3)


def test_who_holds_the_sheet_verifies_too_and_nothing_is_left_of_the_trial(
    kept: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr("archivectl.cli.backup._MEMORY", memory)  # what lies in that of the machine, other tests change
    monkeypatch.setattr("tempfile.tempdir", str(memory))
    answer = kept.run("backup", "verify", "backup", "--recovery", str(sheet(kept)), "--json")
    assert (answer.status, answer.json["opened"]) == (0, 2)
    assert list(memory.iterdir()) == []


def test_another_machine_wants_the_fingerprint_and_the_sheet(kept: Office) -> None:
    there = elsewhere(kept)
    assert restore(there).status == 5
    papers = ("--recovery", str(sheet(kept)))
    refused = restore(there, *papers)
    assert (refused.status, refused.json["error"]) == (3, "not-trusted")
    assert restore(there, *papers, "--trust", "0" * 64).json["error"] == "history-wrong"
    assert not (kept.run.folder / "restored").exists()
    assert not list(kept.run.folder.glob(".restored*"))
    done = restore(there, *papers, "--trust", fingerprint(kept).upper())
    assert (done.status, done.json["behind"], done.json["keys"] > 0) == (0, None, True)
    assert there.run("-C", "restored", "verify").status == 0
    again = replace(there.run, environment={**there.run.environment, "ARCHIVECTL_ARCHIVE": str(kept.run.folder / "restored")})
    assert again("show", "1", "--json").json["number"] == "SH-000001"


def test_keys_of_what_was_destroyed_do_not_come_back_from_an_older_copy(kept: Office) -> None:
    older = kept.run.folder / "older-keys"
    shutil.copytree(place(kept) / "keys", older)
    uid = kept.destroy()
    kept.run("backup", "make", "newer")
    # The newer archive with the older keys, their digests made to agree.
    from archivectl.backups import medium  # noqa: PLC0415 - only here

    newer = kept.run.folder / "newer"
    manifest = medium.read(newer)
    files = {**manifest.files, **{name: medium.digest(older / name) for name in medium.KEY_FILES.values()}}
    (newer / "manifest.json").write_bytes(manifest._replace(files=files).text)
    answer = kept.run("backup", "restore", "newer", "restored", "--keys", str(older), "--trust", fingerprint(kept), "--json")
    assert (answer.status, answer.json["keys"]) == (0, 0)
    assert kept.home.keyring(manifest.archive).rows(uid) == []


def test_an_older_backup_neither_brings_keys_back_nor_takes_the_mark_back_unless_the_fingerprint_is_given(kept: Office) -> None:
    uid = kept.destroy()
    archive = next(kept.home.folder.glob("trust/*")).stem
    pin = kept.home.pin(archive)
    answer = restore(kept)
    assert (answer.status, answer.json["behind"], answer.json["keys"]) == (0, pin.main, None)
    assert kept.home.pin(archive) == pin
    assert kept.home.keyring(archive).rows(uid) == []
    assert kept.run("-C", "restored", "create", "--subject", "person", "--set", "name=李四").status in {0, 3}
    shutil.rmtree(kept.run.folder / "restored")
    answer = restore(kept, "--trust", fingerprint(kept))
    assert answer.json["keys"] > 0
    assert kept.home.pin(archive).main == answer.json["tip"]


def test_keys_alone_come_back_into_the_archive_they_are_of(kept: Office) -> None:
    uid = kept.destroy()
    archive = next(kept.home.folder.glob("trust/*")).stem
    assert kept.run(*PERSON).status == 0
    shutil.rmtree(kept.home.folder / "keyrings" / archive)
    answer = kept.run("key", "restore", "backup", "--json")
    assert answer.status == 0, answer.err
    assert kept.home.keyring(archive).rows(uid) == [], "what was destroyed since the backup stays so"
    assert kept.run("verify").status == 0


def test_keys_of_another_archive_are_not_taken_over(kept: Office, tmp_path: Path) -> None:
    words = ("init", str(tmp_path / "other"), "--office", "BJ", "--member", "li.na", "--name", "李娜")
    assert kept.run(*words).status == 0
    answer = kept.run("-C", str(tmp_path / "other"), "key", "restore", "backup", "--recovery", str(sheet(kept)), "--json")
    assert (answer.status, answer.json["error"]) == (3, "of-another-archive")
