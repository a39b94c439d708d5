"""From the files of ``regime/`` to one regime: house before adopted before base, and the digest that signatures name."""

import subprocess
from pathlib import Path

import pytest

from archivectl.errors import ArchiveError
from archivectl.records import fields
from archivectl.regime import load
from archivectl.regime.load import NoRegime, UnknownRegulation
from archivectl.yaml_text import NotYaml


def test_mappings_merge_key_by_key_and_house_comes_last() -> None:
    folder = {
        "regime/base.yaml": b"lend: {rules: [{term: 14d}], renew: same, means: [signed]}\nkeep: null\n",
        "regime/zz.yaml": b"title: ZZ\nlend: {rules: [{term: 3d}], renew: barred}\nkeep: {climate: {every: 1d}}\n",
        "regime/aa.yaml": b"lend: {return: {check: [in-person]}}\n",
        "regime/house.yaml": b"lend: {renew: formalities}\n",
        "regime/registers/visit.yaml": b"kind: visit\n",
        "regime/calendar/2026.yaml": b"year: 2026\noff: []\nwork: []\n",
    }
    found = load.load(folder)
    assert found.values == {
        "lend": {"rules": [{"term": "3d"}], "renew": "formalities", "means": ["signed"], "return": {"check": ["in-person"]}},
        "keep": {"climate": {"every": "1d"}},
    }
    assert found.base["lend"]["rules"] == [{"term": "14d"}]
    origins = {"lend.rules": "zz", "lend.renew": "house", "lend.means": "base", "lend.return.check": "aa", "keep.climate": "zz"}
    assert {path: found.origin(path) for path in origins} == origins
    assert found.titles["zz"] == "ZZ"
    assert found.kinds == {"visit": b"kind: visit\n"}


def test_loading_again_is_not_changed_by_what_was_merged_before() -> None:
    house = load.texts([]) | {"regime/house.yaml": b"lend: {renew: barred}\n"}
    assert load.load(house).get("lend.renew") == "barred"
    assert load.load(load.texts([])).get("lend.renew") == "same"


def test_the_digest_is_that_of_the_listing_by_sha256sum(tmp_path: Path) -> None:
    folder = load.texts(["stack-room"]) | {"regime/registers/visit.yaml": b"kind: visit\n"}
    for name, content in folder.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shell = "find regime -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1"
    by_hand = subprocess.run(["sh", "-c", shell], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()
    assert load.load(folder).digest == load.digest(folder) == by_hand


def test_two_regulations_that_contradict_each_other_are_not_adopted_together() -> None:
    with pytest.raises(load.Contradicting, match=r"responsible\.custodian"):
        load.texts(["corp-archive", "stack-room"])


def test_two_that_disagree_are_told_with_their_values_and_may_be_decided_by_a_file_of_ones_own(tmp_path: Path) -> None:
    house = tmp_path / "ours.yaml"
    house.write_text("lend: {rules: [{term: 7d}]}\n", encoding="utf-8")
    with pytest.raises(load.Contradicting) as told:
        load.texts(["corp-archive", "property-lease"])
    assert "department-manager" in str(told.value)
    assert "top-secret" in str(told.value)
    assert told.value.values["paths"] == "lend.rules"
    texts = load.texts(["corp-archive", "property-lease", str(house)])
    assert texts["regime/house.yaml"] == house.read_bytes()


@pytest.mark.parametrize(
    ("name", "text", "refused"),
    [
        ("own.yaml", "", load.Empty),
        ("own.yaml", "[1, 2]\n", load.Empty),
        ("own.yaml", "regulation:\nlend: {renew: notice}\n", load.Nameless),
        ("own.yaml", "regulation: 3\n", load.Misnamed),
        ("own.yaml", "lend: [1\nx", load.NotYours),
        ("nothing.yaml", None, load.NoSuchFile),
        ("hotel.yaml", None, load.NoFile),
        ("folder/hotel", None, load.NoSuchFile),
        ("hotl", None, UnknownRegulation),
        ("hotel,bank", None, load.Joined),
        ("hotel、bank", None, load.Joined),
    ],
)
def test_what_cannot_be_a_file_of_rules_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str | None, refused: type[ArchiveError]
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path(name).write_text(text, encoding="utf-8")
    with pytest.raises(refused) as told:
        load.named(name)
    assert name.partition(".")[0] in str(told.value)
    assert "git" not in told.value.hint


def test_a_file_of_ones_own_goes_where_it_says_and_without_a_name_is_the_house(tmp_path: Path) -> None:
    file = tmp_path / "rules"
    for text, path in (("lend: {renew: notice}\n", "regime/house.yaml"), ("regulation: our-rules\n", "regime/our-rules.yaml")):
        file.write_text(text, encoding="utf-8")
        assert load.named(str(file)) == (path, text.encode())


@pytest.mark.parametrize("slug", load.shipped())
def test_every_shipped_regulation_is_adopted_verbatim_and_loads(slug: str) -> None:
    texts = load.texts([slug])
    assert set(texts) == {"regime/base.yaml", f"regime/{slug}.yaml"}
    assert load.load(texts).get("posts.archivist")


def test_what_is_missing_or_broken_is_told() -> None:
    with pytest.raises(UnknownRegulation, match="no-such"):
        load.texts(["no-such"])
    with pytest.raises(NoRegime):
        load.load({"regime/house.yaml": b"lend: {}\n"})
    with pytest.raises(NotYaml, match=r"regime/house\.yaml, line 2, column 1"):
        load.load(load.texts([]) | {"regime/house.yaml": b"lend: {\n"})


def test_the_vocabulary_knows_the_axes_of_base_by_the_same_titles() -> None:
    axes = load.load(load.texts([])).get("axes")
    named = {name: dict(axis["values"]) for name, axis in axes.items() if "values" in axis}
    known = {name: fields.known(f"classification.{name}").choices for name in named}
    assert named == known
