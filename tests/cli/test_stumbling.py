"""Where somebody new to an archive comes to a stop: each time one sentence says why, and which command helps."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from membership.desk import done, run
from office import Office
from test_duties import house

PERSON = "create --subject person --set name=张三 --set phone=13800138000"
FIRM = "create --subject organisation --set name=上海示例有限公司"


def keyring(office: Office) -> Path:
    return next(office.home.folder.glob("keyrings/*"))


def git(folder: Path, *words: str) -> str:
    found = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


def remote(office: Office, tmp_path: Path) -> None:
    (tmp_path / "nas").mkdir()
    done(office, f"key remote add nas {tmp_path / 'nas'}")


def elsewhere(office: Office, tmp_path: Path) -> Office:
    """A clone of the archive on a machine that knows nothing of it."""
    git(tmp_path, "clone", "-q", str(office.archive), str(tmp_path / "clone"))
    known = {"ARCHIVECTL_ARCHIVE": str(tmp_path / "clone"), "ARCHIVECTL_HOME": str(tmp_path / "other")}
    return replace(office, archive=tmp_path / "clone", run=replace(office.run, environment={**office.run.environment, **known}))


def test_a_lost_keyring_is_a_duty(office: Office) -> None:
    folder, told = keyring(office), "is not there: archivectl key restore BACKUP, or from a remote"
    assert told not in run(office, "todo").out
    shutil.rmtree(folder)
    for member in ("li.na", "wang.wei"):
        assert f"The keyring on this machine, {folder}, {told}" in run(office, "todo", member).out


def test_a_level_key_that_is_not_here_is_a_duty(office: Office) -> None:
    for path in keyring(office).glob("levels/*/chen.jing.*"):
        path.unlink()
    said = run(office, "todo", "chen.jing").out
    assert "this machine has no key for you; bring it: archivectl key remote sync" in said
    assert "no key for you" not in run(office, "todo", "wang.wei").out


def test_who_has_left_is_told_so_instead_of_nothing(office: Office) -> None:
    done(office, "create --subject organisation --set name=甲有限公司")
    done(office, "handover propose 1 --to wang.wei --reason 调岗")
    done(office, "approve JJ-1", "chen.jing")
    late = ("todo", "--today", "2026-03-20")
    assert "JJ-2026-0001" in office.run(*late, member="wang.wei").out
    done(office, "member retire wang.wei --reason 离职")
    told = office.run(*late, member="wang.wei").out
    assert "王伟 has left, so nothing waits for wang.wei any more" in told
    assert "JJ-2026-0001" not in told
    assert "JJ-2026-0001" in office.run(*late, "--all", member="wang.wei").out


@pytest.mark.parametrize(("lost", "helps"), [("", "key remote add NAME FOLDER"), ("records", "key remote sync")])
def test_a_key_that_is_not_here_is_brought_from_where_one_may_be(office: Office, tmp_path: Path, lost: str, helps: str) -> None:
    done(office, PERSON)
    kept = keyring(office)
    shutil.copytree(kept, tmp_path / "kept")
    shutil.rmtree(kept / lost)
    answer = run(office, "show 1 --reveal --purpose 核对")
    assert (answer.status, "archivectl key restore BACKUP" in answer.err, "key remote sync" in answer.err) == (5, True, False)
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(tmp_path / "kept", kept)
    remote(office, tmp_path)
    shutil.rmtree(kept / lost)
    answer = run(office, "show 1 --reveal --purpose 核对")
    assert (answer.status, f"archivectl {helps}" in answer.err) == (5, True)


def test_a_second_request_of_a_member_leads_to_an_update(office: Office, tmp_path: Path) -> None:
    answer = run(office, f"member request wang.wei --name 王伟 -o {tmp_path}/again")
    assert (answer.status, "archivectl member update wang.wei --from FILE" in answer.err) == (3, True)
    other = elsewhere(office, tmp_path)
    answer = other.run("member", "request", "wang.wei", "--name", "王伟", "-o", str(tmp_path / "again"))
    assert answer.status == 0, answer.err
    assert "wang.wei is a member already." in answer.err
    assert "archivectl member update wang.wei --from FILE" in answer.err
    answer = other.run("member", "request", "he.jun", "--name", "何军", "-o", str(tmp_path / "new"))
    assert "archivectl member add he.jun --from FILE" in answer.err


def trusting(office: Office, tmp_path: Path) -> Office:
    """The same, which knows the fingerprint."""
    other = elsewhere(office, tmp_path)
    assert other.run("verify", "--trust", office.home.pin(keyring(office).name).fingerprint).status == 0
    return other


def test_an_access_log_that_was_not_fetched_is_told(office: Office, tmp_path: Path) -> None:
    done(office, PERSON)
    done(office, "show 1 --reveal --purpose 核对")
    assert "access log" not in run(office, "verify").err
    other = trusting(office, tmp_path)
    assert "git fetch origin access-log:access-log" in other.run("verify").err
    git(other.archive, "fetch", "-q", "origin", "access-log:access-log")
    answer = other.run("verify")
    assert (answer.status, "access log" in answer.err) == (0, False)


@pytest.mark.parametrize("given", ["abc", "0" * 63, "g" * 64])
def test_what_cannot_be_a_fingerprint_is_refused_with_where_it_stands(office: Office, given: str) -> None:
    answer = run(office, f"verify --trust {given}")
    assert (answer.status, "archivectl verify --trust FINGERPRINT" in answer.err) == (2, True)


@pytest.mark.parametrize("words", [("verify", "--trust"), ("lend", "1", "--to"), ("key", "list", "--nonsense")])
def test_a_line_that_is_wrong_leads_to_the_help_of_its_own_command(office: Office, words: Sequence[str]) -> None:
    answer = office.run(*words)
    named = " ".join(word for word in words if word.isalpha())
    assert (answer.status, f"See: archivectl {named} --help" in answer.err) == (2, True)


READING = [
    ("list",), ("list", "主体=单位"), ("search", "上海"), ("show", "1"), ("history", "1"), ("register", "list", "loan"),
    ("register", "show", "JY-1"), ("report", "借阅台账"), ("todo",), ("todo", "--all"), ("member", "list"), ("volumes", "1"),
    ("destroy", "due"), ("check",), ("verify",),
]  # fmt: skip


@pytest.fixture
def clone(office: Office, tmp_path: Path) -> Office:
    done(office, FIRM)
    done(office, PERSON)
    done(office, "lend 1 --to 王伟 --purpose 续租 --for 1d")
    return trusting(office, tmp_path)


@pytest.mark.parametrize("words", READING)
def test_who_is_no_member_reads_what_needs_no_key(clone: Office, words: Sequence[str]) -> None:
    answer = clone.run(*words)
    assert answer.status == 0, answer.err
    assert "张三" not in answer.out


def test_without_a_member_everybodys_duties_are_shown_and_that_is_said(clone: Office) -> None:
    late = {**clone.run.environment, "ARCHIVECTL_TODAY": "2026-03-20T10:00"}
    answer = replace(clone.run, environment=late)("todo")
    assert "JY-2026-0001" in answer.out
    assert "archivectl --as MEMBER todo" in answer.err


@pytest.mark.parametrize("words", [("list", "phone=13800138000"), ("show", "2", "--reveal", "--purpose", "x"), ("key", "list")])
def test_what_asks_who_reads_still_asks(clone: Office, words: Sequence[str]) -> None:
    answer = clone.run(*words)
    assert (answer.status, "--as MEMBER" in answer.err) == (5, True)


def test_a_countersigner_reads_what_would_change_line_by_line(office: Office) -> None:
    done(office, "member countersign 1")
    done(office, "member update wang.wei --clearance secret --role archivist")
    said = run(office, "register show SQ-1", "chen.jing").out
    assert "  Clearance  internal  →  secret\n" in said
    assert "  Posts      clerk     →  clerk, archivist\n" in said
    assert "Handle" not in said
    assert "yaml-language-server" not in said
    signed = done(office, "approve SQ-1", "chen.jing").out
    assert "Clearance  internal  →  secret" in signed
    done(office, "member add he.jun --name 何军 --role clerk --clearance internal --generate-keys")
    assert "Age recipients  —  →  age1" in run(office, "register show SQ-2", "chen.jing").out


def spoil(office: Office, pattern: str) -> str:
    """Commit, with git alone, a file that nobody can read; the commit."""
    path = next(office.archive.glob(pattern))
    path.write_text("nothing: [\n", encoding="utf-8")
    who = ("-c", "user.name=A Stranger", "-c", "user.email=stranger@example.com")
    git(office.archive, *who, "commit", "-q", "--no-verify", "-am", "x")
    return git(office.archive, "rev-parse", "HEAD").strip()


def test_an_entry_that_cannot_be_read_is_not_said_to_be_missing(office: Office) -> None:
    done(office, FIRM)
    done(office, "lend 1 --to 王伟 --purpose 续租 --for 1d")
    spoil(office, "registers/loan/2026/0/JY-2026-0001.yaml")
    answer = run(office, "register show JY-1")
    assert (answer.status, "archivectl check registers/loan/2026/0/JY-2026-0001.yaml" in answer.err) == (4, True)
    assert "There is no register entry JY-2026-0002" in run(office, "register show JY-2").err
    assert "cannot be read: 1 files" in run(office, "register list loan").err
    assert "cannot be read" not in run(office, "register list hold").err


@pytest.mark.parametrize("pattern", ["registers/loan/*/*/*.yaml", "customers/*/*/*.yaml"])
def test_what_nobody_can_read_is_ratified_by_nobody_until_it_is_brought_back(office: Office, pattern: str) -> None:
    done(office, FIRM)
    done(office, "lend 1 --to 王伟 --purpose 续租 --for 1d")
    commit = spoil(office, pattern)
    answer = run(office, f"verify --ratify {commit} --reason 已核对")
    assert (answer.status, f"git checkout {commit[:12]}~1 -- " in answer.err) == (3, True)
    git(office.archive, "checkout", "-q", f"{commit}~1", "--", ".")
    git(office.archive, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "--no-verify", "-m", "y")
    for name in ("HEAD", commit):
        run(office, f"verify --ratify {git(office.archive, 'rev-parse', name).strip()} --reason 已核对")
    assert run(office, "verify").status == 0


def test_a_column_that_a_register_lacks_names_the_nearest_and_where_all_are(office: Office) -> None:
    done(office, FIRM)
    answer = run(office, "register add store --about 1 temperatur=21")
    assert answer.status == 2
    assert "temperature" in answer.err
    assert answer.err.count(",") < 4
    assert "archivectl register kinds store" in answer.err
    rows = run(office, "register kinds store --json").json
    assert {
        "column": "temperature",
        "title": {"zh": "温度 ℃", "en": "temperature ℃"},
        "type": rows[8]["type"],
        "choices": [],
    } in rows
    answer = run(office, "add 1 contact fone=1")
    assert (answer.status, "schemas/customer.schema.json" in answer.err, answer.err.count(",") < 4) == (2, True, True)


def test_uniting_with_a_remote_tells_only_what_it_did(office: Office, tmp_path: Path) -> None:
    remote(office, tmp_path)
    assert run(office, "key remote sync").out == "nas: nothing new on either side.\n"
    done(office, PERSON)
    said = run(office, "key remote sync").out
    assert ("keys given" in said, "dropped" in said, "0 " in said) == (True, False, False)


def test_what_a_reader_may_not_open_is_told_by_its_title_once_for_a_level(office: Office) -> None:
    done(office, f"{PERSON} --set identity.id_number=11010519491231002X")
    said = office.run("show", "1", "--reveal", "--purpose", "核对", "--lang", "zh", member="wang.wei").err
    assert "名称、电话（秘密）" in said
    assert said.count("不予办理") == 2
    assert "phone" not in said


def test_what_is_missing_in_the_keyring_is_told_in_the_readers_language(office: Office) -> None:
    done(office, f"{PERSON} --set contacts[cA2B3C].name=李四")
    shutil.rmtree(keyring(office) / "records")
    said = office.run("key", "list", "--missing", "--lang", "zh").out
    assert "联系人 cA2B3C" in said
    assert all(word not in said for word in ("record", "contacts", "entry"))
    done(office, FIRM)
    assert "恢复单" in office.run("key", "list", "--lang", "zh").out


def test_what_the_rules_bar_names_the_rules_and_how_a_wrong_grade_is_corrected(office: Office) -> None:
    house(office, {"lend": {"rules": [{"when": {"secrecy": "top-secret"}, "barred": True}]}})
    done(office, f"{FIRM} --set 密级=绝密")
    (why,) = run(office, "lend 1 --to 王伟 --purpose 核对 --json").json["reasons"]
    assert all(words in why["hint"] for words in ("regime/house.yaml", "archivectl update SH-000001 --set secrecy="))
    assert "archivectl 更新 SH-000001 --set 密级=" in run(office, "lend 1 --to 王伟 --purpose 核对 --lang zh").err
    assert (office.archive / "regime/house.yaml").is_file()


@pytest.mark.parametrize("typed", ["密级", "secrecy"])
def test_a_field_that_is_classified_by_is_said_to_be_one(office: Office, typed: str) -> None:
    done(office, FIRM)
    (why,) = run(office, f"classify 1 {typed}=机密 --reason 定级 --json").json["reasons"]
    assert f"archivectl update SH-000001 --set {typed}=" in why["hint"]
    done(office, f"update 1 --set {typed}=机密 --reason 定级")


@pytest.mark.parametrize("option", ["--paper", "--message"])
def test_a_paper_that_is_not_there_says_where_to_look(office: Office, option: str) -> None:
    done(office, f"{FIRM} --set 密级=机密")
    done(office, "lend 1 --to 王伟 --purpose 核对")
    refused = run(office, f"approve JY-1 --by chen.jing {option} {office.archive.parent}/nope.pdf --json")
    assert (refused.status, refused.json["error"]) == (2, "no-such-file")
    assert f"ls -l {office.archive.parent}" in refused.json["hint"]


def test_who_may_not_do_something_is_told_how_to_see_who_may(office: Office) -> None:
    done(office, FIRM)
    (why,) = run(office, "destroy propose 1 --reason 期满 --json", "wang.wei").json["reasons"]
    assert "archivectl member list" in why["hint"]
