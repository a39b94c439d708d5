"""The person's own editor over a text in memory: a folder and file for the owner alone, gone on every way out.

What a kill -9 or a power cut of the program leaves in memory, the next edit finds, keeps encrypted as a draft, and removes.
"""

import json
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from archivectl.errors import Refused, WrongUsage, told_by
from archivectl.yaml_text import LIMIT

_PREFIX = "archivectl-edit-"
_TEXT, _BEGUN, _ABOUT, _LOCK = "record.yaml", "begun.yaml", "about.json", "lock"
_MOUNTS = Path("/proc/self/mounts")
_IN_MEMORY = {"tmpfs", "ramfs"}
_YOUNG = 60.0  # seconds in which a folder may still be without its lock
_PATIENCE = 5.0  # seconds that an editor has to end
_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)]
# What keeps an editor from leaving the text elsewhere: swap and backup files, undo files, registers, files of its own start.
_FLAGS = {
    "vim": (
        "-n", "-i", "NONE", "--cmd", "set nomodeline", "-c", "set nobackup nowritebackup noswapfile noundofile viminfo=",
    ),
    "nvim": ("-n", "-i", "NONE", "--cmd", "set nomodeline", "-c", "set nobackup nowritebackup noswapfile noundofile shada="),
    "nano": ("--ignorercfiles",),
    "emacs": (
        "--eval",
        "(setq make-backup-files nil auto-save-default nil auto-save-list-file-prefix nil create-lockfiles nil)",
    ),
}  # fmt: skip
_ALIKE = {"vi": "vim", "view": "vim", "gvim": "vim", "emacs-nox": "emacs", "emacs-gtk": "emacs"}


class NoEditor(WrongUsage):
    """An editor that cannot be started."""

    message = "The editor “{editor}” could not be started, or gave up."
    hint = "Name one in the environment: EDITOR=nano archivectl edit NUMBER --reason TEXT"


class NoEditorNamed(WrongUsage):
    """No editor is set, and no terminal is there for the usual one."""

    message = "No editor is set."
    hint = "Set one: EDITOR=nano archivectl edit NUMBER --reason TEXT. Nothing was saved."


class NoMemory(Refused):
    """A machine without a folder that lies in memory."""

    message = "This machine has no folder that lies in memory; the text would lie on the disk in clear while you edit."
    hint = (
        "Allow it for this once: archivectl edit {number} --allow-disk; or change fields by: archivectl update {number} --set …"
    )


class NotATextFile(WrongUsage):
    """What an editor left in place of the text."""

    message = "Your editor left no text: {problem}."
    hint = "Nothing was saved; edit it again: archivectl edit NUMBER"


class Stopped(Exception):
    """A signal that ends the program."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def chosen() -> list[str]:
    """The editor's command, with what keeps it from leaving copies; raises NoEditor, NoEditorNamed."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("vi" if sys.stdin.isatty() else "")
    if not named:
        raise NoEditorNamed
    try:
        words = shlex.split(named)
    except ValueError as error:
        raise NoEditor(editor=named) from error
    return [*words[:1], *_FLAGS.get(kind(words), ()), *words[1:]]


def kind(words: Sequence[str]) -> str:
    """Which of the editors that we know a command starts; empty for any other."""
    found = shutil.which(words[0]) if words else None
    real = Path(os.path.realpath(found)).name if found else ""
    for named in (real, Path(words[0]).name if words else ""):
        name = named.partition(".")[0].rstrip("0123456789-")
        if _ALIKE.get(name, name) in _FLAGS:
            return _ALIKE.get(name, name)
    return ""


