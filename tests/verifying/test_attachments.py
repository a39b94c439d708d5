"""Scans of papers: each comes with the paper that names it, never changes, and goes when nothing names it any more."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archivectl import intake
from archivectl.attachments import Source
from archivectl.intake import contents
from archivectl.records import layout
from verifying.office import COMPANY, GUARDED, PERSON, Office

Attack = Callable[[Office], object]
CIPHERTEXT = b"age-encryption.org/v1\n-> X25519 one\nkey\n--- mac\n"
OTHER = b"age-encryption.org/v1\n-> X25519 two\nkey\n--- mac\n"
SHARED = b"age-encryption.org/v1\n-> X25519 one\nkey\n-> X25519 two\nkey\n--- mac\n"
ENDLESS = b"age-encryption.org/v1\n-> X25519 one\nkey\n-> a-grease\n" + b"A" * 4096 + b"\n-> X25519 two\nkey\n--- mac\n"


def place(content: bytes) -> str:
    return layout.attached(hashlib.sha256(content).hexdigest())


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def scanned(office: Office, tmp_path: Path) -> Office:
    """The office with a scan of a paper of the company and one of the guarded file."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF")
    for number in ("2", "3"):
        office.act("li.na", contents.add, number, "document", {"kind": "合同"}, scan)
    assert office.findings() == []
    return office


def object_of(office: Office, path: str) -> str:
    return layout.attached(str(office.data(path)["documents"][0]["object"]))


def naming(path: str, content: bytes, number: str = "dAAAAA") -> Callable[[Office], bytes]:
    """A record's text with one more paper whose scan is that content."""

    def edit(data: dict[str, Any]) -> None:
        data["documents"] = [*(data.get("documents") or ()), {"id": number, "kind": "合同", "object": digest(content)}]

    return lambda office: office.record(path, edit)


def added(office: Office, *contents_: bytes, path: str = COMPANY, by: str = "li.na") -> None:
    """Commit a paper with its scan as archivectl would."""
    writes: dict[str, bytes | None] = {place(content): content for content in contents_}
    office.commit({path: naming(path, contents_[0])(office), **writes}, "record.add", by=by)


def dropped(office: Office, path: str = COMPANY, *, object_too: bool = True, by: str = "li.na", whole: bool = False) -> None:
    """Commit a record whose paper names its scan no more, or has gone whole."""

    def edit(data: dict[str, Any]) -> None:
        if whole:
            del data["documents"]
        else:
            del data["documents"][0]["object"]

    gone: dict[str, bytes | None] = {object_of(office, path): None} if object_too else {}
    office.commit({path: office.record(path, edit), **gone}, "record.remove" if whole else "record.update", by=by)


def renamed(office: Office) -> None:
    """A paper of the person's names the scan of the company's."""
    stolen = object_of(office, COMPANY).rpartition("/")[2].removesuffix(".age")

    def edit(data: dict[str, Any]) -> None:
        data["documents"] = [{"id": "dBBBBB", "object": stolen}]

    office.commit({PERSON: office.record(PERSON, edit)}, "record.add")


def named_twice(office: Office) -> None:
    texts = {path: naming(path, CIPHERTEXT)(office) for path in (COMPANY, PERSON)}
    office.commit({**texts, place(CIPHERTEXT): CIPHERTEXT}, "record.add")


def swapped(office: Office) -> None:
    """The digest of another scan, while the one before stays."""

    def edit(data: dict[str, Any]) -> None:
        data["documents"][0]["object"] = digest(CIPHERTEXT)

    office.commit({COMPANY: office.record(COMPANY, edit), place(CIPHERTEXT): CIPHERTEXT}, "record.update")


def pointer(content: bytes) -> bytes:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest(content)}\nsize {len(content)}\n".encode()


def pointed(office: Office) -> None:
    office.commit({COMPANY: naming(COMPANY, CIPHERTEXT)(office), place(CIPHERTEXT): pointer(CIPHERTEXT)}, "record.add")


