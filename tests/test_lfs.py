"""Scans that git-lfs keeps, with the real git-lfs: what it is given, what a clone gets, what a backup holds."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import machines
from archivectl.founding import ATTRIBUTES
from office import Office
from test_attachments import SCAN, attach, data_of, objects, opened, scan, sound

pytestmark = pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")
__all__ = ["scan"]


def git(folder: Path, *words: str) -> str:
    environment = {**os.environ, "GIT_LFS_SKIP_SMUDGE": "1"} if words[0] == "clone" else None
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True, env=environment).stdout


@pytest.fixture
def kept(office: Office) -> Office:
    """An office whose scans git-lfs keeps, set up as a person does."""
    assert office.run("create", "--subject", "person", "--set", "name=张三").status == 0
    assert office.run("init", str(office.archive), "--lfs").status == 0
    git(office.archive, "lfs", "install", "--local")
    return office


def test_git_has_a_pointer_and_git_lfs_the_scan(kept: Office, scan: Path) -> None:
    document = attach(kept, scan)
    [path] = objects(kept)
    name = str(path.relative_to(kept.archive))
    assert git(kept.archive, "show", f"HEAD:{name}").startswith("version https://git-lfs.github.com/spec/v1\n")
    assert git(kept.archive, "lfs", "ls-files", "--name-only").split() == [name]
    assert git(kept.archive, "lfs", "fsck") == "Git LFS fsck OK\n"
    assert opened(kept, document) == SCAN
    assert sound(kept)


def test_a_clone_gets_the_scan_and_says_so_before_it_has_it(kept: Office, scan: Path, tmp_path: Path) -> None:
    document = attach(kept, scan)
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(kept.archive, "remote", "add", "origin", f"file://{tmp_path}/remote.git")
    git(kept.archive, "push", "--quiet", "origin", "main")
    git(tmp_path, "clone", "--quiet", f"file://{tmp_path}/remote.git", "clone")
    clone = tmp_path / "clone"
    asked = ("-C", str(clone), "show", "1", "--document", document, "-o", str(tmp_path / "x"), "--purpose", "核对")
    away = kept.run(*asked)
    assert (away.status, "git lfs pull" in away.err, (tmp_path / "x").exists()) == (4, True, False)
    found = kept.run("-C", str(clone), "check")
    assert (found.status, "git lfs pull" in found.out) == (1, True)
    assert kept.run("-C", str(clone), "verify").status == 0
    git(clone, "lfs", "install", "--local")
    git(clone, "lfs", "pull")
    assert git(clone, "lfs", "fsck") == "Git LFS fsck OK\n"
    assert (kept.run(*asked).status, (tmp_path / "x").read_bytes()) == (0, SCAN)
    assert kept.run("-C", str(clone), "check").status == 0


def test_sync_gives_scans_to_the_remote_and_brings_those_of_others(kept: Office, scan: Path) -> None:
    (kept.run.folder / "nas").mkdir()
    assert kept.run("key", "remote", "add", "nas", str(kept.run.folder / "nas")).status == 0
    git(kept.run.folder, "init", "--quiet", "--bare", "--initial-branch=main", "hub.git")
    git(kept.archive, "remote", "add", "origin", f"file://{kept.run.folder}/hub.git")
    assert kept.run("sync").status == 0
    there = machines.second(kept)
    git(there.archive, "remote", "set-url", "origin", f"file://{kept.run.folder}/hub.git")
    git(there.archive, "lfs", "install", "--local")
    document = attach(kept, scan)
    for office in (kept, there):
        done = office.run("sync")
        assert done.status == 0, done.err
    assert opened(there, document) == SCAN
    assert sound(there)
    assert git(there.archive, "status", "--porcelain") == ""


def test_what_git_had_before_stays_with_git(office: Office, scan: Path) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三")
    old = attach(office, scan)
    [before] = objects(office)
    refused = office.run("init", str(office.archive), "--lfs", member="wang.wei")
    assert refused.status == 3
    assert office.run("init", str(office.archive), "--lfs").status == 0
    again = office.run("init", str(office.archive), "--lfs", "--json")
    assert (again.status, again.json["changed"]) == (0, False)
    assert (office.archive / ".gitattributes").read_text(encoding="utf-8").startswith(ATTRIBUTES)
    git(office.archive, "lfs", "install", "--local")
    new = attach(office, scan)
    assert str(before.relative_to(office.archive)) not in git(office.archive, "lfs", "ls-files", "--name-only")
    git(office.archive, "lfs", "fsck")
    before.touch()
    assert (opened(office, old), opened(office, new)) == (SCAN, SCAN)
    assert sound(office)


def test_nobodys_filters_take_part(kept: Office, scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not those of a machine on which git-lfs is set up otherwise, or broken."""
    settings = tmp_path / "gitconfig"
    settings.write_text(
        '[filter "lfs"]\n' + "".join(f"\t{name} = false\n" for name in ("clean", "smudge", "process")) + "\trequired = true\n"
    )
    for name in ("clean", "smudge", "process", "required"):
        subprocess.run(["git", "config", "--local", "--unset", f"filter.lfs.{name}"], cwd=kept.archive, check=True)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    document = attach(kept, scan)
    assert opened(kept, document) == SCAN
    backup, restored = tmp_path / "backup", tmp_path / "restored"
    for words in (("make", str(backup)), ("verify", str(backup)), ("restore", str(backup), str(restored))):
        done = kept.run("backup", *words)
        assert done.status == 0, done.err
    assert kept.run("-C", str(restored), "check").status == 0


