"""A new recovery sheet: it opens what the old one opened and signs in its place, and nobody slips in one of their own."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archivectl import yaml_text
from archivectl.archive import Change
from archivectl.encryption import age
from archivectl.encryption.levels import PATH
from archivectl.members import sheet as pages
from archivectl.members import signing
from archivectl.verifying.replay import replay
from membership.desk import done, run, sound
from office import Office

NEW = "key recovery --reason 恢复单遗失"
SIGNERS = "members/recovery.yaml"
LATER = "2100-01-01T10:00"  # than the real clock, by which the program commits


def sheet(office: Office) -> Path:
    return next(office.home.folder.glob("recovery/*.txt"))


def put_away(office: Office, name: str) -> Path:
    """Take the sheet off the machine, as one ought to."""
    return sheet(office).rename(office.run.folder / name)


def data(office: Office, path: str) -> dict[str, Any]:
    return dict(yaml_text.load((office.archive / path).read_bytes(), path))


@pytest.fixture
def lost(office: Office) -> Office:
    """The office with a person on file, whose sheet is on paper and was lost."""
    done(office, "create --subject person --set name=张三 --set identity.id_number=11010519491231002X")
    put_away(office, "old.txt")
    return office


def test_the_new_sheet_opens_everything_and_the_old_one_is_known_as_none(lost: Office) -> None:
    answer = done(lost, f"{NEW} --json")
    assert (Path(answer.json["file"]), answer.json["left"], answer.json["applications"]) == (sheet(lost), [], [])
    with lost.acting() as archive:
        commit = archive.repository.commit(archive.tip)
    assert (commit.subject, dict(commit.trailers)["Archive-Reason"]) == ("key.recovery: a new sheet", "恢复单遗失")
    new = put_away(lost, "new.txt")
    assert done(lost, f"key drill --recovery {new} --json").json["findings"] == []
    told = run(lost, "key drill --recovery old.txt --json")
    assert (told.status, told.json["error"]) == (5, "other-sheet")
    rows = data(lost, PATH)["recovery"]
    assert len({row["recipient"] for row in rows}) == 2
    signers = data(lost, SIGNERS)["signing"]
    assert [bool(row["retired"]) for row in signers] == [True, False]
    sound(lost)


def test_only_the_new_sheet_signs_changes_of_members(lost: Office) -> None:
    done(lost, NEW)
    new = put_away(lost, "new.txt")
    refused = run(lost, "member add he.jun --name 何军 --role admin --generate-keys --recovery old.txt", "chen.jing")
    assert (refused.status, "not the recovery sheet" in refused.err) == (2, True)
    done(lost, f"member add he.jun --name 何军 --role admin --generate-keys --recovery {new}", "chen.jing")


def test_a_rotation_is_due_until_the_old_sheet_opens_nothing_new(lost: Office) -> None:
    assert "key rotate confidential secret top-secret" in done(lost, NEW).out
    duty = next(each for each in done(lost, "todo --json").json if each["duty"] == "key.rotate")
    assert "older recovery sheet" in str(duty)
    done(lost, "key rotate confidential secret top-secret --reason 恢复单遗失")
    assert not [each for each in done(lost, "todo --json").json if each["duty"] == "key.rotate"]
    with lost.acting() as archive:
        old = (lost.run.folder / "old.txt").read_text()
        secret = next(word for word in old.split() if word.startswith("AGE-SECRET-KEY-1"))
        current = archive.levels["secret"]
        wraps = archive.keyring.folder / f"levels/secret.{current.generation}"
        for wrap in wraps.glob("recovery.*.age"):
            with pytest.raises(age.DoesNotOpen):
                age.decrypt(wrap.read_bytes(), [secret])
    assert done(lost, f"key drill --recovery {put_away(lost, 'new.txt')} --json").json["findings"] == []


def test_what_the_administrator_cannot_open_is_left_to_who_can(lost: Office) -> None:
    done(lost, "member add he.min --name 何敏 --role admin --clearance internal --generate-keys")
    answer = run(lost, f"{NEW} --json", "he.min")
    assert (answer.status, answer.json["left"]) == (5, ["confidential", "secret", "top-secret"])
    assert [each["duty"] for each in done(lost, "todo --json").json if each["duty"] == "key.share"] == ["key.share"]
    done(lost, "key share")
    assert done(lost, f"key drill --recovery {put_away(lost, 'new.txt')} --json").json["findings"] == []
    sound(lost)


def test_a_sheet_that_still_lies_here_is_not_overwritten(office: Office) -> None:
    before = sheet(office).read_bytes()
    answer = run(office, f"{NEW} --json")
    assert (answer.status, answer.json["error"], sheet(office).read_bytes()) == (3, "sheet-here", before)


def test_a_run_that_was_cut_off_before_its_commit_goes_on_with_its_sheet(lost: Office) -> None:
    (secret, recipient), private = age.generate(), signing.generate()
    with lost.acting() as archive:
        archive.home.save_sheet(archive.id, pages.text(archive.id, "", secret, private))
    before = sheet(lost).read_bytes()
    done(lost, NEW)
    assert sheet(lost).read_bytes() == before
    assert data(lost, PATH)["recovery"][-1]["recipient"] == recipient
    assert done(lost, f"key drill --recovery {put_away(lost, 'new.txt')} --json").json["findings"] == []


@pytest.mark.parametrize(
    ("line", "member", "status", "code"),
    [
        (NEW, "chen.jing", 3, "key.recovery/by"),
        ("key recovery", "li.na", 2, "reason-missing"),
        ("key recovery --reason 11010519491231002X", "li.na", 3, "telltale"),
    ],
)
def test_who_may_not_or_says_no_reason_issues_none(lost: Office, line: str, member: str, status: int, code: str) -> None:
    before = data(lost, PATH)
    answer = run(lost, f"{line} --json", member)
    assert answer.status == status
    assert code in {answer.json["error"], *(reason["code"] for reason in answer.json.get("reasons", ()))}
    assert data(lost, PATH) == before


def test_a_dry_run_issues_none(lost: Office) -> None:
    before = data(lost, PATH)
    done(lost, f"--dry-run {NEW}")
    assert data(lost, PATH) == before
    assert not list(lost.home.folder.glob("recovery/*.txt"))


@pytest.fixture
def careful(lost: Office) -> Office:
    """The same where one countersigns more rights; chen.jing and zhou.min can."""
    done(lost, "member add zhou.min --name 周敏 --post manager --clearance internal --generate-keys")
    done(lost, "member countersign 1")
    return lost


def test_where_others_countersign_the_sheet_counts_once_they_have(careful: Office) -> None:
    before = data(careful, PATH)["recovery"]
    asked = done(careful, f"{NEW} --json").json["applications"]
    assert (len(asked), data(careful, PATH)["recovery"]) == (2, before)
    new = put_away(careful, "new.txt")
    assert run(careful, f"key drill --recovery {new}").status == 5
    for entry in asked:
        assert run(careful, f"member update --countersigned {entry}").status == 3
        done(careful, f"approve {entry}", "chen.jing")
        done(careful, f"member update --countersigned {entry}")
    assert done(careful, f"key drill --recovery {new} --json").json["findings"] == []
    assert [bool(row["retired"]) for row in data(careful, SIGNERS)["signing"]] == [True, False]
    sound(careful)


def test_who_countersigns_reads_which_keys_come_and_go_in_their_own_words(careful: Office) -> None:
    first, second = done(careful, f"{NEW} --json").json["applications"]
    said = [done(careful, f"--lang zh register show {entry}", "chen.jing").out for entry in (first, second)]
    assert "  恢复公钥  —  →  age1" in said[0]
    assert "  签名公钥  —" in said[1]
    assert [word for word in ("recovery  ", "signing  ", "None") for text in said if word in text] == []


def test_what_was_signed_by_somebody_who_lost_the_post_since_is_not_signed(careful: Office) -> None:
    asked = done(careful, f"{NEW} --json").json["applications"]
    for entry in asked:
        done(careful, f"approve {entry}", "chen.jing")
    done(careful, "member add he.jun --name 何军 --post manager --clearance internal --generate-keys")
    done(careful, "approve SQ-3", "chen.jing")
    done(careful, "member update --countersigned SQ-3")
    done(careful, "member update chen.jing --drop manager")
    assert [run(careful, f"member update --countersigned {entry}").status for entry in asked] == [3, 3]
    assert len(data(careful, PATH)["recovery"]) == 1


ROW = {"recipient": age.generate()[1], "since": "2026-03-02"}
SIGNER = {"key": signing.public_of(signing.generate()), "since": "2026-03-02", "made_by": "li.na", "retired": None}
NOBODY = f"ssh-ed25519 {b64encode(b'%c%c%c%cssh-ed25519' % (0, 0, 0, 11) + bytes((0, 0, 0, 32)) + bytes(32)).decode()}"
Attack = Callable[[dict[str, Any], dict[str, Any]], object]
ATTACKS: dict[str, tuple[Attack, str]] = {
    "a row in the place of another": (lambda keys, _s: keys.update(recovery=[ROW]), "never removed"),
    "no row any more": (lambda keys, _s: keys.update(recovery=[]), "never removed"),
    "two at once": (
        lambda keys, _s: keys["recovery"].extend([ROW, {**ROW, "recipient": age.generate()[1]}]),
        "let somebody new recover",
    ),
    "the key of a level": (
        lambda keys, _s: keys["recovery"].append({**ROW, "recipient": keys["levels"]["secret"][0]["recipient"]}),
        "serves something else",
    ),
    "the sheet there was": (lambda keys, _s: keys["recovery"].append(dict(keys["recovery"][0])), "serves something else"),
    "a key that hides nothing": (
        lambda keys, _s: keys["recovery"].append(
            {**ROW, "recipient": "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya"}
        ),
        "nothing can be done with",
    ),
    "a level key in the same go": (
        lambda keys, _s: (
            keys["recovery"].append(ROW),
            keys["levels"]["secret"].append({"generation": 2, "recipient": age.generate()[1], "since": "2026-03-02"}),
        ),
        "more than those",
    ),
    "a signer for whom anybody signs": (
        lambda _k, signers: signers["signing"].append({**SIGNER, "key": NOBODY}),
        "nothing can be done with",
    ),
    "a signer who is gone already": (
        lambda _k, signers: signers["signing"].append({**SIGNER, "retired": "2026-03-02"}),
        "nothing can be done with",
    ),
    "a signer in the place of another": (lambda _k, signers: signers.update(signing=[SIGNER]), "never removed"),
    "a signer that there was": (
        lambda _k, signers: signers["signing"].append(dict(signers["signing"][0])),
        "serves something else",
    ),
}


def forged(office: Office, change: Attack, act: str = "key.recovery", by: str = "li.na") -> list[str]:
    """Commit other keys of a sheet by hand, and say what the replay finds."""
    keys, signers = data(office, PATH), data(office, SIGNERS)
    change(keys, signers)
    head = "# yaml-language-server: $schema=../schemas/levels.schema.json\n"
    texts = {
        PATH: yaml_text.dump(keys, lambda at: at[-1] in {"confidential", "secret", "top-secret", "recovery"}, head),
        SIGNERS: yaml_text.dump(signers, lambda _at: True),
    }
    with office.acting(by, LATER) as archive:
        writes = {p: text.encode() for p, text in texts.items() if text.encode() != (office.archive / p).read_bytes()}
        archive.commit(Change((act,), f"{act}: a new sheet", writes, reason="恢复单遗失"))
        pin = archive.home.pin(archive.id).fingerprint
        told = replay(archive.repository, fingerprint=pin, since=None, until=archive.tip, at=archive.at)
        return [each.text for each in told]


def one_more(keys: dict[str, Any], signers: dict[str, Any]) -> None:
    keys["recovery"].append(ROW)
    signers["signing"].append(SIGNER)


def test_an_administrator_s_new_sheet_is_no_finding(lost: Office) -> None:
    assert forged(lost, one_more) == []


@pytest.mark.parametrize("name", ATTACKS)
def test_a_sheet_that_nobody_should_have_entered_is_found(lost: Office, name: str) -> None:
    change, words = ATTACKS[name]
    found = forged(lost, change)
    assert any(words in text for text in found), found


@pytest.mark.parametrize(("act", "by", "words"), [
    ("key.recovery", "chen.jing", "only an administrator"),
    ("key.rotate", "li.na", "let somebody new recover"),
    ("regime.house", "li.na", "without saying that keys are rotated"),
])  # fmt: skip
def test_an_extra_recovery_recipient_that_was_pushed_is_found(lost: Office, act: str, by: str, words: str) -> None:
    found = forged(lost, lambda keys, _signers: keys["recovery"].append(ROW), act, by)
    assert any(words in text for text in found), found


@pytest.mark.parametrize("change", [
    lambda keys, _signers: keys["recovery"].append(ROW),
    lambda _keys, signers: signers["signing"].append(SIGNER),
])  # fmt: skip
def test_a_sheet_that_nobody_countersigned_is_found_where_that_is_asked_for(careful: Office, change: Attack) -> None:
    found = forged(careful, change)
    assert any("others must countersign first" in text for text in found), found


def test_a_signing_key_that_was_retired_never_signs_again(lost: Office) -> None:
    done(lost, NEW)
    found = forged(lost, lambda _keys, signers: signers["signing"][0].update(retired=None), "member.update")
    assert any("never removed" in text for text in found), found
