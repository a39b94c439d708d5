"""Countersigning: with ``countersign`` in archive.yaml, more rights hold once others have signed the new file word for word."""

import pytest

from archivectl import yaml_text
from archivectl.archive import Change
from membership.desk import done, file_of, holders, run, sound
from office import Office

NEW = "member add he.jun --name 何军 --role clerk --clearance confidential --generate-keys"


@pytest.fixture
def careful(office: Office) -> Office:
    """The office, which asks for one countersignature; chen.jing is its manager, and zhou.min becomes another."""
    done(office, "member add zhou.min --name 周敏 --post manager --clearance internal --generate-keys")
    done(office, "member countersign 1")
    return office


def asked(office: Office) -> int:
    return int(yaml_text.load(office.archive.joinpath("archive.yaml").read_bytes())["countersign"])


def test_a_new_member_is_one_once_another_has_signed(careful: Office) -> None:
    answer = done(careful, f"{NEW} --json")
    assert answer.json["application"] == "SQ-2026-0001"
    assert not careful.archive.joinpath("members/he.jun.yaml").exists()
    waits = run(careful, "todo --json", "chen.jing").json
    assert any("SQ-2026-0001" in str(each) for each in waits)
    done(careful, "approve SQ-1", "chen.jing")
    assert "--countersigned SQ-2026-0001" in done(careful, "todo").out
    done(careful, "member update --countersigned SQ-1")
    assert file_of(careful, "he.jun")["roles"] == ["clerk"]
    assert "he.jun" in holders(careful, "confidential")
    assert done(careful, "register show SQ-1 --json").json["state"] == "carried-out"
    sound(careful)


MORE = [
    "member update wang.wei --post supervisor",
    "member update wang.wei --clearance secret",
    "member update wang.wei --department 财务部",
    "member update wang.wei --add-key age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq",
]


@pytest.mark.parametrize("line", MORE)
def test_every_kind_of_more_rights_waits(careful: Office, line: str) -> None:
    before = file_of(careful, "wang.wei")
    answer = done(careful, f"{line} --json")
    assert (answer.json["application"], file_of(careful, "wang.wei")) == ("SQ-2026-0001", before)


FEWER = ["member update wang.wei --drop clerk", "member update wang.wei --name 王小伟", "member retire wang.wei"]


@pytest.mark.parametrize("line", FEWER)
def test_fewer_rights_do_not_wait(careful: Office, line: str) -> None:
    before = file_of(careful, "wang.wei")
    done(careful, line)
    assert file_of(careful, "wang.wei") != before
    sound(careful)


def test_neither_who_asks_nor_who_gets_it_nor_anybody_without_a_post_signs(careful: Office) -> None:
    done(careful, "member update chen.jing --clearance top-secret")
    for member in ("li.na", "chen.jing", "wang.wei"):
        answer = run(careful, "approve SQ-1", member)
        assert answer.status == 3, member
    done(careful, "approve SQ-1", "zhou.min")
    assert run(careful, "approve SQ-1", "zhou.min").status == 3
    done(careful, "member update --countersigned SQ-1")
    sound(careful)


def test_nothing_holds_that_was_refused_or_not_signed(careful: Office) -> None:
    done(careful, NEW)
    answer = run(careful, "member update --countersigned SQ-1")
    assert (answer.status, "register show" in answer.err) == (3, True)
    done(careful, "reject SQ-1 --reason 无此人", "chen.jing")
    assert run(careful, "member update --countersigned SQ-1").status == 3
    sound(careful)


def test_what_was_signed_serves_once(careful: Office) -> None:
    """Given, taken away and given again: the second time is signed again."""
    done(careful, "member update wang.wei --clearance secret")
    done(careful, "approve SQ-1", "chen.jing")
    done(careful, "member update --countersigned SQ-1")
    done(careful, "member update wang.wei --clearance internal")
    assert run(careful, "member update --countersigned SQ-1").status == 3
    assert file_of(careful, "wang.wei")["clearance"] == "internal"


def test_what_was_signed_before_the_file_changed_no_longer_fits(careful: Office) -> None:
    done(careful, "member update wang.wei --clearance secret")
    done(careful, "approve SQ-1", "chen.jing")
    done(careful, "member update wang.wei --name 王小伟")
    answer = run(careful, "member update --countersigned SQ-1")
    assert (answer.status, "has changed since" in answer.err) == (3, True)
    assert file_of(careful, "wang.wei")["name"] == "王小伟"