def test_an_archive_is_founded_with_it(office: Office, tmp_path: Path) -> None:
    founded = office.run("init", str(tmp_path / "new"), "--office", "BJ", "--member", "li.na", "--lfs", "--json")
    assert (founded.status, founded.json["folder"]) == (0, str(tmp_path / "new"))
    assert "filter=lfs" in (tmp_path / "new/.gitattributes").read_text(encoding="utf-8")
    assert office.run("-C", str(tmp_path / "new"), "verify").status == 0
    assert office.run("init", str(tmp_path / "other"), "--lfs").status == 2


def test_a_scan_goes_and_comes_back(kept: Office, scan: Path) -> None:
    document = attach(kept, scan)
    assert kept.run("remove", "1", document, "--reason", "误").status == 0
    assert objects(kept) == []
    assert kept.run("update", "1", "--as-of", "HEAD~1", "--reason", "恢复").status == 0
    assert opened(kept, document) == SCAN
    assert git(kept.archive, "lfs", "fsck") == "Git LFS fsck OK\n"
    assert sound(kept)


def test_destruction_takes_it(kept: Office, scan: Path) -> None:
    attach(kept, scan)
    kept.destroy()
    assert objects(kept) == []
    assert sound(kept)


def test_a_backup_holds_the_scans_and_a_restored_archive_has_them(kept: Office, scan: Path, tmp_path: Path) -> None:
    document = attach(kept, scan)
    digest = data_of(kept)["documents"][0]["object"]
    backup = tmp_path / "backup"
    assert kept.run("backup", "make", str(backup)).status == 0
    assert (backup / "scans" / digest).read_bytes() == objects(kept)[0].read_bytes()
    assert kept.run("backup", "verify", str(backup)).status == 0
    restored = tmp_path / "restored"
    assert kept.run("backup", "restore", str(backup), str(restored)).status == 0
    target = tmp_path / "x"
    shown = kept.run("-C", str(restored), "show", "1", "--document", document, "-o", str(target), "--purpose", "核对")
    assert (shown.status, target.read_bytes()) == (0, SCAN)
    assert kept.run("-C", str(restored), "check").status == 0
    (backup / "scans" / digest).write_bytes(b"rotten")
    assert kept.run("backup", "verify", str(backup)).status == 1
    assert kept.run("backup", "restore", str(backup), str(tmp_path / "again")).status == 4


def test_no_backup_is_made_that_would_lack_a_scan(kept: Office, scan: Path, tmp_path: Path) -> None:
    attach(kept, scan)
    shutil.rmtree(kept.archive / ".git/lfs/objects")
    refused = kept.run("backup", "make", str(tmp_path / "backup"))
    assert (refused.status, "git lfs pull" in refused.err, (tmp_path / "backup").exists()) == (4, True, False)
