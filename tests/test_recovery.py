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
    return typed(office, block(section, language), archive=archive)


def typed(office: Office, lines: str, *, archive: bool = True) -> str:
    """What lines of a shell say that end well."""
    environment = {**os.environ, **office.run.environment, "PYTHONPATH": str(ROOT)}
    environment.pop("ARCHIVECTL_TODAY", None)
    if not archive:
        environment.pop("ARCHIVECTL_ARCHIVE")
    command = ["bash", "-euo", "pipefail", "-c", lines]
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
    typed(lost, f"cd archive\n{block(3, f'{language}_stolen')}", archive=False)
    shown = lost.run("member", "show", "li.na", "--json").json["keys"]
    assert [bool(key["retired"]) for key in shown] == [True, False, True, False]
    assert lost.run("key", "list", "--json").json["levels"][-1]["generation"] == 2  # the levels have new keys by that alone
    typed(lost, f"cd archive\n{block(3, f'{language}_last')}", archive=False)
    assert not [row for row in lost.run("todo", "--json", member="li.na").json if row["about"].startswith("BF-")]
    assert not (lost.run.folder / "sheet.txt").exists()
    assert reveal(lost.run, "li.na") == "张三"


def test_an_archive_comes_back_with_what_only_the_remotes_have(lost: Office) -> None:
    folder, git = lost.run.folder, ["git", "-C", str(lost.archive)]
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder / "origin.git")], check=True)
    assert lost.run("create", "--subject", "person", "--set", "name=李四").status == 0
    assert lost.run("key", "remote", "sync").status == 0
    for command in (["remote", "add", "origin", str(folder / "origin.git")], ["push", "-q", "--no-verify", "origin", "--all"]):
        subprocess.run([*git, *command], check=True)
    for gone in (lost.archive, lost.home.folder):
        shutil.rmtree(gone)
    restore, cd, request, update, share, *_rest = block(3, "en").splitlines()
    lines = [restore, cd, block(3, "any_commits"), request, update, share, block(3, "any_keys")]
    typed(lost, "\n".join(lines), archive=False)
    answer = lost.run("show", "2", "--reveal", "name", "--purpose", "核对", "--json", member="li.na")
    assert answer.json["name"] == "李四"


def test_a_sheet_that_is_mistyped_says_which_part_to_compare(lost: Office) -> None:
    sheet = lost.run.folder / "sheet.txt"
    good = sheet.read_text(encoding="utf-8")
    sheet.write_text(good.replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1Q"), encoding="utf-8")
    refused = lost.run("key", "drill", "--recovery", str(sheet), "--json")
    assert (refused.status, refused.json["error"]) == (2, "mistyped")
    office = ("member", "update", "wang.wei", "--clearance", "secret", "--reason", "核对", "--json", "--recovery", str(sheet))
    last = good.rindex("-----END")
    sheet.write_text(good[: last - 12] + good[last - 12 :].swapcase().replace("-----end", "-----END", 1), encoding="utf-8")
    refused = lost.run(*office)
    assert (refused.status, refused.json["error"], "letter by letter" in refused.json["hint"]) == (2, "no-recovery-key", True)


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
    typed(lost, f"cd archive\n{block(3, f'{language}_last')}", archive=False)


@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")
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
    last = ["any_commits", "any_keys", "zh_stolen", "en_stolen", "zh_last", "en_last"]
    told = [*either, *either, *countersigned, *either, *countersigned, *last, "any", *either]
    assert [language for language, _text in BLOCK.findall(PAGE)] == told
    assert PAGE.count("```sh") == len(BLOCK.findall(PAGE))
