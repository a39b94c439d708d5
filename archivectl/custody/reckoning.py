"""Whether the keyring agrees with the archive: keys that are missing, keys that belong to nothing, files that are damaged."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.custody import lapsed, places
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import KeyringDamaged
from archivectl.i18n import N_, Sentence
from archivectl.records import layout

_UID = re.compile(rb'^uid: "?([A-Z2-7]{26})"?$', re.MULTILINE)
_NAME = re.compile(rb'^(?:number|id): "?([^"\n]+?)"?$', re.MULTILINE)
_KEY = re.compile(rb'level: ([a-z-]+), of: "?([^",}]+)"?, epoch: [0-9]+, recipient: "?(age1[0-9a-z]+)')
_SOME = 2000  # files between two words about how far it is
_READING = N_("Comparing keys")

_REMOTE = N_("the remote {remote} has it: archivectl key remote sync")
_NOWHERE = N_(
    "no keyring at hand has it: archivectl key remote sync, first on the machine where it was written; or archivectl key restore "
    "BACKUP"
)
_DESTROYED = N_("what it opened is destroyed, so it must go: archivectl key remote sync")
_STRANGE = N_("no file or entry here names it; fetch newer commits, for they may: git pull. Otherwise it opens nothing")


class Disagreement(NamedTuple):
    """One thing wrong: ``missing``, ``surplus`` or ``damaged``; of which file or entry, whose key of which level, and why.

    ``recipient`` is the key's public half; of what is damaged only ``why`` tells.
    """

    what: str
    label: str
    uid: str
    level: str
    of: str
    recipient: str
    why: Sentence


class _Key(NamedTuple):
    level: str
    of: str


def disagreements(archive: Archive) -> Iterator[Disagreement]:
    """Compare every file and entry of the newest commit with the keyring of this machine; nothing is opened.

    Raises:
        KeyringAway.
    """
    archive.keyring.demand()
    held, damaged = _held(archive.keyring)
    yield from damaged
    gone, forgotten = lapsed.uids(archive), lapsed.recipients(archive)
    known, labels = dict[str, dict[str, _Key]](), dict[str, str]()
    for uid, label, keys in _named(archive):
        labels[uid] = label
        lapsing = forgotten.get(uid, frozenset())
        known[uid] = {} if uid in gone else {key: what for key, what in keys.items() if key not in lapsing}
        for recipient in known[uid].keys() - held.get(uid, set()):
            level, of = known[uid][recipient].level, known[uid][recipient].of
            yield Disagreement("missing", label, uid, level, of, recipient, _where(archive, uid, recipient))
    for uid, recipients in held.items():
        for recipient in sorted(recipients - known.get(uid, {}).keys()):
            destroyed = uid in gone or recipient in forgotten.get(uid, ())
            why = Sentence(_DESTROYED if destroyed else _STRANGE)
            yield Disagreement("surplus", labels.get(uid, ""), uid, "", "", recipient, why)


def _held(keyring: Keyring) -> tuple[dict[str, set[str]], list[Disagreement]]:
    """The recipients that have rows, by uid, and what is damaged."""
    held, damaged = dict[str, set[str]](), list[Disagreement]()
    for name in keyring.shards():
        for _path, rows in keyring.readable(name):
            if isinstance(rows, KeyringDamaged):
                damaged.append(Disagreement("damaged", "", "", "", "", "", Sentence(rows.message, **rows.values)))
                continue
            for row in rows:
                held.setdefault(row.uid, set()).add(row.recipient)
    return held, damaged


def _named(archive: Archive) -> Iterator[tuple[str, str, dict[str, _Key]]]:
    """Uid, number and keys by recipient of every file and entry, as their bytes tell."""
    folders = (layout.RECORDS.rstrip("/"), layout.REGISTERS.rstrip("/"))
    files = [file for folder in folders for file in archive.repository.tree(archive.tip, folder)]
    for done, (_blob, text) in enumerate(archive.repository.blobs(file.blob for file in files)):
        if done % _SOME == 0:
            archive.progress(_READING, done, len(files))
        if uid := _UID.search(text):
            name = _NAME.search(text)
            label = name[1].decode() if name and name[1] != b"null" else uid[1].decode()
            keys = {key.decode(): _Key(level.decode(), of.decode()) for level, of, key in _KEY.findall(text)}
            yield uid[1].decode(), label, keys


def _where(archive: Archive, uid: str, recipient: str) -> Sentence:
    """Where a key that is missing could be had."""
    for name, keyring in places.reachable(archive).items():
        try:
            if any(row.recipient == recipient for row in keyring.rows(uid)):
                return Sentence(_REMOTE, remote=name)
        except (KeyringDamaged, OSError):
            continue
    return Sentence(_NOWHERE)
