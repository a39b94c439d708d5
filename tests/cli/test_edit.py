"""``edit``: plaintext in memory only, gone on every way out; a text that was not saved is kept encrypted and offered again."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from archivectl import drafts
from archivectl.cli import editor
from archivectl.encryption import age
from archivectl.records import text as record_text
from office import Office
from program import Answer
from project import ROOT

NAME = "张三"
MEMORY = Path("/dev/shm")  # noqa: S108 - memory; what is made there is the test's own
pytestmark = pytest.mark.skipif(not os.access(MEMORY, os.W_OK), reason="no folder lies in memory here")


@pytest.fixture
def filed(office: Office) -> Office:
    fields = ("name=示例公司", f"contacts[cAAAAA].name={NAME}", "address.city=上海市")
    created = office.run("create", "--subject", "organisation", *(word for field in fields for word in ("--set", field)))
    assert created.status == 0
    return office


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory of this test's own, in which nothing may be left."""
    own = MEMORY / f"archivectl-test-{os.getpid()}-{tmp_path.name}"
    own.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(own))
    yield own
    left = [str(path) for path in own.rglob("*")]
    shutil.rmtree(own)
    assert left == []


def with_editor(office: Office, body: str, name: str = "editor.py") -> Office:
    """An office whose editor is a program; ``path``, ``text`` and ``folder`` are known to it."""
    script = office.run.folder / name
    head = (
        "import os, pathlib, sys, time\npath = pathlib.Path(sys.argv[1]); text, folder = path.read_text('utf-8'), path.parent\n"
    )
    script.write_text(head + body + "\n", encoding="utf-8")
    return replace(
        office, run=replace(office.run, environment={**office.run.environment, "EDITOR": f"{sys.executable} {script}"})
    )


def edit(office: Office, body: str, *words: str, member: str | None = None) -> Answer:
    return with_editor(office, body).run("edit", "1", "--reason", "更正", *words, member=member)


def putting(old: str, new: str) -> str:
    return f"assert {old!r} in text, text; path.write_text(text.replace({old!r}, {new!r}), 'utf-8')"


def city(office: Office) -> str:
    path = office.archive / "customers/SH/0/SH-000001.yaml"
    return str(record_text.parse(path.read_bytes(), str(path)).data["address"]["city"])


def kept(office: Office) -> list[Path]:
    return sorted(office.home.folder.glob("drafts/*/*/*.age"))


def in_clear(office: Office, text: str) -> list[str]:
    """The files in the test's folders that hold a text in clear, the editors themselves left out."""
    files = (path for path in office.run.folder.rglob("*") if path.is_file() and path.suffix != ".py")
    return [str(path) for path in files if text.encode() in path.read_bytes()]


