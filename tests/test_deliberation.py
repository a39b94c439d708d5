"""Asking about an act: by the number of an entry or of the file that it is about, whichever the act itself would take."""

import pytest

from office import Office


@pytest.mark.parametrize(
    ("act", "number", "verdict"),
    [("return", "1", "allowed"), ("return", "JY-1", "allowed"), ("lend", "JY-2", "allowed"), ("lend", "JY-3", "allowed")],
)
def test_an_entry_is_meant_by_its_number_or_by_that_of_its_file(office: Office, act: str, number: str, verdict: str) -> None:
    for name in ("甲", "乙"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}", "--set", "secrecy=confidential")
    for step in (("lend", "1", "--to", "王伟", "--purpose", "核对"), ("lend", "2", "--to", "王伟", "--purpose", "核对")):
        assert office.run(*step).status == 0
    assert office.run("lend", "2", "--to", "王伟", "--purpose", "核对", "--copy").status == 0
    for entry in ("JY-1", "JY-2", "JY-3"):
        office.run("approve", entry, member="chen.jing")
    office.run("lend", "JY-1")
    assert office.run("why", act, number, "--json").json["verdict"] == verdict


def test_a_file_with_no_such_entry_is_no_number_of_one(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲")
    said = office.run("why", "return", "1")
    assert (said.status, "no number of a register entry" in said.err) == (2, True)
    assert "register list loan" not in said.err
    assert office.run("why", "lend", "JY-9").status == 2
