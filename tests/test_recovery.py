"""The page on recovery is followed to the letter: its shell blocks are run as they stand, in both languages."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from office import Office
from program import Program
from project import ROOT

PAGE = (ROOT / "docs/recovery.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```sh (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (\d) .*?$", re.MULTILINE)
PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "identity.id_number=11010519491231002X")


def block(section: int, language: str) -> str:
    """The shell block of a section in a language."""
    parts = SECTION.split(PAGE)
    text = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))[section]
    found = dict(BLOCK.findall(text))
    assert language in found, (section, sorted(found))
    return str(found[language])


@pytest.fixture
def lost(office: Office) -> Office:
    """An office with a file, a keyring remote, a backup whose keys lie apart, and the sheet in a text file."""
    folder = office.run.folder
    assert office.run("member", "update", "wang.wei", "--clearance", "confidential").status == 0
    assert office.run(*PERSON).status == 0
    (folder / "nas").mkdir()
    assert office.run("key", "remote", "add", "nas", str(folder / "nas")).status == 0
    assert office.run("backup", "make", "backup", "--keys", "backup-keys").status == 0
    next(office.home.folder.glob("recovery/*.txt")).rename(folder / "sheet.txt")
    return office


def follow(office: Office, section: int, language: str, *, archive: bool = True) -> str:
    """Run a block in the office's folder, as a person would type it."""
    environment = {**os.environ, **office.run.environment, "PYTHONPATH": str(ROOT)}
    environment.pop("ARCHIVECTL_TODAY", None)
    if not archive:
        environment.pop("ARCHIVECTL_ARCHIVE")
    command = ["bash", "-euo", "pipefail", "-c", block(section, language)]
    ended = subprocess.run(
        command, cwd=office.run.folder, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def reveal(run: Program, member: str) -> str:
    return str(run("show", "1", "--reveal", "name", "--purpose", "核对", "--json", member=member).json["name"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_lost_keyring_comes_back(lost: Office, language: str) -> None:
    shutil.rmtree(next(lost.home.folder.glob("keyrings/*")))
    shutil.rmtree(lost.run.folder / "nas")  # the share is gone as well: the page's second line then says so, and the rest goes on
    with pytest.raises(AssertionError, match=r"not mounted|未挂载"):
        follow(lost, 1, language)
    assert reveal(lost.run, "li.na") == "张三"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_lost_keyring_comes_back_with_what_only_the_remote_has(lost: Office, language: str) -> None:
    assert lost.run("create", "--subject", "person", "--set", "name=李四").status == 0
    assert lost.run("key", "remote", "sync").status == 0
    shutil.rmtree(next(lost.home.folder.glob("keyrings/*")))
    told = follow(lost, 1, language)
    assert ("与档案相符" if language == "zh" else "agrees with the archive") in told or "张三" not in told
    answer = lost.run("show", "2", "--reveal", "name", "--purpose", "核对", "--json", member="li.na")
    assert answer.json["name"] == "李四"
    assert lost.run("verify").status == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_member_who_lost_their_identity_reads_again(lost: Office, language: str) -> None:
    for path in lost.home.folder.glob("identities/*/wang.wei.*"):
        path.unlink()
    assert "张三" in follow(lost, 2, language)
    assert lost.run("verify").status == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_member_who_lost_their_identity_reads_again_where_others_countersign(lost: Office, language: str) -> None:
    assert lost.run("member", "countersign", "1").status == 0
    for path in lost.home.folder.glob("identities/*/wang.wei.*"):
        path.unlink()
    assert "张三" in follow(lost, 2, f"{language}_countersigned")
    assert lost.run("verify").status == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_archive_comes_back_from_a_backup_and_the_sheet_alone(lost: Office, language: str) -> None:
    for folder in (lost.archive, lost.home.folder, lost.run.folder / "nas"):
        shutil.rmtree(folder)
    assert "张三" in follow(lost, 3, language, archive=False)
    assert reveal(lost.run, "li.na") == "张三"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_archive_comes_back_where_others_countersign(lost: Office, language: str) -> None:
    assert lost.run("member", "countersign", "1").status == 0
    for name in ("backup", "backup-keys"):
        shutil.rmtree(lost.run.folder / name)
    assert lost.run("backup", "make", "backup", "--keys", "backup-keys").status == 0
    for folder in (lost.archive, lost.home.folder, lost.run.folder / "nas"):
        shutil.rmtree(folder)
    assert "张三" in follow(lost, 3, f"{language}_countersigned", archive=False)
    assert reveal(lost.run, "li.na") == "张三"


def test_stock_tools_open_a_name_with_the_sheet_and_the_backup(lost: Office) -> None:
    told = follow(lost, 4, "any", archive=False)
    assert '"value":"张三"' in told
    left = {path.name for path in Path(lost.run.folder).iterdir()}
    assert not left & {"sheet.key", "level.key", "record.key"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_new_sheet_takes_the_place_of_one_that_was_seen(lost: Office, language: str) -> None:
    follow(lost, 5, language)
    assert lost.run("key", "drill", "--recovery", str(lost.run.folder / "sheet.txt")).status == 5
    restored = ("backup", "restore", "backup-new", "again", "--keys", "backup-new-keys", "--recovery")
    assert lost.run(*restored, "sheet.txt").status == 5
    assert lost.run(*restored, "new-sheet.txt").status == 0
    assert lost.run("verify").status == 0


def test_every_block_of_the_page_is_followed_here() -> None:
    either, countersigned = ["zh", "en"], ["zh_countersigned", "en_countersigned"]
    told = [*either, *either, *countersigned, *either, *countersigned, "any", *either]
    assert [language for language, _text in BLOCK.findall(PAGE)] == told
    assert PAGE.count("```sh") == len(BLOCK.findall(PAGE))
