"""Founding an archive: its rules, its first member, its keys, the recovery sheet, and the commit everything is pinned to."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from archivectl import yaml_text
from archivectl.archive import Archive
from archivectl.cases import Work, random_id
from archivectl.encryption import age
from archivectl.encryption.envelope import LEVELS
from archivectl.errors import Refused, WrongUsage
from archivectl.i18n import N_
from archivectl.members import member as members
from archivectl.members import sheet, signing
from archivectl.members.home import Home, Pin
from archivectl.members.member import Key, Member
from archivectl.records import numbering, schema, settings
from archivectl.regime import calendar
from archivectl.regime import load as regimes
from archivectl.registers import kinds
from archivectl.snapshot import FORMAT, RULES
from archivectl.store import drivers
from archivectl.store.repository import Repository
from archivectl.store.transaction import Draft, commit, writing

ZONE = "Asia/Shanghai"
ATTRIBUTES_FILE = ".gitattributes"
ATTRIBUTES = """\
*.yaml text eol=lf
*.age -text -diff -merge
customers/**/*.yaml diff=archivectl merge=archivectl
interactions/**/*.yaml diff=archivectl merge=archivectl
registers/**/*.yaml diff=archivectl merge=union
"""
SPARING = "*.age -delta\n"  # ciphertexts have nothing in common, and searching large scans for it takes git ten times as long


class NotEmpty(Refused):
    """A folder that already holds something."""

    message = "{folder} is not empty."
    hint = "Choose a folder that does not exist yet, or an empty one."


class BadCode(WrongUsage):
    """An office code or handle that cannot stand in a file name."""

    message = "“{text}” cannot be {what}."
    hint = "An office code is like SH or BJ2; a handle is like li.na."


@dataclass(frozen=True, slots=True)
class Charter:
    """What an archive is founded with; its first member is administrator and archivist, cleared for every level.

    ``regulations`` are those that come with the program, or files of one's own. ``at`` is the real clock; ``today``, where it is
    stated, the day of the founding, from which on anything can be due.
    """

    handle: str
    name: str
    email: str
    office: str
    regulations: tuple[str, ...]
    at: datetime
    today: str = ""
    simulated: bool = False

    @property
    def day(self) -> str:
        """The civil date of the founding."""
        return settings.evaluated({"time_zone": ZONE}, self.at, self.today)[:10]


@dataclass(frozen=True, slots=True)
class Founded:
    """A new archive: its id, fingerprint (hex) and where its recovery sheet lies."""

    archive: str
    fingerprint: str
    sheet: Path


def found(folder: Path, home: Home, charter: Charter) -> Founded:
    """Make an archive in a folder that is empty or not there yet; either all of it is made or nothing.

    Raises:
        NotEmpty, BadCode, CannotWrite, and what ``load.texts`` raises.
    """
    regime = check(folder, charter)
    with in_place(folder) as building:
        return _build(building, home, charter, regime)


@contextmanager
def in_place(folder: Path) -> Iterator[Path]:
    """A folder beside one that is empty or not there yet, which it becomes at the end; whatever ends it before, it is gone."""
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield building
        if folder.exists():
            folder.rmdir()
        building.chmod(0o755)
        building.rename(folder)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def refuse_full(folder: Path) -> None:
    """Raise NotEmpty where a folder that something is to be made in holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(folder=folder)


def check(folder: Path, charter: Charter) -> dict[str, bytes]:
    """The regime's files, once nothing speaks against founding; raises what ``found`` raises."""
    if not numbering.is_code(charter.office):
        raise BadCode(text=charter.office, what=N_("an office code"))
    if not numbering.is_handle(charter.handle):
        raise BadCode(text=charter.handle, what=N_("a handle"))
    refuse_full(folder)
    return regimes.texts(charter.regulations)


