"""Backups: keys and archive apart, nothing in clear, every fault told, and the destroyed stays destroyed."""

import json
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from archivectl.backups import looking
from archivectl.encryption import age
from archivectl.members.home import Home
from office import Office
from program import Answer

PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
NAMES = {"archive.bundle", "manifest.json", "keys"}


MEMORY = Path("/dev/shm")  # noqa: S108 - looked at, never written to


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
        ("keys/records.age", nothing_sealed, "manifest.json is not the one that was entered in BF-2026-0001"),
    ],
)
def test_a_fault_is_told_and_entered(kept: Office, name: str, harm: Callable[[Path], None], told: str) -> None:
    harm(place(kept) / name)
    answer = kept.run("backup", "verify", "backup", "--json")
    assert answer.status == 1
    assert any(told in finding for finding in answer.json["findings"])
    assert kept.run("register", "show", "BF-1", "--json").json["state"] == "faulty"


def test_without_a_manifest_nothing_passes_for_a_backup(kept: Office) -> None:
    (place(kept) / "manifest.json").unlink()
    assert kept.run("backup", "verify", "backup").status == 4
    assert restore(kept, "--trust", fingerprint(kept)).status == 4


def test_values_whose_keys_are_not_in_the_backup_are_told(kept: Office) -> None:
    with kept.acting() as archive:
        tip = archive.tip
        archive.keyring.remove([archive.record("1").uid])
        found, seen = looking.opened(archive.repository, tip, archive.opener)
    assert [finding.values["path"] for finding in found] == ["name", "phone"]
    assert (seen.sealed, seen.opened) == (2, 0)


def test_of_many_values_a_sample_is_opened(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SAMPLE", 3)
    for _ in range(4):
        office.run(*PERSON)
    office.run("backup", "make", "backup")
    answer = office.run("backup", "verify", "backup", "--json").json
    assert (answer["findings"], answer["sealed"], answer["opened"]) == ([], 8, 3)


def test_who_holds_the_sheet_verifies_too_and_nothing_is_left_of_the_trial(kept: Office) -> None:
    before = set(MEMORY.glob("archivectl-*"))
    answer = kept.run("backup", "verify", "backup", "--recovery", str(sheet(kept)), "--json")
    assert (answer.status, answer.json["opened"]) == (0, 2)
    assert set(MEMORY.glob("archivectl-*")) == before


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


def destroyed(office: Office) -> str:
    """Destroy the file, and answer its uid."""
    with office.acting() as archive:
        uid = archive.record("1").uid
    office.run("destroy", "propose", "1", "--reason", "期满")
    office.run("approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        office.run("destroy", "supervise", "XH-1", member=member)
    assert office.run("destroy", "execute", "XH-1").status == 0
    return uid


def test_keys_of_what_was_destroyed_do_not_come_back_from_an_older_copy(kept: Office) -> None:
    older = kept.run.folder / "older-keys"
    shutil.copytree(place(kept) / "keys", older)
    uid = destroyed(kept)
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
    uid = destroyed(kept)
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
