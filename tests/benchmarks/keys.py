"""Members who come and go, and the keys of 100,000 records wrapped anew, beside pyrage's own floor; and a record opened."""

import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyrage
from pyrage import x25519

from archivectl import crew
from benchmarks.archives import filled
from benchmarks.commands import by_turns, program, timed
from benchmarks.figures import Figure

LARGE = 100_000
SOME = 1_000
FLOOR = 4_000  # wraps by which each core shows how fast it is
TURNS = 31
_FEW = 3
_NEWCOMER = ("--clearance", "top-secret", "--generate-keys")
_SENSITIVE = {
    "name": "张三",
    "phone": "13800138000",
    "email": "zhang.san@example.cn",
    "address.street": "示例路1号",
    "note": "每季度联系一次",
    "identity.id_number": "11010519491231002X",
    "contacts[cAAAAA].name": "李四",
    "contacts[cAAAAA].phone": "13900139000",
}


def _contact(_sequence: int) -> dict[str, str]:
    """A contact, whose name and number are sealed under a key of its own."""
    return {"contacts[cAAAAA].name": "李四", "contacts[cAAAAA].phone": "13800138000"}


def revealing(folder: Path) -> list[Figure]:
    """``show --reveal`` of eight sensitive fields beside the same record masked."""
    archive, home = filled(folder, SOME), folder / "home"
    cells = [word for path, value in _SENSITIVE.items() for word in ("--set", f"{path}={value}")]
    program("create", "--subject", "person", *cells, home=home, archive=archive)
    number = str(SOME + 1)
    masked = timed(lambda: program("show", number, home=home, archive=archive))
    shown = timed(lambda: program("show", number, "--reveal", "--purpose", "核对", home=home, archive=archive))
    return [Figure("show --reveal, eight sensitive fields / show", *by_turns(shown, masked, TURNS), 2)]


def membership(folder: Path) -> list[Figure]:
    """``member add`` and ``member retire`` where every record has a key; neither touches a record."""
    archive, home = filled(folder, LARGE, _contact), folder / "home"
    program("list", "number=SH-000001", home=home, archive=archive)
    before = _records(archive)
    start = timed(lambda: program("--version", home=home, archive=archive))
    add = timed(lambda: program("member", "add", "wang.wei", *_NEWCOMER, home=home, archive=archive))()
    retire = timed(lambda: program("member", "retire", "wang.wei", "--reason", "离职", home=home, archive=archive))()
    if _records(archive) != before:
        raise AssertionError("records were touched")
    bare, proven = (min(floor(LARGE, opened=opened) for _turn in range(_FEW)) for opened in (1, 2))
    told = f"{LARGE / retire:,.0f} a second, {bare / retire:.0%} of pyrage without proof"
    return [
        Figure(f"member add, {LARGE:,} records / --version", add, start(), 2, absolute=True),
        Figure(f"member retire, {LARGE:,} keys ({told}) / pyrage on all cores, each proven by opening", retire, proven, 1 / 0.7),
    ]


def _records(archive: Path) -> tuple[str, bytes]:
    """The tree of the records, and what git says of their files."""
    tree = subprocess.run(["git", "rev-parse", "HEAD:customers"], cwd=archive, capture_output=True, check=True).stdout.decode()
    return tree, subprocess.run(["git", "status", "--porcelain"], cwd=archive, capture_output=True, check=True).stdout


def floor(count: int, *, opened: int) -> float:
    """The seconds in which all cores together open, wrap and open again so many keys, by nothing but pyrage.

    Args:
        count: keys.
        opened: how often each of them is opened.
    """
    cores = crew.cores()
    with ProcessPoolExecutor(cores) as pool:
        list(pool.map(_wraps, [1] * cores, [opened] * cores))  # the processes are there
        began = time.perf_counter()
        list(pool.map(_wraps, [FLOOR] * cores, [opened] * cores))
        return (time.perf_counter() - began) * count / (FLOOR * cores)


def _wraps(count: int, opened: int) -> None:
    old, new = x25519.Identity.generate(), x25519.Identity.generate()
    wrap, recipient = pyrage.encrypt(str(x25519.Identity.generate()).encode(), [old.to_public()]), new.to_public()
    for _ in range(count):
        again = pyrage.encrypt(pyrage.decrypt(wrap, [old]), [recipient])
        for _ in range(opened - 1):
            pyrage.decrypt(again, [new])


def measure() -> list[Figure]:
    """Every figure of this module, each in a folder of its own."""
    found = []
    for figures in (revealing, membership):
        with tempfile.TemporaryDirectory() as folder:
            found += figures(Path(folder))
    return found


if __name__ == "__main__":
    for figure in measure():
        print(figure)
