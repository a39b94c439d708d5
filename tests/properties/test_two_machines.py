"""Two machines that do anything at random and sync now and then: what came of it is the same on both, whole, and lawful."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from machines import connect, git, second
from office import Office

ROUNDS, STEPS = 3, 6
WHY = ("--reason", "核对")
FIELDS = ("note", "phone", "address.city", "website")


def opened(office: Office, chance: random.Random) -> None:
    office.run("create", "--subject", "organisation", "--set", f"name=客户{chance.randrange(10**6)}")


def changed(office: Office, chance: random.Random) -> None:
    office.run("update", one(office, chance), "--set", f"{chance.choice(FIELDS)}=值{chance.randrange(9)}", *WHY)


def emptied(office: Office, chance: random.Random) -> None:
    office.run("update", one(office, chance), "--unset", chance.choice(FIELDS), *WHY)


def met(office: Office, chance: random.Random) -> None:
    office.run("add", one(office, chance), "contact", f"name=人{chance.randrange(9)}", "position=经理")


def parted(office: Office, chance: random.Random) -> None:
    number = one(office, chance)
    contacts = office.run("show", number, "--json").json.get("contacts") or []
    if contacts:
        office.run("remove", number, f"contacts[{chance.choice(contacts)['id']}]", *WHY)


def promoted(office: Office, chance: random.Random) -> None:
    number = one(office, chance)
    contacts = office.run("show", number, "--json").json.get("contacts") or []
    if contacts:
        path = f"contacts[{chance.choice(contacts)['id']}].position=职{chance.randrange(9)}"
        office.run("update", number, "--set", path, *WHY)


def visited(office: Office, chance: random.Random) -> None:
    office.run("add", one(office, chance), "interaction", "kind=visit", f"content=谈{chance.randrange(99)}")


def lent(office: Office, chance: random.Random) -> None:
    office.run("lend", one(office, chance), "--to", "王伟", "--purpose", "核对", "--for", "3d")


def returned(office: Office, chance: random.Random) -> None:
    out = [row["id"] for row in office.run("register", "list", "loan", "--json").json if row["state"] == "lent"]
    if out:
        office.run("return", chance.choice(out))


def stopped(office: Office, chance: random.Random) -> None:
    office.run("hold", one(office, chance), "--forbid", "destroy", "--reason", "诉讼")


def reviewed(office: Office, chance: random.Random) -> None:
    office.run("review", one(office, chance), "--outcome", "confirmed")


def scanned(office: Office, chance: random.Random) -> None:
    number = one(office, chance)
    papers = office.run("show", number, "--json").json.get("documents") or []
    scan = office.run.folder / "scan.pdf"
    scan.write_bytes(b"%PDF " + str(chance.random()).encode())
    if papers:
        office.run("update", number, "--set", f"documents[{chance.choice(papers)['id']}].file=@{scan}", *WHY)
    else:
        office.run("add", number, "document", "kind=营业执照", f"file=@{scan}")


def drafted(office: Office, chance: random.Random) -> None:
    office.run("create", "--subject", "organisation", "--set", f"name=草稿{chance.randrange(10**6)}", "--draft")


def filed(office: Office, chance: random.Random) -> None:
    drafts = [row["uid"] for row in office.run("list", "--json").json if row["status"] == "draft"]
    if drafts:
        done = office.run("submit", chance.choice(drafts), "--json")
        office.run("accept", done.json["entry"])


def brought(office: Office, chance: random.Random) -> None:
    table = office.run.folder / "table.csv"
    table.write_text(f"名称,备注\n导入{chance.randrange(10**6)},新\n", "utf-8")
    office.run("import", str(table), "--yes")


def undone(office: Office, chance: random.Random) -> None:
    imports = [row["id"] for row in office.run("register", "list", "import", "--json").json if row["state"] == "brought"]
    if imports:
        office.run("undo", chance.choice(imports), "--yes", "--reason", "导错")


ACTS: tuple[Callable[[Office, random.Random], None], ...] = (
    opened, changed, changed, emptied, met, parted, promoted, promoted, visited, lent, returned, stopped, reviewed,
    scanned, scanned, drafted, filed, filed, brought, undone,
)  # fmt: skip


def one(office: Office, chance: random.Random) -> str:
    row = chance.choice(office.run("list", "--json").json)
    return str(row["number"] or row["uid"])


def synced(office: Office, chance: random.Random) -> Any:
    done = office.run("sync", "--json")
    if done.status == 4:
        done = office.run("sync", "resolve", chance.choice(("--ours", "--theirs")), "--json")
    assert done.status == 0, done.err + done.out
    return done.json


def entries(office: Office) -> dict[str, set[str]]:
    """The events of every entry, by its uid: nothing that was ever signed goes."""
    found = {}
    for path in (office.archive / "registers").rglob("*.yaml"):
        lines = path.read_text("utf-8").splitlines()
        uid = next(line for line in lines if line.startswith("uid:"))
        found[uid] = {line for line in lines if line.startswith("- {id:")}
    return found


@pytest.mark.parametrize("seed", range(4))
def test_whatever_two_machines_do_they_end_with_the_same_and_nothing_is_wrong_with_it(office: Office, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    assert office.run("create", "--subject", "organisation", "--set", "name=甲公司").status == 0
    (office.run.folder / "nas").mkdir()
    assert office.run("key", "remote", "add", "nas", str(office.run.folder / "nas")).status == 0
    connect(office)
    machines = [office, second(office)]
    if seed % 2:
        for machine in machines:
            synced(machine, chance)
    for _round in range(ROUNDS):
        for machine in machines:
            for _step in range(STEPS):
                chance.choice(ACTS)(machine, chance)
        kept = [entries(machine) for machine in machines]
        for machine in (*machines, machines[0]):
            synced(machine, chance)
        after = entries(machines[0])
        for before in kept:
            assert all(lines <= after[uid] for uid, lines in before.items())
    assert len({git(machine.archive, "rev-parse", "main") for machine in machines}) == 1
    for machine in machines:
        done = machine.run("verify")
        assert done.status == 0, done.out
        found = machine.run("check", "--format", "json").json
        assert {each["rule"] for each in found} <= {"clash"}, found
        assert git(machine.archive, "status", "--porcelain") == ""
