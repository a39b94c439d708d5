"""Files of rules are judged by the names they were given by, in the company they would come into; so are those of an archive."""

import pytest

from archivectl import linting
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
