"""An archive with several members and a little history, and the means to forge what archivectl would never write."""

import base64
import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from archivectl import approvals, destruction, intake, loans, membership, yaml_text
from archivectl.archive import Archive
from archivectl.finding import Finding
from archivectl.founding import Charter, found
from archivectl.members import signing
from archivectl.members.home import Home
from archivectl.members.signing import Signer, armor
from archivectl.records import text as record_text
from archivectl.registers import entry as entries
from archivectl.store.repository import Repository
from archivectl.store.transaction import writing
from archivectl.verifying.replay import replay

AT = datetime(2026, 3, 2, 1, 12, 44, tzinfo=UTC)
TODAY = "2026-03-02"
PERSON = "customers/SH/0/SH-000001.yaml"  # on the list, opened by the archivist
COMPANY = "customers/SH/0/SH-000002.yaml"  # on loan, with a contact
GUARDED = "customers/SH/0/SH-000003.yaml"  # opened by a clerk who may not read it; lent with approval only
LIST = "registers/destruction/2026/0/XH-2026-0001.yaml"  # approved, and supervised by one of two
LOAN = "registers/loan/2026/0/JY-2026-0001.yaml"  # lent
REQUEST = "registers/loan/2026/0/JY-2026-0002.yaml"  # waits for the manager
STRANGER = Signer.load(signing.generate())

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Office:
    """One archive and the machine on which all its members work; ``at`` is everybody's clock."""

    repository: Repository
    home: Home
    fingerprint: str
    at: datetime = AT

    @property
    def tip(self) -> str:
        return self.repository.resolve("main")

    def archive(self, member: str = "li.na", today: str = "") -> Archive:
        return Archive(self.repository, self.home, at=self.at, member=member, today=today)

    def act(self, member: str, what: Callable[Concatenate[Archive, P], T], *args: P.args, **more: P.kwargs) -> T:
        """Do something as archivectl does it."""
        with writing(self.repository, 10), closing(self.archive(member)) as archive:
            return what(archive, *args, **more)

    def findings(self, since: str | None = None) -> list[Finding]:
        told = replay(self.repository, fingerprint=self.fingerprint, until=self.tip, since=since, at=self.at)
        return list(told)

    def read(self, path: str) -> bytes:
        found = self.repository.read(self.tip, path)
        assert found is not None, path
        return found

    def data(self, path: str) -> dict[str, Any]:
        return dict(yaml_text.load(self.read(path)))

    def record(self, path: str, change: Callable[[dict[str, Any]], object]) -> bytes:
        """A record's text with its data changed."""
        data = self.data(path)
        change(data)
        return record_text.dump(data)

    def key(self, member: str) -> Signer:
        return self.home.signer(self.archive().id, member)

    def git(self, *arguments: str, given: bytes = b"", index: str = "index") -> str:
        place = self.repository.place
        environment = {**os.environ, "GIT_INDEX_FILE": str(place.git_dir / index)}
        done = subprocess.run(
            ["git", *arguments], cwd=place.work_tree, input=given, capture_output=True, check=True, env=environment
        )
        return done.stdout.decode().strip()

    def tree(self, writes: Mapping[str, bytes | None], mode: str = "100644") -> str:
        """The tree of the newest commit with some files changed or (None) removed."""
        self.git("read-tree", self.tip, index="forged")
        rows = []
        for path, content in writes.items():
            blob = "0" * 40 if content is None else self.git("hash-object", "-w", "--stdin", given=content)
            rows.append(f"{'0' if content is None else mode} {blob}\t{path}\n")
        self.git("update-index", "--index-info", given="".join(rows).encode(), index="forged")
        return self.git("write-tree", index="forged")

    def commit(self, writes: Mapping[str, bytes | None], *acts: str, by: str = "li.na", date: str = TODAY, **more: Any) -> str:
        """Commit with git's plumbing, signed by a member (or by ``key``, or not at all with ``key=None``)."""
        tree = self.tree(writes, more.get("mode", "100644"))
        trailers = [f"Archive-Act: {act}" for act in acts] + ([f"Archive-Date: {date}"] if date else [])
        trailers += [f"Archive-Reason: {more.get('reason', '核对')}"] if more.get("reason", "核对") else []
        when = int(more.get("when", self.at).timestamp())
        lines = [
            f"tree {tree}",
            *(f"parent {parent}" for parent in more.get("parents", [self.tip])),
            *(f"{role} {by} <{by}@example.cn> {when} +0000" for role in ("author", "committer")),
            "",
            more.get("subject", f"{acts[0] if acts else 'forge'}: a file") + "\n\n" + "\n".join(trailers) + "\n",
        ]
        payload = "\n".join(lines).encode()
        key = more["key"] if "key" in more else self.key(by)
        raw = payload if key is None else _with_signature(payload, key.sign(more.get("signed", payload), "git"))
        made = self.git("hash-object", "-t", "commit", "-w", "--stdin", given=raw)
        self.git("update-ref", "refs/heads/main", made)
        self.git("reset", "--quiet", "--hard")
        return made

    def event(self, path: str, act: str, *, by: str, key: Signer | None = None, **stated: Any) -> bytes:
        """An entry with one more event, which says what archivectl would say unless something else is stated."""
        text = self.read(path)
        entry = entries.parse(text, path)
        archive = self.archive(by if by != "outside" else stated["recorder"])
        records = archive.records_of(entry.uids)
        row = {
            "id": "FFFFFFFFFFFF",
            "act": act,
            "by": by,
            "date": TODAY,
            "at": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "after": [entry.events[-1].id],
            "means": "signed",
            "regime": archive.regime.digest,
            "items": {record.uid: record.digest for record in records},
            **stated,
        }
        line = entries.event_line(row)
        signer = key or self.key(stated.get("recorder", by))
        signature = signer.sign(entries.signed_text(archive.id, entry.uid, entry.head, line), "archivectl")
        return text + entries.with_signature(line, base64.b64encode(signature).decode()).encode() + b"\n"

    def append(self, path: str, act: str, *, by: str, **stated: Any) -> str:
        """Commit one more event of an entry, by its own signer."""
        kind = path.split("/")[1]
        return self.commit({path: self.event(path, act, by=by, **stated)}, f"{kind}.{act}", by=stated.get("recorder", by))


