"""Proof that the recovery sheet works: its identity opens every level key, and through them a sample of what is sealed.

The secret comes as text, from a file or standard input, never as an argument; nothing of it is kept.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archivectl import cases, yaml_text
from archivectl.archive import Archive
from archivectl.custody import sampling
from archivectl.custody.sharing import Holder
from archivectl.encryption import age
from archivectl.errors import KeyMissing, WrongUsage
from archivectl.i18n import N_, Sentence
from archivectl.members import sheet, signing
from archivectl.members.member import LEVELS, RECOVERY, Member
from archivectl.records.opening import Opener

DUTY = "key-drill"
_SHUT = N_("{path} of {record} does not open with the keys that the sheet opens.")
_LEVEL = N_("the {level} key (generation {generation}) does not open with the sheet")
_SIGNER = N_("the signing key on the sheet is not the one that the archive knows")
_UNREADABLE = N_("the signing key on the sheet cannot be read")
_FOUND = "恢复单未能开启全部密钥"  # kept in the register, in Chinese


class NoSheet(WrongUsage):
    """A text that is no recovery sheet."""

    message = "{path} holds no decryption identity."
    hint = "Give a text file with the line AGE-SECRET-KEY-1… of the recovery sheet: --recovery FILE"


class Mistyped(WrongUsage):
    """A sheet that was typed from paper with a mistake, which the check digits of its identity tell."""

    message = "{path}: the decryption identity (AGE-SECRET-KEY-1…) is not typed as it stands on the sheet."
    hint = "Compare that line of {path} with the printed sheet, letter by letter, mend it, and repeat the command."


class OtherSheet(KeyMissing):
    """A sheet that the archive does not name."""

    message = "The identity given is none that this archive names as its recovery identity."
    hint = "Compare the archive's id on the sheet, and type the key anew; then: archivectl key drill --recovery FILE"


class Reader(NamedTuple):
    """Who opens keys: a member with their identities, or whoever holds the recovery sheet."""

    member: Member
    identities: Sequence[str]


class Drilled(NamedTuple):
    """What a drill showed: what is wrong, how many sealed values there are and were opened, and the entry that tells of it.

    ``entry`` is empty where the rules of the archive know no such duty of the actor's.
    """

    findings: tuple[Sentence, ...]
    sealed: int
    opened: int
    entry: str


def by_sheet(text: str, path: object) -> Reader:
    """Who holds a recovery sheet with this text; raises NoSheet, Mistyped."""
    found = sheet.identities(text)
    if not found:
        raise NoSheet(path=path)
    try:
        for identity in found:
            age.demand_identity(identity)
    except age.DoesNotOpen:
        raise Mistyped(path=path) from None
    return Reader(Member(RECOVERY, RECOVERY, "", None, (), (), LEVELS[-1], None, (), ()), found)


def holder(archive: Archive, text: str, path: object) -> Holder:
    """Who holds the sheet of this archive with this text; raises NoSheet, OtherSheet."""
    reader = by_sheet(text, path)
    if not {_recipient(secret) for secret in reader.identities} & set(archive.level_keys.recovering):
        raise OtherSheet
    return Holder(RECOVERY, reader.identities)


def drill(archive: Archive, text: str, path: object) -> Drilled:
    """Prove that the sheet with this text opens the archive's keys, and enter what came of it.

    Raises:
        NoSheet, OtherSheet, KeyringAway.
    """
    archive.keyring.demand()
    reader = Reader(by_sheet(text, path).member, holder(archive, text, path).identities)
    findings = [*_shut(archive, reader), *_signer(archive, text)]
    opener = Opener(archive.keyring, reader.member, reader.identities)
    wrong, seen = sampling.opened(archive.repository, archive.tip, opener, _SHUT)
    findings += wrong
    return Drilled(tuple(findings), seen.sealed, seen.opened, cases.done(archive, DUTY, _FOUND if findings else ""))


def _recipient(secret: str) -> str | None:
    try:
        return age.recipient_of(secret)
    except KeyMissing:
        return None


def _shut(archive: Archive, reader: Reader) -> Iterator[Sentence]:
    """The level keys of today that the sheet does not open."""
    for level in archive.level_keys.levels:
        current = archive.level_keys.current(level)
        try:
            archive.keyring.level_secret(level, current.generation, RECOVERY, reader.identities, current.recipient)
        except KeyMissing:
            yield Sentence(_LEVEL, level=level, generation=current.generation)


def _signer(archive: Archive, text: str) -> Iterator[Sentence]:
    """What is wrong with the signing key on the sheet, where the text has one."""
    found = sheet.private(text)
    if not found:
        return
    path = f"members/{RECOVERY}.yaml"
    rows = yaml_text.load(archive.repository.read(archive.tip, path) or b"", path)["signing"]
    try:
        public = signing.public_of(found)
    except KeyMissing:
        yield Sentence(_UNREADABLE)
        return
    if public not in {row["key"] for row in rows if row.get("retired") is None}:
        yield Sentence(_SIGNER)
