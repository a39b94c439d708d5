"""What stands on paper: rows that say what they are, whatever file they come in."""

from pathlib import Path

import pytest

from archivectl.exchange import papers
from archivectl.exchange.papers import NoKinds

LINES = """\
{"record": {"name": "甲", "filing": {"archive_number": "A-1", "media": ["paper", "electronic"]}}}

{"volume": {"number": 1, "bound": true, "note": null}, "of": "A-1"}
"""


def test_json_lines_and_a_table_say_the_same(tmp_path: Path) -> None:
    lines, table = tmp_path / "a.jsonl", tmp_path / "a.csv"
    lines.write_text(LINES, encoding="utf-8")
    table.write_text(
        "类别,所属,name,filing.archive_number,filing.media,number,bound\n"
        '客户,,甲,A-1,"paper\nelectronic",,\n案卷,A-1,,,,1,true\n',
        encoding="utf-8",
    )
    found = [[(paper.kind, paper.of, dict(paper.cells)) for paper in papers.read(path).rows] for path in (lines, table)]
    assert found[0] == found[1]
    assert found[0][1] == ("volume", "A-1", {"number": "1", "bound": "true"})
    assert [paper.row.number for paper in papers.read(lines).rows] == [1, 3]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not JSON", "no JSON object"),
        ("[]", "no JSON object"),
        ('{"shelf": {}}', "no JSON object"),
        ('{"record": {}, "volume": {}}', "no JSON object"),
        ('{"record": "甲"}', "no JSON object"),
        ('{"record": {"name": "甲"}, "by": "me"}', "no JSON object"),
        ('{"record": {"contacts": [{"name": "乙"}]}}', "no JSON object"),
        ('{"volume": {"number": 1}}', "of which file"),
    ],
)
def test_a_line_that_says_nothing_is_given_back(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{LINES}{line}\n", encoding="utf-8")
    read = papers.read(path)
    assert len(read.rows) == 2
    ((row, problems),) = read.rejected
    assert (row.number, reason in str(problems[0])) == (4, True)


def test_a_kind_that_is_none_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("类别,所属,客户名称\n柜子,A-1,甲\n,,乙\n", encoding="utf-8")
    read = papers.read(path)
    assert [(row.number, str(problems[0])) for row, problems in read.rejected] == [
        (2, "“柜子” is none of: record, volume, document, loan, hold")
    ]
    assert [(paper.kind, paper.cells) for paper in read.rows] == [("record", {"客户名称": "乙"})]


def test_a_table_that_does_not_say_what_its_rows_are_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("客户名称,电话\n甲,010-88886666\n", encoding="utf-8")
    with pytest.raises(NoKinds):
        papers.read(path)
