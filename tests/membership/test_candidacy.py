"""Asking to become a member: keys stay on the newcomer's machine, and the request proves whose they are."""

import base64
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import agents
import device
from archivectl import yaml_text
from archivectl.encryption import age
from archivectl.members import signing
from archivectl.members.signing import Signer
from archivectl.membership.candidacy import Request
from office import Office
from program import Answer, Program


@pytest.fixture
def elsewhere(office: Office) -> Program:
    """The newcomer's own machine: another home, the same program."""
    return replace(office.run, environment={**office.run.environment, "ARCHIVECTL_HOME": str(office.run.folder / "elsewhere")})


def ask(elsewhere: Program, *words: str, handle: str = "he.jun") -> Answer:
    return elsewhere(
        "member", "request", handle, "--name", "何军", "--email", "he.jun@example.cn", "-o", "he.jun.request", *words
    )


def request_of(program: Program) -> dict[str, Any]:
    return dict(yaml_text.load((program.folder / "he.jun.request").read_bytes()))


def take_on(office: Office, *words: str) -> Answer:
    return office.run("member", "add", *words, "--from", "he.jun.request", "--role", "clerk", "--clearance", "confidential")


def secrets_of(elsewhere: Program) -> list[Path]:
    return sorted((elsewhere.folder / "elsewhere" / "identities").rglob("he.jun.*"))


def test_a_newcomer_is_taken_on_with_keys_that_never_left_their_machine(office: Office, elsewhere: Program) -> None:
    assert ask(elsewhere).status == 0
    answer = take_on(office)
    assert answer.status == 0, answer.err
    member = yaml_text.load(office.archive.joinpath("members/he.jun.yaml").read_bytes())
    asked = request_of(elsewhere)
    assert [member["age"][0]["recipient"], member["signing"][0]["key"]] == [asked["age"], asked["signing"]]
    assert [row["made_by"] for row in (*member["age"], *member["signing"])] == ["he.jun", "he.jun"]
    assert (member["name"], member["email"]) == ("何军", "he.jun@example.cn")
    assert not list(office.home.folder.rglob("identities/*/he.jun.*"))
    private = "".join(path.read_text() for path in secrets_of(elsewhere))
    assert all(line not in (elsewhere.folder / "he.jun.request").read_text() for line in private.splitlines())


def test_both_machines_show_the_same_words_to_compare(office: Office, elsewhere: Program) -> None:
    asked = ask(elsewhere)
    public = request_of(elsewhere)["signing"]
    shown = subprocess.run(
        ["ssh-keygen", "-l", "-f", "-"], input=public, capture_output=True, text=True, check=True
    ).stdout.split()[1]
    assert shown in asked.err
    assert shown in take_on(office).out


def test_the_newcomer_reads_and_signs_with_these_keys(office: Office, elsewhere: Program) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三")
    ask(elsewhere)
    take_on(office)
    for path in secrets_of(elsewhere):  # the newcomer sits down at the office's machine
        where = office.home.folder / path.relative_to(elsewhere.folder / "elsewhere")
        where.write_bytes(path.read_bytes())
        where.chmod(0o600)
    assert office.run("show", "1", "--reveal", "name", "--purpose", "核对", "--json", member="he.jun").json["name"] == "张三"
    assert office.run("update", "1", "--set", "note=老客户", "--reason", "来访登记", member="he.jun").status == 0
    assert office.run("verify").status == 0


def test_the_machine_remembers_who_asked(elsewhere: Program) -> None:
    ask(elsewhere)
    settings = yaml_text.load((elsewhere.folder / "elsewhere/settings.yaml").read_bytes())
    assert settings["archives"][request_of(elsewhere)["archive"]]["member"] == "he.jun"
    assert len(settings["machine"]) == 12


def test_without_a_copy_of_the_archive_its_id_is_enough(office: Office, elsewhere: Program) -> None:
    settings = {"ARCHIVECTL_ARCHIVE": str(elsewhere.folder / "nowhere")}
    away = replace(elsewhere, environment={**elsewhere.environment, **settings})
    assert ask(away).status == 4
    with office.acting() as archive:
        name = archive.id
    assert ask(away, "--archive", name).status == 0
    assert take_on(office).status == 0


