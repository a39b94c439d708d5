"""Files of rules are judged by the names they were given by, in the company they would come into; so are those of an archive."""

import pytest

from archivectl import linting, yaml_text
from archivectl.archive import Change
from archivectl.regime import load
from archivectl.registers import kinds
from office import Office
from test_duties import house

OWN = b"regulation: own\ntitle: {zh: own, en: own}\nlend: {renew: notice}\n"


def told(given: dict[str, bytes], *adopted: str) -> list[str]:
    around = {**load.texts(adopted), **kinds.texts()}
    return [f"{each.path}:{each.line}:{each.column} {each.text}" for each in linting.judge(given, around)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", ["a.yaml:1:1 a.yaml states no rules"]),
        (b"- a\n", ["a.yaml:1:1 This file states no rules"]),
        (b"lend: [1\nx", ["a.yaml:3:1 this is not YAML"]),
        (b"regulation:\nlend: {renew: notice}\n", ["a.yaml:1:1 a.yaml has a line"]),
        (b"regulation: base\nlend: {renew: notice}\n", ["a.yaml:1:1 a.yaml calls itself"]),
        (b"lend: {renewal: notice}\n", ["a.yaml:1:17 Nothing reads"]),
        (b"lend: {renew: notice}\n", []),
        (b"files: {a: {papers: [{kind: b, form: \xe5\xa4\x8d\xe5\x8d\xb0\xe4\xbb\xb6}]}}\n", ["a.yaml:1:38 "]),
        (b"files: {a: {papers: [{any_of: [{kind: b, form: [copy, paper]}]}]}}\n", ["a.yaml:1:48 "]),
        (b"files: {a: {papers: [{kind: b, form: [copy, scan]}]}}\n", []),
    ],
)
def test_a_file_is_told_by_its_own_name(text: bytes, found: list[str]) -> None:
    said = told({"a.yaml": text})
    assert len(said) == len(found)
    assert all(one.startswith(begun) for one, begun in zip(said, found, strict=True)), said


def test_of_two_files_that_would_stand_in_one_place_each_is_judged() -> None:
    said = told({"a.yaml": b"lend: {renewal: notice}\n", "b.yaml": b"copy: {renewal: notice}\n"})
    assert [each.split(" ")[0] for each in said] == ["a.yaml:1:17", "b.yaml:1:17"]


@pytest.mark.parametrize("text", [b"lend: [1\nx", b"\tlend: 1\n", b"a: 1\na: 2\n"])
def test_nobody_is_sent_to_a_history_that_the_file_is_not_in(text: bytes) -> None:
    assert {each.advice for each in linting.judge({"a.yaml": text})} == {"Mend that line in a text editor."}


def test_a_file_is_judged_in_the_company_it_would_come_into() -> None:
    rules = b"lend: {rules: [{approve: [management]}]}\n"
    assert told({"house.yaml": rules}, "hotel") == []
    assert told({"house.yaml": rules})[0].startswith("house.yaml:1:")


def test_what_two_state_differently_is_told_with_both_values_until_the_house_decides() -> None:
    (said,) = told({"own.yaml": OWN}, "property-lease")
    assert said.endswith("lend.renew is formalities here, and notice in own.yaml.")
    assert told({"own.yaml": OWN, "house.yaml": b"lend: {renew: barred}\n"}, "property-lease") == []


@pytest.mark.parametrize(
    ("adopted", "text", "lost"),
    [
        ((), b"lend: {rules: [{term: 7d}]}\n", [("lend.rules", ["manager"])]),
        ((), b"lend: {rules: [{approve: [manager], term: 7d}]}\n", []),
        ((), b"destroy: {supervise: [supervisor]}\n", [("destroy.supervise", ["supervisor", "supervisor"])]),
        (("bank",), b"copy: {rules: [{}]}\n", [("copy.rules", ["head-of-bank"])]),
        # Neither of two that disagree is lost sight of.
        (("property-lease", "restaurant"), b"copy: {rules: [{}]}\n", [("copy.rules", ["manager"])]),
    ],
)
def test_what_is_no_longer_asked_for_is_found(adopted: tuple[str, ...], text: bytes, lost: list[tuple[str, list[str]]]) -> None:
    around = {**{f"regime/{slug}.yaml": load.text(slug) for slug in ("base", *adopted)}, **kinds.texts()}
    found, after = linting.loosened_by({"house.yaml": text}, around)
    assert [(each.path, each.before) for each in found] == lost
    assert "house" in after.titles


