"""Leaving: one act that can be cut off anywhere, what copies still give away, and what the leaver leaves undone."""

from collections.abc import Callable

import pytest

from archivectl.archive import Archive
from archivectl.custody import rewrapping, rotation
from archivectl.membership import authority
from archivectl.membership.leaving import retired
from membership.desk import FOUND, done, file_of, generations, holders, reads, run, sound
from office import Office

PERSON = "create --subject person --set name={}"


@pytest.fixture
def filed(office: Office) -> Office:
    """The office with three files of persons."""
    for line in (*FOUND, PERSON.format("李四"), PERSON.format("王五")):
        done(office, line)
    return office


def test_who_leaves_reads_nothing_new_and_signs_nothing(filed: Office) -> None:
    answer = done(filed, "member retire chen.jing --reason 离职 --json")
    assert answer.json["rotated"] == {"levels": ["confidential", "secret"], "barred": [], "rewrapped": 4, "left": 0}
    assert answer.json["readable"] == {"levels": ["confidential", "secret"], "records": 3, "attachments": 0}
    member = file_of(filed, "chen.jing")
    assert {member["retired"], *(row["retired"] for row in (*member["age"], *member["signing"]))} == {"2026-03-02"}
    assert not {"chen.jing"} & (holders(filed, "confidential") | holders(filed, "secret"))
    assert generations(filed) == {"confidential": 2, "secret": 2, "top-secret": 1}
    assert not reads(filed, "chen.jing")
    assert reads(filed, "zhao.lei", "name")
    assert reads(filed, "li.na")
    done(filed, PERSON.format("赵六"))
    assert run(filed, "update 1 --set note=老客户 --reason 来访登记", "chen.jing").status in {3, 5}
    sound(filed)


def test_no_record_file_is_touched(filed: Office) -> None:
    before = {path: path.read_bytes() for path in filed.archive.glob("customers/**/*.yaml")}
    done(filed, "member retire chen.jing")
    assert {path: path.read_bytes() for path in filed.archive.glob("customers/**/*.yaml")} == before


def retire_alone(archive: Archive) -> None:
    """The first commit of a retirement, and then a power cut."""
    authority.commit(archive, retired(archive.members["chen.jing"], archive.today), "member.retire")


def rotate_alone(archive: Archive) -> None:
    """The second commit too, with no record's key wrapped anew."""
    retire_alone(archive)
    rotation._begin(archive, ("confidential", "secret"), "")


def rotate_one(archive: Archive) -> None:
    """One level done to its end."""
    retire_alone(archive)
    rotation.rotate(archive, ("secret",), "")


def rotate_before(archive: Archive) -> None:
    """A rotation that was cut off long before the member left."""
    rotation._begin(archive, ("confidential", "secret"), "")
    retire_alone(archive)


CUTS: dict[str, tuple[Callable[[Archive], None], dict[str, int]]] = {
    "after the file": (retire_alone, {"confidential": 2, "secret": 2}),
    "after the new level keys": (rotate_alone, {"confidential": 2, "secret": 2}),
    "between two levels": (rotate_one, {"confidential": 2, "secret": 2}),
    "in an earlier rotation": (rotate_before, {"confidential": 3, "secret": 3}),
}


@pytest.mark.parametrize("name", CUTS)
def test_a_retirement_that_was_cut_off_goes_on_where_it_stopped(filed: Office, name: str) -> None:
    cut, wanted = CUTS[name]
    with filed.acting() as archive:
        cut(archive)
    done(filed, "member retire chen.jing")
    assert generations(filed) == {**wanted, "top-secret": 1}
    for level in wanted:
        assert "chen.jing" not in holders(filed, level)
    with filed.acting() as archive:
        assert not [level for level in wanted if rewrapping.unfinished(archive, level)]
    assert reads(filed, "li.na")
    again = done(filed, "member retire chen.jing --json")
    assert (again.json["rotated"], generations(filed)) == (None, {**wanted, "top-secret": 1})
    sound(filed, "verify/time")


