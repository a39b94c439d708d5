"""Archives to measure on: founded by the program's own code, filled with invented firms in one commit."""

from datetime import UTC, datetime
from pathlib import Path

from archivectl import founding, intake
from archivectl.archive import Archive, Change
from archivectl.cases import random_id
from archivectl.members.home import Home
from archivectl.records import numbering
from archivectl.store.repository import Repository
from archivectl.store.transaction import writing

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def filled(folder: Path, count: int) -> Path:
    """An archive of that many records of organisations, with its home beside it."""
    home, place = Home(folder / "home"), folder / "archive"
    founding.found(place, home, founding.Charter("li.na", "李娜", "li.na@example.cn", "SH", (), AT))
    with Repository.open(place) as repository, writing(repository, 10):
        archive = Archive(repository, home, at=AT, member="li.na")
        writes: dict[str, bytes | None] = {}
        for sequence in range(1, count + 1):
            number = numbering.compose("{office}-{sequence:6}", sequence=sequence, office="SH")
            values = {
                "name": f"上海示例{sequence}贸易有限公司",
                "phone": f"021-5555 {sequence % 10000:04}",
                "address.city": "上海市",
                "address.street": f"示例路{sequence}号",
                "classification.grade": "ABC"[sequence % 3],
                "note": "每季度联系一次",
            }
            prepared = intake.prepare(archive, "organisation", values, number, archive.sealer(random_id(26)))
            writes[prepared.record.path] = prepared.record.text
        archive.commit(Change(("record.create",), f"create: {count} records", writes))
        assert archive.index.count() == count
    return place