def test_cut_off_between_file_and_entry_it_goes_on(careful: Office) -> None:
    done(careful, NEW)
    done(careful, "approve SQ-1", "chen.jing")
    with careful.acting() as archive:
        case = archive.case("SQ-1")
        text = str(case.entry.columns["file"]).encode()
        archive.commit(Change(("member.add",), "member.add: he.jun", {"members/he.jun.yaml": text}))
    done(careful, "member update --countersigned SQ-1")
    assert done(careful, "register show SQ-1 --json").json["state"] == "carried-out"
    assert "he.jun" in holders(careful, "confidential")
    sound(careful, "verify/time")


def test_two_signatures_are_two_persons(careful: Office) -> None:
    done(careful, "member countersign 2")
    done(careful, NEW)
    done(careful, "approve SQ-1", "chen.jing")
    assert run(careful, "approve SQ-1", "chen.jing").status == 3
    assert run(careful, "member update --countersigned SQ-1").status == 3
    done(careful, "approve SQ-1", "zhou.min")
    done(careful, "member update --countersigned SQ-1")
    sound(careful)


def test_to_ask_for_fewer_is_signed_by_those_who_were_asked(careful: Office) -> None:
    answer = done(careful, "member countersign 0 --json")
    assert (answer.json["application"], asked(careful)) == ("SQ-2026-0001", 1)
    done(careful, "approve SQ-1", "zhou.min")
    done(careful, "member update --countersigned SQ-1")
    assert asked(careful) == 0
    done(careful, NEW)
    assert file_of(careful, "he.jun")
    sound(careful)


def test_so_many_are_there_before_they_are_asked_for(office: Office) -> None:
    for count in (2, 3, 4):
        answer = run(office, f"member countersign {count}")
        assert (answer.status, "--post POST" in answer.err, asked(office)) == (2, True, 0)
    assert run(office, "member countersign 1", "chen.jing").status == 3
    done(office, "member countersign 1")
    assert asked(office) == 1


def test_those_who_countersign_are_not_sent_away_one_by_one(careful: Office) -> None:
    done(careful, "member retire zhou.min")
    for line in ("member retire chen.jing", "member update chen.jing --drop manager"):
        answer = run(careful, line)
        assert (answer.status, "Too few" in answer.err) == (3, True)
    sound(careful)


def test_what_is_not_for_countersigning_is_not_carried_out(careful: Office) -> None:
    done(careful, "register add application mode=rights member=wang.wei what=查阅 reason=工作需要")
    assert run(careful, "member update --countersigned SQ-1").status == 3


def test_only_an_administrator_lets_it_hold(careful: Office) -> None:
    done(careful, NEW)
    done(careful, "approve SQ-1", "chen.jing")
    assert run(careful, "member update --countersigned SQ-1", "chen.jing").status == 3


def test_the_signature_of_who_left_since_counts_no_more(careful: Office) -> None:
    done(careful, NEW)
    done(careful, "approve SQ-1", "chen.jing")
    done(careful, "member retire chen.jing")
    answer = run(careful, "member update --countersigned SQ-1")
    assert (answer.status, careful.archive.joinpath("members/he.jun.yaml").exists()) == (3, False)
    sound(careful)


def test_nobody_lets_their_own_rights_hold(careful: Office) -> None:
    done(careful, "member update zhou.min --role admin")
    done(careful, "approve SQ-1", "chen.jing")
    done(careful, "member update --countersigned SQ-1")
    done(careful, "member update li.na --post manager", "zhou.min")
    done(careful, "approve SQ-2", "chen.jing")
    answer = run(careful, "member update --countersigned SQ-2")
    assert (answer.status, "Nobody gives themselves more rights" in answer.err) == (3, True)
    done(careful, "member update --countersigned SQ-2", "zhou.min")
    assert "manager" in file_of(careful, "li.na")["posts"]
    sound(careful)


def test_an_archive_whose_rules_name_nobody_is_brought_up_to_date_first(office: Office) -> None:
    with office.acting() as archive:
        archive.commit(Change(("regime.adopt",), "regime.adopt: house", {"regime/house.yaml": b"countersign: null\n"}))
    answer = run(office, "member countersign 1")
    assert (answer.status, "regime upgrade" in answer.err, asked(office)) == (3, True, 0)
