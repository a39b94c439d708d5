"""Lending: the term asked for, the part that is lent, and the page counts that go out and come back."""

import pytest

from archivectl import loans
from archivectl.archive import Change
from archivectl.loans import EndsBeforeItBegins
from archivectl.records.parts import UnknownPart
from archivectl.regime.spans import NoDate, NoSpan
from archivectl.registers import kinds
from office import Office
from test_duties import house

DOCUMENTS = (
    *("--set", "documents[dAAAAA].kind=承租合同"),
    *("--set", "documents[dAAAAA].pages=12"),
    *("--set", "documents[dBBBBB].kind=营业执照"),
)


@pytest.mark.parametrize(
    ("until", "length", "term"),
    [
        ("", "14d", ("14d", "2026-03-16")),
        ("", "4h", ("4h", "2026-03-02T14:00")),
        ("", "unlimited", ("unlimited", "")),
        ("2026-03-16", "", ("14d", "2026-03-16")),
        ("2026-03-16T09:00", "", ("14d", "2026-03-16T09:00")),
        ("2026-03-16T11:00", "", ("15d", "2026-03-16T11:00")),
        ("2026-03-02T14:00", "", ("4h", "2026-03-02T14:00")),
        ("2026-03-02T14:01", "", ("5h", "2026-03-02T14:01")),
        ("2026-03-02", "", ("1h", "2026-03-02")),
        ("", "", ("", "")),
    ],
)
def test_a_term_is_told_by_its_length_or_its_end_and_never_rounded_down(
    office: Office, until: str, length: str, term: tuple[str, str]
) -> None:
    with office.acting() as archive:
        assert loans.term(archive, until, length) == term


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ("JC-31", True),
        ("jc31", True),
        ("JC-2026-0031", True),
        ("JY-31", False),
        ("SH-000031", False),
        ("31", False),
        ("JCABCD", False),
    ],
)
def test_a_number_of_the_register_is_told_by_the_letters_that_the_archive_gave_it(
    office: Office,
    reference: str,
    named: bool,  # noqa: FBT001
) -> None:
    with office.acting() as archive:
        loan = kinds.texts()["regime/registers/loan.yaml"].replace(b"number: JY", b"number: JC")
        archive.commit(Change(("regime.house",), "regime.house: letters", {"regime/registers/loan.yaml": loan}))
        assert archive.names_entry("loan", reference) is named


@pytest.mark.parametrize(
    ("until", "length", "error"),
    [
        ("2026-03-01", "", EndsBeforeItBegins),
        ("2026-03-02T09:59", "", EndsBeforeItBegins),
        ("2026-02-30", "", NoDate),
        ("tomorrow", "", NoDate),
        ("", "viel", NoSpan),
        ("", "99999y", NoSpan),
    ],
)
def test_a_term_that_is_none_is_refused(office: Office, until: str, length: str, error: type[Exception]) -> None:
    with office.acting() as archive, pytest.raises(error):
        loans.term(archive, until, length)


def test_a_part_is_lent_alone_and_must_exist(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲", *DOCUMENTS)
    borrowed = {"mode": "loan", "borrower": "王伟", "purpose": "核对"}
    with office.acting() as archive:
        for part in ("documents[dCCCCC]", "volumes[vAAAAA]"):
            with pytest.raises(UnknownPart):
                loans.lend(archive, "1", borrowed, ("", ""), part)
    assert office.run("lend", "1", "--to", "王伟", "--purpose", "核对", "--document", "dBBBBB").status == 0
    assert office.run("why", "lend", "1", "--json").json["verdict"] == "refused"
    assert office.run("lend", "1", "--to", "陈静", "--purpose", "核对", "--document", "dBBBBB").status == 3
    counted = ("lend", "1", "--to", "陈静", "--purpose", "核对", "--document", "dAAAAA")
    refused = office.run(*counted, "--json")
    assert [reason["code"] for reason in refused.json["reasons"]] == ["loan.hand_out/needs"]
    assert office.run(*counted, "--pages", "12", "--json").json["state"] == "lent"
    assert office.run("return", "JY-2", "--pages", "11").status == 3
    assert office.run("why", "return", "JY-2", "--json").json["verdict"] == "allowed"
    assert office.run("return", "JY-2", "--pages", "11", "--condition", "破损", "--json").json["state"] == "returned"


def test_a_refused_request_leaves_no_entry_and_no_number_behind(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲", *DOCUMENTS)
    assert office.run("lend", "1", "--to", "王伟", "--purpose", "核对").status == 3
    assert office.run("lend", "1", "--to", "王伟", "--purpose", "核对", "--pages", "12", "--json").json["loan"] == "JY-2026-0001"


@pytest.mark.parametrize(("kind", "step"), [("loan", "hand_out"), ("loan", "renew"), ("destruction", "complete")])
def test_a_step_that_a_command_takes_is_not_taken_by_hand(office: Office, kind: str, step: str) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲")
    if kind == "loan":
        office.run("lend", "1", "--to", "王伟", "--purpose", "核对")
    else:
        office.run("destroy", "propose", "1", "--reason", "期满")
    number = {"loan": "JY-1", "destruction": "XH-1"}[kind]
    answer = office.run("register", "step", number, step, "due=2030-01-01")
    assert (answer.status, "not entered in the register" in answer.err) == (2, True)


def test_who_borrowed_a_file_does_not_look_at_it_when_it_comes_back_unless_nobody_else_may(office: Office) -> None:
    house(office, {"lend": {"return": {"check": ["in-person"]}}})
    office.run("create", "--subject", "organisation", "--set", "name=甲")
    assert office.run("lend", "1", "--to", "李 娜", "--purpose", "核对").status == 0
    refused = office.run("return", "JY-1", "--json")
    codes = [reason["code"] for reason in refused.json["reasons"]]
    assert codes == ["loan.give_back/not_the_borrower", "loan.give_back/return_checked"]
    assert office.run("return", "JY-1", "--condition", "lost").status == 0
    assert office.run("return", "JY-1", "--checked", "in-person", "--json").json["reasons"]
    assert office.run("return", "JY-1", "--checked", "in-person", member="wang.wei").status == 0
    office.run("lend", "1", "--to", "li.na", "--purpose", "核对")
    office.run("member", "retire", "wang.wei", "--reason", "离职")
    assert office.run("return", "JY-2", "--checked", "in-person").status == 0


def test_where_nothing_is_to_be_looked_at_the_borrower_brings_it_back(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲")
    office.run("lend", "1", "--to", "李娜", "--purpose", "核对")
    assert office.run("return", "JY-1").status == 0
