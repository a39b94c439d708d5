"""A customer whose file was destroyed does not come back by an old table unless somebody wants it."""

import pytest

from customer_tables import FIRMS, TITLES, bring, counts, data_of
from office import Office


@pytest.fixture
def ended(office: Office) -> Office:
    """An office that has imported three firms and destroyed the second."""
    bring(office, TITLES, *FIRMS)
    office.destroy("2")
    return office


def test_a_row_with_the_number_of_a_destroyed_file_is_rejected_with_the_day_and_the_list(ended: Office) -> None:
    answer = bring(ended, TITLES, *FIRMS)
    assert (answer.status, counts(answer)) == (1, (0, 0, 2, 1))
    problem = answer.json["problems"][0]
    assert problem["row"] == 3
    assert "SH-000002, was destroyed on 2026-03-02 (list XH-2026-0001)" in problem["message"]
    assert counts(bring(ended, TITLES, *FIRMS, options=("--accept-good",))) == (0, 0, 2, 1)


def test_who_was_destroyed_twice_is_told_by_the_newer_file_and_opened_anew_on_purpose(ended: Office) -> None:
    new = ("create", "--subject", "organisation", "--set", f"name={FIRMS[1][1]}", "--set", "source.external_id=K2")
    assert ended.run(*new).status == 0
    answer = bring(ended, TITLES, *FIRMS)
    assert "another name" not in answer.out
    assert counts(answer) == (0, 1, 2, 0)
    ended.destroy("4")
    assert "SH-000004" in bring(ended, TITLES, *FIRMS).json["problems"][0]["message"]


def test_who_was_withdrawn_may_come_back(office: Office) -> None:
    bring(office, TITLES, *FIRMS)
    office.run("undo", "DR-1", "--reason", "导错文件")
    assert counts(bring(office, TITLES, *FIRMS)) == (3, 0, 0, 0)
    assert data_of(office, 5)["source"]["external_id"] == "K2"


def test_a_new_number_beside_a_destroyed_one_is_a_new_customer(ended: Office) -> None:
    assert counts(bring(ended, TITLES, ("K22", *FIRMS[1][1:]), ("", "无号商行", "", "", "", ""))) == (2, 0, 0, 0)
