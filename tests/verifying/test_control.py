"""Members, keys and rules: who may change them, and what may never go."""

from collections.abc import Callable

import pytest

from archivectl.members import signing
from archivectl.members.signing import Signer
from verifying.office import COMPANY, Office

Attack = Callable[[Office], object]
POSTS, MANAGER = "posts:\n  - clerk\n", "  - manager\n"
CLERK, ADMIN = "members/wang.wei.yaml", "members/li.na.yaml"


def edit(path: str, old: str, new: str, by: str = "li.na") -> Attack:
    """Commit a file with one text in it replaced everywhere."""

    def attack(office: Office) -> None:
        text = office.read(path)
        assert old.encode() in text
        office.commit({path: text.replace(old.encode(), new.encode())}, "member.update", by=by)

    return attack


def remove(path: str) -> Attack:
    return lambda office: office.commit({path: None}, "member.update")


def add_key(path: str, by: str, key: str = "") -> Attack:
    """Commit a member file with one more signing key."""

    def attack(office: Office) -> None:
        public = key or signing.public_of(signing.generate())
        row = f'- {{key: "{public}", since: "2026-03-02", made_by: {by}, retired: null}}\n'
        office.commit({path: office.read(path) + row.encode()}, "member.update", by=by)

    return attack


def drop_key(office: Office) -> None:
    add_key(CLERK, "li.na")(office)
    office.commit({CLERK: b"".join(office.read(CLERK).splitlines(keepends=True)[:-1])}, "member.update")


def shared_key(office: Office) -> None:
    add_key(CLERK, "li.na", office.key("sun.li").public)(office)


def with_content(office: Office) -> None:
    record = office.record(COMPANY, lambda data: data.update(keeper="sun.li"))
    member = office.read(CLERK).replace(b"email: wang.wei", b"email: wei")
    office.commit({COMPANY: record, CLERK: member}, "record.update", "member.update")


def unretired(office: Office) -> None:
    """A retired administrator brings himself back with the help of a clerk's key."""
    edit(CLERK, "\nretired: null", '\nretired: "2026-03-02"')(office)
    edit(CLERK, '\nretired: "2026-03-02"', "\nretired: null", by="sun.li")(office)


def old_generation(office: Office) -> None:
    path = "keys/levels.yaml"
    edit(path, "generation: 1", "generation: 2")(office)


def add_office(office: Office, old: str, new: str) -> None:
    """A second office, and then another change of archive.yaml."""
    edit("archive.yaml", "offices:\n", "offices:\n  BJ: 北京\n")(office)
    edit("archive.yaml", old, new)(office)


def schemas(office: Office) -> None:
    """Versions are numbers: 1.9 is older than 1.10."""
    edit("archive.yaml", '"1.0"', '"1.10"')(office)
    edit("archive.yaml", '"1.10"', '"1.9"')(office)


def reserved(office: Office) -> None:
    """A member under a name that means something else."""
    text = office.read(CLERK).replace(b"handle: wang.wei", b"handle: outside")
    text = text.replace(office.key("wang.wei").public.encode(), signing.public_of(signing.generate()).encode())
    office.commit({"members/outside.yaml": text}, "member.add")


def register(path: str, kind: str, *, then: bytes | None = b"") -> Attack:
    """A register like that of stops, and what becomes of its file in the next commit."""

    def attack(office: Office) -> None:
        office.commit({path: office.read(HOLDS).replace(b"kind: hold", f"kind: {kind}".encode())}, "regime.adopt")
        if then != b"":
            office.commit({path: then}, "regime.adopt")

    return attack