def test_without_a_file_the_request_is_printed_and_nothing_else(office: Office, elsewhere: Program) -> None:
    answer = elsewhere("member", "request", "he.jun", "--name", "何军", "--email", "he.jun@example.cn")
    (office.run.folder / "he.jun.request").write_text(answer.out)
    assert take_on(office).status == 0


def test_keys_are_never_overwritten(elsewhere: Program) -> None:
    ask(elsewhere)
    before = [path.read_bytes() for path in secrets_of(elsewhere)]
    answer = ask(elsewhere)
    assert (answer.status, [path.read_bytes() for path in secrets_of(elsewhere)]) == (3, before)
    assert "move" in answer.err
    assert "archivectl member update" in answer.err


def test_a_rehearsal_makes_no_keys_and_no_file(elsewhere: Program) -> None:
    assert ask(elsewhere, "--dry-run").status == 0
    assert not (elsewhere.folder / "elsewhere").exists()
    assert not (elsewhere.folder / "he.jun.request").exists()


def test_where_the_file_cannot_be_written_no_keys_are_made(elsewhere: Program) -> None:
    answer = elsewhere("member", "request", "he.jun", "-o", "no/such/folder")
    assert answer.status == 4
    assert not (elsewhere.folder / "elsewhere").exists()


def forge(change: Callable[[Request], Request], *, sign: bool = True) -> Callable[[Request, Signer], bytes]:
    def make(request: Request, key: Signer) -> bytes:
        made = change(request)
        signature = base64.b64encode(key.sign(made.unsigned, "archivectl")).decode()
        return replace(made, sig=signature if sign else made.sig).text

    return make