@pytest.mark.parametrize(
    ("cut", "generation"), [(retire_alone, 2), (rotate_before, 3)], ids=["at rest", "in an earlier rotation"]
)
def test_the_leavers_key_is_known_by_history_where_their_wrap_lies_on_another_machine(
    filed: Office, cut: Callable[[Archive], None], generation: int
) -> None:
    with filed.acting() as archive:
        cut(archive)
    for path in filed.home.folder.glob("keyrings/*/levels/*/chen.jing.*"):
        path.unlink()
    done(filed, "member retire chen.jing")
    assert generations(filed) == {"confidential": generation, "secret": generation, "top-secret": 1}
    assert reads(filed, "li.na")


def test_who_was_never_cleared_leaves_without_a_rotation(filed: Office) -> None:
    answer = done(filed, "member retire wang.wei --json")
    assert (answer.json["rotated"], answer.json["readable"]["levels"]) == (None, [])
    assert set(generations(filed).values()) == {1}
    sound(filed)


def test_a_member_may_leave_alone_and_an_administrator_finishes(filed: Office) -> None:
    answer = run(filed, "member retire chen.jing", "chen.jing")
    assert (answer.status, "archivectl key rotate confidential" in answer.out) == (1, True)
    assert "What is sealed from now on they can read as well" in answer.out
    assert "out of their reach" not in answer.out
    assert set(generations(filed).values()) == {1}
    done(filed, "member retire chen.jing")
    assert generations(filed) == {"confidential": 2, "secret": 2, "top-secret": 1}
    sound(filed)


def test_an_administrator_without_the_key_says_who_must_go_on(filed: Office) -> None:
    done(filed, "member update sun.yan --role admin")
    answer = run(filed, "member retire chen.jing", "sun.yan")
    assert (answer.status, "archivectl key rotate secret" in answer.out) == (1, True)
    assert "they can read as well, as long as this is not done: 秘密" in answer.out or "done: secret." in answer.out
    assert "out of their reach" not in answer.out
    assert run(filed, "member retire chen.jing", "chen.jing").status in {1, 3}
    assert generations(filed) == {"confidential": 2, "secret": 1, "top-secret": 1}
    done(filed, "member retire chen.jing")
    assert generations(filed) == {"confidential": 2, "secret": 2, "top-secret": 1}
    sound(filed)


def test_what_the_leaver_leaves_undone_is_told_with_commands(filed: Office) -> None:
    done(filed, "update 1 --set keeper=chen.jing --reason 分工")
    done(filed, "lend 2 --to 陈静 --purpose 核对")
    done(filed, "update 3 --set secrecy=confidential --reason 定级")
    done(filed, "lend 3 --to 王伟 --purpose 核对")
    done(filed, "member delegate manager --to sun.yan --until 2026-05-01 --reason 出差")
    done(filed, "approve WT-1", "chen.jing")
    answer = done(filed, "member retire chen.jing")
    for words in ("SH-000001", "handover propose --of chen.jing", "JY-2026-0001", "WT-2026-0001", "register step WT-2026-0001"):
        assert words in answer.out
    told = run(filed, "member retire chen.jing --json").json["open"]
    assert {each["code"] for each in told} == {
        "handover.register/files_left",
        "handover.register/loans_left",
        "member.retire/delegation",
    }


def test_a_retired_handle_is_not_given_away(filed: Office) -> None:
    done(filed, "member retire chen.jing")
    assert run(filed, "member add chen.jing --role clerk --generate-keys").status == 2


def test_who_left_is_listed_only_when_asked_for(filed: Office) -> None:
    done(filed, "member retire chen.jing")
    assert "chen.jing" not in done(filed, "member list").out
    assert "2026-03-02" in done(filed, "member list --all").out
    assert [each["retired"] for each in done(filed, "member list --json").json if each["handle"] == "chen.jing"] == ["2026-03-02"]
    shown = done(filed, "member show chen.jing --json").json
    assert [key["retired"] for key in shown["keys"]] == ["2026-03-02"] * 2
    assert "retired 2026-03-02" in done(filed, "member show chen.jing").out


def test_a_post_is_delegated_in_one_step_by_who_holds_it_and_enters_delegations(office: Office) -> None:
    done(office, "member update chen.jing --role clerk")
    answer = done(office, "member delegate 经理 --to sun.yan --until 2026-05-01 --kinds loan --while-absent --json", "chen.jing")
    assert answer.json["state"] == "in-force"
    refused = run(office, "member delegate manager --to nobody --until 2026-05-01", "chen.jing")
    assert (refused.status, "no member" in refused.err) == (3, True)
    sound(office)
