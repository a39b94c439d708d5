"""Helpers never outlive an import, and it never waits for one: not at Ctrl-C, and not when one is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from archivectl import crew
from archivectl.crew import CHUNK, Crew, HelperLost
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


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Ctrl-C is heard here and by what is started, also where the tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Helpers even where there is one core."""
    monkeypatch.setattr("archivectl.crew.cores", lambda: 2)


@pytest.mark.usefixtures("two_cores")
def test_an_interruption_ends_all_helpers_however_much_is_left_to_do() -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupted() -> None:
        with Crew() as hands:
            for _each in hands.spread("", str.upper, ITEMS):
                started.extend(hands._helpers)
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [helper.poll() is None for helper in started] == [False, False]


@pytest.mark.usefixtures("two_cores")
def test_a_lost_helper_is_told_and_ends_the_others() -> None:
    with Crew() as hands:
        made = hands.spread("", str.upper, ITEMS)
        next(made)
        started = list(hands._helpers)
        started[1].kill()
        with pytest.raises(HelperLost):
            list(made)
        assert hands._helpers == []
        assert list(hands.spread("", str.upper, ITEMS)) == [each.upper() for each in ITEMS]


@pytest.mark.skipif(sys.platform != "linux", reason="pipes are looked into")
def test_a_helper_that_is_stopped_in_the_middle_of_an_answer_still_gives_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl  # noqa: PLC0415 - not everywhere
    import termios  # noqa: PLC0415

    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    with crew._helper() as helper:
        crew._tell(helper, str.upper, ["a" * 2**20])
        assert helper.stdin
        assert helper.stdout
        full = fcntl.fcntl(helper.stdout, fcntl.F_GETPIPE_SZ)
        while int.from_bytes(fcntl.ioctl(helper.stdout, termios.FIONREAD, bytes(4)), sys.byteorder) < full // 2:
            pass
        helper.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, helper.pid, os.WSTOPPED)
        helper.send_signal(signal.SIGCONT)
        helper.stdin.close()  # who waits for the rest of an answer that will not come is told so
        assert crew._answer(helper) == ["A" * 2**20]
        helper.kill()


@pytest.mark.kill
@pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes there")
@pytest.mark.parametrize(
    ("word", "times", "done"),
    [
        ("crew.help_out", 1, False),
        ("crew.help_out", 2, False),
        ("pickle.find_class", 1, False),
        ("pickle.find_class", 3, False),
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
    if crew.cores() == 1 and word in {"crew.help_out", "pickle.find_class"}:
        pytest.skip("with one core there are no helpers")
    rows = [(f"K{row}", f"示例{row}商行", *FIRMS[0][2:]) for row in range(3 * CHUNK)]
    before, path = git(office, "rev-parse", "main"), table(office, TITLES, *rows)
    environment = {**os.environ, **office.run.environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", INTERRUPTED, word, str(times), "import", path]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        said = process.communicate(timeout=300)[1]  # who still had it open would keep this waiting
    assert (process.returncode, said) == (130, "Interrupted; nothing half done.\n")
    assert (git(office, "rev-parse", "main") != before) is done
    assert office.run("create", "--subject", "organisation", "--set", "name=下一户").status == 0
    assert len(files(office)) == 1 + done * len(rows)
    assert git(office, "status", "--porcelain") == ""


@pytest.mark.usefixtures("two_cores")
def test_of_many_things_only_some_are_asked_for_before_the_first_is_done() -> None:
    asked: list[str] = []
    with Crew() as hands:
        made = hands.stream(str.upper, (asked.append(each) or each for each in ITEMS))  # type: ignore[func-returns-value]
        assert next(made) == ITEMS[0].upper()
        assert CHUNK < len(asked) <= 4 * CHUNK
        assert [*made] == [each.upper() for each in ITEMS[1:]]


@pytest.mark.usefixtures("two_cores")
def test_helpers_do_one_kind_of_work_after_another() -> None:
    with Crew() as hands:
        assert [*hands.stream(str.upper, ITEMS)] == [each.upper() for each in ITEMS]
        started = list(hands._helpers)
        assert [*hands.stream(len, ITEMS)] == [len(each) for each in ITEMS]
        assert hands._helpers == started


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize(
    ("most", "few", "started"), [(1, 0, 0), (2, len(ITEMS), 0), (2, len(ITEMS) - 1, 2), (2, 0, 2), (9, 0, 2)]
)
def test_helpers_are_started_for_much_work_and_no_more_than_are_of_use(most: int, few: int, started: int) -> None:
    with Crew(most=most) as hands:
        assert len([*hands.stream(str.upper, ITEMS, few)]) == len(ITEMS)
        assert len(hands._helpers) == started