OTHER = Signer.load(signing.generate())
FORGED: dict[str, tuple[Callable[[Request, Signer], bytes], int]] = {
    "another's signing key in it": (forge(lambda r: replace(r, signing=OTHER.public), sign=False), 3),
    "another's signing key, signed with one's own": (forge(lambda r: replace(r, signing=OTHER.public)), 3),
    "another's age key": (forge(lambda r: replace(r, age=age.generate()[1]), sign=False), 3),
    "another name": (forge(lambda r: replace(r, name="李娜"), sign=False), 3),
    "another handle": (forge(lambda r: replace(r, handle="li.na"), sign=False), 3),
    "another archive": (forge(lambda r: replace(r, archive="A" * 26)), 3),
    "a signature for something else": (
        lambda r, key: replace(r, sig=base64.b64encode(key.sign(r.unsigned, "git")).decode()).text,
        3,
    ),
    "no signature": (lambda r, _key: replace(r, sig="").text, 3),
    "a signature that is no base64": (lambda r, _key: replace(r, sig="§").text, 3),
    "an age key that is none": (forge(lambda r: replace(r, age="age1qqqq")), 4),
    "an age key of small order": (forge(lambda r: replace(r, age="age1" + "q" * 58)), 4),
    "a signing key that is none": (forge(lambda r: replace(r, signing="ssh-rsa AAAA")), 2),
    "a signing key with a comment": (forge(lambda r: replace(r, signing=f"{r.signing} he.jun")), 4),
    "a handle that is a path": (forge(lambda r: replace(r, handle="../he")), 2),
    "a field more": (lambda r, _key: r.text + b"roles: [admin]\n", 4),
    "a comment": (lambda r, _key: b"# hello\n" + r.text, 4),
    "another version": (lambda r, _key: r.text.replace(b"request: 1", b"request: 2"), 4),
    "a number for a name": (lambda r, _key: r.text.replace("何军".encode(), b"12"), 4),
    "a list": (lambda _r, _key: b"- 1\n", 4),
    "nothing": (lambda _r, _key: b"", 4),
    "no YAML": (lambda _r, _key: b"{", 4),
    "an end that is missing": (lambda r, _key: r.text[:-40], 4),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_request_that_was_tampered_with_is_refused(office: Office, elsewhere: Program, name: str) -> None:
    ask(elsewhere)
    data = request_of(elsewhere)
    data.pop("archivectl-request")
    key = Signer.load(secrets_of(elsewhere)[1].read_text())
    attack, status = FORGED[name]
    (office.run.folder / "he.jun.request").write_bytes(attack(Request(**data), key))
    answer = take_on(office)
    assert answer.status == status, answer.err
    assert "hint: " in answer.err
    assert sorted(path.stem for path in office.archive.glob("members/he*")) == []


@pytest.mark.parametrize("text", [b"\xff\xfe", b"x" * (5 << 20), b"&a [*a]"])
def test_a_file_that_is_no_text_is_no_request(office: Office, text: bytes) -> None:
    (office.run.folder / "he.jun.request").write_bytes(text)
    assert take_on(office).status == 4


def test_a_request_under_another_handle_is_refused(office: Office, elsewhere: Program) -> None:
    ask(elsewhere)
    answer = take_on(office, "he.yi")
    assert (answer.status, "he.jun" in answer.err) == (2, True)


@pytest.mark.parametrize("handle", ["../x", "李娜", "recovery", "con", ""])
def test_a_handle_that_cannot_be_a_file_is_refused_before_keys_are_made(elsewhere: Program, handle: str) -> None:
    assert ask(elsewhere, handle=handle).status == 2
    assert not (elsewhere.folder / "elsewhere").exists()


def test_an_age_identity_that_is_there_already_is_taken(office: Office, elsewhere: Program) -> None:
    secret, recipient = age.generate()
    (elsewhere.folder / "mine.txt").write_text(f"# created: 2026-03-02\n# public key: {recipient}\n{secret}\n")
    assert ask(elsewhere, "--age", "mine.txt").status == 0
    assert (request_of(elsewhere)["age"], request_of(elsewhere)["opened"]) == (recipient, True)
    assert secrets_of(elsewhere)[0].read_text().strip() == secret
    assert take_on(office).status == 0


def test_a_recipient_alone_is_taken_and_said_to_be_unproven(office: Office, elsewhere: Program) -> None:
    recipient = age.generate()[1]
    answer = ask(elsewhere, "--age", recipient)
    assert "Put the age identity at" in answer.err
    assert [path.suffix for path in secrets_of(elsewhere)] == [".ssh"]
    assert "Nothing shows yet that the age key is theirs" in take_on(office).out


@pytest.mark.parametrize(
    "text",
    ["hello", "", f"{age.generate()[0]}\n{age.generate()[0]}\n", "AGE-PLUGIN-YUBIKEY-1QQQQ\n"],
    ids=["a word", "nothing", "two keys", "half a plugin's"],
)
def test_an_age_key_that_is_not_one_key_is_refused(elsewhere: Program, text: str) -> None:
    (elsewhere.folder / "mine.txt").write_text(text)
    answer = ask(elsewhere, "--age", "mine.txt")
    assert (answer.status, secrets_of(elsewhere)) == (2, [])


def ssh_key(folder: Path, words: str = "", kind: str = "ed25519") -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", words, "-C", "", "-f", folder / "mine"], check=True)
    return folder / "mine"


def test_a_signing_key_that_is_there_already_is_taken(office: Office, elsewhere: Program) -> None:
    path = ssh_key(elsewhere.folder)
    assert ask(elsewhere, "--ssh-key", "mine").status == 0
    assert path.with_suffix(".pub").read_text().startswith(request_of(elsewhere)["signing"])
    assert take_on(office).status == 0


@pytest.fixture
def agent(elsewhere: Program) -> Iterator[Program]:
    """The newcomer's machine with an agent that holds one key, and a file of its public half alone."""
    with agents.running() as socket:
        settings = {"SSH_AUTH_SOCK": socket}
        path = ssh_key(elsewhere.folder)
        subprocess.run(["ssh-add", "-q", path], env=settings, check=True)
        path.unlink()
        yield replace(elsewhere, environment={**elsewhere.environment, **settings})


@pytest.mark.parametrize("where", ["agent", "mine.pub"])
def test_a_key_in_the_agent_signs_the_request_and_what_follows(office: Office, agent: Program, where: str) -> None:
    assert ask(agent, "--ssh-key", where).status == 0
    assert take_on(office).status == 0
    assert "PRIVATE" not in secrets_of(agent)[1].read_text()
    for path in secrets_of(agent):
        (office.home.folder / path.relative_to(agent.folder / "elsewhere")).write_bytes(path.read_bytes())
    for path in office.home.folder.rglob("he.jun.*"):
        path.chmod(0o600)
    settings = {"SSH_AUTH_SOCK": agent.environment["SSH_AUTH_SOCK"]}
    acting = replace(office.run, environment={**office.run.environment, **settings})
    answer = acting("create", "--subject", "organisation", "--set", "name=甲有限公司", member="he.jun")
    assert answer.status == 0, answer.err
    assert office.run("verify").status == 0


@pytest.mark.parametrize(
    ("words", "status"), [(("--ssh-key", "agent"), 5), (("--ssh-key", "nowhere"), 4), (("--age", "nowhere"), 4)]
)
def test_keys_that_are_not_there_are_said_so(elsewhere: Program, words: tuple[str, ...], status: int) -> None:
    answer = ask(elsewhere, *words)
    assert (answer.status, secrets_of(elsewhere)) == (status, [])
    assert "hint: " in answer.err


def test_an_rsa_key_is_refused_plainly(elsewhere: Program) -> None:
    ssh_key(elsewhere.folder, kind="rsa")
    answer = ask(elsewhere, "--ssh-key", "mine.pub")
    assert (answer.status, "ssh-keygen -t ed25519" in answer.err) == (2, True)


def test_a_key_that_nobody_unlocks_leaves_nothing_behind(elsewhere: Program) -> None:
    ssh_key(elsewhere.folder, words="invented words")
    settings = {"SSH_ASKPASS": "/bin/false", "SSH_ASKPASS_REQUIRE": "force"}
    answer = ask(replace(elsewhere, environment={**elsewhere.environment, **settings}), "--ssh-key", "mine")
    assert (answer.status, secrets_of(elsewhere)) == (5, [])


def test_one_person_is_not_taken_on_twice(office: Office, elsewhere: Program) -> None:
    words = ("member", "request", "he.jun", "--name", "何军", "--email", "Wang.Wei@example.cn", "-o", "he.jun.request")
    assert elsewhere(*words).status == 0
    answer = take_on(office)
    assert (answer.status, "wang.wei has the e-mail" in answer.err) == (2, True)
    assert office.run("member", "retire", "wang.wei").status == 0  # whose address is free then
    assert take_on(office).status == 0


@pytest.mark.parametrize("kind", ["age", "signing", "level"])
def test_a_key_that_serves_already_is_not_taken_again(office: Office, elsewhere: Program, kind: str) -> None:
    with office.acting() as archive:
        theirs = archive.members["wang.wei"].age[0].public
        known = {"age": theirs, "level": archive.levels["secret"].recipient}
        own = office.home.identity_files(archive.id, "wang.wei")[1]
    words = ("--ssh-key", str(own)) if kind == "signing" else ("--age", known[kind])
    assert ask(elsewhere, *words).status == 0
    answer = take_on(office)
    assert (answer.status, "known to the archive already" in answer.err) == (2, True)


def test_an_ssh_key_reads_and_signs_for_who_has_no_other(office: Office, elsewhere: Program) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三")
    ssh_key(elsewhere.folder)
    assert ask(elsewhere, "--age", "mine", "--ssh-key", "mine").status == 0
    asked = request_of(elsewhere)
    assert (asked["age"], asked["opened"]) == (asked["signing"], True)
    assert take_on(office).status == 0
    for path in secrets_of(elsewhere):
        where = office.home.folder / path.relative_to(elsewhere.folder / "elsewhere")
        where.write_bytes(path.read_bytes())
        where.chmod(0o600)
    assert office.run("show", "1", "--reveal", "name", "--purpose", "核对", "--json", member="he.jun").json["name"] == "张三"
    assert office.run("check").status == 0


@pytest.mark.parametrize("name", ["evil", "yubikey/../../evil"])
def test_a_plugin_that_is_another_program_is_refused_where_it_is_stated_and_where_it_arrives(
    office: Office, elsewhere: Program, name: str
) -> None:
    key = device.recipient(name)
    answer = ask(elsewhere, "--age", key)
    assert (answer.status in {4, 5}, secrets_of(elsewhere)) == (True, [])
    ask(elsewhere)
    data = request_of(elsewhere)
    data.pop("archivectl-request")
    forged = forge(lambda r: replace(r, age=key))(Request(**data), Signer.load(secrets_of(elsewhere)[1].read_text()))
    (office.run.folder / "he.jun.request").write_bytes(forged)
    assert take_on(office).status in {4, 5}
    assert not office.archive.joinpath("members/he.jun.yaml").exists()
    assert office.run("member", "update", "wang.wei", "--add-age", key).status in {2, 5}