ATTACKS: dict[str, tuple[Attack, str, str]] = {
    "other bytes than the name says": (
        lambda o: o.commit({COMPANY: naming(COMPANY, CIPHERTEXT)(o), place(CIPHERTEXT): OTHER}, "record.add"),
        "verify/object",
        "not what its name says",
    ),
    "a scan encrypted for a stranger too": (lambda o: added(o, SHARED), "verify/object", "for somebody besides the key"),
    "a scan whose second recipient stands far behind": (lambda o: added(o, ENDLESS), "verify/object", "for somebody besides"),
    "an attachment that nothing names": (
        lambda o: added(o, CIPHERTEXT, OTHER),
        "verify/object",
        "no event and no paper in it names",
    ),
    "an attachment alone": (lambda o: o.commit({place(OTHER): OTHER}, "record.add"), "verify/object", "no event and no paper"),
    "a paper without its scan": (
        lambda o: o.commit({COMPANY: naming(COMPANY, CIPHERTEXT)(o)}, "record.add"),
        "verify/object",
        "did not come with it",
    ),
    "the scan of somebody else's paper": (renamed, "verify/object", "did not come with it"),
    "a scan that two papers name": (named_twice, "verify/object", "more than once"),
    "a scan changed": (lambda o: o.commit({object_of(o, COMPANY): OTHER}, "record.update"), "verify/object", "never change"),
    "a scan removed": (lambda o: o.commit({object_of(o, COMPANY): None}, "record.update"), "verify/object", "removed"),
    "a scan left behind": (lambda o: dropped(o, object_too=False), "verify/object", "left the attachment"),
    "a scan left behind by a paper": (lambda o: dropped(o, object_too=False, whole=True), "verify/object", "left the attachment"),
    "a scan left behind by another": (swapped, "verify/object", "left the attachment"),
    "a scan removed blindly": (lambda o: dropped(o, by="wang.wei"), "verify/keys", "without clearance"),
    "a pointer where git keeps scans": (pointed, "verify/object", "pointer of git-lfs"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_forged_change_of_a_scan_is_found(scanned: Office, name: str) -> None:
    attack, rule, words = ATTACKS[name]
    attack(scanned)
    told = [(finding.rule, finding.text) for finding in scanned.findings()]
    assert any(found == rule and words in text for found, text in told), told


def test_a_record_that_named_the_scan_of_another_does_not_take_it_along(scanned: Office) -> None:
    """Not even the finding of the theft makes its second half legal."""
    renamed(scanned)
    before = len(scanned.findings())
    scanned.commit({object_of(scanned, COMPANY): None}, "record.update")
    assert len(scanned.findings()) > before


ALLOWED: dict[str, Attack] = {
    "a paper with its scan": lambda o: added(o, CIPHERTEXT),
    "a clerk's paper with its scan": lambda o: added(o, CIPHERTEXT, path=GUARDED, by="wang.wei"),
    "a scan taken away": dropped,
    "a paper taken away": lambda o: dropped(o, whole=True),
    "by archivectl": lambda o: o.act("li.na", intake.update, "2", {}, ["documents"], "重复"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_signer_may_do_with_a_scan_is_no_finding(scanned: Office, name: str) -> None:
    ALLOWED[name](scanned)
    assert [finding.text for finding in scanned.findings()] == []


def test_a_scan_replaced_by_archivectl_is_no_finding(scanned: Office, tmp_path: Path) -> None:
    better = tmp_path / "better.pdf"
    better.write_bytes(b"better")
    document, before = scanned.data(COMPANY)["documents"][0]["id"], object_of(scanned, COMPANY)
    scanned.act("li.na", intake.update, "2", {f"documents[{document}].object": Source(better)}, (), "重扫")
    assert scanned.repository.blob(scanned.tip, before) is None
    assert [finding.text for finding in scanned.findings()] == []
