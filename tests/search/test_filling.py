"""An index is filled alike by one process and by several, and at once as file by file."""

from pathlib import Path
from typing import Any

import pytest

from archivectl import yaml_text
from archivectl.archive import Change as Written
from archivectl.records import layout
from archivectl.search.changes import INDEXED, IndexChange
from archivectl.search.index import Index
from archivectl.search.schema import SCHEMA
from archivectl.search.standing import Judge
from office import Office

MANY = 1700  # more than one process takes in alone
RULES: dict[str, Any] = {
    "update": {"every": "1y"},
    "review": {"focus": [{"when": {"happened": "lent"}, "every": "30d"}]},
    "care": {"rules": [{"do": "回访", "by": ["visit"], "every": "1mo"}]},
    "fields": {"required": ["phone", "contacts"]},
}
TABLES = ("records", "entries", "about", "happened", "duties", "broken")


@pytest.fixture
def changes(office: Office) -> list[IndexChange]:
    """Files of all kinds: read and unreadable, lent, visited and looked over, with what they ask for, and many alike."""
    with office.acting() as archive:
        rules = yaml_text.dump(RULES).encode()
        archive.commit(Written(("regime.adopt",), "house rules", {"regime/house.yaml": rules}))
    for name in ("甲公司", "乙公司", "丙公司"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}")
    office.run("--today", "2026-03-09", "lend", "1", "--to", "王伟", "--purpose", "核对")
    office.run("--today", "2026-03-09", "add", "2", "visit", "content=洽谈")
    office.run("request", "1", "--mode", "access", "--by", "张三", "--received", "2026-03-01")
    with office.acting() as archive:
        read = archive.repository.files
        texts = {path: text for above in INDEXED for path, text in read(archive.tip, above.rstrip("/")).items()}
        model = archive.record("3")
    for number in range(4, MANY):
        uid = f"A{number:07}".translate(str.maketrans("0189", "BCDE")).ljust(26, "A")
        text = model.text.replace(model.uid.encode(), uid.encode()).replace(b"SH-000003", f"SH-{number:06}".encode())
        texts[layout.record("SH", f"SH-{number:06}")] = text
    texts[layout.record("SH", "SH-009999")] = b"uid: ["
    return [IndexChange(path, "0" * 40, text, "2026-03-05" if path < "d" else "") for path, text in sorted(texts.items())]


@pytest.fixture
def judge(office: Office, changes: list[IndexChange]) -> Judge:
    assert changes
    with office.acting() as archive:
        return Judge(archive.regime, archive.members)


def rows(index: Index) -> dict[str, list[Any]]:
    return {table: index.db.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608 - ours


def test_several_processes_fill_it_as_one_does(
    tmp_path: Path, changes: list[IndexChange], judge: Judge, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    several = Index(tmp_path / "several", "law", lambda: judge)
    several.bring_to("1" * 40, iter(changes))
    assert [helper.poll() is not None for helper in started] == [True, True]
    monkeypatch.setattr("archivectl.crew.cores", lambda: 1)
    one = Index(tmp_path / "one", "law", lambda: judge)
    one.bring_to("1" * 40, iter(changes))
    assert len(started) == 2
    assert list(several.db.iterdump()) == list(one.db.iterdump())
    assert [len(found) > 0 for found in rows(one).values()] == [True] * len(TABLES)


def test_filled_at_once_it_knows_what_it_knows_file_by_file(
    tmp_path: Path, changes: list[IndexChange], judge: Judge, started: list[Any]
) -> None:
    few = [change for change in changes if change.path < layout.record("SH", "SH-000020") or change.path > "d"]
    slowly = Index(tmp_path / "slowly", "law", lambda: judge)
    slowly.bring_to("1" * 40, ())
    for change in few:
        slowly.bring_to("1" * 40, [change])
    for name, order in (("forward", few), ("backward", few[::-1])):
        at_once = Index(tmp_path / name, "law", lambda: judge)
        at_once.bring_to("1" * 40, order)
        for table, found in rows(at_once).items():
            assert sorted(found, key=repr) == sorted(rows(slowly)[table], key=repr), table
        assert [
            sql for (sql,) in at_once.db.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        ] == [each.strip() for each in SCHEMA.split(";") if each.strip().startswith("CREATE INDEX")]
    assert started == []


def test_where_nobody_judges_helpers_only_read(tmp_path: Path, changes: list[IndexChange], started: list[Any]) -> None:
    index = Index(tmp_path / "unjudged")
    index.bring_to("1" * 40, changes)
    assert len(started) == 2
    assert index.count() == MANY - 1
    assert rows(index)["duties"] == []
