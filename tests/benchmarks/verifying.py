"""Judging a history of 10,000 commits, each made by the program's own acts, beside git's check of the signatures alone."""

import re
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path

from archivectl import founding, intake, loans
from archivectl.archive import Archive
from archivectl.members.home import Home
from archivectl.store.repository import Repository
from archivectl.store.transaction import writing
from benchmarks.archives import AT
from benchmarks.commands import program, timed
from benchmarks.figures import Figure

COMMITS = 10_000
_ACTS = 5  # commits for each record
_SAMPLE = 500  # commits that git checks, for git starts a process for each
_FEW = 3


def lived(folder: Path, commits: int) -> Path:
    """An archive in which each record was opened, changed, lent, returned and classified, a commit each."""
    home, place = Home(folder / "home"), folder / "archive"
    founding.found(place, home, founding.Charter("li.na", "李娜", "li.na@example.cn", "SH", (), AT))
    with Repository.open(place) as repository, writing(repository, 10):
        for turn in range(commits // _ACTS):
            archive = Archive(repository, home, at=AT + timedelta(minutes=turn), member="li.na")
            number = str(turn + 1)
            contact = {"contacts[cK3F7Q].name": "李四", "contacts[cK3F7Q].phone": "13800138000"}
            intake.create(archive, "organisation", {"name": f"上海示例{turn}贸易有限公司", **contact})
            intake.update(archive, number, {"note": "每季度联系一次"}, (), "核对")
            loans.lend(archive, number, {"mode": "loan", "borrower": "王伟", "purpose": "核对"}, ("", ""))
            loans.give_back(archive, number)
            intake.classify(archive, number, {"grade": "A"}, "归类")
    return place


def measure() -> list[Figure]:
    """``verify`` from the first commit, and again; git's check of each commit's signature, from a sample of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive, home = lived(folder, COMMITS), folder / "home"
        cold = min(timed(lambda: program("verify", "--anew", home=home, archive=archive))() for _turn in range(_FEW))
        warm = min(timed(lambda: program("verify", home=home, archive=archive))() for _turn in range(_FEW))
        checked = timed(lambda: _by_git(archive))() * COMMITS / _SAMPLE
    return [
        Figure(f"verify, {COMMITS:,} commits / git log --format=%G?", cold, checked, COMMITS / 1000, absolute=True),
        Figure(f"verify again, {COMMITS:,} commits / git log --format=%G?", warm, checked, 1, absolute=True),
    ]


def _by_git(archive: Path) -> None:
    """What git says of the signatures of the newest commits."""
    member = (archive / "members/li.na.yaml").read_text(encoding="utf-8")
    signers = archive.parent / "signers"
    signers.write_text(f"li.na@example.cn {re.findall('ssh-ed25519 [A-Za-z0-9+/=]+', member)[0]}\n", encoding="ascii")
    command = ["git", "-c", f"gpg.ssh.allowedSignersFile={signers}", "log", f"-{_SAMPLE}", "--format=%G?"]
    told = subprocess.run(command, cwd=archive, capture_output=True, check=True).stdout.split()
    if told != [b"G"] * _SAMPLE:
        raise SystemExit(f"git does not take the signatures: {told[:3]}")
