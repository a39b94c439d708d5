"""Files that hold secrets appear whole or not at all, whatever the disk and other processes do meanwhile."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archivectl.encryption.private_files import put_file


def before_each_sync(monkeypatch: pytest.MonkeyPatch, happens: Callable[[int], None]) -> None:
    """Let something happen whenever a file or folder is brought to disk, as another process or the disk would."""
    real = os.fsync

    def fsync(handle: int) -> None:
        happens(handle)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only /proc says which file a number stands for")


def open_path(handle: int) -> Path:
    return Path(f"/proc/self/fd/{handle}").readlink()


def test_a_file_replaces_the_one_of_its_name(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        put_file(tmp_path / "a" / "b", "key", content)
    assert [path.read_bytes() for path in (tmp_path / "a" / "b").iterdir()] == [b"new"]
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "b" / "key").stat().st_mode & 0o777 == 0o600


def test_a_file_swept_away_before_it_was_finished_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[str] = []

    def sweep(_: int) -> None:
        if len(swept) < 3:
            swept.extend(path.name for path in tmp_path.glob("*.tmp"))
            for path in tmp_path.glob("*.tmp"):
                path.unlink()

    before_each_sync(monkeypatch, sweep)
    put_file(tmp_path, "key", b"secret")
    assert len(swept) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_file(tmp_path, "key", b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before_each_sync(monkeypatch, full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        put_file(tmp_path, "key", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@needs_proc
@pytest.mark.parametrize(("code", "tolerated"), [(errno.EINVAL, True), (errno.ENOTSUP, True), (errno.EIO, False)])
def test_only_a_share_that_cannot_bring_folders_to_disk_is_tolerated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, *, tolerated: bool
) -> None:
    def fail(handle: int) -> None:
        if open_path(handle).is_dir():
            raise OSError(code, os.strerror(code))

    before_each_sync(monkeypatch, fail)
    if tolerated:
        put_file(tmp_path, "key", b"secret")
    else:
        with pytest.raises(OSError, match=os.strerror(code)):
            put_file(tmp_path, "key", b"secret")
    assert (tmp_path / "key").read_bytes() == b"secret"


@needs_proc
def test_file_and_folder_are_brought_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    before_each_sync(monkeypatch, lambda handle: synced.append(open_path(handle).suffix))
    put_file(tmp_path / "new.folder", "key", b"secret")
    assert synced == ["", ".tmp", ".folder"]
