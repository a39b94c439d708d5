"""Another grade of a file, where the rules raise its content with it: what stands too low is opened and sealed anew.

What stood there before stays in history under the keys it had; interactions and scans keep theirs until the record gets new keys
(``key rekey``). A lower grade opens nothing.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archivectl import attachments
from archivectl.archive import Archive
from archivectl.encryption.envelope import LEVELS, is_sealed, parse
from archivectl.errors import Refused
from archivectl.records import fields, interactions
from archivectl.records.model import Record
from archivectl.records.sealing import stands_below


class MustOpen(Refused):
    """A value that is to be sealed anew, and that the actor may not read."""

    message = "{path} ({level}) has to be sealed anew as {wanted}; {member} is cleared up to {clearance}."
    hint = "Ask one of them to grade the file: {able}. archivectl update {record} --set secrecy={grade} --reason TEXT"


class Regraded(NamedTuple):
    """What another grade came to: the paths sealed anew, what stays under the keys it has, and whether the grade went down."""

    anew: tuple[str, ...]
    left: tuple[str, ...]
    lower: bool


def lifted(archive: Archive, record: Record, data: Mapping[str, Any], *, opening: bool) -> dict[str, Any]:
    """The values that stay in a record's new data and stand below what its grade asks, by path, in clear.

    Sealed ones are among them where ``opening``; raises MustOpen, KeyGone.
    """
    grade, found = archive.regime.raised_to(data), dict[str, Any]()
    for path, value in fields.walk(data) if grade in LEVELS else ():
        wanted = fields.level_of(path, record.subject, grade)
        if not stands_below(value, wanted) or fields.get(record.data, path) != value:
            continue
        sealed = parse(value) if is_sealed(value) else None
        if sealed and not opening:
            continue
        if sealed and not archive.me.cleared(sealed.level):
            able = [one.handle for one in archive.members.values() if one.cleared(sealed.level)]
            told = {"able": ", ".join(able) or "—", "record": record.label, "grade": grade, "wanted": wanted}
            me = archive.me
            raise MustOpen(path=path, level=sealed.level, member=me.handle, clearance=me.clearance, **told)
        found[path] = archive.opener.open(value, path, record.uid, data.get("keys") or ()) if sealed else value
    return found


def regraded(archive: Archive, record: Record, data: Mapping[str, Any], anew: Mapping[str, Any]) -> Regraded | None:
    """What there is to be told of another grade; None where the rules raise nothing, or it is the one it was."""
    was, now = (str(one.get("secrecy")) for one in (record.data, data))
    rank = [LEVELS.index(level) if level in LEVELS else -1 for level in (was, now)]
    if not archive.regime.raised_to(data) or not (anew or rank[0] != rank[1]):
        return None
    folder = interactions.folder(record.uid).rstrip("/")
    met = [interactions.NAME] if any(archive.repository.tree(archive.tip, folder)) else []
    left = (*attachments.digests(record.data), *met) if rank[1] > rank[0] else ()
    return Regraded(tuple(anew), left, lower=rank[0] > rank[1])
