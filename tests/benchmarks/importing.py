"""Importing 10,000 rows with three sensitive fields, beside the floor that no import can go below.

The floor does with the same data only what must be done: encrypts the same values and wraps the same keys with pyrage on all
cores, dumps the same records with PyYAML's C dumper, and hands them to one ``git fast-import``. It checks nothing, types
nothing, signs nothing, and leaves no work tree and no index.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyrage
import yaml
from pyrage import x25519

from archivectl import founding
from archivectl.members.home import Home
from archivectl.records import fields, sealing
from archivectl.records import text as record_text
from archivectl.store.repository import Repository
from benchmarks.figures import Figure

ROWS = 10_000
LIMIT = 2.0
ROUNDS = 3
CHUNK = 250
COLUMNS = ("客户编号", "姓名", "手机", "邮箱", "客户等级", "来源渠道")
SENSITIVE = ("name", "phone", "email")
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

Sealing = tuple[bytes, str]  # a plaintext and the recipient it is encrypted to


@dataclass(frozen=True, slots=True)
class Work:
    """What the floor is given: what to encrypt in which process, and what to dump and commit by path."""

    chunks: list[list[Sealing]]
    records: dict[str, dict[str, Any]]


def measure() -> list[Figure]:
    """The whole command against the floor, by turns; the best of each counts."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        table = place / "customers.csv"
        _write(table)
        ours, floor = [], []
        for turn in range(ROUNDS):
            archive = _founded(place / f"{turn}")
            ours.append(_import(archive, table))
            floor.append(_floor(place / f"{turn}" / "floor", _work(archive)))
    return [Figure(f"import of {ROWS} rows with three sensitive fields", min(ours), min(floor), LIMIT)]


def _write(table: Path) -> None:
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for row in range(ROWS):
            name = "王李张刘陈"[row % 5] + "伟芳娜敏静"[row // 5 % 5] + "一二三四五"[row // 25 % 5]
            rows.writerow((f"K{row:05}", name, f"138{row:08}", f"k{row}@example.cn", "ABC"[row % 3], "展会"))


def _founded(folder: Path) -> Path:
    charter = founding.Charter("li.na", "李娜", "li.na@example.cn", "SH", (), AT)
    founding.found(folder / "archive", Home(folder / "home"), charter)
    return folder / "archive"


def _import(archive: Path, table: Path) -> float:
    """Seconds that the command takes, from start to end."""
    environment = {**os.environ, "ARCHIVECTL_HOME": str(archive.parent / "home"), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "archivectl", "-C", str(archive), "import", str(table), "--yes"]
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _work(archive: Path) -> Work:
    """The same data once more, taken from what the import wrote; not part of the measurement."""
    records: dict[str, dict[str, Any]] = {}
    chunks: list[list[Sealing]] = [[]]
    level = x25519.Identity.generate()
    with Repository.open(archive) as repository:
        listed = list(repository.tree("HEAD", "customers/"))
        for entry, (_blob, text) in zip(listed, repository.blobs(each.blob for each in listed), strict=True):
            data = records[entry.path] = dict(record_text.parse(text, entry.path).data)
            if len(chunks[-1]) >= CHUNK * (len(SENSITIVE) + 1):
                chunks.append([])
            chunks[-1] += [(_plaintext(data, path), str(_key(data, path)["recipient"])) for path in SENSITIVE]
            chunks[-1] += [(str(x25519.Identity.generate()).encode(), str(level.to_public())) for _key in data["keys"]]
    return Work(chunks, records)


def _plaintext(data: dict[str, Any], path: str) -> bytes:
    """The value's envelope; of the value itself only the length matters."""
    row = _key(data, path)
    body = {"key": row["id"], "level": row["level"], "path": path, "uid": data["uid"], "v": 1, "value": "x" * 11}
    text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % 64)


def _key(data: dict[str, Any], path: str) -> sealing.KeyRow:
    row = sealing.key_of(data["keys"], str(fields.get(data, path)))
    assert row
    return row


def _floor(folder: Path, work: Work) -> float:
    """Seconds that the floor takes."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    started = time.perf_counter()
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        assert sum(pool.map(_encrypt, work.chunks)) == sum(map(len, work.chunks))
    texts = {
        path: yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False) for path, data in work.records.items()
    }
    _fast_import(folder, {path: text.encode() for path, text in texts.items()})
    return time.perf_counter() - started


def _encrypt(chunk: list[Sealing]) -> int:
    return len([pyrage.encrypt(plaintext, [x25519.Recipient.from_str(recipient)]) for plaintext, recipient in chunk])


def _fast_import(folder: Path, texts: dict[str, bytes]) -> None:
    stream = [b"commit refs/heads/main\ncommitter X <x@example.cn> 1772413200 +0000\ndata 6\nimport\n"]
    for path, text in texts.items():
        stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(text), text))
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input=b"".join(stream), check=True)


if __name__ == "__main__":
    for figure in measure():
        print(figure)
