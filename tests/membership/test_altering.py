"""More and fewer rights: who may give and take them, and the level keys that follow."""

import subprocess

import pytest

from archivectl.encryption import age
from archivectl.encryption.envelope import key_id
from archivectl.members import signing
from membership.desk import FOUND, done, file_of, generations, holders, reads, run, sound
from office import Office


@pytest.fixture
def staffed(office: Office) -> Office:
    """The office with one file, and a second administrator."""
    for line in FOUND:
        done(office, line)
    done(office, "member add zhou.min --name 周敏 --role admin --clearance top-secret --generate-keys")
    return office


def test_a_higher_clearance_reads_at_once_and_touches_no_record(staffed: Office) -> None:
    assert not reads(staffed, "sun.yan")
    done(staffed, "member update sun.yan --clearance secret --reason 兼任")
    changed = subprocess.run(
        ["git", "-C", str(staffed.archive), "show", "--name-only", "--format="], capture_output=True, text=True, check=True
    )
    assert changed.stdout.split() == ["members/sun.yan.yaml"]
    assert reads(staffed, "sun.yan")
    sound(staffed)


def test_a_lower_clearance_takes_what_was_sealed_before_and_after_out_of_reach(staffed: Office) -> None:
    assert reads(staffed, "chen.jing")
    answer = done(staffed, "member update chen.jing --clearance confidential --reason 调岗 --json")
    assert answer.json["rotated"] == {"levels": ["secret"], "barred": [], "rewrapped": 1, "left": 0}
    assert generations(staffed) == {"confidential": 1, "secret": 2, "top-secret": 1}
    assert "chen.jing" not in holders(staffed, "secret")
    assert {"li.na", "zhou.min", "recovery"} <= holders(staffed, "secret")
    assert not reads(staffed, "chen.jing")
    assert reads(staffed, "chen.jing", "name")
    assert reads(staffed, "zhou.min")
    sound(staffed)


def test_roles_and_posts_are_given_and_taken(staffed: Office) -> None:
    done(staffed, "member update wang.wei --role archivist --post 监销人 --department 销售部")
    member = file_of(staffed, "wang.wei")
    assert (member["posts"], member["roles"]) == (["clerk", "supervisor", "archivist"], ["clerk", "archivist"])
    done(staffed, "member update wang.wei --drop archivist --drop supervisor --department - --name 王小伟 --email w@example.cn")
    member = file_of(staffed, "wang.wei")
    assert (member["posts"], member["roles"], member["department"]) == (["clerk"], ["clerk"], None)
    assert (member["name"], member["email"]) == ("王小伟", "w@example.cn")
    sound(staffed)


def test_a_member_may_give_up_rights_but_not_take_any(staffed: Office) -> None:
    assert run(staffed, "member update chen.jing --post supervisor", "chen.jing").status == 3
    assert run(staffed, "member update chen.jing --clearance top-secret", "chen.jing").status == 3
    assert run(staffed, "member update chen.jing --name 陈小静", "chen.jing").status == 3
    answer = run(staffed, "member update chen.jing --clearance internal", "chen.jing")
    assert answer.status == 1, "a rotation is outstanding"
    assert ("key rotate" in answer.out, generations(staffed)["secret"]) == (True, 1)  # an administrator rotates
    done(staffed, "member update chen.jing --drop manager", "chen.jing")
    assert (file_of(staffed, "chen.jing")["posts"], file_of(staffed, "chen.jing")["clearance"]) == ([], "internal")
    sound(staffed)


def test_an_administrator_takes_no_right_either_and_another_gives_it(staffed: Office) -> None:
    answer = run(staffed, "member update li.na --post manager")
    assert (answer.status, "Another administrator" in answer.err) == (3, True)
    done(staffed, "member update li.na --post manager", "zhou.min")
    sound(staffed)


def test_the_last_administrator_stays(office: Office) -> None:
    key = file_of(office, "li.na")["signing"][0]["key"]
    for line in ("member update li.na --drop admin", "member retire li.na", f"member update li.na --retire-key '{key}'"):
        answer = run(office, line)
        assert (answer.status, "last administrator" in answer.err) == (3, True), line
    done(office, "member update chen.jing --role admin --clearance top-secret")
    done(office, "member update li.na --drop admin")
    sound(office)


def test_somebody_is_always_left_who_may_read(office: Office) -> None:
    done(office, "member update chen.jing --role admin")
    answer = run(office, "member update li.na --clearance secret", "chen.jing")
    assert (answer.status, "top secret" in answer.err, "--clearance top-secret" in answer.err) == (3, True, True)


def test_a_new_key_reads_and_signs_and_the_old_ones_are_retired_never_removed(staffed: Office) -> None:
    secret, recipient = age.generate()
    private = signing.generate()
    done(staffed, f"member update chen.jing --add-key {recipient} --add-key '{signing.public_of(private)}'")
    old = [file_of(staffed, "chen.jing")[kind][0] for kind in ("age", "signing")]
    done(staffed, f"member update chen.jing --retire-key {old[0]['recipient'][:20]} --retire-key {key_id(old[1]['key'])}")
    assert generations(staffed) == {"confidential": 2, "secret": 2, "top-secret": 1}
    member = file_of(staffed, "chen.jing")
    rows = [(row["recipient"], row["retired"]) for row in member["age"]]
    assert rows == [(old[0]["recipient"], "2026-03-02"), (recipient, None)]
    assert [row["retired"] for row in member["signing"]] == ["2026-03-02", None]
    assert not reads(staffed, "chen.jing")
    answer = run(staffed, "member update chen.jing --drop manager", "chen.jing")
    assert (answer.status, "none that the archive knows" in answer.err) == (5, True)
    with staffed.acting() as archive:
        staffed.home.add_identity(archive.id, "chen.jing", secret, private)
    assert reads(staffed, "chen.jing")
    done(staffed, "member update chen.jing --drop manager", "chen.jing")
    sound(staffed)


