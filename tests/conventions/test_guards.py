"""The guards of ``conftest.py`` are up."""

import os
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from program import Answer, Program, in_process

FORBIDDEN = pytest.fail.Exception


def test_a_connection_is_refused_with_a_sentence() -> None:
    with socket.socket() as plug, pytest.raises(FORBIDDEN, match="opened a network connection to"):
        plug.connect(("127.0.0.1", 9))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(FORBIDDEN, match=r"looked up the network name archive\.example"):
        urllib.request.urlopen("http://archive.example/")


def test_a_socket_of_this_machine_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("door")
        server.listen()
        client.connect("door")


def test_the_users_home_is_out_of_reach() -> None:
    assert not Path.home().exists()
    assert all(Path(value).is_relative_to(Path.home()) for name, value in os.environ.items() if name.startswith("XDG_"))


def test_git_knows_no_user_and_no_network() -> None:
    listed = subprocess.run(["git", "config", "--list", "--show-scope"], capture_output=True, text=True, cwd="/", check=False)
    assert listed.stdout == ""
    fetched = subprocess.run(["git", "ls-remote", "https://archive.example/"], capture_output=True, text=True, check=False)
    assert "transport 'https' not allowed" in fetched.stderr


def test_the_members_variables_are_gone_and_the_time_zone_is_utc() -> None:
    assert not [name for name in os.environ if name.startswith("ARCHIVECTL_")]
    assert time.tzname[0] == "UTC"


def test_the_program_has_its_own_home_and_speaks_english(run_process: Program, home: Path) -> None:
    assert run_process.environment == {"ARCHIVECTL_HOME": str(home), "ARCHIVECTL_LANG": "en"}


def test_a_call_in_process_answers_like_a_process(run: Program, run_process: Program) -> None:
    """A version, a usage error and a refusal to guess: same status, same words."""
    for args in (["--version"], ["no-such-command"], ["show"]):
        here, there = run(*args), run_process(*args)
        assert (here.status, here.out) == (there.status, there.out)


def test_a_call_in_process_leaves_this_process_as_it_was(run: Program) -> None:
    before = dict(os.environ), Path.cwd()
    assert isinstance(run("--version"), Answer)
    assert (dict(os.environ), Path.cwd()) == before
    assert run.start is in_process
