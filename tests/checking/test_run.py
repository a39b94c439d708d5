"""A tree is judged alike by one process and by several, in part or as a whole, and whatever lies in it."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from archivectl.checking.run import judge, run
from archivectl.checking.tree import NoArchiveHere, NoSuchPath, Tree
from archivectl.records import text
from archivectl.yaml_text import LIMIT
from checking.overlay import lay_out

RECORD = "customers/SH/0/SH-000001.yaml"


def add_records(archive: Path, numbers: range) -> None:
    for number in numbers:
        name = f"SH-{number:06}"
        data = {"schema": 1, "uid": f"{'A' * 20}{number:06}".translate(str.maketrans("01689", "AHIJK")), "number": name}
        data |= {"subject": "organisation", "status": "filed", "name": f"示例公司{number}"}
        (archive / "customers" / "SH" / "0" / f"{name}.yaml").write_bytes(text.dump(data))


def rules(archive: Path) -> list[tuple[str, str]]:
    return [(each.rule, each.path) for each in run(archive).findings]


def test_several_processes_find_what_one_finds(archive: Path, started: list[Any]) -> None:
    add_records(archive, range(10, 600))
    for name, number in (("SH-000011", 500), ("SH-000300", 10), ("SH-000599", 11)):
        path = archive / "customers" / "SH" / "0" / f"{name}.yaml"
        (path.parent / f"SH-{number:06}.yaml").write_bytes(path.read_bytes())
    (archive / "members" / "sun.yan.yaml").write_text("name: [", encoding="utf-8")
    told: list[tuple[int, int]] = []
    one = run(archive, processes=1)
    assert started == []
    two = run(archive, processes=2, progress=lambda *step: told.append(step))
    assert len(started) == 2
    assert {each.rule for each in one.findings} == {"place", "readable", "unique"}
    assert [(each, each.text, each.advice) for each in two.findings] == [(each, each.text, each.advice) for each in one.findings]
    assert (one.files, one.records) == (two.files, two.records)
    assert [done for done, _total in told] == sorted(done for done, _total in told)
    assert told[-1] == (one.files, one.files)


def test_the_findings_are_sorted_and_the_files_counted(tmp_path: Path) -> None:
    report = run(lay_out(tmp_path / "archive", "regime/failing"))
    places = [(each.path, each.line, each.column) for each in report.findings]
    assert len(places) > 1
    assert places == sorted(places)
    assert report.records == 3
    assert report.files == len([path for path in (tmp_path / "archive").rglob("*") if path.is_file()])


def test_a_release_of_schemas_that_nobody_knows_is_one_finding(archive: Path) -> None:
    config = archive / "archive.yaml"
    config.write_bytes(config.read_bytes().replace(b'schemas: "1.0"', b'schemas: "9.9"'))
    assert rules(archive) == [("schemas", "archive.yaml")]


def test_paths_are_judged_alone(archive: Path) -> None:
    add_records(archive, range(10, 12))
    same = (archive / "customers/SH/0/SH-000010.yaml").read_bytes()
    (archive / "customers/SH/0/SH-000011.yaml").write_bytes(same)
    (archive / "members" / "stray.txt").write_text("", encoding="utf-8")
    assert rules(archive) == [
        ("place", "customers/SH/0/SH-000011.yaml"),
        ("unique", "customers/SH/0/SH-000011.yaml"),
        ("unique", "customers/SH/0/SH-000011.yaml"),
        ("strays", "members/stray.txt"),
    ]
    assert [each.rule for each in run(archive, ["customers/SH/0/SH-000011.yaml"]).findings] == ["place"]
    assert [each.rule for each in run(archive, ["members", RECORD]).findings] == ["strays"]
    assert run(archive, ["./registers/", "members/li.na.yaml"]).findings == ()
    assert run(archive, [RECORD]).files == run(archive, [archive / RECORD]).files == 1
    assert run(archive, ["."]) == run(archive)


def test_a_path_that_is_not_there_is_refused(archive: Path) -> None:
    for path in ("customers/BJ", "cust", "../archive", "/etc/passwd"):
        with pytest.raises(NoSuchPath):
            run(archive, [path])


def test_a_folder_without_an_archive_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "not there"):
        with pytest.raises(NoArchiveHere):
            run(folder)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (bytes(range(256)) * 20, ["readable"]),
        (b"\0" * 5000, ["readable"]),
        (b"name: \0\n", ["readable"]),
        (b"a: 1\n" * (LIMIT // 5 + 200_000), ["readable"]),
        (b"[" * 100_000, ["readable"]),
        (b"a: &a [x]\nb: *a\n", ["readable"]),
        (b"", ["schema"]),
        (b"- schema\n", ["schema"]),
        (b"12345678901234567890123456789012345678901234567890\n", ["schema"]),
        (b"schema: 99999999999999999999999999\n", ["canonical", *["schema"] * 5]),
    ],
)
def test_a_hostile_file_is_a_finding_and_no_failure(archive: Path, content: bytes, found: list[str]) -> None:
    path = archive / "customers" / "SH" / "0" / "SH-000009.yaml"
    path.write_bytes(content)
    assert rules(archive) == [(rule, "customers/SH/0/SH-000009.yaml") for rule in found]


def test_junk_in_the_place_of_a_control_file_is_a_finding_and_no_failure(archive: Path) -> None:
    for path in ("archive.yaml", "regime/base.yaml", "keys/levels.yaml", "members/li.na.yaml", ".gitattributes"):
        (archive / path).write_bytes(b"\xff\0")
    assert {path for _rule, path in rules(archive)} >= {"archive.yaml", "regime/base.yaml", "keys/levels.yaml", ".gitattributes"}


def test_links_pipes_and_repositories_within_are_told_and_never_followed(archive: Path) -> None:
    (archive / "customers" / "SH" / "0" / "SH-000009.yaml").symlink_to("/etc/passwd")
    (archive / "customers" / "BJ").symlink_to(archive, target_is_directory=True)
    os.mkfifo(archive / "members" / "pipe.yaml")
    (archive / "keys" / ".git").mkdir()
    assert rules(archive) == [
        ("strays", "customers/BJ"),
        ("strays", "customers/SH/0/SH-000009.yaml"),
        ("strays", "keys/.git"),
        ("strays", "members/pipe.yaml"),
    ]


def test_what_takes_a_file_s_place_after_it_was_listed_is_not_followed(archive: Path) -> None:
    tree, path = Tree(archive), archive / RECORD
    assert RECORD in tree.files
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert [each.rule for each in judge(tree, RECORD).findings] == ["readable"]
    path.unlink()
    os.mkfifo(path)
    assert [each.rule for each in judge(tree, RECORD).findings] == ["schema"]


def test_a_name_that_no_screen_can_show_is_escaped(archive: Path) -> None:
    for name in (b"\xff\xfe.yaml", b"two\nlines", b"\x1b[2J"):
        Path(os.fsdecode(os.fsencode(archive) + b"/members/" + name)).write_bytes(b"")
    assert [path for _rule, path in rules(archive) if not path.isprintable() or not path.isascii()] == []
    assert ("strays", "members/two\\nlines") in rules(archive)


def test_what_may_not_be_read_is_a_finding() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        archive = lay_out(Path(folder) / "archive")
        assert rules(archive) == []
        (archive / "members" / "chen.jing.yaml").chmod(0)
        (archive / "registers" / "loan").chmod(0)
        (archive / "objects").mkdir()
        try:
            if os.geteuid() == 0:
                os.seteuid(65534)
            assert rules(archive) == [("readable", "members/chen.jing.yaml"), ("strays", "registers/loan")]
        finally:
            if os.getuid() == 0:
                os.seteuid(0)
            (archive / "registers" / "loan").chmod(0o755)


def keep(folder: Path) -> None:
    """Make a folder a repository that keeps everything in it."""
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


def test_what_git_keeps_and_the_folder_lost_is_told(archive: Path) -> None:
    entry, *rest = "registers/key-copy/2026/0/MY-2026-0001.yaml", "keys/levels.yaml", "README.md"
    (archive / "README.md").write_text("", encoding="utf-8")
    keep(archive)
    for path in (entry, *rest):
        (archive / path).unlink()
    assert {*rules(archive)} >= {("deleted", entry), ("strays", "keys/levels.yaml")}
    assert [path for rule, path in rules(archive) if rule == "deleted"] == [entry]
    assert [each.path for each in run(archive, ["registers"]).findings] == [entry]
    assert run(archive, ["customers"]).findings == ()


def test_what_a_repository_around_the_archive_has_lost_is_none_of_its_own(archive: Path) -> None:
    keep(archive.parent)
    (archive / "registers/key-copy/2026/0/MY-2026-0001.yaml").unlink()
    assert rules(archive) == []
