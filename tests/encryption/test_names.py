"""The names cache of a member: opened by them alone, and forgetting what was destroyed."""

from pathlib import Path

from archivectl.encryption import age, names
from archivectl.encryption.names import Name, NamesCache

ZHANG, LI = Name("1" * 40, "张三", "zhangsan"), Name("2" * 40, "李四", "lisi")


def cache(folder: Path, handle: str = "li.na") -> NamesCache:
    return NamesCache(folder, handle, [age.generate()[0]])


def test_a_cache_is_read_back_by_its_member_alone(tmp_path: Path) -> None:
    own = cache(tmp_path)
    assert own.load() == {}
    own.save({"A" * 26: ZHANG, "B" * 26: LI})
    assert own.load() == {"A" * 26: ZHANG, "B" * 26: LI}
    assert cache(tmp_path).load() == {}
    assert "张三".encode() not in tmp_path.joinpath("li.na.age").read_bytes()


def test_contacts_are_kept_apart_from_contacts_that_nobody_asked_for(tmp_path: Path) -> None:
    own = cache(tmp_path)
    kept = {"A" * 26: Name("1" * 40, "", "", ("赵六", "钱七")), "B" * 26: Name("2" * 40, "", "", ()), "C" * 26: ZHANG}
    own.save(kept)
    assert own.load() == kept


def test_names_are_forgotten_in_the_own_cache_and_other_caches_are_dropped(tmp_path: Path) -> None:
    own, other = cache(tmp_path), cache(tmp_path, "li.na.2")
    names.forget(own, ["A" * 26])
    for each in (own, other):
        each.save({"A" * 26: ZHANG, "B" * 26: LI})
    names.forget(own, ["A" * 26])
    assert own.load() == {"B" * 26: LI}
    assert [path.name for path in tmp_path.iterdir()] == ["li.na.age"]
    untouched = tmp_path.joinpath("li.na.age").read_bytes()
    names.forget(own, ["A" * 26])
    assert tmp_path.joinpath("li.na.age").read_bytes() == untouched
