"""A thousand files with three sensitive fields each, beside sops with age keys: sealed, a field changed in all, a reader more.

``sops`` takes one file at a time, so it is started once for each; we take the table that a person would have.
"""

import csv
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pyrage import x25519

from archivectl import founding
from archivectl.members.home import Home
from benchmarks.commands import program, timed
from benchmarks.figures import Figure

FILES = 1_000
COLUMNS = ("客户编号", "姓名", "手机", "邮箱", "客户等级")
CHANGED = ("客户编号", "手机")
SEALED = "^(name|phone|email)$"
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def measure() -> list[Figure]:
    """What each takes in all, once."""
    rival = shutil.which("sops")
    if rival is None:
        print("sops is not installed: python -m pip install '.[bench]'")
        return []
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = _ours(Path(folder, "ours")), _theirs(Path(folder, "theirs"), rival)
        names = ("sealed", "one field changed in all", "one reader more")
        bars = (1 / 20, 1 / 20, 1 / 1000)
        taken = ((timed(mine)(), timed(other)()) for mine, other in zip(ours, theirs, strict=True))
        return [Figure(f"{FILES:,} files, {name} / sops", *both, bar) for name, both, bar in zip(names, taken, bars, strict=True)]


def _ours(folder: Path) -> list[Callable[[], None]]:
    home, archive = folder / "home", folder / "archive"
    founding.found(archive, Home(home), founding.Charter("li.na", "李娜", "li.na@example.cn", "SH", (), AT))
    tables = [_table(folder / "new.csv", COLUMNS, "138"), _table(folder / "changed.csv", CHANGED, "139")]
    newcomer = ("wang.wei", "--role", "clerk", "--clearance", "confidential", "--generate-keys")
    return [
        *(lambda table=table: program("import", str(table), "--yes", home=home, archive=archive) for table in tables),
        lambda: program("member", "add", *newcomer, home=home, archive=archive),
    ]


def _table(path: Path, columns: tuple[str, ...], first: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, columns, extrasaction="ignore")
        rows.writeheader()
        rows.writerows(dict(zip(COLUMNS, _row(number, first), strict=True)) for number in range(FILES))
    return path


def _row(number: int, first: str) -> tuple[str, ...]:
    name = "王李张刘陈"[number % 5] + "伟芳娜敏静"[number // 5 % 5] + "一二三四五"[number // 25 % 5]
    return (f"K{number:05}", name, f"{first}{number:08}", f"k{number}@example.cn", "ABC"[number % 3])


def _theirs(folder: Path, sops: str) -> list[Callable[[], None]]:
    folder.mkdir()
    first, second = x25519.Identity.generate(), x25519.Identity.generate()
    rules = "creation_rules:\n- encrypted_regex: '{}'\n  age: {}\n"
    config = folder / ".sops.yaml"
    config.write_text(rules.format(SEALED, first.to_public()), encoding="utf-8")
    files = [folder / f"K{number:05}.yaml" for number in range(FILES)]
    for number, file in enumerate(files):
        key, name, phone, email, grade = _row(number, "138")
        file.write_text(f"id: {key}\nname: {name}\nphone: '{phone}'\nemail: {email}\ngrade: {grade}\n", encoding="utf-8")
    environment = {**os.environ, "SOPS_AGE_KEY": str(first)}

    def each(*command: str, value: str = "") -> None:
        for number, file in enumerate(files):
            last = ['["phone"]', value.format(number)] if value else []
            subprocess.run([sops, *command, str(file), *last], cwd=folder, env=environment, check=True, capture_output=True)

    def share() -> None:
        config.write_text(rules.format(SEALED, f"{first.to_public()},{second.to_public()}"), encoding="utf-8")
        each("updatekeys", "--yes")

    return [lambda: each("encrypt", "--in-place"), lambda: each("set", value='"139{:08}"'), share]


if __name__ == "__main__":
    for figure in measure():
        print(figure)
