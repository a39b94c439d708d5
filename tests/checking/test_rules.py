"""Every rule has an archive that keeps it, and one that breaks it and nothing else: ``examples/``."""

import base64
import hashlib
import re
from importlib.resources import files
from pathlib import Path

import pytest

from archivectl import yaml_text
from archivectl.checking.formats import FORMATS
from archivectl.checking.rules import RULES
from archivectl.checking.run import run
from archivectl.encryption import age
from archivectl.records import fields
from archivectl.regime import load as regimes
from checking.overlay import EXAMPLES, lay_out

ORGANISATION, PERSON, STONE = (f"customers/SH/0/SH-00000{number}.yaml" for number in (1, 2, 3))
LOAN = "registers/loan/2026/0/JY-2026-0002.yaml"
LIST = "registers/destruction/2026/0/XH-2026-0001.yaml"
MANAGER, HOUSE = "members/chen.jing.yaml", "regime/house.yaml"


def examples(what: str) -> list[str]:
    return sorted(path.parent.name for path in EXAMPLES.glob(f"*/{what}"))


def found(folder: Path) -> list[tuple[str, str, int, int]]:
    return [(each.rule, each.path, each.line, each.column) for each in run(folder).findings]


def test_every_rule_says_what_it_demands_and_has_both_examples() -> None:
    assert {*RULES} == {*examples("passing")} == {*examples("failing")}
    assert [name for name, rule in RULES.items() if not rule.demands or not (rule.of_file or rule.of_tree)] == []


def test_in_the_base_of_the_examples_there_is_nothing_to_find(archive: Path) -> None:
    assert found(archive) == []


@pytest.mark.parametrize("rule", examples("passing"))
def test_what_keeps_a_rule_is_no_finding(tmp_path: Path, rule: str) -> None:
    assert found(lay_out(tmp_path / "archive", f"{rule}/passing")) == []


@pytest.mark.parametrize("rule", examples("failing"))
def test_what_breaks_a_rule_is_its_finding_alone(tmp_path: Path, rule: str) -> None:
    findings = run(lay_out(tmp_path / "archive", f"{rule}/failing")).findings
    assert {each.rule for each in findings} == {rule}
    assert [each.message for each in findings if not each.text or not each.advice] == []


