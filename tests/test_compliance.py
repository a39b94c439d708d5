"""The answer to an inspector: what meets each clause while its value is in force, and how that stands today."""

import pytest

from archivectl import compliance, rulebook
from archivectl.regime.clauses import UnknownClause
from office import Office


@pytest.fixture
def leasing(office: Office) -> Office:
    """The office under the regulation of a leased building."""
    with office.acting() as archive:
        rulebook.adopt(archive, ["property-lease"])
    return office


def answer(office: Office, name: str, now: str = "2026-03-02T10:00") -> compliance.Answer:
    with office.acting(now=now) as archive:
        return compliance.answers(archive, name)[0]


def test_every_clause_of_the_regulation_has_an_answer_and_no_other(leasing: Office) -> None:
    with leasing.acting() as archive:
        assert {each.clause.name for each in compliance.answers(archive)} == archive.regime.clauses


def test_an_archive_under_base_rules_alone_has_no_clauses_to_answer(office: Office) -> None:
    with office.acting() as archive:
        with pytest.raises(compliance.NoClauses):
            compliance.answers(archive)
        with pytest.raises(UnknownClause):
            compliance.answers(archive, "LOAN-99")


def test_a_clause_says_the_value_in_force_and_who_states_it(leasing: Office) -> None:
    found = answer(leasing, "LOAN-04")
    assert found.stated is not None
    assert (found.stated.value, found.stated.source, found.strength) == ("14d", "property-lease", "enforced")


def test_a_mechanism_counts_only_while_the_value_that_governs_it_is_in_force(office: Office) -> None:
    found = answer(office, "REV-04")
    assert (found.mechanisms, found.strength, found.status) == ((), "stated", "absent")


def test_what_is_late_shows_and_is_gone_when_it_is_done(leasing: Office) -> None:
    leasing.run("create", "--subject", "organisation", "--set", "name=甲公司")
    leasing.run("lend", "1", "--to", "王伟", "--purpose", "续租谈判")
    assert answer(leasing, "LOAN-11").status == "kept"
    late = answer(leasing, "LOAN-11", "2026-03-20T10:00")
    assert (late.status, [each.figures["late"] for each in late.evidence if "late" in each.figures]) == ("overdue", [1])
    leasing.run("return", "JY-1", "--checked", "in-person,item-by-item", "--today", "2026-03-20T11:00")
    assert answer(leasing, "LOAN-11", "2026-03-20T12:00").status == "kept"


def test_a_form_that_the_regime_describes_is_answered_by_its_register(leasing: Office) -> None:
    leasing.run("create", "--subject", "organisation", "--set", "name=甲公司")
    leasing.run("lend", "1", "--to", "王伟", "--purpose", "续租谈判")
    assert [each.mechanism for each in answer(leasing, "COPY-07").evidence] == ["register:loan", "form:档案提供登记表"]


@pytest.mark.parametrize(
    ("mechanisms", "strength"),
    [
        ((), "stated"),
        (("register:acknowledgement",), "stated"),
        (("register:acknowledgement", "register:duty"), "recorded"),
        (("field:name", "check:unique"), "watched"),
        (("form:借阅单", "gate:loan.request/term_within"), "enforced"),
    ],
)
def test_a_clause_is_never_called_more_than_it_is(mechanisms: tuple[str, ...], strength: str) -> None:
    assert compliance.strength(mechanisms) == strength
