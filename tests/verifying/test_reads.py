"""The access log judged: nobody writes for others, nothing is taken back, and two machines lose nothing."""

import json
import subprocess
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from archivectl.encryption import access_log
from archivectl.finding import Finding
from archivectl.members.signing import Signer, armor
from archivectl.store.repository import Repository
from archivectl.store.transaction import Draft, commit, writing
from archivectl.verifying import reads
from office import AT, Office, copy
from program import Program
from verifying.office import STRANGER

BRANCH = access_log.BRANCH
LINE = {"at": "2026-03-02T02:00:00Z", "act": "reveal", "uid": "A" * 26, "paths": ["phone"], "purpose": "核对", "count": 1}


@pytest.fixture
def office(run: Program, _model: Path) -> Office:
    """The office that acts through the program, rather than the one whose history is forged beside this test."""
    return copy(_model, run)


@pytest.fixture(autouse=True)
def _read(office: Office) -> None:
    """Three readings by two members."""
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
    for purpose, member in (("一", "li.na"), ("二", "chen.jing"), ("三", "li.na")):
        assert office.run("show", "1", "--reveal", "--purpose", purpose, member=member).status == 0


def tip(office: Office) -> str:
    with Repository.open(office.archive) as repository:
        return str(repository.tip(BRANCH))


def files(office: Office) -> Mapping[str, bytes]:
    with Repository.open(office.archive) as repository:
        return {each.path: repository.read(BRANCH, each.path) or b"" for each in repository.tree(BRANCH)}


def own(office: Office, handle: str) -> str:
    return next(path for path in files(office) if path.startswith(f"{handle}/"))


def forge(
    office: Office,
    writes: Mapping[str, bytes | None],
    signer: Signer | None = None,
    merges: tuple[str, ...] = (),
    *,
    signed: bool = True,
) -> str:
    """A commit of the access log that the program would never make, signed by li.na where nobody else is named."""
    with Repository.open(office.archive) as repository, writing(repository, 10):
        who = signer or office.home.signer(next(iter((office.home.folder / "trust").iterdir())).stem, "li.na")
        base = repository.tip(BRANCH)
        draft = Draft(base, writes, "read: reveal\n", "x", "x@example.cn", AT, BRANCH, merges)
        return commit(repository, draft, (lambda text: armor(who.sign(text, "git"))) if signed else None)


def verify(office: Office) -> list[Finding]:
    with office.acting() as archive:
        return reads.verify(archive)


def told(office: Office) -> set[str]:
    return {finding.message for finding in verify(office)}


def line(**other: object) -> bytes:
    return json.dumps({**LINE, **other}, ensure_ascii=False).encode() + b"\n"


def pinned(office: Office) -> str | None:
    with office.acting() as archive:
        return archive.home.pin(archive.id).access_log


def reset(office: Office, target: str) -> None:
    subprocess.run(["git", "update-ref", f"refs/heads/{BRANCH}", target], cwd=office.archive, check=True)


def test_what_the_program_logs_is_sound_and_pinned_as_it_is_logged(office: Office) -> None:
    assert verify(office) == []
    assert pinned(office) == tip(office)
    with office.acting() as archive:
        archive.home.save_pin(archive.home.pin(archive.id)._replace(access_log=None))
    assert verify(office) == []
    assert pinned(office) == tip(office)


Attack = Callable[[Office], object]
ATTACKS: dict[str, Attack] = {
    reads._UNSIGNED: lambda o: forge(o, {own(o, "li.na"): files(o)[own(o, "li.na")] + line()}, signed=False),
    reads._STRANGE: lambda o: forge(o, {own(o, "chen.jing"): files(o)[own(o, "chen.jing")] + line()}),
    reads._CUT: lambda o: forge(o, {own(o, "li.na"): line()}),
    reads._LINE: lambda o: forge(o, {own(o, "li.na"): files(o)[own(o, "li.na")] + b"{}\n"}),
    reads._WHEN: lambda o: forge(o, {"li.na/AAAAAAAAAAAA/2026-03.jsonl": line(at="2026-03-20T00:00:00Z")}),
    reads._CLEAR: lambda o: forge(o, {"li.na/AAAAAAAAAAAA/2026-03.jsonl": line(purpose="回电 13900139000")}),
}


@pytest.mark.parametrize("message", ATTACKS)
def test_what_nobody_may_enter_is_found(office: Office, message: str) -> None:
    before = pinned(office)
    ATTACKS[message](office)
    assert message in told(office)
    assert pinned(office) == before
    answer = office.run("verify", "--json")
    assert (answer.status, {row["rule"] for row in answer.json}) == (1, {"verify/reads"})


@pytest.mark.parametrize(
    "writes",
    [{"li.na/AAAAAAAAAAAA/2026-03.jsonl": b"no line's end"}, {"README.md": b"x\n"}, {"li.na/../x.jsonl": b"x\n"}, {"own": None}],
)
def test_a_commit_only_lengthens_files_of_the_log(office: Office, writes: dict[str, bytes | None]) -> None:
    known = {own(office, "li.na") if path == "own" else path.replace("../", "x/"): text for path, text in writes.items()}
    forge(office, known)
    assert told(office) & {reads._CUT, reads._STRANGE}


def test_a_stranger_is_no_reader(office: Office) -> None:
    forge(office, {"li.na/AAAAAAAAAAAA/2026-03.jsonl": line()}, signer=STRANGER)
    assert told(office) == {reads._UNSIGNED}


def test_a_log_that_was_cut_is_found_by_the_mark_of_this_machine(office: Office) -> None:
    reset(office, f"{tip(office)}~1")
    assert told(office) == {reads._REWOUND}
    assert office.run("verify").status == 1