def memory() -> Path | None:
    """A folder that lies in memory and may be written to, the person's own first."""
    for folder in (os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"):  # noqa: S108 - memory; the folder in it is private
        if folder and os.access(folder, os.W_OK | os.X_OK) and _lies_in_memory(Path(folder)):
            return Path(folder)
    return None


def _lies_in_memory(folder: Path) -> bool:
    try:
        rows = [line.split(" ") for line in _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()]
    except OSError:
        return False
    above = [row for row in rows if Path(os.path.realpath(folder)).is_relative_to(row[1].replace("\\040", " "))]
    return bool(above) and max(above, key=lambda row: len(row[1]))[2] in _IN_MEMORY


class Desk:
    """A text that is being edited."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / _TEXT

    def lay(self, text: str, about: Mapping[str, Any]) -> None:
        """Put a text in place, for the owner alone, with what it takes to keep it where the program is killed."""
        (self.folder / _ABOUT).write_text(json.dumps(about), encoding="ascii")
        self.path.unlink(missing_ok=True)
        for name in (_TEXT, _BEGUN):
            path = self.folder / f"{name}.new"
            path.touch(mode=0o600)
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
            path.replace(self.folder / name)

    def read(self) -> bytes:
        """What the editor left; raises NotATextFile."""
        return _content(self.path)

    def edit(self, command: Sequence[str]) -> None:
        """Let the person edit it; raises NoEditor."""
        _no_core()
        known = {**os.environ, "TMPDIR": str(self.folder)}
        process: subprocess.Popen[bytes] | None = None
        try:
            with _signals_put_off():  # one that came at this moment would leave an editor behind that nobody ends
                process = subprocess.Popen([*command, str(self.path)], env=known)  # noqa: S603 - the person's own choice
            with _interrupts_to_editor():
                status = process.wait()
        except OSError as error:
            raise NoEditor(editor=command[0]) from error
        except BaseException:
            if process:
                _end(process)
            raise
        if status:
            raise NoEditor(editor=command[0])


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _content(path: Path) -> bytes:
    careful = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | careful), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NotATextFile(problem="it is no file")
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise NotATextFile(problem=told_by(error)) from error
    if len(content) > LIMIT:
        raise NotATextFile(problem="it is too large")
    return content


@contextmanager
def _interrupts_to_editor() -> Iterator[None]:
    """At a terminal Ctrl-C is the editor's; elsewhere it ends us as any other signal does."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if sys.stdin.isatty() else None
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)


@contextmanager
def _signals_put_off() -> Iterator[None]:
    """Whatever would end us waits until this is done."""
    came: list[int] = []
    heeded = [number for number in (*_ENDING, signal.SIGINT) if callable(signal.getsignal(number))]
    before = {number: signal.signal(number, lambda number, _frame: came.append(number)) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in came:
        signal.raise_signal(number)


def _no_core() -> None:
    """Let nobody's crash write the text to disk."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not everywhere

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _stop(number: int, _frame: object) -> NoReturn:
    raise Stopped(number)


@contextmanager
def laid(folder: Path) -> Iterator[Desk]:
    """A desk in a folder, for the owner alone, which is gone afterwards, whatever ends the program meanwhile but a kill -9."""
    heeded = (number for number in _ENDING if signal.getsignal(number) != signal.SIG_IGN)
    before = {number: signal.signal(number, _stop) for number in heeded}
    try:
        own = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
        try:
            with (own / _LOCK).open("xb") as lock:
                _locked(lock.fileno())
                yield Desk(own)
        finally:
            shutil.rmtree(own, ignore_errors=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leftovers(folder: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """What killed edits left: what it is about, and the text where it was changed; each is removed once the next is asked for."""
    for own in sorted(folder.glob(f"{_PREFIX}*")):
        told = own.lstat()
        ours = stat.S_ISDIR(told.st_mode) and (not hasattr(os, "geteuid") or told.st_uid == os.geteuid())
        if not ours or _alive(own, time.time() - told.st_mtime):
            continue
        with suppress(OSError, ValueError, NotATextFile):
            about = json.loads(_content(own / _ABOUT))
            text = _content(own / _TEXT)
            if text and text != _content(own / _BEGUN):
                yield about, text
        shutil.rmtree(own, ignore_errors=True)


def _alive(own: Path, age: float) -> bool:
    """Whether a program still holds a desk."""
    try:
        with os.fdopen(os.open(own / _LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)), "r+b") as lock:
            return not _locked(lock.fileno())
    except OSError:
        return age < _YOUNG


if sys.platform == "win32":

    def _locked(_handle: int) -> bool:
        """Nothing: an open file cannot be removed there, which serves as well."""
        return True
else:
    import fcntl

    def _locked(handle: int) -> bool:
        """Take a lock that ends with the program; False where another program has it."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
