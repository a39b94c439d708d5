"""The light reader reads what the full door reads, and refuses as it does."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archivectl.store.objects import object_id
from archivectl.store.reader import deleted, look
from archivectl.store.states import Damaged, GitMissing, NotAnArchive
from project import ROOT

Run = Callable[..., str]
PATHS = ["customers/SH/0/上海.yaml", "nothing", "customers/NJ", "archive.yaml"]


def test_committed_files_are_read_in_the_order_asked_for(act: Run, top: Path) -> None:
    act({PATHS[0]: b"\xe4\xb8\x8a\n\x00", PATHS[3]: b""})
    (top / PATHS[3]).write_bytes(b"an edit")
    found = [each and each.content for each in look(top / "customers" / "SH", PATHS)]
    assert found == [b"\xe4\xb8\x8a\n\x00", None, None, b""]
    assert look(top, []) == []


def test_an_archive_without_commits_has_no_files(top: Path) -> None:
    assert look(top, PATHS) == [None] * 4


def test_variables_of_the_environment_lead_nowhere(act: Run, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    act({"a": b"a"})
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"):
        monkeypatch.setenv(name, "/nowhere")
    assert [each and each.content for each in look(top, ["a"])] == [b"a"]


def test_folders_are_answered_by_their_ids_an_empty_path_by_the_whole_tree(act: Run, git: Run, top: Path) -> None:
    act({"a/b": b"b"})
    found = look(top, ["", "a", "a/b", "c"])
    assert [each and (each.id, each.kind) for each in found] == [
        (git("rev-parse", "HEAD^{tree}"), "tree"),
        (git("rev-parse", "HEAD:a"), "tree"),
        (object_id("blob", b"b"), "blob"),
        None,
    ]


def test_files_that_were_deleted_here_and_not_from_git_are_told(act: Run, git: Run, top: Path) -> None:
    act({"a": b"a", "b/上海": b"b", "c": b"c"})
    assert deleted(top) == []
    (top / "b" / "上海").unlink()
    (top / "a").write_bytes(b"an edit")
    git("rm", "--quiet", "c")
    assert deleted(top) == ["b/上海"]


def test_it_refuses_as_the_full_door_does(act: Run, top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    act({"a": b"content"})
    with pytest.raises(NotAnArchive):
        look(tmp_path, ["a"])
    blob = object_id("blob", b"content")
    loose = top / ".git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"broken")
    with pytest.raises(Damaged, match=blob):
        look(top, ["a"])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissing):
        look(top, ["a"])


def test_it_loads_no_library_for_git(act: Run, top: Path) -> None:
    act({"a": b"a"})
    program = (
        "import sys; from pathlib import Path; from archivectl.store.reader import look;"
        f"assert look(Path({str(top)!r}), ['a'])[0].content == b'a';"
        "print([name for name in ('git', 'gitdb', 'filelock', 'hashlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
