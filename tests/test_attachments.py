"""Scans of papers: encrypted, whole, found missing or moved, gone with what they belong to, and never whole in memory."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import archivectl
from archivectl import attachments
from archivectl.encryption import age
from archivectl.records import layout
from archivectl.records import text as record_text
from office import Office

PERSON = ("create", "--subject", "person", "--set", "name=张三")
SCAN = b"%PDF-1.7 \x00\x01 " + bytes(range(256)) * 1000
MEGABYTE = 1 << 20


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "扫描件.pdf"
    path.write_bytes(SCAN)
    return path


@pytest.fixture
def filed(office: Office) -> Office:
    assert office.run(*PERSON).status == 0
    return office


def attach(office: Office, scan: Path, *cells: str, member: str | None = None, number: str = "1") -> str:
    """Add a paper with its scan; its id."""
    added = office.run("add", number, "document", "kind=承租合同", f"file=@{scan}", *cells, "--json", member=member)
    assert added.status == 0, added.err
    return str(added.json["id"])


def data_of(office: Office, number: str = "SH-000001") -> dict[str, Any]:
    path = office.archive / f"customers/SH/0/{number}.yaml"
    return dict(record_text.parse(path.read_bytes(), str(path)).data)


def objects(office: Office) -> list[Path]:
    return sorted(office.archive.glob("objects/*/*"))


def sound(office: Office) -> bool:
    """Whether files and history are without a finding, and git has nothing to say."""
    status = subprocess.run(
        ["git", "-C", str(office.archive), "status", "--porcelain"], capture_output=True, text=True, check=True
    )
    told = [office.run(word) for word in ("check", "verify")]
    assert [each.out for each in told if each.status] == []
    return status.stdout == ""


def git(office: Office, *words: str) -> str:
    return subprocess.run(["git", "-C", str(office.archive), *words], capture_output=True, text=True, check=True).stdout


def opened(office: Office, document: str, member: str | None = None) -> bytes:
    target = office.run.folder / f"{document}-{member}.out"
    shown = office.run("show", "1", "--document", document, "-o", str(target), "--purpose", "核对", member=member)
    assert shown.status == 0, shown.err
    return target.read_bytes()


def test_a_scan_is_kept_encrypted_under_a_key_of_the_record_and_opens_as_it_was(filed: Office, scan: Path) -> None:
    document = attach(filed, scan)
    [path] = objects(filed)
    [paper] = data_of(filed)["documents"]
    assert layout.attached(paper["object"]) == str(path.relative_to(filed.archive))
    assert subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout[:64] == paper["object"]
    with filed.acting() as archive:
        [row] = [row for row in data_of(filed)["keys"] if (row["level"], row["of"]) == ("confidential", "record")]
        secret = archive.opener.secret(data_of(filed)["uid"], row)
        assert age.decrypt(path.read_bytes(), [secret]) == SCAN
    assert SCAN[:200] not in b"".join(each.read_bytes() for each in filed.archive.rglob("*") if each.is_file())
    assert opened(filed, document) == SCAN
    assert sound(filed)


def test_a_scan_opens_with_stock_age_and_the_exported_key(filed: Office, scan: Path, tmp_path: Path) -> None:
    attach(filed, scan)
    exported = filed.run("key", "export", "1", "--purpose", "司法调取", "--json")
    secrets = [key["secret"] for key in exported.json["keys"]] if isinstance(exported.json, dict) else []
    identity = tmp_path / "key.txt"
    identity.write_text("\n".join(secrets) + "\n", encoding="ascii")
    try:
        done = subprocess.run(["age", "-d", "-i", str(identity), str(objects(filed)[0])], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("age is not installed")
    assert (done.returncode, done.stdout) == (0, SCAN)


def test_a_scan_is_logged_before_it_is_shown_and_not_shown_without_a_purpose(filed: Office, scan: Path, tmp_path: Path) -> None:
    document = attach(filed, scan)
    target = tmp_path / "out.pdf"
    shown = ("show", "1", "--document", document, "-o", str(target))
    assert (filed.run(*shown).status, target.exists()) == (2, False)
    assert (filed.run(*shown, "--purpose", "核对", "--dry-run").status, target.exists()) == (3, False)
    assert filed.run("history", "--reads", "1", "--json").json == []
    assert filed.run(*shown, "--purpose", "核对").status == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    [read] = filed.run("history", "--reads", "1", "--json").json
    assert (read["act"], read["purpose"]) == ("reveal", "核对")
    assert f"documents[{document}].object" in json.dumps(read)
    again = filed.run(*shown, "--purpose", "核对")
    assert (again.status, target.read_bytes()) == (4, SCAN)


def test_nothing_is_shown_that_could_not_be_logged(filed: Office, scan: Path, tmp_path: Path) -> None:
    document = attach(filed, scan)
    name = f"{filed.run('member', 'list', '--json').json[0]['handle']}.ssh"
    for key in filed.home.folder.glob(f"identities/*/{name}"):
        key.unlink()
    target = tmp_path / "out.pdf"
    shown = filed.run(
        "show", "1", "--document", document, "-o", str(target), "--purpose", "核对", member=name.removesuffix(".ssh")
    )
    assert (shown.status, target.exists()) == (5, False)


def test_a_scan_goes_to_the_next_program_but_not_onto_a_screen_nor_into_the_archive(filed: Office, scan: Path) -> None:
    document = attach(filed, scan)
    asked = ["show", "1", "--document", document, "--purpose", "核对"]
    environment = {**os.environ, **filed.run.environment, "PYTHONPATH": str(Path(archivectl.__file__).parents[1])}
    command = [sys.executable, "-m", "archivectl", *asked]
    piped = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (piped.returncode, piped.stdout) == (0, SCAN)
    ours, theirs = os.openpty()
    with subprocess.Popen(command, env=environment, stdout=theirs, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert (b"-o FILE" in process.stderr.read(), process.wait()) == (True, 2)
    os.close(theirs)
    os.close(ours)
    assert filed.run(*asked, "--json").status == 2
    inside = filed.run(*asked, "-o", str(filed.archive / "scan.pdf"))
    assert (inside.status, (filed.archive / "scan.pdf").exists()) == (2, False)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as gone:
        assert gone.stdout is not None
        assert gone.stdout.read(1)
        gone.stdout.close()
        assert gone.wait() == 0


def test_who_is_not_cleared_attaches_a_scan_that_they_cannot_open_replace_or_remove(filed: Office, scan: Path) -> None:
    document = attach(filed, scan, member="wang.wei")
    before = objects(filed)
    refused = filed.run("show", "1", "--document", document, "-o", "x", "--purpose", "核对", member="wang.wei")
    assert (refused.status, "cleared" in refused.err) == (3, True)
    setting = ("update", "1", "--set", f"documents[{document}].file=@{scan}", "--reason", "重扫")
    for words in (setting, ("update", "1", "--unset", f"documents[{document}].object", "--reason", "误")):
        assert filed.run(*words, member="wang.wei").status == 3
    assert objects(filed) == before
    assert opened(filed, document, "chen.jing") == SCAN
    assert filed.run(*setting).status == 0
    assert sound(filed)


def test_a_scan_is_attached_to_a_paper_entered_before_and_replaced_by_another(filed: Office, scan: Path, tmp_path: Path) -> None:
    document = filed.run("add", "1", "document", "kind=承租合同", "--json").json["id"]
    better = tmp_path / "better.pdf"
    better.write_bytes(b"better")
    for path, content in ((scan, SCAN), (better, b"better")):
        assert filed.run("update", "1", "--set", f"documents[{document}].file=@{path}", "--reason", "补扫").status == 0
        assert len(objects(filed)) == 1
        (filed.run.folder / f"{document}-None.out").unlink(missing_ok=True)
        assert opened(filed, document) == content
    assert sound(filed)


def test_a_paper_taken_away_takes_its_scan_along_and_brings_it_back(filed: Office, scan: Path) -> None:
    document = attach(filed, scan)
    [before] = objects(filed)
    assert filed.run("remove", "1", document, "--reason", "重复").status == 0
    assert (objects(filed), before.parent.exists()) == ([], False)
    assert sound(filed)
    assert filed.run("update", "1", "--as-of", "HEAD~1", "--reason", "误删").status == 0
    assert objects(filed) == [before]
    assert opened(filed, document) == SCAN
    assert sound(filed)


@pytest.mark.parametrize(("secrecy", "level"), [("internal", "confidential"), ("secret", "secret")])
def test_a_scan_is_as_secret_as_its_paper_and_at_least_confidential(filed: Office, scan: Path, secrecy: str, level: str) -> None:
    attach(filed, scan, f"secrecy={secrecy}")
    assert level in [row["level"] for row in data_of(filed)["keys"]]
    with filed.acting() as archive:
        record = archive.record("1")
        assert attachments.key_of(record.data["documents"][0], record.data) == (level, "record")


def test_a_paper_graded_higher_wants_its_scan_again(filed: Office, scan: Path) -> None:
    document = attach(filed, scan)
    raised = ("update", "1", "--set", f"documents[{document}].secrecy=secret", "--reason", "定密")
    refused = filed.run(*raised)
    assert (refused.status, "file=@" in refused.err) == (3, True)
    assert filed.run(*raised, "--set", f"documents[{document}].file=@{scan}").status == 0
    assert filed.run("show", "1", "--document", document, "-o", "y", "--purpose", "核对", member="zhao.lei").status == 3
    assert opened(filed, document) == SCAN
    assert sound(filed)


def test_destruction_takes_the_scans_and_their_keys(filed: Office, scan: Path) -> None:
    attach(filed, scan)
    [blob] = [row.split()[2] for row in git(filed, "ls-tree", "-r", "HEAD", "objects").splitlines()]
    uid = data_of(filed)["uid"]
    filed.destroy()
    assert objects(filed) == []
    assert git(filed, "cat-file", "-t", blob) == "blob\n"
    with filed.acting() as archive:
        assert archive.keyring.rows(uid) == []
    assert sound(filed)


def test_a_scan_that_belongs_with_a_contact_is_forgotten_with_them_alone(office: Office, scan: Path) -> None:
    people = ("contacts[cAAAAA].name=张三", "contacts[cBBBBB].name=李四")
    office.run(
        "create", "--subject", "organisation", "--set", "name=示例公司", *(word for one in people for word in ("--set", one))
    )
    own, other, common = (attach(office, scan, *cells) for cells in (["with=cAAAAA"], ["with=cBBBBB"], []))
    owners = {row["of"] for row in data_of(office)["keys"]}
    assert owners == {"contacts[cAAAAA]", "contacts[cBBBBB]", "record"}
    for member, *words in (
        ("li.na", "request", "1", "--mode", "erase", "--contact", "cAAAAA", "--by", "张三", "--method", "document"),
        ("chen.jing", "approve", "KQ-1"),
        ("li.na", "request", "answer", "KQ-1", "--grant"),
    ):
        done = office.run(*words, member=member)
        assert done.status == 0, done.err
    papers = {paper["id"]: paper for paper in data_of(office)["documents"]}
    assert ["object" in papers[each] for each in (own, other, common)] == [False, True, True]
    assert len(objects(office)) == 2
    assert (opened(office, other), opened(office, common)) == (SCAN, SCAN)
    assert office.run("update", "1", "--as-of", "HEAD~2", "--reason", "误").status == 0
    assert "object" not in next(paper for paper in data_of(office)["documents"] if paper["id"] == own)
    assert sound(office)


def test_a_paper_with_a_scan_does_not_come_to_belong_with_a_contact_afterwards(office: Office, scan: Path) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=示例公司", "--set", "contacts[cAAAAA].name=张三")
    document = attach(office, scan)
    belongs = ("update", "1", "--set", f"documents[{document}].with=cAAAAA", "--reason", "归人")
    assert office.run(*belongs).status == 3
    assert office.run(*belongs, "--set", f"documents[{document}].file=@{scan}").status == 0


def hostile(folder: Path, kind: str) -> Path:
    path = folder / kind
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "empty":
        path.touch()
    elif kind == "a dangling link":
        path.symlink_to(folder / "nothing")
    elif kind == "a device":
        return Path("/dev/zero")
    elif kind == "huge":
        with path.open("wb") as file:
            file.truncate(1 << 50)
    return path


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "empty", "a dangling link", "a device", "missing", "huge"])
def test_what_is_no_whole_file_is_refused_and_nothing_is_left(filed: Office, tmp_path: Path, kind: str) -> None:
    try:
        path = hostile(tmp_path, kind)
    except OSError:
        pytest.skip("this file system makes no such file")
    before = git(filed, "rev-parse", "main")
    for words in (["--dry-run"], []):
        refused = filed.run("add", "1", "document", "kind=合同", f"file=@{path}", *words)
        assert refused.status in {2, 4}
        assert str(path) in refused.err or "space" in refused.err.lower()
        assert ("it is no file" in refused.err) is (kind in {"a folder", "a pipe", "a device"})
    assert (git(filed, "rev-parse", "main"), objects(filed)) == (before, [])
    assert not list(filed.archive.glob(".git/archivectl/staged-*"))
    assert sound(filed)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("add", "1", "document", "kind=合同", "file=scan.pdf"), 2),
        (("add", "1", "document", "kind=合同", "file=@"), 2),
        (("add", "1", "document", "kind=合同", f"object={'0' * 64}"), 2),
        (("add", "1", "visit", "content=来访", "file=@扫描件.pdf"), 2),
        (("update", "1", "--set", f"documents[dAAAAA].object={'a' * 64}", "--reason", "改"), 2),
        (("create", "--subject", "person", "--set", "name=李四", "--set", f"documents[dAAAAA].object={'a' * 64}"), 2),
        (("show", "1", "-o", "x", "--purpose", "核对"), 2),
        (("show", "1", "--document", "dZZZZZ", "-o", "x", "--purpose", "核对"), 2),
    ],
)
def test_a_digest_is_never_set_by_hand_and_a_file_is_named_as_such(
    filed: Office, scan: Path, words: tuple[str, ...], status: int
) -> None:
    assert scan.exists()
    refused = filed.run(*words)
    assert (refused.status, bool(refused.err)) == (status, True)
    assert not list(filed.archive.glob("objects/*/*"))


def test_a_digest_that_an_editor_changed_is_refused(filed: Office, scan: Path) -> None:
    attach(filed, scan)
    script = filed.run.folder / "editor.py"
    digest = data_of(filed)["documents"][0]["object"]
    script.write_text(
        f"import sys, pathlib; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text().replace('{digest}', '{'b' * 64}'))"
    )
    editing = replace(filed.run, environment={**filed.run.environment, "EDITOR": f"{sys.executable} {script}"})
    assert editing("edit", "1", "--reason", "改").status == 2


def another(path: Path) -> None:
    path.write_bytes(age.encrypt(b"another", [age.generate()[1]]))


def linked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    ("attack", "rules"),
    [
        (another, {"sealed"}),
        (linked, {"attachments", "strays"}),
        (lambda path: path.unlink(), {"attachments", "deleted"}),
        (lambda path: path.write_bytes(b""), {"sealed"}),
        (lambda path: path.write_bytes(SCAN), {"sealed"}),
    ],
    ids=["another's bytes", "a link", "gone", "empty", "in clear"],
)
def test_a_check_finds_an_object_that_is_not_what_its_name_says(filed: Office, scan: Path, attack: Any, rules: set[str]) -> None:
    document = attach(filed, scan)
    [path] = objects(filed)
    attack(path)
    found = filed.run("check", "--format", "json")
    assert {each["rule"] for each in json.loads(found.out)} == rules
    assert opened(filed, document) == SCAN, "what git has is read, not what lies in the work tree"


def test_an_object_whose_bytes_are_anothers_is_not_opened(filed: Office, scan: Path) -> None:
    document = attach(filed, scan)
    [path] = objects(filed)
    with filed.acting() as archive:
        record = archive.record("1")
        row = next(row for row in record.data["keys"] if row["of"] == "record")
        path.write_bytes(age.encrypt(b"forged for the right key", [row["recipient"]]))
    subprocess.run(["git", "-C", str(filed.archive), "commit", "--quiet", "-am", "x"], check=True, env={
        **os.environ, **{f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    })  # fmt: skip
    with filed.acting() as archive:
        record = archive.record("1")
        with pytest.raises(attachments.ObjectWrong):
            attachments.found(archive, record, attachments.named(record, document))
        assert [type(error) for _path, error in attachments.faults(archive, record)] == [attachments.ObjectWrong]


def test_a_deep_check_opens_every_scan(filed: Office, scan: Path) -> None:
    document = attach(filed, scan)
    with filed.acting() as archive:
        record = archive.record("1")
        assert list(attachments.faults(archive, record)) == []
        archive.keyring.remove([record.uid])
        [(path, error)] = attachments.faults(archive, record)
        assert (path, error.status) == (f"documents[{document}].object", 5)


def test_scans_are_exported_beside_a_table_and_logged_with_their_count(filed: Office, scan: Path, tmp_path: Path) -> None:
    first, second = attach(filed, scan), attach(filed, scan, "secrecy=secret")
    table, folder = tmp_path / "table.csv", tmp_path / "scans"
    asked = ("export", str(table), "--scans", str(folder))
    assert (filed.run(*asked).status, folder.exists()) == (2, False)
    told = filed.run(*asked, "--purpose", "检查", "--json", member="zhao.lei")
    assert (told.status, told.json["scans"]["sealed"]) == (0, 1), told.err
    assert {path.name for path in folder.iterdir()} == {f"SH-000001-{first}.pdf"}
    assert (folder / f"SH-000001-{first}.pdf").read_bytes() == SCAN
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    [read] = filed.run("history", "--reads", "1", "--json").json
    assert (read["act"], read["purpose"]) == ("export", "检查")
    table.unlink()
    assert filed.run(*asked, "--purpose", "检查").status == 4, "a folder that exists is not written into"
    assert second


def test_a_large_scan_is_never_whole_in_memory(filed: Office, tmp_path: Path) -> None:
    """200 MB pass through every command in less than 100 MB, that of git's processes included."""
    large, back = tmp_path / "large.tif", tmp_path / "back.tif"
    with large.open("wb") as file:
        for number in range(200):
            file.write(bytes([number]) * MEGABYTE)
    environment = {**os.environ, **filed.run.environment, "PYTHONPATH": str(Path(archivectl.__file__).parents[1])}

    def peak(*words: str) -> float:
        """Run a command, and answer the most memory that it or any process of its own took, in MB."""
        program = (
            "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, file=sys.stderr); sys.exit(done.returncode)"
        )
        command = [sys.executable, "-S", "-c", program, sys.executable, "-m", "archivectl", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return float(done.stderr.splitlines()[-1])

    used = {"add": peak("add", "1", "document", "kind=图纸", f"file=@{large}")}
    [paper] = data_of(filed)["documents"]
    used["show"] = peak("show", "1", "--document", paper["id"], "-o", str(back), "--purpose", "核对")
    assert subprocess.run(["cmp", str(large), str(back)], check=False).returncode == 0
    used["verify"], used["check"] = peak("verify"), peak("check")
    used["remove"] = peak("remove", "1", paper["id"], "--reason", "误")
    used["restore"] = peak("update", "1", "--as-of", "HEAD~1", "--reason", "恢复")
    assert {word: memory for word, memory in used.items() if memory >= 100} == {}
    assert sound(filed)
