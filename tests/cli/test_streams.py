"""Answers that cannot be written, and programs that are stopped before they began, end in a sentence too."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from office import Office

FULL = Path("/dev/full")


def shell(office: Office, line: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **office.run.environment, "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    started = f"exec {sys.executable} -m archivectl {line}"
    return subprocess.run(["sh", "-c", started], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device here")
@pytest.mark.parametrize("line", ["list", "list --json", "member list", "show 99 --json"])
def test_a_full_output_is_said(office: Office, line: str) -> None:
    answer = shell(office, f"{line} >{FULL}")
    assert answer.returncode == 4, answer.stderr
    assert "The answer could not be written" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_page_is_not_poured_onto_a_terminal_but_goes_down_a_pipe(office: Office, tmp_path: Path) -> None:
    script = shutil.which("script")
    if not script:
        pytest.skip("there is no script here to make a terminal")
    environment = {**os.environ, **office.run.environment, "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    line = f"{sys.executable} -m archivectl report catalogue"
    at_terminal = [script, "-qec", line, str(tmp_path / "typescript")]
    answer = subprocess.run(at_terminal, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert answer.returncode == 2
    assert "-o catalogue.html" in answer.stdout
    assert "<html" not in answer.stdout
    assert "<html" in shell(office, "report catalogue | cat").stdout


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device here")
def test_an_act_whose_answer_is_lost_stands_and_that_is_said(office: Office) -> None:
    answer = shell(office, f"create --subject organisation --set name=甲有限公司 >{FULL}")
    assert answer.returncode == 4
    assert "What the command did stands" in answer.stderr
    assert len(office.run("list", "--json").json) == 1


@pytest.mark.parametrize("line", ["list >&-", "list >&- 2>&-", "member list --json >&-"])
def test_a_closed_output_is_like_a_reader_who_went_away(office: Office, line: str) -> None:
    answer = shell(office, line)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_an_argument_that_is_no_text_is_refused(office: Office) -> None:
    answer = shell(office, "list name=$(printf '\\377')")
    assert answer.returncode == 2
    assert "not UTF-8" in answer.stderr


def test_an_interruption_while_the_program_loads_ends_with_a_sentence() -> None:
    code = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n{_interrupted()}"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, "Interrupted; nothing half done.\n")


def _interrupted() -> str:
    """A program that is interrupted at the moment it begins to load its command line."""
    return """
import sys
class Loading:
    def find_spec(self, name, *_):
        if name == "archivectl.cli":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Loading())
from archivectl.__main__ import run
run()
"""
