"""Adopting regulations and house rules: whole and sound, by an administrator, with what then falls short."""

import json
from pathlib import Path

import pytest

from archivectl import rulebook
from archivectl.archive import Change
from archivectl.cases import Work
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


def test_titles_are_one_value(office: Office) -> None:
    house = write(office, "house.yaml", "posts: {cook: {zh: 厨师, en: cook}}\naxes: {time: {zh: 时期, values: {new: null}}}\n")
    with office.acting() as archive:
        found = {each.path: (each.before, each.after) for each in rulebook.adopt(archive, [house]).differences}
    assert found["posts.cook"] == (None, {"zh": "厨师", "en": "cook"})
    assert found["axes.time"][1] == {"zh": "时期", "en": "Time"}
    assert found["axes.time.values.new"] == ({"zh": "新客户", "en": "new"}, None)
    assert not [path for path in found if path.endswith((".zh", ".en"))]


def test_a_new_file_tells_what_the_one_before_it_stated_and_what_is_no_longer_asked_for(office: Office) -> None:
    house = write(office, "house.yaml", "regularly: 6mo\ndestroy: {approve: [manager, archivist]}\n")
    with office.acting() as archive:
        first = rulebook.adopt(archive, [house])
        assert (first.left_out, first.loosened) == ({}, ())
        write(office, "house.yaml", "timely: 2d\n")
        second = rulebook.adopt(archive, [house])
    assert second.left_out == {"regime/house.yaml": ("regularly", "destroy.approve")}
    assert [(each.path, each.before, each.after) for each in second.loosened] == [
        ("destroy.approve", ["manager", "archivist"], ["manager"])
    ]


def test_a_fault_is_told_by_the_name_that_the_file_was_given_by(office: Office) -> None:
    house = write(office, "mine.yaml", "posts: {cook: cook}\n")
    with office.acting() as archive, pytest.raises(NotAllowed) as told:
        rulebook.adopt(archive, [house])
    (reason,) = told.value.reasons
    assert reason.values["path"] == house
    assert str(reason.values["advice"]) == "Write it as cook: {zh: …, en: …}"


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
    with office.acting() as archive, pytest.raises(load.Misnamed):
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


# Registers as an archive may have them of which this version knows nothing any more.
CLIMATE = """\
kind: climate
title: {zh: 库房温湿度记录, en: Store climate log}
number: WS
columns:
  temperature: {zh: 温度 ℃, en: temperature ℃, type: number, bounds: $keep.climate.temperature}
  remedy: {zh: 处理措施, en: remedy}
steps:
  log: {to: logged, by: $who.climate, guards: [remedy_when_out_of_bounds]}
  correct: {from: logged, to: logged, by: $who.climate, needs: [remedy]}
due: {every: $keep.climate.every}
"""
RENAME = """\
kind: rename
title: {zh: 更名登记, en: Changes of name}
number: GM
about: [record]
columns:
  name: {zh: 新名称, en: new name, secrecy: confidential}
  notice: {zh: 更名通知, en: notice of the change, type: boolean}
  contract: {zh: 合同, en: contract, type: boolean}
  licence: {zh: 登记证明或营业执照, en: registration or business licence, type: boolean}
steps:
  notify: {to: notified, by: $who.update, command: rename}
  hand_in: {from: notified, to: notified, by: $who.update, command: rename}
  submit: {from: notified, to: submitted, by: $who.update, guards: [papers_complete], command: rename}
  approve: {from: submitted, to: approved, chain: $rename.approve}
  apply: {from: approved, to: renamed, by: $who.rename, command: rename, alters: true}
data:
  contract: {zh: 合同, en: contract, type: boolean}
  licence: {zh: 登记证明或营业执照, en: registration or business licence, type: boolean}
"""


@pytest.fixture
def older(office: Office) -> Office:
    """The office with two registers that are kept elsewhere by now, and an entry in each."""
    office.run("create", "--subject", "organisation", "--set", "name=甲公司")
    kinds = {"climate": CLIMATE, "rename": RENAME}
    with office.acting() as archive:
        files: dict[str, bytes | None] = {f"regime/registers/{name}.yaml": text.encode() for name, text in kinds.items()}
        files |= {"regime/house.yaml": b"keep:\n  climate: {every: 1d, temperature: <=22}\n"}
        archive.commit(Change(("regime.adopt",), "older rules", files))
    assert office.run("register", "add", "climate", "temperature=25", "remedy=开空调").status == 0
    with office.acting() as archive:
        work = Work.opening(archive, "rename", [archive.record("1")], {"name": "乙公司", "notice": True})
        work.step("notify")
        work.commit()
        rulebook.upgrade(archive)
    return office


def test_a_register_that_this_version_keeps_elsewhere_stays_with_its_entries(older: Office) -> None:
    assert older.run("register", "step", "WS-1", "correct", "remedy=已降温").status == 0
    assert older.run("rename", "GM-1", "--paper", "contract", "--paper", "licence").status == 0
    assert older.run("approve", "GM-1", member="chen.jing").status == 0
    assert '"state": "renamed"' in older.run("rename", "GM-1", "--json").out
    assert '"name": "乙公司"' in older.run("show", "1", "--json").out
    with older.acting() as archive:
        trust.ensure(archive)
    assert older.run("check").status == 0


def test_what_is_kept_elsewhere_by_now_is_due_once_and_done_in_either_register(older: Office) -> None:
    def duties(day: str) -> list[str]:
        rows = json.loads(older.run("todo", "--all", "--today", day, "--json").out)
        return [row["duty"] for row in rows if row["duty"] == "duty.climate"]

    assert (duties("2026-03-02"), duties("2026-03-03")) == ([], ["duty.climate"])
    reading = ("mode=climate", "temperature=21", "humidity=40")
    assert older.run("register", "add", "store", *reading, "--today", "2026-03-03").status == 0
    assert duties("2026-03-03") == []


def test_what_files_newly_lack_is_told(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲公司", "--set", "filing.handled=2026-03-01")
    house = write(office, "house.yaml", "relations:\n  staff_at_least: 2\n  for: [{subject: organisation}]\n")
    with office.acting() as archive:
        assert rulebook.adopt(archive, [house]).duties == {"record.contacts": 1}


def test_rules_that_hold_an_identifier_are_not_adopted(office: Office, tmp_path: Path) -> None:
    rules = tmp_path / "house.yaml"
    rules.write_text("# 客服手机 13800138000\nlend: {rules: [{term: 7d}]}\n", encoding="utf-8")
    assert office.run("regime", "adopt", str(rules)).status == 3
    assert not office.archive.joinpath("regime/house.yaml").exists()