@pytest.mark.parametrize(
    ("path", "old", "new", "places"),
    [
        (ORGANISATION, "secrecy: internal", "secrecy: 内部", ["schema 7:10"]),
        (ORGANISATION, 'phone: "13800138000"', "phone: 13800138000", ["schema 10:8"]),
        (ORGANISATION, "subject: organisation", "subject: organisation\nsubject: person", ["readable 6:1"]),
        (ORGANISATION, "  city: 上海市", '  city: "上海市"', ["canonical 12:1"]),
        (ORGANISATION, "number: SH-000001", "number: SH_000001", ["place 4:9", "schema 4:9"]),
        (ORGANISATION, "number: SH-000001", "number: SH-1X", ["place 4:9"]),
        (ORGANISATION, "number: SH-000001", "number: SH-000005", ["place 1:1"]),
        (ORGANISATION, '"contacts[cK3F7Q]"', "record", ["sealed 17:11", "sealed 18:12"]),
        (ORGANISATION, ":YWdlL", ":AWdlL", ["sealed 17:11"]),
        (ORGANISATION, "- {id: Y3", "- {id: X3", ["sealed 17:11", "sealed 18:12", "sealed 20:8"]),
        (ORGANISATION, "name: 上海示例贸易有限公司", "name: 上海示例 6222021234567890128", ["clear-text 8:12"]),
        (PERSON, 'phone: "enc:1:confidential', 'phone: "enc:1:secret', ["sealed 10:8"]),
        (PERSON, 'id_number: "enc:1:secret', 'id_number: "enc:1:confidential', ["schema 12:14", "sealed 12:14"]),
        (STONE, "entry: YBIA", "entry: ABIA", ["tombstones 8:10"]),
        (STONE, 'date: "2026-03-02"', 'date: "2026-03-02"\n  by: li.na', ["schema 11:7"]),
        (LOAN, "columns:", "colums:", ["schema 8:3"]),
        (LOAN, "  term: 7d", "  terms: 7d", ["entries 11:10"]),
        (LOAN, "\nevents:", "\nevents: ", ["entries 1:1"]),
        (LOAN, "after: [O6ZDYTGVDAYG]", "after: [AAAAAAAAAAAA]", ["entries 16:103"]),
        (LOAN, "{id: RC6WULIK7I4S", "{id: O6ZDYTGVDAYG", ["entries 16:8"]),
        (LOAN, "act: hand_out", "act: give_back", ["entries 16:27"]),
        (LOAN, "data: {rule: {clause: LOAN-01, term: 14d}}", "data: {rule: 14}", ["entries 15:1"]),
        (LOAN, "id: JY-2026-0002", "id: JY-26-2", ["place 2:5"]),
        (LOAN, "id: JY-2026-0002", "id: TY-2026-0002", ["place 1:1", "place 2:5"]),
        (LOAN, "  term: 7d", '  term: "enc:1:7d"', ["sealed 11:9"]),
        (LIST, "act: complete", "act: verify", ["entries 17:27"]),
        (MANAGER, "handle: chen.jing", "handle: outside", ["members 2:9"]),
        (MANAGER, "$schema=../", "$schema=", ["canonical 1:1"]),
        ("members/li.na.yaml", "  - admin\n", "", ["members 1:1"]),
        ("archive.yaml", 'entry: "{kind}-', 'entry: "{kind}{kind}-', ["place 2:5"] * 4),
        ("archive.yaml", "{kind}-{year}-{sequence:4}", "{kind}-{sequence:4}-{year}{kind}", ["place 2:5"] * 4),
        ("archive.yaml", "rules: 1", "rules: one", ["schema 4:8"]),
        (".gitattributes", "merge=union", "merge=ours", ["strays 1:1"]),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_stands(archive: Path, path: str, old: str, new: str, places: list[str]) -> None:
    file = archive / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert [f"{rule} {line}:{column}" for rule, _path, line, column in found(archive)] == places


def test_a_number_without_quotes_comes_with_the_way_to_mend_it(tmp_path: Path) -> None:
    archive = lay_out(tmp_path / "archive", "schema/failing")
    advice = {(each.line, each.column): each.advice for each in run(archive, ["customers"]).findings}
    assert "quotes" in advice[10, 16]
    assert "quotes" not in advice[11, 9]


def test_no_finding_repeats_what_stood_in_clear(archive: Path) -> None:
    text = (archive / PERSON).read_text(encoding="utf-8")
    start, end = text.index('"enc:1:secret'), text.index("\nkeys:")
    (archive / PERSON).write_text(f"{text[:start]}11010519491231002X{text[end:]}", encoding="utf-8")
    findings = run(archive).findings
    assert [each.rule for each in findings] == ["clear-text", "schema"]
    for written in FORMATS.values():
        assert "11010519491231002X" not in written(findings)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("lend:\n  rules:\n    - {approved: [manager]}\n", 3, "approved"),
        ("lend:\n  rules:\n    - {when: {weather: fine}}\n", 3, "weather"),
        ("lend:\n  rules:\n    - {when: {axis: {height: tall}}}\n", 3, "height"),
        ("lend:\n  rules:\n    - {when: {axis: {position: [main, tall]}}}\n", 3, "tall"),
        ("lend:\n  rules:\n    - {when: {post: [manager, director]}}\n", 3, "director"),
        ("lend:\n  rules:\n    - {when: {subject: dog}}\n", 3, "dog"),
        ("lend:\n  rules:\n    - {when: {file: tenant}}\n", 3, "tenant"),
        ("lend:\n  rules:\n    - {apply: manager of nobody}\n", 3, "nobody"),
        ("destroy:\n  supervise:\n    - {all: [supervisor, director]}\n", 3, "director"),
        ("destroy: {approve: manager}\n", 1, "list"),
        ("lend: {rules: {term: 14d}}\n", 1, "rows"),
        ("who:\n  destroy:\n    propose: [archivists]\n", 3, "archivists"),
        ("update:\n  within: soon\n", 2, "soon"),
        ("lend:\n  rules:\n    - {term: permanent}\n", 3, "permanent"),
        ("consent:\n  for: [use, lend]\n", 2, "lend"),
        ("identity: {for: [loan.lend]}\n", 1, "loan.lend"),
        ("duties:\n  - {do: training, who: teacher, every: regularly}\n", 2, "teacher"),
        ("secrecy: {default: low}\n", 1, "low"),
        ("secrecy:\n  levels: {restricted: 限制}\n", 2, "restricted"),
        ("lend: {renewal: same}\n", 1, "lend.renewal"),
        ("destroy:\n  appraise:\n    require: true\n", 3, "destroy.appraise.require"),
        ("lends: {renew: same}\n", 1, "lends"),
        ("secrecy: {lower: true}\n", 1, "secrecy.lower"),
        ("secrecy: {raise: always}\n", 1, "always"),
        ("duties:\n  - {do: training, often: 1y}\n", 2, "often"),
        ("routine:\n  training: {often: 1y}\n", 2, "often"),
        ("routine:\n  training: {who: [teacher]}\n", 2, "teacher"),
        ("routine:\n  custody: {attest: [teacher]}\n", 2, "teacher"),
        ("routine:\n  custody: {every: often}\n", 2, "often"),
        ("update: {idle: often}\n", 1, "often"),
        ("update:\n  after: {stroll: 1d}\n", 2, "stroll"),
        ("update:\n  after: {visit: often}\n", 2, "often"),
        ("media: {first: stone}\n", 1, "stone"),
        ("media: {only: [paper, stone]}\n", 1, "stone"),
        ("media: {encrypt: some}\n", 1, "some"),
        ("keep: {hazards: [boredom]}\n", 1, "boredom"),
        ("separation: {collect: [nobody]}\n", 1, "nobody"),
        ("responsible: {system: [nobody]}\n", 1, "nobody"),
        ("responsible: {duties: [dance]}\n", 1, "dance"),
        ("governing: {amends: [teacher]}\n", 1, "teacher"),
        ("discipline: {ladder: [scolding]}\n", 1, "scolding"),
        ("discipline:\n  consequences:\n    - {when: {offence: leak}, do: [scolding]}\n", 3, "scolding"),
        ("discipline:\n  consequences:\n    - {when: {mood: bad}, do: [fine]}\n", 3, "mood"),
        ("files:\n  store: {material: {a: 甲}}\n", 2, "material"),
        ("files:\n  store:\n    materials:\n      - {kind: 合同}\n", 4, "papers"),
        ("files:\n  store:\n    papers: {lease: 租赁资料}\n", 3, "materials"),
        ("files:\n  store:\n    papers:\n      - {kind: 合同, mark: 骑缝章}\n", 4, "mark"),
        ("files:\n  store:\n    papers:\n      - {any_of: [{kind: 合同}, {name: 协议}]}\n", 4, "any_of"),
        ("governing: {aims: [beauty]}\n", 1, "beauty"),
        ("governing:\n  stages: [collect, sell]\n", 2, "sell"),
        ("governing:\n  focus:\n    - {axis: {height: tall}}\n", 3, "height"),
        ("collect: {manner: [rudely]}\n", 1, "rudely"),
        ("collect: {verify: [rumour]}\n", 1, "rumour"),
        ("collect: {report: {what: [rumour]}}\n", 1, "rumour"),
        ("collect: {basics: [name, shoe_size]}\n", 1, "shoe_size"),
        ("collect:\n  complete:\n    - {when: {weather: fine}, fields: [name]}\n", 3, "weather"),
        ("collect:\n  complete:\n    - {fields: [name, shoe_size]}\n", 3, "shoe_size"),
        ("collect:\n  complete:\n    - {field: name}\n", 3, "fields"),
        ("consent: {told: [whisper]}\n", 1, "whisper"),
        ("consent: {capacity: [neighbour]}\n", 1, "neighbour"),
        ("intake: {holidays: enjoy}\n", 1, "enjoy"),
        ("intake: {one_copy: two}\n", 1, "two"),
        ("intake: {filing: [filing.shelf]}\n", 1, "filing.shelf"),
        ("media: {of_file: [stone]}\n", 1, "stone"),
        ("media: {scan: copies}\n", 1, "copies"),
        ("media:\n  originals:\n    - {when: {secrecy: hidden}, place: 档案室}\n", 3, "hidden"),
        ("fields: {sections: [basic, shoes]}\n", 1, "shoes"),
        ("fields: {sections: [interactions.gossip]}\n", 1, "interactions.gossip"),
        ("fields: {extra: burn}\n", 1, "burn"),
        ("fields: {barred: [people.owner.shoes]}\n", 1, "people.owner.shoes"),
        ("fields: {required: [[phone, shoes]]}\n", 1, "shoes"),
        ("files:\n  shop:\n    required:\n      - {when: {axis: {colour: red}}, fields: [phone]}\n", 4, "colour"),
        ("files: {shop: {owners: {shoes: sales}}}\n", 1, "shoes"),
        ("files: {shop: {blank: fine}}\n", 1, "fine"),
        ("volumes: {finished: [bound, gilded]}\n", 1, "gilded"),
        ("intake: {attest: [shiny]}\n", 1, "shiny"),
        ("arrange: [{by: [property.deal_date]}]\n", 1, "property.deal_date"),
        ("arrange: [{order: [keeper]}]\n", 1, "row"),
        ("feedback: {answer: [gossip]}\n", 1, "gossip"),
        ("naming: {title: x}\n", 1, "title"),
        ("- posts\n", 1, "mapping"),
    ],
)
def test_a_word_that_means_nothing_is_found_in_the_regime(archive: Path, text: str, line: int, word: str) -> None:
    (archive / HOUSE).write_text(text, encoding="utf-8")
    findings = run(archive).findings
    assert [(each.rule, each.path, each.line) for each in findings] == [("regime", HOUSE, line)]
    assert word in findings[0].text


