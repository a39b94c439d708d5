"""Who opened what: the access log of one record or whole, newest first, of some days or one member."""

import pytest

from office import Office


@pytest.fixture
def read(office: Office) -> Office:
    """Two persons, read by two members."""
    for name in ("张三", "李四"):
        office.run("create", "--subject", "person", "--set", f"name={name}")
    office.run("show", "1", "--reveal", "--purpose", "一")
    office.run("show", "2", "--reveal", "--purpose", "二", member="chen.jing")
    return office


@pytest.mark.parametrize(
    ("options", "purposes"),
    [
        ((), {"一", "二"}),
        (("2",), {"二"}),
        (("--by", "li.na"), {"一"}),
        (("--from", "2100-01-01"), set()),
        (("--until", "2026-01-01"), set()),
        (("--from", "2026-01-01", "--until", "2100-01-01"), {"一", "二"}),
    ],
)
def test_the_log_is_told_whole_or_in_part(read: Office, options: tuple[str, ...], purposes: set[str]) -> None:
    found = read.run("history", "--reads", *options, "--json").json
    assert {row["purpose"] for row in found} == purposes
    times = [row["at"] for row in found]
    assert times == sorted(times, reverse=True)


def test_the_log_names_the_files(read: Office) -> None:
    found = read.run("history", "--reads", "--json").json
    assert {row["purpose"]: row["number"] for row in found} == {"一": "SH-000001", "二": "SH-000002"}
    assert "SH-000002" in read.run("history", "--reads").out


@pytest.mark.parametrize(
    "words", [(), ("--reads", "--by", "nobody"), ("--reads", "--from", "yesterday"), ("1", "--until", "2026-02-30")]
)
def test_a_question_that_nobody_can_answer_is_refused(read: Office, words: tuple[str, ...]) -> None:
    assert read.run("history", *words).status == 2


def test_acts_too_are_told_in_part(read: Office) -> None:
    assert read.run("history", "1", "--by", "chen.jing", "--json").json == []
    assert [act["act"] for act in read.run("history", "1", "--by", "li.na", "--until", "2026-03-02", "--json").json] == [
        "record.create"
    ]


def test_an_act_of_a_register_bears_its_civil_day(read: Office) -> None:
    read.run("lend", "1", "--to", "王伟", "--purpose", "核对", "--for", "7d")
    (lent,) = [act for act in read.run("history", "1", "--json").json if act["act"].startswith("loan.")]
    assert lent["date"] == "2026-03-02"


def test_entries_are_called_by_their_numbers_and_digests_are_short(office: Office) -> None:
    scan = office.run.folder / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7")
    office.run("create", "--subject", "organisation", "--set", "name=上海示例有限公司")
    assert office.run("add", "1", "document", "kind=合同", "form=original", f"file=@{scan}").status == 0
    with office.acting() as archive:
        digest, uid = archive.record("1").data["documents"][0]["object"], archive.record("1").uid
    said = office.run("history", "1").out
    assert (digest in said, f"{digest[:10]}…" in said, uid in said) == (False, True, True)
    office.run("create", "--subject", "person", "--set", "name=张三")
    office.destroy("2")
    said = office.run("history", "2").out
    assert "→  XH-2026-0001\n" in said
