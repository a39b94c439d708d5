"""An entry's file: what is written is read again, what is none is refused, and its signatures hold by stock tools."""

import shutil
import subprocess
from pathlib import Path

import pytest

from archivectl import yaml_text
from archivectl.registers import entry as entries
from archivectl.registers.entry import NotAnEntry
from office import Office
from registers.entries import UID, event

PATH = "registers/loan/2026/0/JY-2026-0031.yaml"
HEAD = entries.head("loan", "7QXA" + "A" * 22, [{"uid": UID, "part": "documents[dK3F7Q]"}], {"mode": "loan", "term": "14d"}, [])
LINE = entries.event_line(event("a", "request", data={"rule": {"term": "14d"}}))
TEXT = entries.text("JY-2026-0031", HEAD, [LINE])


def test_an_entry_is_read_as_it_was_written() -> None:
    signed = entries.with_signature(LINE, "U1NI")
    text = entries.text("JY-2026-0031", HEAD, [signed, entries.event_line(event("b", "hand_out", "a"))])
    found = entries.parse(text.encode(), PATH)
    assert (found.id, found.kind, found.uids, found.columns) == ("JY-2026-0031", "loan", (UID,), {"mode": "loan", "term": "14d"})
    assert found.head == HEAD
    assert [(one.act, one.sig) for one in found.events] == [("request", "U1NI"), ("hand_out", "")]
    assert entries.text(found.id, found.head, [one.line for one in found.events]) == text
    unsigned = entries.signed_text("M4Q", found.uid, found.head, LINE)
    assert entries.signed_text("M4Q", found.uid, found.head, signed) == unsigned


def test_an_event_stands_on_one_line_with_its_keys_in_order() -> None:
    row = {"sig": "x", "data": {"opinion": "a, {b}\n"}, "id": "A", "keys": [], "after": (), "act": "approve", "means": "paper"}
    assert entries.event_line(row) == r'- {id: A, act: approve, means: paper, data: {opinion: "a, {b}\n"}, sig: x}'


def test_the_signer_is_who_recorded_what_was_not_signed() -> None:
    rows = [event("a", "approve", means=means, recorder="wang.wei") for means in ("signed", "paper", "message")]
    text = entries.text("JY-2026-0031", HEAD, [entries.event_line(row) for row in rows])
    assert [one.signer for one in entries.parse(text.encode(), PATH).events] == ["li.na", "wang.wei", "wang.wei"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (entries.MODELINE, ""),
        ("id: JY-2026-0031\n", ""),
        ("events:\n", "acts:\n"),
        ("events:\n" + LINE, "events:"),
        (LINE, LINE.replace(", act:", ",\n  act:")),
        (LINE, LINE + "\nnote: later"),
        ("kind: loan\n", ""),
        ("uid: 7QX", "number: 7QX"),
        ("kind: loan", "kind: [loan]"),
        ("id: JY-2026-0031", "id: 31"),
        ("act: request, ", ""),
        ("act: request", "act: {a: 1}"),
        (f"- {{uid: {UID}", f"- {UID}\n- {{uid: {UID}"),
        ("- {id:", "- [id]\n- {id:"),
        (TEXT, ""),
        (TEXT, "[]\n"),
    ],
)
def test_what_is_no_entry_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(NotAnEntry, match=r"registers/loan/2026/0/JY-2026-0031\.yaml is not a register entry"):
        entries.parse(TEXT.replace(old, new, 1).encode(), PATH)


@pytest.mark.parametrize(("number", "folder"), [("JY-2026-0999", 0), ("JY-2026-1000", 1), ("JY-2026-12345", 12)])
def test_a_folder_holds_a_thousand_entries(number: str, folder: int) -> None:
    assert entries.path("loan", "2026", number) == f"registers/loan/2026/{folder}/{number}.yaml"


BY_HAND = r"""
head=$(sed -n '3,/^events:$/p' "$1" | sed '$d' | sha256sum | cut -d' ' -f1)
line=$(tail -n 1 "$1" | sed 's/, sig: "[^"]*"}$/}/')
printf 'archivectl event 1\narchive %s\nentry %s\nhead %s\n%s\n' "$2" "$3" "$head" "$line" > text
(echo '-----BEGIN SSH SIGNATURE-----'; tail -n 1 "$1" | sed 's/.*, sig: "//; s/"}$//' | fold -w 70; echo
 echo '-----END SSH SIGNATURE-----') > text.sig
ssh-keygen -Y verify -f signers -I li.na -n archivectl -s text.sig < text
"""


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
def test_an_event_is_verified_with_five_lines_of_shell_and_one_changed_letter_is_not(office: Office) -> None:
    number = office.run("create", "--subject", "organisation", "--set", "name=上海示例贸易有限公司").out.strip()
    office.run("hold", number, "--reason", "诉讼")
    path = office.archive / "registers/hold/2026/0/TY-2026-0001.yaml"
    config = yaml_text.load(office.archive.joinpath("archive.yaml").read_bytes())
    key = yaml_text.load(office.archive.joinpath("members/li.na.yaml").read_bytes())["signing"][0]["key"]
    Path(office.run.folder, "signers").write_text(f"li.na {key}\n", encoding="utf-8")
    entry = entries.parse(path.read_bytes(), path.name)

    def verified(file: Path) -> bool:
        command = ["sh", "-c", BY_HAND, "sh", str(file), config["id"], entry.uid]
        return subprocess.run(command, cwd=office.run.folder, capture_output=True, check=False).returncode == 0

    assert verified(path)
    text = path.read_text(encoding="utf-8")
    for old, new in (("act: place", "act: lift"), ("kind: hold", "kind: loan"), ("forbid: destroy", "forbid: use")):
        assert old in text
        changed = office.run.folder / "changed.yaml"
        changed.write_text(text.replace(old, new), encoding="utf-8")
        assert not verified(changed)
