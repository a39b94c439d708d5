"""Archives to measure on: founded by the program's own code, filled with invented firms in one commit."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archivectl import founding, intake, loans, membership
from archivectl.archive import Archive, Change
from archivectl.cases import random_id
from archivectl.members.home import Home
from archivectl.records import numbering
from archivectl.store.repository import Repository
from archivectl.store.transaction import writing

if TYPE_CHECKING:
    from archivectl.encryption.rows import Row

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def plain(_sequence: int) -> Mapping[str, str]:
    """Nothing more than every record holds."""
    return {}


def filled(folder: Path, count: int, more: Callable[[int], Mapping[str, str]] = plain, regulations: tuple[str, ...] = ()) -> Path:
    """An archive of that many records of organisations, each with what ``more`` gives it, with its home beside it."""
    home, place = Home(folder / "home"), folder / "archive"
    founding.found(place, home, founding.Charter("li.na", "李娜", "li.na@example.cn", "SH", regulations, AT))
    with Repository.open(place) as repository, writing(repository, 10):
        archive = Archive(repository, home, at=AT, member="li.na")
        writes: dict[str, bytes | None] = {}
        minted: list[Row] = []
        for sequence in range(1, count + 1):
            number = numbering.compose("{office}-{sequence:6}", sequence=sequence, office="SH")
            values = {
                "name": f"上海示例{sequence}贸易有限公司",
                "phone": f"021-5555 {sequence % 10000:04}",
                "address.city": "上海市",
                "address.street": f"示例路{sequence}号",
                "classification.grade": "ABC"[sequence % 3],
                "note": "每季度联系一次",
                **more(sequence),
            }
            prepared = intake.prepare(archive, "organisation", values, number, archive.sealer(random_id(26)))
            writes[prepared.record.path] = prepared.record.text
            minted += prepared.sealer.minted
        archive.commit(Change(("record.create",), f"create: {count} records", writes, tuple(minted)))
        assert archive.index.count() == count
    return place


def lent(folder: Path, place: Path, count: int) -> None:
    """Lend that many of its records in one commit: entries like a real one, which nobody verifies."""
    with Repository.open(place) as repository, writing(repository, 10):
        archive = Archive(repository, Home(folder / "home"), at=AT, member="li.na")
        loans.lend(archive, "1", {"mode": "loan", "borrower": "王伟", "purpose": "核对"}, ("", ""))
        model = archive.register("loan")[0].entry
        (path, _blob), number = archive.index.entries("kind = 'loan'")[0], "SH-{:06}"
        text = repository.read(archive.tip, path) or b""
        uids = {row.number: row.uid for row in archive.index.records()}
        writes: dict[str, bytes | None] = {}
        for sequence in range(2, count + 2):
            new = text.replace(model.uids[0].encode(), uids[number.format(sequence)].encode())
            new = new.replace(model.uid.encode(), random_id(26).encode()).replace(b"-0001", f"-{sequence:04}".encode())
            writes[path.replace("-0001", f"-{sequence:04}")] = new
        archive.commit(Change(("loan.hand_out",), f"lend: {count} records", writes))


def staffed(folder: Path, place: Path) -> None:
    """Take on who approves and supervises a destruction: chen.jing, zhao.lei and sun.yan."""
    for handle, role in (("chen.jing", "manager"), ("zhao.lei", "supervisor"), ("sun.yan", "supervisor")):
        with Repository.open(place) as repository, writing(repository, 10):
            archive = Archive(repository, Home(folder / "home"), at=AT, member="li.na")
            membership.add(archive, membership.Candidate(handle, handle, f"{handle}@example.cn", (role,), (), "secret"))