def test_the_text_lies_in_memory_for_its_owner_alone_and_is_gone_afterwards(filed: Office, tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    body = (
        "import json, resource; facts = [oct(folder.stat().st_mode), oct(path.stat().st_mode), str(folder), os.environ['TMPDIR'],"
        f" resource.getrlimit(resource.RLIMIT_CORE)[0]]; pathlib.Path({str(told)!r}).write_text(json.dumps(facts))\n"
        "(folder / 'record.yaml~').write_text(text); " + putting("上海市", "杭州市")
    )
    assert edit(filed, body).status == 0
    folder_mode, mode, folder, temporary, core = json.loads(told.read_text(encoding="ascii"))
    assert (folder_mode[-3:], mode[-3:], core) == ("700", "600", 0)
    assert (folder.startswith(str(MEMORY)), temporary, Path(folder).exists()) == (True, folder, False)
    assert (city(filed), kept(filed)) == ("杭州市", [])


def test_nothing_changed_is_said_as_such_and_writes_nothing(filed: Office) -> None:
    before = filed.home.pin(next(filed.home.folder.glob("trust/*")).stem)
    for body in ("pass", "path.write_text('# a word of mine\\n' + text, 'utf-8')"):
        answer = with_editor(filed, body).run("edit", "1")
        assert (answer.status, answer.out) == (0, "SH-000001: nothing changed.\n")
    assert (filed.home.pin(before.archive), kept(filed)) == (before, [])


def test_a_text_that_was_refused_is_kept_encrypted_and_offered_again(filed: Office) -> None:
    typed = (
        putting("上海市", "杭州市") + "; path.write_text(path.read_text('utf-8') + 'identity:\\n  uscc: \"123秘密\"\\n', 'utf-8')"
    )
    refused = edit(filed, typed)
    assert (refused.status, "--draft" in refused.err, city(filed)) == (2, True, "上海市")
    [draft] = kept(filed)
    assert draft.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert in_clear(filed, "123秘密") == []
    waiting = edit(filed, "pass")
    assert (waiting.status, "--draft" in waiting.err, "--discard-draft" in waiting.err) == (4, True, True)
    assert kept(filed) == [draft]
    assert edit(filed, putting("123秘密", "91350100M000100Y43"), "--draft").status == 0
    assert (city(filed), kept(filed)) == ("杭州市", [])
    none = edit(filed, "pass", "--draft")
    assert (none.status, "No draft" in none.err) == (2, True)


def test_a_draft_is_given_up_when_asked_to(filed: Office) -> None:
    edit(filed, "path.write_text('a: [', 'utf-8')")
    assert len(kept(filed)) == 1
    answer = edit(filed, "assert '上海市' in text", "--discard-draft")
    assert (answer.out, kept(filed)) == ("SH-000001: nothing changed.\n", [])


def test_a_draft_is_given_up_without_any_editor(filed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(filed, "path.write_text('a: [', 'utf-8')")
    for name in ("EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    assert filed.run("edit", "1", "--discard-draft", "--dry-run").status == 0
    assert len(kept(filed)) == 1
    answer = filed.run("edit", "1", "--discard-draft")
    assert (answer.status, answer.out, kept(filed)) == (0, "SH-000001: the draft is given up.\n", [])
    assert filed.run("edit", "1", "--discard-draft").status == 2


def test_a_draft_is_its_writers_alone(filed: Office) -> None:
    edit(filed, "path.write_text('a: [', 'utf-8')")
    assert edit(filed, "pass", member="wang.wei").status == 0
    assert edit(filed, "pass", "--draft", member="wang.wei").status == 2


def test_a_draft_that_shows_what_was_opened_is_opened_for_a_purpose_and_logged_again(filed: Office) -> None:
    shown = ("--reveal", "--purpose", "核对")
    assert edit(filed, f"assert {NAME!r} in text; path.write_text(text + 'x: [', 'utf-8')", *shown).status == 2
    assert in_clear(filed, NAME) == []
    assert edit(filed, "pass", "--draft").status == 2
    assert len(filed.run("history", "--reads", "1", "--json").json) == 1
    assert edit(filed, putting("x: [", ""), "--draft", "--purpose", "续改").out == "SH-000001: nothing changed.\n"
    assert [read["purpose"] for read in filed.run("history", "--reads", "1", "--json").json] == ["续改", "核对"]


def test_what_came_back_unread_from_the_editor_stays_as_it_was(filed: Office) -> None:
    assert edit(filed, putting("上海市", "杭州市")).status == 0
    shown = filed.run("show", "1", "--reveal", "contacts[cAAAAA].name", "--purpose", "核对", "--json").json
    assert shown["contacts"][0]["name"] == NAME


HOSTILE = {
    "a link": "path.unlink(); path.symlink_to('/etc/hostname')",
    "a pipe": "path.unlink(); os.mkfifo(path)",
    "a folder": "path.unlink(); path.mkdir()",
    "gone": "path.unlink()",
    "huge": "path.open('wb').truncate(1 << 40)",
    "empty": "path.write_bytes(b'')",
    "comments": "path.write_text('# nothing\\n')",
    "no UTF-8": "path.write_bytes(b'note: \\xff\\n')",
    "no mapping": "path.write_text('- a\\n')",
    "a bomb": "path.write_text('a: &a [x]\\nb: [*a, *a]\\n')",
    "NUL": "path.write_bytes(b'note: a\\x00b\\n')",
    "deep": "path.write_text('a: ' + '[' * 5000)",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_the_editor_leaves_the_record_stays_and_nothing_is_left(filed: Office, name: str) -> None:
    before = (filed.archive / "customers/SH/0/SH-000001.yaml").read_bytes()
    refused = edit(filed, HOSTILE[name])
    assert (refused.status, bool(refused.err)) == (2, True)
    assert (filed.archive / "customers/SH/0/SH-000001.yaml").read_bytes() == before
    no_text = {"a link", "a pipe", "a folder", "gone", "huge"}
    assert ("left no text" in refused.err) is (name in no_text)
    assert ("is empty" in refused.err) is (name in {"empty", "comments"})
    assert bool(kept(filed)) is (name not in {*no_text, "empty", "comments"})
    if kept(filed):
        assert edit(filed, "path.write_text('address: {city: 杭州市}\\nname: 示例公司\\n', 'utf-8')", "--draft").status in {
            0,
            2,
            3,
        }


def test_an_editor_that_gives_up_loses_nothing(filed: Office) -> None:
    answer = edit(filed, putting("上海市", "杭州市") + "; sys.exit(1)")
    assert (answer.status, "is kept" in answer.err, len(kept(filed))) == (2, True, 1)
    assert edit(filed, "assert '杭州市' in text", "--draft").status == 0
    assert city(filed) == "杭州市"


@pytest.mark.parametrize("named", ["nothing-of-that-name", "'", "/"])
def test_an_editor_that_is_none_is_refused(filed: Office, named: str) -> None:
    run = replace(filed.run, environment={**filed.run.environment, "EDITOR": named})
    refused = run("edit", "1", "--reason", "更正")
    assert (refused.status, "EDITOR=" in refused.err, kept(filed)) == (2, True, [])


def test_a_dry_run_keeps_no_draft(filed: Office) -> None:
    assert edit(filed, "path.write_text('a: [', 'utf-8')", "--dry-run").status == 2
    assert edit(filed, putting("上海市", "杭州市"), "--dry-run").status == 0
    assert (city(filed), kept(filed)) == ("上海市", [])


def changing(office: Office, *words: str) -> str:
    """What an editor does while somebody else changes the record."""
    command = [sys.executable, "-m", "archivectl", "update", "1", "--reason", "搬迁", *words]
    known = {**office.run.environment, "PYTHONPATH": str(ROOT), "ARCHIVECTL_MEMBER": "wang.wei"}
    return f"import subprocess; subprocess.run({command!r}, env={{**os.environ, **{known!r}}}, check=True); "


def test_what_somebody_else_changed_meanwhile_stays_beside_ones_own(filed: Office) -> None:
    answer = edit(filed, changing(filed, "--set", "address.street=示例路1号") + putting("上海市", "杭州市"))
    assert answer.status == 0, answer.err
    shown = filed.run("show", "1", "--json").json
    assert shown["address"] == {"city": "杭州市", "street": "示例路1号"}


def test_a_field_that_both_changed_is_refused_and_shown_with_the_draft(filed: Office, tmp_path: Path) -> None:
    refused = edit(filed, changing(filed, "--set", "address.city=苏州市") + putting("上海市", "杭州市"))
    assert (refused.status, "Address · City" in refused.err, city(filed)) == (4, True, "苏州市")
    assert len(kept(filed)) == 1
    told = tmp_path / "told"
    saved = edit(filed, f"pathlib.Path({str(told)!r}).write_text(text, 'utf-8')", "--draft")
    assert saved.status in {0, 4}
    assert told.read_text(encoding="utf-8").startswith("# SH-000001 was changed by somebody else while you were editing: ")
    assert "city: 杭州市" in told.read_text(encoding="utf-8")


def at_terminal(office: Office, *words: str) -> tuple[int, str]:
    """The program at a terminal of its own; how it ended and what was shown."""
    ours, theirs = os.openpty()
    environment = {**os.environ, **office.run.environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "archivectl", "edit", "1", *words]
    with subprocess.Popen(
        command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 1 << 16)
            except OSError:  # the terminal has no other end any more
                break
            if not piece:
                break
            shown += piece
        status = process.wait()
    os.close(ours)
    return status, shown.decode()


def test_at_a_terminal_the_text_opens_again_with_what_is_wrong_at_its_top(filed: Office, tmp_path: Path) -> None:
    told = tmp_path / "told"
    body = (
        f"log = pathlib.Path({str(told)!r}); rounds = log.read_text('utf-8').count('<<') if log.exists() else 0\n"
        "log.open('a', encoding='utf-8').write('<<' + text)\n"
        "if rounds == 0: path.write_text(text.replace('上海市', '[杭州市'), 'utf-8')\n"
        "elif rounds == 1: path.write_text(text.replace('[杭州市', '杭州市') + 'nonsense: 1\\n', 'utf-8')\n"
        "else: path.write_text(text.replace('nonsense: 1\\n', ''), 'utf-8')"
    )
    status, shown = at_terminal(with_editor(filed, body), "--reason", "更正")
    assert (status, city(filed), kept(filed)) == (0, "杭州市", []), shown
    first, second, third = told.read_text(encoding="utf-8").split("<<")[1:]
    assert "Line" not in first.splitlines()[0]
    wrong = second.splitlines()
    line = int(wrong[0].split("Line ")[1].split(",")[0])
    assert "[杭州市" in "\n".join(wrong[line - 2 : line]), second
    assert "nonsense" in third.splitlines()[0]
    assert all(text.count("Dots stand for") == 1 for text in (first, second, third)), "comments do not pile up"


def test_at_a_terminal_a_text_closed_as_it_is_is_given_up_but_kept(filed: Office) -> None:
    body = "path.write_text(text if text.startswith('# Line') else text + 'x: [\\n', 'utf-8')"
    status, shown = at_terminal(with_editor(filed, body), "--reason", "更正")
    assert (status, "--draft" in shown, len(kept(filed))) == (2, True, 1), shown


def heard() -> None:
    """Let every signal end a process, also where the tests run in the background of a shell or under nohup, which ignore some."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def started(office: Office, body: str, tmp_path: Path) -> "subprocess.Popen[str]":
    """An edit whose editor has done something and now waits for ever."""
    ready = tmp_path / "ready"
    waiting = with_editor(office, f"{body}\npathlib.Path({str(ready)!r}).touch()\ntime.sleep(600)")
    environment = {**os.environ, **waiting.run.environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "archivectl", "edit", "1", "--reason", "更正"]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=heard,  # noqa: PLW1509 - no threads here
    )  # fmt: skip
    while not ready.exists():
        assert process.poll() is None, process.communicate()
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT], ids=str)
def test_every_signal_leaves_nothing_in_memory_and_the_text_in_a_draft(
    filed: Office, tmp_path: Path, memory: Path, number: signal.Signals
) -> None:
    with started(filed, putting("上海市", "杭州市"), tmp_path) as process:
        assert list(memory.glob("archivectl-edit-*"))
        process.send_signal(number)
        _out, err = process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else 128 + number)
    assert "--draft" in err
    assert list(memory.iterdir()) == []
    assert edit(filed, "assert '杭州市' in text", "--draft").status == 0
    assert city(filed) == "杭州市"


def test_a_signal_before_anything_was_typed_leaves_no_draft(filed: Office, tmp_path: Path) -> None:
    with started(filed, "pass", tmp_path) as process:
        process.terminate()
        process.communicate(timeout=60)
    assert kept(filed) == []


# The program as it is, but a signal reaches it before it knows of the editor that has begun.
STOPPED = """
import os, signal, subprocess, sys
begin, ready = subprocess.Popen.__init__, sys.argv.pop(1)

def beginning(self, args, *others, **more):
    begin(self, args, *others, **more)
    if str(args[-1]).endswith("record.yaml"):
        while not os.path.exists(ready):
            pass
        signal.raise_signal(signal.SIGTERM)

subprocess.Popen.__init__ = beginning
from archivectl.cli import run
run()
"""


def test_an_editor_that_was_just_started_ends_with_the_program(filed: Office, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    waiting = with_editor(filed, f"pathlib.Path({str(ready)!r}).touch()\ntime.sleep(600)")
    environment = {**os.environ, **waiting.run.environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", STOPPED, str(ready), "edit", "1", "--reason", "更正"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            process.communicate(timeout=60)  # an editor that is left keeps this waiting
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode, kept(filed)) == (128 + signal.SIGTERM, [])


def test_the_next_edit_sweeps_what_a_kill_left_and_keeps_the_text(filed: Office, tmp_path: Path, memory: Path) -> None:
    with started(filed, putting("上海市", "杭州市"), tmp_path) as process:
        edited = edit(filed, "pass")
        assert (edited.status, kept(filed)) == (0, []), "what is still being edited is left alone"
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
    assert len(list(memory.glob("archivectl-edit-*"))) == 1
    swept = edit(filed, "pass")
    assert (swept.status, "cut short" in swept.err, "--draft" in swept.err) == (4, True, True)
    assert (list(memory.iterdir()), len(kept(filed))) == ([], 1)
    assert edit(filed, "assert '杭州市' in text", "--draft").status == 0
    assert city(filed) == "杭州市"


def test_the_sweep_follows_no_link_and_takes_nothing_of_anybody_elses(filed: Office, tmp_path: Path, memory: Path) -> None:
    mine, elsewhere = tmp_path / "mine", tmp_path / "elsewhere"
    recipients = [age.generate()[1]]
    about = {
        "folder": str(elsewhere),
        "recipients": recipients,
        "uid": "A" * 26,
        "blob": "",
        "at": "",
        "opened": [],
        "record": "x",
    }
    (memory / "archivectl-edit-link").symlink_to(mine)
    for folder in (mine, theirs := memory / "archivectl-edit-theirs"):
        folder.mkdir()
        (folder / "lock").touch()
        (folder / "about.json").write_text(json.dumps(about), encoding="ascii")
        (folder / "record.yaml").write_text("dear", encoding="ascii")
        (folder / "begun.yaml").touch()
    others = os.geteuid() == 0  # only root can give something to somebody else
    if others:
        os.chown(theirs, 12345, -1)
    else:
        shutil.rmtree(theirs)
    (memory / "archivectl-edit-file").write_text("x", encoding="ascii")
    young = memory / "archivectl-edit-young"
    young.mkdir()
    damaged = memory / "archivectl-edit-damaged"
    damaged.mkdir()
    for name in ("lock", "about.json", "record.yaml", "begun.yaml"):
        (damaged / name).write_text("{", encoding="ascii")
    assert edit(filed, "pass").status == 0
    assert ((mine / "record.yaml").exists(), elsewhere.exists()) == (True, False)
    left = {"link", "file", "young", *(["theirs"] if others else [])}
    assert {path.name for path in memory.iterdir()} == {f"archivectl-edit-{name}" for name in left}
    for path in memory.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def test_without_memory_the_disk_is_used_only_when_allowed(
    filed: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/vda / ext4 rw 0 0\n", encoding="ascii")
    monkeypatch.setattr(editor, "_MOUNTS", mounts)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "disk"))
    (tmp_path / "disk").mkdir()
    refused = edit(filed, "pass")
    assert (refused.status, "--allow-disk" in refused.err) == (3, True)
    assert (
        edit(
            filed, f"assert str(folder).startswith({str(tmp_path / 'disk')!r}); " + putting("上海市", "杭州市"), "--allow-disk"
        ).status
        == 0
    )
    assert (city(filed), list((tmp_path / "disk").iterdir())) == ("杭州市", [])


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("tmpfs {0} tmpfs rw 0 0\n", True),
        ("ramfs / ramfs rw 0 0\n/dev/sda {0} ext4 rw 0 0\n", False),
        ("/dev/sda {0} ext4 rw 0 0\n", False),
        ("", False),
    ],
)
def test_a_folder_lies_in_memory_where_the_nearest_mount_does(
    rows: str, tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch, *, found: bool
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(rows.format(memory), encoding="ascii")
    monkeypatch.setattr(editor, "_MOUNTS", mounts)
    assert editor._lies_in_memory(memory) is found


@pytest.mark.parametrize(
    ("named", "known"),
    [("vim", "vim"), ("/usr/bin/nano", "nano"), ("emacs -nw", "emacs"), ("code --wait", ""), ("vim.tiny", "vim")],
)
def test_an_editor_that_we_know_is_told_to_leave_no_copies(named: str, known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", named)
    assert editor.kind(named.split()) == known
    assert set(editor._FLAGS.get(known, ())) <= set(editor.chosen())


@pytest.mark.skipif(shutil.which("vim") is None, reason="vim is not installed")
def test_vim_leaves_nothing_behind_whatever_its_settings_say(
    filed: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "person"
    (home / "kept").mkdir(parents=True)
    settings = (
        f"undofile undodir={home}/kept",
        f"backup backupdir={home}/kept directory={home}/kept",
        f"viminfo='9,n{home}/info",
    )
    (home / ".vimrc").write_text("".join(f"set {one}\n" for one in settings), encoding="ascii")
    monkeypatch.setenv("HOME", str(home))
    environment = {**filed.run.environment, "EDITOR": "vim -c 's/上海市/杭州市/e' -c '%s/上海市/杭州市/e' -c wq"}
    assert shutil.which("vim")
    done = subprocess.run(
        [sys.executable, "-m", "archivectl", "edit", "1", "--reason", "更正"],
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, city(filed)) == (0, "杭州市"), done.stderr
    assert {path.name for path in home.rglob("*")} == {"kept", ".vimrc"}


def test_drafts_go_when_the_record_is_destroyed(filed: Office) -> None:
    edit(filed, "path.write_text('a: [', 'utf-8')")
    assert len(kept(filed)) == 1
    filed.destroy()
    assert kept(filed) == []


def test_a_damaged_or_moved_draft_is_refused_and_can_be_given_up(filed: Office) -> None:
    filed.run("create", "--subject", "person", "--set", "name=李四")
    edit(filed, "path.write_text('a: [', 'utf-8')")
    [path] = kept(filed)
    with filed.acting() as archive:
        other = archive.record("2").uid
        path.rename(path.with_name(f"{other}.age"))
        with pytest.raises(drafts.DraftDamaged):
            drafts.load(archive, other, "SH-000002")
    path.write_bytes(b"rotten")
    refused = edit(filed, "pass", "--draft")
    assert refused.status == 5
    assert edit(filed, "pass", "--discard-draft").status == 0
