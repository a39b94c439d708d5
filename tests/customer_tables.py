"""Tables as a clerk brings them, and what an archive holds after them."""

import csv
import subprocess
from pathlib import Path
from typing import Any

from archivectl import yaml_text
from office import Office
from program import Answer

DATA = Path(__file__).parents[2] / "shared" / "data"
TITLES = ("客户编号", "公司名称", "电话", "城市", "联系人", "联系人电话")
FIRMS: tuple[tuple[str, ...], ...] = (
    ("K1", "上海示例贸易有限公司", "021-5555 0101", "上海市", "张三", "13800138001"),
    ("K2", "杭州样品商行", "0571-5555 0102", "杭州市", "李四", "13800138002"),
    ("K3", "北京范例工厂", "010-5555 0103", "北京市", "", ""),
)
PEOPLE: tuple[tuple[str, ...], ...] = (
    ("客户编号", "姓名", "手机", "身份证号", "城市"),
    ("P1", "王小明", "13800138011", "11010519491231002X", "上海市"),
    ("P2", "赵小红", "13800138012", "", ""),
)
SECRETS = ("张三", "李四", "13800138001", "王小明", "赵小红", "13800138011", "11010519491231002X")


def table(office: Office, *rows: tuple[str, ...], name: str = "客户.csv") -> str:
    """A CSV file with these rows, titles first."""
    path = office.archive.parent / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return str(path)


def bring(office: Office, *rows: tuple[str, ...], options: tuple[str, ...] = (), member: str | None = None) -> Answer:
    """The answer to importing these rows, as JSON."""
    return office.run("import", table(office, *rows), "--json", *options, member=member)


def counts(answer: Answer) -> tuple[int, ...]:
    """Created, updated, unchanged, rejected."""
    return tuple(answer.json[name] for name in ("created", "updated", "unchanged", "rejected"))


def file_of(office: Office, number: int) -> Path:
    return office.archive / f"customers/SH/0/SH-{number:06}.yaml"


def data_of(office: Office, number: int) -> dict[str, Any]:
    data: dict[str, Any] = yaml_text.load(file_of(office, number).read_bytes())
    return data


def revealed(office: Office, number: int) -> dict[str, Any]:
    answer: dict[str, Any] = office.run("show", str(number), "--reveal", "--purpose", "核对", "--json").json
    return answer


def files(office: Office) -> dict[str, bytes]:
    """Every record by its name."""
    return {path.name: path.read_bytes() for path in (office.archive / "customers").rglob("*.yaml")}


def git(office: Office, *arguments: str) -> str:
    command = ["git", "-C", str(office.archive), *arguments]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


def objects(office: Office) -> bytes:
    """Everything git holds: commits, trees, files of every version."""
    command = ["git", "-C", str(office.archive), "cat-file", "--batch-all-objects", "--batch", "--unordered"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def verified(office: Office) -> bool:
    return office.run("verify").status == 0
