"""Whether the keyring agrees with the archive: keys that are missing, keys that belong to nothing, files that are damaged."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.custody import lapsed, places, readers
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import KeyringDamaged, is_for_one
from archivectl.errors import KeyMissing
from archivectl.i18n import N_, Sentence
from archivectl.records import layout

_NAME = re.compile(rb'^(?:number|id): "?([^"\n]+?)"?$', re.MULTILINE)
_KEY = re.compile(rb'level: ([a-z-]+), of: "?([^",}]+)"?, epoch: [0-9]+, ' + layout.RECIPIENT.pattern)
_SOME = 2000  # files between two words about how far it is
_READING = N_("Comparing keys")

_REMOTE = N_("the remote {remote} has it: archivectl key remote sync")
_NOWHERE = N_(
    "no keyring at hand has it: archivectl key remote sync, first on the machine where it was written; or archivectl key restore "
    "BACKUP"
)
_DESTROYED = N_("what it opened is destroyed, so it must go: archivectl key remote sync")
_SPOILT = N_(
    "the {level} key (generation {generation}) of {handle} that lies here is damaged, is another key, or opens to others too: "
    "archivectl key remote sync, or whoever has that key: archivectl key share {handle}"
)
_EXPOSED = N_(
    "this key was wrapped for somebody besides the readers of its level; the file is sealed anew by: archivectl key rekey "
    "{label} --reason TEXT"
)
_LEFT = N_(
    "the file or entry is here and does not name it: a command that broke off left it, or newer commits name it, so take them "
    "in: archivectl sync. Otherwise it opens nothing"
)
_STRANGE = N_("no file or entry here names it; take in newer commits, for they may: archivectl sync. Otherwise it opens nothing")


class Disagreement(NamedTuple):
    """One thing wrong: ``missing``, ``surplus``, ``damaged``, ``exposed``; of which file or entry, whose key of which level, why.

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
    """Compare every file and entry of the newest commit with the keyring of this machine; only the actor's level keys are opened.

    Raises:
        KeyringAway.
    """
    archive.keyring.demand()
    yield from _level_keys(archive)
    held, exposed, damaged = _held(archive.keyring)
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
        for recipient in sorted(known[uid].keys() & exposed.get(uid, set())):
            level, of = known[uid][recipient]
            yield Disagreement("exposed", label, uid, level, of, recipient, Sentence(_EXPOSED, label=label))
    for uid, recipients in held.items():
        for recipient in sorted(recipients - known.get(uid, {}).keys()):
            destroyed = uid in gone or recipient in forgotten.get(uid, ())
            why = Sentence(_DESTROYED if destroyed else _LEFT if uid in labels else _STRANGE)
            yield Disagreement("surplus", labels.get(uid, ""), uid, "", "", recipient, why)


def _level_keys(archive: Archive) -> Iterator[Disagreement]:
    """The level keys that lie here and are none: those of others by their form, the actor's once opened."""
    found = set(readers.spoilt(archive.keyring, archive.level_keys, archive.members))
    with suppress(KeyMissing):  # whose identity is elsewhere has theirs judged by their form alone
        found |= set(readers.shut(archive.keyring, archive.level_keys, archive.me, archive.opener.identities))
    for handle, level, generation in sorted(found):
        why = Sentence(_SPOILT, level=Sentence(level), generation=generation, handle=handle)
        yield Disagreement("damaged", handle, "", level, "", "", why)


def _held(keyring: Keyring) -> tuple[dict[str, set[str]], dict[str, set[str]], list[Disagreement]]:
    """The recipients that have rows, and those of them wrapped for others too, by uid; and what is damaged."""
    held, exposed, damaged = dict[str, set[str]](), dict[str, set[str]](), list[Disagreement]()
    for name in keyring.shards():
        for _path, rows in keyring.readable(name):
            if isinstance(rows, KeyringDamaged):
                damaged.append(Disagreement("damaged", "", "", "", "", "", Sentence(rows.message, **rows.values)))
                continue
            for row in rows:
                held.setdefault(row.uid, set()).add(row.recipient)
                if not is_for_one(row):
                    exposed.setdefault(row.uid, set()).add(row.recipient)
    return held, exposed, damaged


def _named(archive: Archive) -> Iterator[tuple[str, str, dict[str, _Key]]]:
    """Uid, number and keys by recipient of every file and entry, as their bytes tell."""
    folders = (layout.RECORDS.rstrip("/"), layout.REGISTERS.rstrip("/"))
    files = [file for folder in folders for file in archive.repository.tree(archive.tip, folder)]
    for done, (_blob, text) in enumerate(archive.repository.blobs(file.blob for file in files)):
        if done % _SOME == 0:
            archive.progress(_READING, done, len(files))
        if uid := layout.UID.search(text):
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
