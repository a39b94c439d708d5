"""When a file last became another: the index learns it from what is committed, and from history where it is made anew."""

import json

from archivectl import yaml_text
from archivectl.archive import Change
from archivectl.search.index import Index
from office import Office


def changed(office: Office) -> dict[str, str]:
    """The day on which each file last became another, by number, as the index keeps it."""
    query = "SELECT number, days FROM happened JOIN records USING (path)"
    with office.acting() as archive:
        return {number: json.loads(text)["changed"] for number, text in archive.index.db.execute(query)}


def adopt(office: Office, rules: dict[str, object]) -> None:
    """House rules, as an administrator would commit them."""
    with office.acting() as archive:
        archive.commit(Change(("regime.adopt",), "house rules", {"regime/house.yaml": yaml_text.dump(rules).encode()}))


def begin(office: Office) -> None:
    """Two files; one changed later, and visited after that."""
    for name in ("甲公司", "乙公司"):
        office.run("--today", "2026-03-02", "create", "--subject", "organisation", "--set", f"name={name}")
    office.run("--today", "2026-03-05", "update", "1", "--set", "note=大客户", "--reason", "更正")
    office.run("--today", "2026-03-09", "add", "1", "visit", "content=洽谈")


def test_the_day_of_a_change_is_followed_and_a_visit_that_brings_a_key_is_none(office: Office) -> None:
    adopt(office, {"update": {"every": "1y"}})
    begin(office)
    assert changed(office) == {"SH-000001": "2026-03-05", "SH-000002": "2026-03-02"}


def test_an_index_made_anew_reads_the_same_days_from_history(office: Office) -> None:
    begin(office)
    assert changed(office) == {}
    adopt(office, {"update": {"every": "1y"}})
    assert changed(office) == {"SH-000001": "2026-03-05", "SH-000002": "2026-03-02"}
    with office.acting() as archive:
        path = archive.index.path
        archive.index.close()
    path.unlink()
    assert changed(office) == {"SH-000001": "2026-03-05", "SH-000002": "2026-03-02"}
    office.run("--today", "2026-03-12", "add", "2", "contact", "name=赵敏")
    assert changed(office) == {"SH-000001": "2026-03-05", "SH-000002": "2026-03-12"}


def test_rules_that_do_not_ask_leave_history_alone(office: Office) -> None:
    adopt(office, {"review": {"every": "1y"}})
    begin(office)
    with office.acting() as archive:
        assert isinstance(archive.index, Index)
        assert not archive.index.dated
    assert changed(office) == {}
