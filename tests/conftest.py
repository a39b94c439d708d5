"""Guards that hold in every test, and the program as a fixture.

No test sees the user's home, git configuration, members or keys, a network, or the time zone of this machine; one that tries
fails with a sentence that says so. The clock needs no guard: ``conventions/test_clock_and_environment.py`` shows that nothing
below the command line reads it.
"""

import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from archivectl import crew, i18n
from office import Office, copy
from program import Program, in_a_process, in_process

# No health checks of speed: a loaded machine is no fault of a property.
settings.register_profile("archive", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("archive")

HOME_FOLDERS = {
    "HOME": "",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_RUNTIME_DIR": ".run",
    "XDG_STATE_HOME": ".local/state",
}
# Variables with which a terminal or a CI service changes what typer, rich and git print or do.
UNWANTED = ("CLICOLOR_FORCE", "FORCE_COLOR", "GITHUB_ACTIONS", "LANGUAGE", "PY_COLORS", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
# Tools of others by which tests prove what we wrote; nothing but such tests needs them.
MISSING = {tool for tool in ("ssh-add", "ssh-agent", "ssh-keygen") if shutil.which(tool) is None}
FIXED = {
    "COLUMNS": "200",
    "GIT_ALLOW_PROTOCOL": "file",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C.UTF-8",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "TZ": "UTC",
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Iterator[None]:
    """What prepares a test with a tool that is not installed skips it."""
    yield from _skipping_without_tools()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """What tests with a tool that is not installed is skipped."""
    yield from _skipping_without_tools()


def _skipping_without_tools() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if error.filename not in MISSING:
            raise
        pytest.skip(f"{error.filename} is not installed")


@pytest.fixture(scope="session")
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a user who has none: it is never made."""
    return tmp_path_factory.mktemp("nobody") / "home"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, nobodys_home: Path) -> Iterator[None]:
    for name in tuple(os.environ):
        if name.startswith(("ARCHIVECTL_", "GIT_", "SSH_", "XDG_")) or name in UNWANTED:
            monkeypatch.delenv(name)
    for name, folder in HOME_FOLDERS.items():
        monkeypatch.setenv(name, str(nobodys_home / folder))
    for name, value in FIXED.items():
        monkeypatch.setenv(name, value)
    # git calls archivectl by name, from hooks and drivers: it shall find the one under test.
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    time.tzset()
    yield
    i18n.speak("en")
    if nobodys_home.exists():
        touched = sorted(str(path.relative_to(nobodys_home)) for path in nobodys_home.rglob("*"))
        nobodys_home.rename(nobodys_home.with_name(f"touched-{time.monotonic_ns()}"))
        pytest.fail(f"This test wrote to the user's home directory: {touched}. Give it a folder of its own (fixture: home).")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def guarded(method: str) -> Any:
        plain = getattr(socket.socket, method)

        def connect(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX:
                pytest.fail(f"This test opened a network connection to {address}. archivectl never needs one: use a folder.")
            return plain(self, address)

        return connect

    def look_up(host: Any, *_: Any, **__: Any) -> None:
        pytest.fail(f"This test looked up the network name {host}. archivectl never needs a network: use a folder.")

    monkeypatch.setattr(socket.socket, "connect", guarded("connect"))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded("connect_ex"))
    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The ``ARCHIVECTL_HOME`` of this test; not there before the program makes it."""
    return tmp_path / "home"


@pytest.fixture
def run(tmp_path: Path, home: Path) -> Program:
    """The program, called in this process: ``run("show", "SH-000001", member="li.na").out``."""
    return Program(in_process, tmp_path, {"ARCHIVECTL_HOME": str(home), "ARCHIVECTL_LANG": "en"})


@pytest.fixture
def run_process(tmp_path: Path, home: Path) -> Program:
    """The program, called as a process of its own."""
    return Program(in_a_process, tmp_path, {"ARCHIVECTL_HOME": str(home), "ARCHIVECTL_LANG": "en"})


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The helping processes that were started, as on a machine of two cores."""
    found: list[Any] = []
    begin = crew._helper

    def beginning() -> Any:
        found.append(begin())
        return found[-1]

    monkeypatch.setattr("archivectl.crew._helper", beginning)
    monkeypatch.setattr("archivectl.crew.cores", lambda: 2)
    return found


@pytest.fixture(scope="session")
def _model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture
def office(run: Program, _model: Path) -> Office:
    """An archive with five members, and the program acting in it."""
    return copy(_model, run)
