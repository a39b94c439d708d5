"""Adopting regulations and house rules: whole and sound, by an administrator, with what then falls short."""

import pytest

from archivectl import rulebook
from archivectl.archive import Change
from archivectl.errors import NotAllowed
from archivectl.regime import load
from archivectl.verifying import trust
from archivectl.yaml_text import NotYaml
from office import Office


def write(office: Office, name: str, text: str) -> str:
    path = office.archive.parent / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_regulation_is_adopted_in_one_signed_commit_and_governs_from_then_on(office: Office) -> None:
    with office.acting() as archive:
        before = archive.tip
        found = rulebook.adopt(archive, ["property-lease"])
        assert archive.regime.get("lend.renew") == "formalities"
        assert "lend.renew" in {each.path for each in found.differences}
        assert archive.repository.read(archive.tip, "regime/property-lease.yaml") == load.text("property-lease")
        assert archive.repository.commit(archive.tip).parents == (before,)
    with office.acting() as archive:
        trust.ensure(archive)


def test_house_rules_stand_above_what_is_adopted(office: Office) -> None:
    house = write(office, "house.yaml", "lend:\n  renew: notice\n")
    with office.acting() as archive:
        rulebook.adopt(archive, ["property-lease", house])
        assert (archive.regime.get("lend.renew"), archive.regime.origin("lend.renew")) == ("notice", "house")


def test_what_is_dropped_holds_no_longer(office: Office) -> None:
    with office.acting() as archive:
        rulebook.adopt(archive, ["property-lease"])
        rulebook.adopt(archive, [], ["property-lease"])
        assert archive.regime.get("lend.renew") == "same"
        with pytest.raises(rulebook.NotAdopted):
            rulebook.adopt(archive, [], ["property-lease"])
        with pytest.raises(rulebook.NotAdopted):
            rulebook.adopt(archive, [], ["base"])


def test_nothing_is_written_where_nothing_changes(office: Office) -> None:
    with office.acting() as archive:
        rulebook.adopt(archive, ["property-lease"])
        tip = archive.tip
        assert rulebook.adopt(archive, ["property-lease"]).differences == ()
        assert rulebook.upgrade(archive).differences == ()
        assert archive.tip == tip


@pytest.mark.parametrize(
    "text",
    [
        "lend:\n  frob: 3\n",
        "lend:\n  rules:\n    - {term: a while}\n",
        "lend:\n  rules:\n    - {approve: [nobody-at-all]}\n",
        "secrecy:\n  default: very\n",
        "clauses: [LOAN-99]\n",
        "files:\n  shop:\n    title: {zh: 店, en: Shop}\n    papers: [{kind: 执照, form: original}, {kind: 执照, form: copy}]\n",
        "files:\n  shop:\n    title: {zh: 店, en: Shop}\n    papers: [{kind: 执照}, {any_of: [{kind: 执照}, {kind: 登记证}]}]\n",
    ],
)
def test_rules_that_do_not_hold_together_are_refused_and_nothing_changes(office: Office, text: str) -> None:
    house = write(office, "house.yaml", text)
    with office.acting() as archive:
        tip = archive.tip
        with pytest.raises(NotAllowed, match="line"):
            rulebook.adopt(archive, [house])
        assert archive.tip == tip
    assert not (office.archive / "regime/house.yaml").exists()


def test_two_that_disagree_are_adopted_once_the_house_decides(office: Office) -> None:
    own = write(office, "own.yaml", "regulation: own\ntitle: {zh: 自订, en: Own}\nlend:\n  renew: notice\n")
    house = write(office, "house.yaml", "lend:\n  renew: barred\n")
    with office.acting() as archive:
        with pytest.raises(NotAllowed, match=r"lend\.renew"):
            rulebook.adopt(archive, ["property-lease", own])
        rulebook.adopt(archive, ["property-lease", own, house])
        assert archive.regime.get("lend.renew") == "barred"


@pytest.mark.parametrize("name", ["base", "Großes", "a/b", "../up", "3"])
def test_a_file_of_rules_is_named_so_that_it_can_be_a_file(office: Office, name: str) -> None:
    path = write(office, "own.yaml", f'regulation: "{name}"\n')
    with office.acting() as archive, pytest.raises(rulebook.Misnamed):
        rulebook.adopt(archive, [path])


def test_a_file_that_is_no_yaml_is_told_with_its_line(office: Office) -> None:
    path = write(office, "own.yaml", "lend: [1\nx")
    with office.acting() as archive, pytest.raises(NotYaml):
        rulebook.adopt(archive, [path])


def test_only_an_administrator_adopts(office: Office) -> None:
    with office.acting("wang.wei") as archive:
        with pytest.raises(NotAllowed, match="This is for"):
            rulebook.adopt(archive, ["property-lease"])
        with pytest.raises(NotAllowed, match="This is for"):
            rulebook.upgrade(archive)
    assert not (office.archive / "regime/property-lease.yaml").exists()


def test_an_archive_of_an_older_version_gets_the_rules_and_schemas_of_this_one(office: Office) -> None:
    old = {"regime/base.yaml": load.text("base").replace(b"term: 14d", b"term: 15d")}
    with office.acting() as archive:
        archive.commit(Change(("regime.adopt",), "older rules", old))
        found = rulebook.upgrade(archive)
        assert [each.path for each in found.differences] == ["lend.rules"]
        assert archive.repository.read(archive.tip, "regime/base.yaml") == load.text("base")


def test_what_files_newly_lack_is_told(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲公司", "--set", "filing.handled=2026-03-01")
    house = write(office, "house.yaml", "relations:\n  staff_at_least: 2\n  for: [{subject: organisation}]\n")
    with office.acting() as archive:
        assert rulebook.adopt(archive, [house]).duties == {"record.contacts": 1}