def _build(folder: Path, home: Home, charter: Charter, regime: dict[str, bytes]) -> Founded:
    archive, recovery = random_id(26), (age.generate(), signing.generate())
    identity, private = age.generate(), signing.generate()
    home.add_identity(archive, charter.handle, identity[0], private)
    writes = {
        **regime,
        **kinds.texts(),
        **calendar.around(int(charter.day[:4])),
        **_keys(home, archive, charter, identity[1], recovery[0][1]),
        **_members(charter, identity[1], signing.public_of(private), signing.public_of(recovery[1])),
        "archive.yaml": _config(archive, charter),
        ATTRIBUTES_FILE: (ATTRIBUTES + SPARING).encode(),
        "READ-WITHOUT-ARCHIVECTL.md": files("archivectl.pages").joinpath("read-without.md").read_bytes(),
        **{f"schemas/{path.name}": path.read_bytes() for path in sorted(schema.folder().glob("*.json"))},
    }
    with Repository.create(folder) as repository, writing(repository, 0):
        drivers.install(repository)
        for setting in {"user.name": charter.name, "user.email": charter.email}.items():  # git's own merges bear a name, too
            repository.configure(*setting)
        message = "archive.init: a new archive\n\nArchive-Act: archive.init\n"
        draft = Draft(base=None, writes=writes, message=message, author=charter.name, email=charter.email, when=charter.at)
        signer = signing.Signer.load(private)
        root = commit(repository, draft, lambda payload: signing.armor(signer.sign(payload, "git")))
        fingerprint = hashlib.sha256(repository.commit(root).raw).hexdigest()
        home.save_pin(Pin(archive, fingerprint, "made-here", root, None, RULES))
        machine = _remember(home, archive, charter.handle)
        page = home.save_sheet(archive, sheet.text(archive, fingerprint, recovery[0][0], recovery[1]))
        _register_machine(Archive(repository, home, at=charter.at, today=charter.today, member=charter.handle), machine)
    return Founded(archive, fingerprint, page)


def _members(charter: Charter, recipient: str, public: str, recovery: str) -> dict[str, bytes]:
    """The founder's file and that of the recovery signer."""
    today = charter.day
    keys = tuple((Key(key, today, charter.handle, None),) for key in (recipient, public))
    held = ("archivist",), ("admin", "archivist")
    founder = Member(charter.handle, charter.name, charter.email, None, *held, "top-secret", None, *keys)
    row = {"key": recovery, "since": today, "made_by": charter.handle, "retired": None}
    return {
        members.path(charter.handle): members.text(founder).encode(),
        members.path(members.RECOVERY): members.recovery_text([row]).encode(),
    }


def _keys(home: Home, archive: str, charter: Charter, recipient: str, recovery: str) -> dict[str, bytes]:
    """Make the first generation of every level key, wrapped for the founder and for recovery; the file that lists them."""
    keyring, since = home.keyring(archive), charter.day
    keyring.create()
    levels = {}
    for level in LEVELS:
        secret, public = age.generate()
        keyring.store_level(level, 1, charter.handle, recipient, secret)
        keyring.store_level(level, 1, members.RECOVERY, recovery, secret)
        levels[level] = [{"generation": 1, "recipient": public, "since": since}]
    data = {"levels": levels, "recovery": [{"recipient": recovery, "since": since}]}
    return {"keys/levels.yaml": yaml_text.dump(data, lambda at: at[-1] in {*LEVELS, "recovery"}, _modeline("levels")).encode()}


def _modeline(name: str) -> str:
    return f"# yaml-language-server: $schema=../schemas/{name}.schema.json\n"


def _config(archive: str, charter: Charter) -> bytes:
    data = {
        "format": FORMAT,
        "id": archive,
        "rules": RULES,
        "schemas": schema.RELEASE,
        "simulated": charter.simulated,
        "countersign": 0,
        "offices": {charter.office: charter.office},
        "numbering": {"record": "{office}-{sequence:6}", "entry": "{kind}-{year}-{sequence:4}"},
        "time_zone": ZONE,
        "working_hours": "09:00-17:30",
        "fiscal_year": "01-01",
        "languages": ["zh", "en"],
        "keyrings": [],
    }
    return yaml_text.dump(data, head="# yaml-language-server: $schema=schemas/archive.schema.json\n").encode()


def _remember(home: Home, archive: str, handle: str) -> str:
    """Note on this machine who acts in the archive by default; returns the machine's id."""
    settings = home.settings()
    machine = str(settings.get("machine") or random_id(12))
    archives = {**settings.get("archives", {}), archive: {"member": handle}}
    home.save_settings({"machine": machine, "archives": archives})
    return machine


def _register_machine(archive: Archive, machine: str) -> None:
    """The first entry of the register of key copies: this machine's keyring."""
    work = Work.opening(archive, "key-copy", [], {"place": "machine", "name": machine})
    work.step("take")
    work.commit()
