"""The page in every archive that says how to read it without archivectl, followed to the letter by a plain shell."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from archivectl import approvals, intake, loans
from verifying.conftest import model, office
from verifying.office import Office

__all__ = ["model", "office"]
PAGE = "READ-WITHOUT-ARCHIVECTL.md"
_TOOLS = ("git", "age", "ssh-keygen", "base64", "sha256sum")
pytestmark = pytest.mark.skipif(any(shutil.which(tool) is None for tool in _TOOLS), reason="age or ssh-keygen is not installed")


def blocks(office: Office) -> list[str]:
    """The shell blocks of the page as the archive has it; the first one is what the reader fills in."""
    return re.findall(r"^```sh\n(.*?)^```$", office.read(PAGE).decode(), re.DOTALL | re.MULTILINE)


def followed(office: Office, member: str = "li.na", file: str = "", entry: str = "", event: str = "") -> str:
    """What a shell prints that has the page's blocks typed into it, with the reader's own words in the first."""
    settings = {"KEYS": office.home.folder, "MEMBER": member, "FILE": file, "ENTRY": entry, "EVENT": event}
    first, second, third, *rest = blocks(office)
    assert set(re.findall(r"^([A-Z]+)=", first, re.MULTILINE)) == set(settings)
    chosen = [second if file else second.replace('opened "$FILE"\n', ""), third if entry else "", *rest]
    script = "".join(f"{name}='{value}'\n" for name, value in settings.items()) + "".join(chosen)
    path = {"PATH": ":".join(sorted({str(Path(shutil.which(tool) or "").parent) for tool in _TOOLS} | {"/usr/bin", "/bin"}))}
    temporary = office.home.folder.parent / "shell"
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        ["sh", "-e", "-u"],
        input=script,
        cwd=office.repository.place.work_tree,
        env={**path, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_what_the_page_begins_with_is_where_a_linux_machine_keeps_it(office: Office) -> None:
    home = office.home.folder.parent / "somebody"
    (home / ".config").mkdir(parents=True)
    (home / ".config" / "archivectl").symlink_to(office.home.folder)
    script = blocks(office)[0] + 'ls "$KEYS"/identities/*/"$MEMBER.age" "$FILE" "$ENTRY"'
    place, environment = office.repository.place.work_tree, {"HOME": str(home), "PATH": os.environ["PATH"]}
    assert subprocess.run(["sh", "-e", "-u"], input=script, cwd=place, env=environment, text=True, check=False).returncode == 0


def values(told: str) -> dict[str, Any]:
    """The values by path in what the shell printed."""
    rows = (json.loads(line) for line in told.splitlines() if line.startswith('{"key"'))
    return {row["path"]: row["value"] for row in rows}


def test_ten_records_are_read_with_stock_tools(office: Office) -> None:
    for number in range(4, 14):
        known = {"name": f"客户{number}", "phone": "13800138000", "note": "每季度联系\n一次", "email": f"{number}@example.cn"}
        known |= {"identity.id_number": "11010519491231002X"} if number == 4 else {}
        office.act("sun.li" if number % 2 else "li.na", intake.create, "person", known)
        path = f"customers/SH/0/SH-{number:06}.yaml"
        assert known.items() >= (told := values(followed(office, file=path))).items(), path
        assert {"name", "phone"} <= told.keys()


def test_a_contact_and_an_entry_open_under_keys_of_their_own(office: Office) -> None:
    assert values(followed(office, file="customers/SH/0/SH-000002.yaml")) == {
        "contacts[cK3F7Q].name": "李四",
        "contacts[cK3F7Q].phone": "13800138000",
    }
    told = values(followed(office, file="registers/loan/2026/0/JY-2026-0001.yaml"))
    assert told == {"columns.borrower": "wang.wei", "columns.purpose": "核对"}


def test_the_recovery_sheet_opens_what_a_member_opens(office: Office) -> None:
    sheet = office.home.sheet(office.archive().id)
    assert sheet is not None
    secret = next(line for line in sheet.read_text(encoding="utf-8").split() if line.startswith("AGE-SECRET-KEY-1"))
    kept = office.home.folder / "identities" / office.archive().id / "recovery.age"
    kept.write_text(f"{secret}\n", encoding="ascii")
    assert values(followed(office, member="recovery", file="customers/SH/0/SH-000001.yaml"))["name"] == "张三"


def test_an_approval_and_the_newest_commit_check_with_stock_tools(office: Office) -> None:
    entry = "registers/loan/2026/0/JY-2026-0002.yaml"
    office.act("chen.jing", approvals.approve, "JY-2")
    event = office.data(entry)["events"][1]["id"]
    office.act("wang.wei", loans.hand_out, "JY-2")
    told = followed(office, entry=entry, event=event)
    assert 'Good "archivectl" signature for chen.jing' in told
    assert 'Good "git" signature for wang.wei' in told
    assert 'Good "archivectl" signature for wang.wei' in followed(office, entry=entry)


def test_one_changed_byte_of_an_approval_does_not_check(office: Office) -> None:
    entry = "registers/loan/2026/0/JY-2026-0002.yaml"
    office.act("chen.jing", approvals.approve, "JY-2")
    path = office.repository.place.work_tree / entry
    path.write_bytes(path.read_bytes().replace(b"act: approve", b"act: refusee"))
    with pytest.raises(AssertionError, match=r"incorrect signature|Could not verify"):
        followed(office, entry=entry)


def test_nothing_in_clear_is_left_behind(office: Office) -> None:
    followed(office, file="customers/SH/0/SH-000001.yaml")
    left = office.home.folder.parent / "shell"
    assert list(left.iterdir()) == []
