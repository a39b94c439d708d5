"""Opening everything: what two files bear that tells one customer from another is found, and nothing of it is told."""

import pytest

from office import Office
from test_duties import house

ID = "11010519491231002X"
TWO = (("张三", ID), ("李四", ID.lower()))


def told(office: Office) -> list[str]:
    return [row["message"] for row in office.run("check", "--deep", "--json").json if row["rule"] == "deep/twin"]


@pytest.fixture
def twice(office: Office) -> Office:
    """One person's number in two files, the second entered by somebody who cannot read the first."""
    house(office, {"intake": {"one_file": False}})
    for name, number in TWO:
        done = office.run(
            "create", "--subject", "person", "--set", f"name={name}", "--set", f"identity.id_number={number.upper()}"
        )
        assert done.status == 0, done.err
    return office


def test_a_number_that_two_files_bear_is_found_where_a_customer_has_one_file(twice: Office) -> None:
    assert told(twice) == []
    house(twice, {"intake": {"one_file": True}})
    said = twice.run("check", "--deep")
    assert (said.status, "deep/twin" in said.out, ID in said.out) == (1, True, False)
    assert len(told(twice)) == 1
    assert "SH-000001" in said.out


def test_files_of_customers_who_differ_are_no_finding(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", f"identity.id_number={ID}")
    office.run("create", "--subject", "person", "--set", "name=李四")
    assert told(office) == []