@pytest.mark.parametrize(
    "text",
    [
        "lend: {outsiders: false, delegate: {from: manager, to: [archivist]}}\n",
        "keep: {rules: [{title: 合同, law: 档案法, term: 10y, from: [ended], cut_off: year, at_most: 30y}]}\n",
        "keep: {minimum: permanent, rules: [{title: 合同, term: permanent}, {title: 股权, permanent: true}]}\n",
        "keep: {climate: {every: 1d}, disinfest: {outside: true}}\n",
        "consent: {for: [use, provide, create]}\nidentity: {for: [loan.request, loan.provide, record.update]}\n",
        "handover: {rules: [{when: {mode: leave}, agree: [archivist], confirm: [], tell: [], plan: [scope], before: [audit]}]}\n",
        "review: {every: {months: [1, 7]}, focus: [{when: {happened: lent}, check: 密级, every: 1y}]}\n",
        "files: {store: {materials: {lease: 租赁资料}, papers: [{any_of: [{kind: 合同}, {kind: 协议, form: original}]}]}}\n",
        "fields: {sections: [basic, contacts, finances.years], required: [name, [phone, email]], owners: {basic: 销售部}}\n",
        "axes: {time: {values: {future: null}}, route: null}\nnumbers: {firm_number: {pattern: '[0-9]+', unique: true}}\n",
        "volumes: {order: [[date], [process]], finished: [bound, bagged, stamped]}\nnaming: {codes: {HT: 合同}}\n",
        "departments: {sales: 销售部}\nread: {as: lend}\nlend: {return: {check: [item-by-item]}}\nupdate: {within: same-day}\n",
    ],
)
def test_what_something_reads_or_only_people_keep_may_stand_in_the_regime(archive: Path, text: str) -> None:
    (archive / HOUSE).write_text(text, encoding="utf-8")
    assert found(archive) == []


