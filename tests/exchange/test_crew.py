"""Helpers never outlive an import, and it never waits for one: not at Ctrl-C, and not when one is lost."""

import os
import signal
import subprocess
import sys

import pytest

from archivectl.exchange.crew import CHUNK, Crew, HelperLost
from customer_tables import FIRMS, TITLES, files, git, table
from office import Office
from project import ROOT

ITEMS = [str(number) for number in range(8 * CHUNK)]

# The program as it is, but at a chosen moment Ctrl-C reaches it and every process that it has started in its group.
INTERRUPTED = """
import os, signal, sys

def hook(event, args, word=sys.argv.pop(1), times=[int(sys.argv.pop(1))]):
    if word == event or (event == "subprocess.Popen" and any(word in str(each) for each in args[1])):
        times[0] -= 1
        if times[0] == 0:
            os.killpg(0, signal.SIGINT)

sys.addaudithook(hook)
from archivectl.cli import run
run()
"""


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Helpers even where there is one core."""
    monkeypatch.setattr("archivectl.exchange.crew._cores", lambda: 2)


@pytest.mark.usefixtures("two_cores")
def test_an_interruption_ends_all_helpers_however_much_is_left_to_do() -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupted() -> None:
        with Crew() as crew:
            for _each in crew.spread("", str.upper, ITEMS):
                started.extend(crew._helpers)
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [helper.poll() is None for helper in started] == [False, False]


@pytest.mark.usefixtures("two_cores")
def test_a_lost_helper_is_told_and_ends_the_others() -> None:
    with Crew() as crew:
        made = crew.spread("", str.upper, ITEMS)
        next(made)
        started = list(crew._helpers)
        started[1].kill()
        with pytest.raises(HelperLost):
            list(made)
        assert crew._helpers == []
        assert list(crew.spread("", str.upper, ITEMS)) == [each.upper() for each in ITEMS]


@pytest.mark.kill
@pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes there")
@pytest.mark.parametrize(
    ("word", "times", "done"),
    [
        ("crew.help_out", 1, False),
        ("crew.help_out", 2, False),
        ("pickle.find_class", 1, False),
        ("pickle.find_class", 4, False),
        ("index-pack", 1, False),
        ("update-ref", 1, False),
        ("update-index", 1, True),
    ],
)
def test_an_interrupted_import_has_done_everything_or_nothing_and_says_a_word(
    office: Office,
    word: str,
    times: int,
    done: bool,  # noqa: FBT001 - a table
) -> None:
    if len(os.sched_getaffinity(0)) == 1 and word in {"crew.help_out", "pickle.find_class"}:
        pytest.skip("with one core there are no helpers")
    rows = [(f"K{row}", f"示例{row}商行", *FIRMS[0][2:]) for row in range(3 * CHUNK)]
    before, path = git(office, "rev-parse", "main"), table(office, TITLES, *rows)
    environment = {**os.environ, **office.run.environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", INTERRUPTED, word, str(times), "import", path]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        said = process.communicate(timeout=30)[1]  # who still had it open would keep this waiting
    assert (process.returncode, said) == (130, "Interrupted; nothing half done.\n")
    assert (git(office, "rev-parse", "main") != before) is done
    assert office.run("create", "--subject", "organisation", "--set", "name=下一户").status == 0
    assert len(files(office)) == 1 + done * len(rows)
    assert git(office, "status", "--porcelain") == ""