def _with_signature(payload: bytes, signature: bytes) -> bytes:
    head, _, message = payload.partition(b"\n\n")
    return head + b"\ngpgsig " + armor(signature).rstrip("\n").replace("\n", "\n ").encode() + b"\n\n" + message


def members(office: Office) -> None:
    """A clerk, a manager, two supervisors and a second archivist."""
    for handle, roles, posts, clearance in (
        ("wang.wei", ("clerk",), (), "internal"),
        ("chen.jing", (), ("manager",), "top-secret"),
        ("zhou.min", (), ("supervisor",), "top-secret"),
        ("wu.lei", (), ("supervisor",), "top-secret"),
        ("sun.li", ("archivist",), (), "top-secret"),
    ):
        candidate = membership.Candidate(handle, handle, f"{handle}@example.cn", roles, posts, clearance)
        office.act("li.na", membership.add, candidate)


def build(folder: Path, home: Home) -> str:
    """Found the archive of these tests; the fingerprint."""
    charter = Charter("li.na", "李娜", "li.na@example.cn", "SH", (), AT)
    founded = found(folder, home, charter)
    with Repository.open(folder) as repository:
        office = Office(repository, home, founded.fingerprint)
        members(office)
        office.act("li.na", intake.create, "person", {"name": "张三", "phone": "13800138000"})
        company = {"name": "兴隆商行", "contacts[cK3F7Q].name": "李四", "contacts[cK3F7Q].phone": "13800138000"}
        office.act("li.na", intake.create, "organisation", company)
        office.act("wang.wei", intake.create, "person", {"name": "王五", "secrecy": "confidential"})
        borrowed = {"mode": "loan", "borrower": "wang.wei", "purpose": "核对"}
        office.act("wang.wei", loans.lend, "2", borrowed, ("3d", ""))
        office.act("wang.wei", loans.lend, "3", borrowed, ("", ""))
        listed = office.act("li.na", destruction.propose, ["1"], "期满").id
        office.act("chen.jing", approvals.approve, listed)
        office.act("zhou.min", destruction.supervise, listed)
    return founded.fingerprint