@pytest.mark.parametrize("slug", regimes.shipped())
def test_every_shipped_regulation_can_be_adopted(archive: Path, slug: str) -> None:
    for path, text in regimes.texts([slug]).items():
        (archive / path).write_bytes(text)
    assert [each for each in found(archive) if each[1].startswith("regime/")] == []


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("kind: visitors", "kind: guests", "guests"),
        ("guards: []", "guards: [not_raining]", "not_raining"),
        ("secrecy: confidential", "secrecy: private", "private"),
        ("by: [clerk]", "by: [porter]", "porter"),
        ("by: [clerk]", "by: $who.come", "who.come"),
        ("steps:", "step:", "steps"),
        ("steps:", "rules: $visit.rules\nsteps:", "visit.rules"),
        ("steps:", "require: [name]\nsteps:", "require"),
        ("steps:", "states: {away: [in]}\nsteps:", "away"),
        ("steps:", "due: {each: 1y}\nsteps:", "each"),
        ("steps:", "waits:\n  in: {then: come}\nsteps:", "then"),
        ("steps:", "form: {slip: 来访单}\nsteps:", "slip"),
        ("to: in,", "to: in, signs: [clerk],", "signs"),
        ("en: visitor,", "en: visitor, length: 3,", "length"),
    ],
)
def test_a_fault_in_a_kind_of_ones_own_is_found(archive: Path, old: str, new: str, word: str) -> None:
    kind = (
        "kind: visitors\ntitle: {zh: 来访登记, en: Visitors}\nnumber: LF\n"
        "columns:\n  name: {zh: 来访人, en: visitor, secrecy: confidential}\n"
        "steps:\n  come: {to: in, by: [clerk], guards: []}\n"
    )
    path = archive / "regime" / "registers" / "visitors.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(kind, encoding="utf-8")
    assert found(archive) == []
    path.write_text(kind.replace(old, new), encoding="utf-8")
    findings = run(archive).findings
    assert {(each.rule, each.path) for each in findings} == {("regime", "regime/registers/visitors.yaml")}
    assert word in findings[0].text