def test_a_log_that_was_begun_anew_or_thrown_away_is_found(office: Office) -> None:
    known = tip(office)
    subprocess.run(["git", "update-ref", "-d", f"refs/heads/{BRANCH}"], cwd=office.archive, check=True)
    assert told(office) == {reads._GONE}
    assert office.run("show", "1", "--reveal", "--purpose", "四").status == 0
    assert told(office) == {reads._REWOUND}  # the mark did not move on from what is gone
    reset(office, known)
    assert told(office) == set()


def test_a_log_that_was_rewritten_is_found(office: Office) -> None:
    kept = [each for each in files(office)[own(office, "li.na")].splitlines(keepends=True) if "一".encode() not in each]
    path = own(office, "li.na")
    subprocess.run(["git", "update-ref", "-d", f"refs/heads/{BRANCH}"], cwd=office.archive, check=True)
    forge(office, {path: b"".join(kept)})
    assert reads._REWOUND in told(office)


def test_a_key_that_was_retired_before_enters_nothing(office: Office) -> None:
    with office.acting() as archive:
        members = dict(archive.members)
        wang = members["li.na"]
        day = f"{archive.at - timedelta(days=1):%Y-%m-%d}"
        keys = tuple(key._replace(retired=day) for key in wang.signing)
        found = list(reads.judge(archive.repository, {**members, "li.na": wang._replace(signing=keys)}, tip(office), None))
        later = tuple(key._replace(retired="2999-01-01") for key in wang.signing)
        good = list(reads.judge(archive.repository, {**members, "li.na": wang._replace(signing=later)}, tip(office), None))
    assert {finding.message for finding in found} == {reads._RETIRED}
    assert good == []


def machine(office: Office, base: str, name: str) -> str:
    """What another machine logs on top of a commit, leaving our branch where it is."""
    here = tip(office)
    reset(office, base)
    made = forge(office, {f"li.na/{name}/2026-03.jsonl": line()})
    reset(office, here)
    return made


def test_two_machines_that_log_at_once_lose_nothing(office: Office) -> None:
    base = tip(office)
    theirs = machine(office, base, "BBBBBBBBBBBB")
    office.run("show", "1", "--reveal", "--purpose", "四")
    with office.acting() as archive:
        reader = access_log.Reader("li.na", "李娜", "li.na@example.cn", "AAAAAAAAAAAA")
        ours = tip(office)
        made = access_log.unite(archive.repository, theirs, reader, archive.at, lambda t: armor(archive.signer.sign(t, "git")))
        assert archive.repository.commit(made).parents == (ours, theirs)
        assert access_log.unite(archive.repository, theirs, reader, archive.at, lambda _text: "") == made
        purposes = [access.purpose for _by, access in access_log.readings(archive.repository)]
    assert sorted(purposes) == sorted(["一", "二", "三", "四", "核对"])
    assert verify(office) == []


def test_a_log_that_only_goes_on_is_taken_as_it_is(office: Office) -> None:
    theirs = machine(office, tip(office), "BBBBBBBBBBBB")
    with office.acting() as archive:
        reader = access_log.Reader("li.na", "李娜", "li.na@example.cn", "AAAAAAAAAAAA")
        assert access_log.unite(archive.repository, theirs, reader, archive.at, lambda _text: "") == theirs
    assert verify(office) == []


def test_a_log_that_was_rewritten_elsewhere_is_not_united(office: Office) -> None:
    base = tip(office)
    theirs = forge(office, {own(office, "li.na"): line(purpose="别的")})
    reset(office, base)
    office.run("show", "1", "--reveal", "--purpose", "四")
    reader = access_log.Reader("li.na", "李娜", "li.na@example.cn", "AAAAAAAAAAAA")
    with office.acting() as archive, pytest.raises(access_log.Rewritten):
        access_log.unite(archive.repository, theirs, reader, archive.at, lambda _text: "")


def test_a_merge_that_drops_or_alters_a_log_is_found(office: Office) -> None:
    base, older = tip(office), files(office)[own(office, "li.na")]
    theirs = machine(office, base, "BBBBBBBBBBBB")
    office.run("show", "1", "--reveal", "--purpose", "四")
    mine = tip(office)
    forge(office, {}, merges=(theirs,))  # their file is not in it
    assert told(office) == {reads._CUT}
    reset(office, mine)
    forge(office, {"li.na/BBBBBBBBBBBB/2026-03.jsonl": line(purpose="别的")}, merges=(theirs,))
    assert told(office) == {reads._CUT}
    reset(office, mine)
    good = {"li.na/BBBBBBBBBBBB/2026-03.jsonl": line()}
    forge(office, {"li.na/BBBBBBBBBBBB/2026-03.jsonl": line() + line(purpose="别的")}, merges=(theirs,))
    assert told(office) == {reads._CUT}  # it adds something of its own
    reset(office, mine)
    forge(office, {**good, own(office, "li.na"): older}, merges=(theirs,))
    assert told(office) == {reads._CUT}  # it takes our file as it was before our last reading
    reset(office, mine)
    forge(office, good, merges=(theirs,))
    assert told(office) == set()


def test_a_reading_stands_in_the_file_of_its_month(office: Office) -> None:
    forge(office, {"li.na/AAAAAAAAAAAA/2026-02.jsonl": line()})
    assert told(office) == {reads._WHEN}


@pytest.mark.parametrize("content", [b"no line\n", b"[]\n", b'{"at": 1}\n', line(count="1"), line(more=1)])
def test_a_damaged_log_is_told_by_file_and_line(office: Office, content: bytes) -> None:
    forge(office, {"li.na/CCCCCCCCCCCC/2026-03.jsonl": line() + content})
    answer = office.run("history", "--reads")
    assert (answer.status, "li.na/CCCCCCCCCCCC/2026-03.jsonl, line 2" in answer.err) == (4, True)