HOLDS, SALES = "regime/registers/hold.yaml", "regime/registers/sale.yaml"
ENTRY, RECORD = "{kind}-{year}-{sequence:4}", "{office}-{sequence:6}"
NO_ENTRIES, NO_RECORDS = "cannot number entries", "cannot number records"
ATTACKS: dict[str, tuple[Attack, str]] = {
    "a calendar that states no days": (
        lambda office: office.commit(
            {"regime/calendar/2026.yaml": b"year: 2026\noff: [2026-02-30]\nwork: []\n"}, "regime.calendar"
        ),
        "no day of 2026",
    ),
    "a clerk changes the rules": (
        edit("regime/base.yaml", "renew: same", "renew: barred", by="wang.wei"),
        "only an administrator",
    ),
    "an archivist changes a member": (
        edit(CLERK, POSTS, POSTS + MANAGER, by="sun.li"),
        "only an administrator",
    ),
    "a member takes a post": (edit(CLERK, POSTS, POSTS + MANAGER, by="wang.wei"), "only an administrator"),
    "a member changes his name": (edit(CLERK, "name: wang.wei", "name: chen.jing", by="wang.wei"), "only an administrator"),
    "an administrator takes a post": (
        edit(ADMIN, "posts:\n  - archivist\n", "posts:\n  - archivist\n  - manager\n"),
        "more rights",
    ),
    "an administrator adds a key of his own": (add_key(ADMIN, "li.na"), "more rights"),
    "a key that is another's": (shared_key, "same signing key"),
    "a key that is gone": (drop_key, "never removed"),
    "a key that was changed": (edit(CLERK, "made_by: li.na", "made_by: wang.wei"), "never removed"),
    "a member who is gone": (remove(CLERK), "never removed"),
    "a member brought back by an archivist": (unretired, "only an administrator"),
    "the last administrator": (edit(ADMIN, "roles:\n  - admin\n", "roles:\n"), "without an administrator"),
    "control and content": (with_content, "together with members"),
    "a weakened schema": (edit("schemas/customer.schema.json", "^enc:1:", "^.*"), "than this version's schema"),
    "a schema that is gone": (remove("schemas/customer.schema.json"), "than this version's schema"),
    "a generation that is gone": (old_generation, "never removed"),
    "newer rules": (edit("archive.yaml", "rules: 1", "rules: 2"), "rules 2"),
    "another id": (lambda o: edit("archive.yaml", o.archive().id, "A" * 26)(o), "changed “id”"),
    "a simulation": (edit("archive.yaml", "simulated: false", "simulated: true"), "changed “simulated”"),
    "no rules at all": (remove("regime/base.yaml"), "no regime/base.yaml"),
    "rules before the first": (edit("archive.yaml", "rules: 1", "rules: 0"), "no rules 0"),
    "an older format": (edit("archive.yaml", "format: 1", "format: 0"), "Format"),
    "older schemas": (edit("archive.yaml", 'schemas: "1.0"', 'schemas: "0.10"'), "took “schemas”"),
    "schemas that only sort later": (schemas, "took “schemas”"),
    "an office that is gone": (lambda o: add_office(o, "  BJ: 北京\n", ""), "took the office BJ out"),
    "no office": (edit("archive.yaml", "offices:\n  SH: SH\n", "offices: {}\n"), "there is no office"),
    "entries without a dash": (edit("archive.yaml", ENTRY, "{kind}{year}{sequence:4}"), NO_ENTRIES),
    "entries without a kind": (edit("archive.yaml", ENTRY, "{year}-{sequence:4}"), NO_ENTRIES),
    "entries without a year": (edit("archive.yaml", ENTRY, "{kind}-{sequence:4}"), NO_ENTRIES),
    "entries without a sequence": (edit("archive.yaml", ENTRY, "{kind}-{year}"), NO_ENTRIES),
    "entries with a year twice": (edit("archive.yaml", ENTRY, "{kind}-{year}-{year}-{sequence:4}"), NO_ENTRIES),
    "entries that end in a year": (edit("archive.yaml", ENTRY, "{kind}-{sequence:4}-{year}"), NO_ENTRIES),
    "entries in a folder": (edit("archive.yaml", ENTRY, "{kind}/{year}-{sequence:4}"), NO_ENTRIES),
    "entries that begin with a dash": (edit("archive.yaml", ENTRY, "-{kind}-{year}-{sequence:4}"), NO_ENTRIES),
    "records without a sequence": (edit("archive.yaml", RECORD, "{office}-1"), NO_RECORDS),
    "records without a dash": (edit("archive.yaml", RECORD, "{office}{sequence:6}"), NO_RECORDS),
    "records of two offices in one series": (lambda o: add_office(o, RECORD, "C-{sequence:6}"), NO_RECORDS),
    "a register without a step": (edit("regime/registers/record.yaml", "  update:", "  change:"), "misses the steps update"),
    "a stop that is never lifted": (edit(HOLDS, "  lift:", "  keep:"), "misses the steps lift"),
    "a register that is none": (edit("regime/registers/loan.yaml", "steps:\n", "stages:\n"), "steps"),
    "no register of records": (remove("regime/registers/record.yaml"), "no register “record”"),
    "a register under another name": (register(SALES, "hold"), "its kind is not the name of the file"),
    "a register that is gone": (register(SALES, "sale", then=None), "took the register sale away"),
    "a member called outside": (reserved, "its handle is not"),
    "a member called recovery": (edit(CLERK, "handle: wang.wei", "handle: recovery"), "its handle is not"),
    "an administrator in another department": (edit(ADMIN, "department: null", "department: 财务部"), "more rights"),
    "a member file that is none": (edit(CLERK, "clearance: internal", "clearance: everything"), "is not written as it must be"),
    "a handle of another file": (edit(CLERK, "handle: wang.wei", "handle: wang"), "its handle is not"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_change_of_members_keys_or_rules_is_found(office: Office, name: str) -> None:
    attack, words = ATTACKS[name]
    attack(office)
    found = office.findings()
    assert {finding.rule for finding in found} == {"verify/control"}, [finding.text for finding in found]
    assert any(words in finding.text for finding in found), [finding.text for finding in found]


ALLOWED: dict[str, Attack] = {
    "another gets a post": edit(CLERK, POSTS, POSTS + MANAGER),
    "another gets a key": add_key(CLERK, "li.na"),
    "another is retired": edit(CLERK, "\nretired: null", '\nretired: "2026-03-02"'),
    "a member gives up a post": edit(CLERK, POSTS, "posts: []\n", by="wang.wei"),
    "a member retires": edit(CLERK, "\nretired: null", '\nretired: "2026-03-02"', by="wang.wei"),
    "the rules change": edit("regime/base.yaml", "renew: same", "renew: barred"),
    "another changes department": edit(CLERK, "department: null", "department: 财务部"),
    "an administrator gives up a post": edit(ADMIN, "posts:\n  - archivist\n", "posts: []\n"),
    "countersigning is asked for": edit("archive.yaml", "countersign: 0", "countersign: 1"),
    "an office is added": edit("archive.yaml", "offices:\n", "offices:\n  BJ: 北京\n"),
    "one office numbers without its code": edit("archive.yaml", RECORD, "C-{sequence:6}"),
    "entries begin with the year": edit("archive.yaml", ENTRY, "{year}{kind}-{sequence:4}"),
    "newer schemas": edit("archive.yaml", 'schemas: "1.0"', 'schemas: "1.10"'),
    "a register of the house": register(SALES, "sale"),
    "an administrator writes a page": lambda office: office.commit({"README.md": b"hello\n"}),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_an_administrator_or_the_member_may_do_is_no_finding(office: Office, name: str) -> None:
    ALLOWED[name](office)
    assert [finding.text for finding in office.findings()] == []


def test_a_new_key_signs_from_the_next_commit_on(office: Office) -> None:
    private = signing.generate()
    add_key(CLERK, "li.na", signing.public_of(private))(office)
    record = office.record(COMPANY, lambda data: data.update(keeper="sun.li"))
    office.commit({COMPANY: record}, "record.update", by="wang.wei", key=Signer.load(private))
    assert office.findings() == []