def test_a_file_named_after_a_person_s_number_is_found(archive: Path) -> None:
    (archive / "customers" / "SH" / "0" / "13800138000.pdf").write_bytes(b"%PDF\0")
    assert [(rule, path) for rule, path, *_ in found(archive)] == [
        (rule, f"customers/SH/0/{'•' * 11}.pdf") for rule in ("clear-text", "strays")
    ]


def test_digits_in_ciphertext_recipients_and_digests_mean_nothing(archive: Path) -> None:
    file = archive / LOAN
    text = file.read_text(encoding="utf-8")
    digest = text[text.index("items: {") :].partition(": ")[2].partition(": ")[2][:64]
    file.write_text(text.replace(digest, "13800138000" + digest[11:]), encoding="utf-8")
    assert found(archive) == []


def test_a_value_below_the_level_of_its_column_is_found(archive: Path) -> None:
    kind = files("archivectl.registers").joinpath("loan.yaml").read_text(encoding="utf-8")
    raised = kind.replace("en: borrower, secrecy: confidential", "en: borrower, secrecy: secret")
    assert raised != kind
    (archive / "regime" / "registers").mkdir(parents=True, exist_ok=True)
    (archive / "regime" / "registers" / "loan.yaml").write_text(raised, encoding="utf-8")
    assert {(rule, line) for rule, _path, line, _column in found(archive)} == {("sealed", 9)}


def test_what_stands_below_a_grade_that_raises_it_is_found_with_the_way_to_mend_it(archive: Path) -> None:
    file = archive / ORGANISATION
    file.write_text(file.read_text(encoding="utf-8").replace("secrecy: internal", "secrecy: secret"), encoding="utf-8")
    assert found(archive) == []
    (archive / HOUSE).write_text("secrecy: {raise: true}\n", encoding="utf-8")
    findings = [each for each in run(archive).findings if each.path == ORGANISATION]
    data = yaml_text.load(file.read_bytes())
    low = {path for path, _value in fields.walk(data) if fields.level_of(path, "organisation", "secret") == "secret"}
    assert {each.values["path"] for each in findings} == low > {"contacts[cK3F7Q].phone"}
    assert {each.rule for each in findings} == {"sealed"}
    assert f"update {data['number']} --set secrecy=secret" in findings[0].advice