def test_new_keys_with_proof_come_from_a_request(staffed: Office) -> None:
    with staffed.acting() as archive:
        name = archive.id
    elsewhere = {**staffed.run.environment, "ARCHIVECTL_HOME": str(staffed.run.folder / "elsewhere")}
    words = ("member", "request", "chen.jing", "--archive", name, "-o", "new.request")
    assert staffed.run.start(words, elsewhere, staffed.run.folder, "").status == 0
    done(staffed, "member update chen.jing --from new.request --reason 换电脑")
    member = file_of(staffed, "chen.jing")
    assert [row["made_by"] for row in member["age"]] == ["li.na", "chen.jing"]
    again = run(staffed, "member update sun.yan --from new.request")
    assert (again.status, "chen.jing" in again.err) == (2, True)
    assert run(staffed, "member update chen.jing --from new.request").status == 2
    sound(staffed)


def test_nobody_is_left_without_a_key(staffed: Office) -> None:
    key = file_of(staffed, "wang.wei")["age"][0]["recipient"]
    answer = run(staffed, f"member update wang.wei --retire-key {key}")
    assert (answer.status, "--add-key" in answer.err) == (3, True)


def test_who_left_comes_back_with_another_administrators_signature_and_new_keys(staffed: Office) -> None:
    done(staffed, "member retire chen.jing")
    assert run(staffed, "member update chen.jing --post supervisor").status == 2
    assert run(staffed, "member update chen.jing --un-retire").status == 3  # all keys are retired
    recipient, public = age.generate()[1], signing.public_of(signing.generate())
    done(staffed, f"member update chen.jing --un-retire --add-key {recipient} --add-key '{public}'")
    assert "chen.jing" in holders(staffed, "secret")
    sound(staffed)


REFUSED = [
    ("member update wang.wei", 2, "Nothing would change"),
    ("member update wang.wei --clearance internal", 2, "Nothing would change"),
    ("member update nobody --role clerk", 2, "no member"),
    ("member update wang.wei --role boss", 2, "neither a role nor a post"),
    ("member update wang.wei --clearance huge", 2, "no level of secrecy"),
    ("member update wang.wei --drop manager", 2, "is not manager"),
    ("member update wang.wei --email li.na@example.cn", 2, "one person is one member"),
    ("member update wang.wei --email LI.NA@example.cn", 2, "one person is one member"),
    ("member update wang.wei --un-retire", 2, "is active"),
    ("member update wang.wei --retire-key age1", 2, "has no key"),
    ("member update wang.wei --retire-key age1qqqqqqqq", 2, "has no key"),
    ("member update wang.wei --add-key age1qqqqqqqq", 2, "no public key of age"),
    ("member update wang.wei --add-key 'ssh-ed25519 AAAA'", 2, "no signing key"),
    ("member update wang.wei --add-key '{own}'", 2, "known to the archive already"),
    ("member update wang.wei --add-key '{other}'", 2, "known to the archive already"),
    ("member update wang.wei --add-key '{level}'", 2, "known to the archive already"),
    ("member update wang.wei --add-key '{recovery}'", 2, "known to the archive already"),
    ("member update wang.wei --clearance secret --reason 电话13800138000", 3, "in clear"),
]


@pytest.mark.parametrize(("line", "status", "words"), REFUSED)
def test_what_makes_no_sense_is_refused_with_a_way_out(office: Office, line: str, status: int, words: str) -> None:
    with office.acting() as archive:
        filled = {
            "own": archive.members["wang.wei"].age[0].public,
            "other": archive.members["chen.jing"].signing[0].public,
            "level": archive.levels["secret"].recipient,
            "recovery": archive.level_keys.recovering[0],
        }
        tip = archive.tip
    answer = run(office, line, **filled)
    assert (answer.status, words in answer.err, "hint: " in answer.err) == (status, True, True), answer.err
    with office.acting() as archive:
        assert archive.tip == tip


def test_a_rehearsal_changes_nothing(staffed: Office) -> None:
    before = file_of(staffed, "chen.jing"), generations(staffed)
    done(staffed, "member update chen.jing --clearance internal --dry-run")
    done(staffed, "member retire chen.jing --dry-run")
    assert (file_of(staffed, "chen.jing"), generations(staffed)) == before
    assert reads(staffed, "chen.jing")


def test_who_cannot_share_a_key_says_who_can(staffed: Office) -> None:
    done(staffed, "member update chen.jing --role admin", "zhou.min")
    answer = done(staffed, "member update sun.yan --clearance top-secret", "chen.jing")
    assert "key share sun.yan" in answer.out
    assert "li.na, zhou.min can" in answer.out
    assert "sun.yan" in holders(staffed, "secret")
    assert "sun.yan" not in holders(staffed, "top-secret")


@pytest.mark.parametrize("member", ["wang.wei", "chen.jing"])
def test_rights_of_others_are_for_administrators(office: Office, member: str) -> None:
    for line in ("member update sun.yan --post manager", "member update sun.yan --drop supervisor", "member retire sun.yan"):
        answer = run(office, line, member)
        assert (answer.status, "administrator" in answer.err) == (3, True), line


@pytest.mark.parametrize("text", ["age1evil1qqqq", "age1qqqq"])
def test_a_key_that_is_none_is_an_error_of_the_line_and_the_kinds_there_are_are_named(staffed: Office, text: str) -> None:
    answer = run(staffed, f"member update wang.wei --add-age {text} --json")
    assert (answer.status, answer.json["error"]) == (2, "no-recipient")
    assert "yubikey" in answer.json["hint"]
