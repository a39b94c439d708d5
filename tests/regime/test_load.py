"""From the files of ``regime/`` to one regime: house before adopted before base, and the digest that signatures name."""

import subprocess
from pathlib import Path

import pytest

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