def test_each_of_two_that_disagree_is_asked_what_it_asked_for() -> None:
    around = {f"regime/{slug}.yaml": load.text(slug) for slug in ("base", "corp-archive", "property-lease")} | kinds.texts()
    found, _after = linting.loosened_by({"house.yaml": b"lend: {rules: [{term: 7d}]}\n"}, around)
    assert None in {each.before and tuple(map(str, each.before)) for each in found}
    assert ("department-manager of keeper",) in {each.before and tuple(map(str, each.before)) for each in found}


def test_routine_that_falls_to_nobody_is_found_until_somebody_holds_the_post(office: Office) -> None:
    def idle() -> list[str]:
        with office.acting() as archive:
            return [each.text for each in linting.judge_archive(archive) if "falls to nobody" in each.text]

    assert idle() == []
    post = {"inspector": {"zh": "检查员", "en": "inspector"}}
    house(office, {"posts": post, "routine": {"inspection": {"who": ["inspector"], "every": "1y"}}})
    (said,) = idle()
    assert "inspector" in said
    office.run("member", "add", "gao.fei", "--name", "高飞", "--post", "inspector", "--clearance", "internal", "--generate-keys")
    assert idle() == []


BANK = yaml_text.dump(
    {"posts": {"head": {"zh": "行长", "en": "head"}}, "copy": {"rules": [{"term": "1d"}, {"approve": ["head"]}]}}
)
LENDING = f"{BANK}lend:\n  rules:\n  - {{approve: [head]}}\ndestroy:\n  approve: [head]\n  supervise: [supervisor, head, head]\n"


def test_every_chain_that_nobody_can_sign_is_found_where_it_stands(office: Office) -> None:
    with office.acting() as archive:
        assert linting.judge_archive(archive) == []
        archive.commit(Change(("regime.house",), "regime.house: head", {"regime/house.yaml": LENDING.encode()}))
    with office.acting() as archive:
        found = [each for each in linting.judge_archive(archive) if "can sign" in each.text]
    lines = LENDING.split("\n")
    told = {each.values["where"]: (lines[each.line - 1].strip(), each.column, "on paper alone" in each.text) for each in found}
    assert set(told) == {"copy.rules.approve", "lend.rules.approve", "destroy.approve", "destroy.supervise"}
    assert told["lend.rules.approve"][0] == "- {approve: [head]}"
    assert told["destroy.approve"][0] == "approve: [head]"
    assert {where: alone for where, (_line, _column, alone) in told.items()} == {
        "copy.rules.approve": True,
        "lend.rules.approve": True,
        "destroy.approve": True,
        "destroy.supervise": False,
    }


def test_a_chain_of_the_base_rules_that_nobody_can_sign_is_found_in_every_register(office: Office) -> None:
    office.run("member", "retire", "chen.jing", "--reason", "离职")
    with office.acting() as archive:
        found = [each for each in linting.judge_archive(archive) if "can sign" in each.text]
    told = {str(each.values["where"]) for each in found}
    assert told >= {"rename.approve", "request.rules.approve", "handover.approve", "lend.rules.approve", "destroy.approve"}
    assert {each.path for each in found} == {"regime/base.yaml"}
    assert all(each.line > 1 for each in found)


def test_two_signatures_of_one_post_are_more_than_one_member_can_give(office: Office) -> None:
    office.run("member", "retire", "sun.yan", "--reason", "离职")
    with office.acting() as archive:
        found = [each for each in linting.judge_archive(archive) if "can sign" in each.text]
    assert [each.values["where"] for each in found] == ["destroy.supervise"]
