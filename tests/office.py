"""A small office to act in: an archive with five members, founded once a run and copied for each test that asks for it."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from archivectl import founding, membership
from archivectl.archive import Archive
from archivectl.members.home import Home
from archivectl.store.repository import Repository
from archivectl.store.transaction import writing
from program import Program

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NOW = "2026-03-02T10:00"
STAFF = (
    ("wang.wei", "王伟", "clerk", "internal"),
    ("chen.jing", "陈静", "manager", "secret"),
    ("zhao.lei", "赵磊", "supervisor", "confidential"),
    ("sun.yan", "孙燕", "supervisor", "confidential"),
)


@dataclass(frozen=True, slots=True)
class Office:
    """The folders of one office, and the program in them."""

    archive: Path
    home: Home
    run: Program

    @contextmanager
    def acting(self, member: str = "li.na", now: str = NOW) -> Iterator[Archive]:
        """The archive, locked, as a member acts on it at a civil time, by the clock too."""
        at = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
        with (
            Repository.open(self.archive) as repository,
            writing(repository, 10),
            closing(Archive(repository, self.home, at=at, today=now, member=member)) as archive,
        ):
            yield archive

    def destroy(self, number: str = "1") -> str:
        """Destroy a file with everybody's signature, and answer its uid."""
        with self.acting() as archive:
            uid = archive.record(number).uid
        done = self.run("destroy", "execute", self.sign_for(number))
        assert done.status == 0, done.err
        return uid

    def sign_for(self, number: str = "1") -> str:
        """Propose to destroy a file, and give every signature that takes; the number of the list."""
        entry = self.run("destroy", "propose", number, "--reason", "期满", "--json").json["list"]
        for member, step in (("chen.jing", ()), ("zhao.lei", ("destroy", "supervise")), ("sun.yan", ("destroy", "supervise"))):
            done = self.run(*(step or ("approve",)), entry, member=member)
            assert done.status == 0, done.err
        return str(entry)


def found(folder: Path) -> None:
    """Found an archive in ``folder``/archive, its home in ``folder``/home, li.na its first member."""
    home = Home(folder / "home")
    founding.found(folder / "archive", home, founding.Charter("li.na", "李娜", "li.na@example.cn", "SH", (), AT))
    for handle, name, role, level in STAFF:
        with Repository.open(folder / "archive") as repository, writing(repository, 10):
            archive = Archive(repository, home, at=AT, member="li.na")
            who = membership.Candidate(handle, name, f"{handle}@example.cn", (role,), (), level)
            membership.add(archive, who)


def copy(model: Path, run: Program) -> Office:
    """A copy of the office in the program's folder; what lies in ``model`` is founded first if need be."""
    if not (model / "archive").exists():
        found(model)
    for name in ("archive", "home"):
        shutil.copytree(model / name, run.folder / name, symlinks=True)
    archive = run.folder / "archive"
    settings = {"ARCHIVECTL_ARCHIVE": str(archive), "ARCHIVECTL_TODAY": NOW}
    return Office(archive, Home(run.folder / "home"), replace(run, environment={**run.environment, **settings}))