def test_an_object_that_is_not_encrypted_is_found(archive: Path) -> None:
    digest = hashlib.sha256(b"%PDF").hexdigest()
    path = archive / "objects" / digest[:2] / f"{digest}.age"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    assert [rule for rule, *_ in found(archive)] == ["attachments", "sealed"]


def test_an_object_encrypted_for_a_stranger_too_is_found(archive: Path) -> None:
    recipients = [age.generate()[1] for _ in range(2)]
    for count in (1, 2):
        content = age.encrypt(b"%PDF", recipients[:count])
        digest = hashlib.sha256(content).hexdigest()
        path = archive / "objects" / digest[:2] / f"{digest}.age"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        assert [rule for rule, *_ in found(archive)] == ["attachments", "sealed"][:count]
        path.unlink()


def test_a_value_among_interactions_encrypted_for_a_stranger_too_is_found(tmp_path: Path) -> None:
    archive = lay_out(tmp_path / "archive", "sealed/passing")
    (path,) = archive.glob("interactions/*/*/*.yaml")
    both = base64.b64encode(age.encrypt(b"{}", [age.generate()[1] for _ in range(2)])).decode()
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(enc:1:[a-z-]+:[A-Z0-9]+):[^\"]+", rf"\1:{both}", text, count=1), encoding="utf-8")
    (finding,) = run(archive).findings
    assert (finding.rule, "for somebody besides" in finding.text) == ("sealed", True)


def test_a_damaged_value_among_interactions_is_found(tmp_path: Path) -> None:
    archive = lay_out(tmp_path / "archive", "sealed/passing")
    (path,) = archive.glob("interactions/*/*/*.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace(":YWdlL", ":AWdlL"), encoding="utf-8")
    assert [(rule, line) for rule, _path, line, _column in found(archive)] == [("sealed", 4)]


def test_a_missing_recovery_signer_administrator_or_base_of_rules_is_found(archive: Path) -> None:
    (archive / "members" / "recovery.yaml").unlink()
    (archive / "members" / "li.na.yaml").unlink()
    (archive / "regime" / "base.yaml").unlink()
    assert [each for each in found(archive) if each[0] != "staff"] == [
        ("members", "members", 1, 1),
        ("members", "members/recovery.yaml", 1, 1),
        ("regime", "regime/base.yaml", 1, 1),
    ]


def test_who_left_is_known_and_so_is_who_has_a_broken_file(archive: Path) -> None:
    own = archive / "members" / "li.na.yaml"
    own.write_text(own.read_text(encoding="utf-8").replace("retired: null", 'retired: "2026-03-09"', 1), encoding="utf-8")
    assert "staff" not in {rule for rule, *_place in found(archive)}
    own.write_text("broken: [", encoding="utf-8")
    assert "staff" not in {rule for rule, *_place in found(archive)}


def test_an_event_that_its_author_could_not_know_to_be_overruled_is_no_finding(tmp_path: Path) -> None:
    archive = lay_out(tmp_path / "archive", "entries/passing")
    file = archive / "registers/loan/2026/0/JY-2026-0003.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("after: [3F7QK2ZMXA4B]") == 2
    file.write_text(text.replace("after: [3F7QK2ZMXA4B]", "after: [3F7QK2ZMXA4B, BBBBBBBBBBB3]", 1), encoding="utf-8")
    assert [rule for rule, *_ in found(archive)] == ["entries"]


def test_a_record_that_came_back_from_destruction_is_found(archive: Path) -> None:
    text = (archive / STONE).read_text(encoding="utf-8").replace("status: destroyed", "status: filed")
    start, end = text.index("destroyed:"), text.index("keys:")
    (archive / STONE).write_text(text[:start] + text[end:], encoding="utf-8")
    assert found(archive) == [("tombstones", STONE, 6, 9)]
