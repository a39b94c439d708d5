"""Which records a condition selects, by what the index knows of them and by sealed values that identify.

Sealed values are compared exactly, as far as the reader is cleared; nothing of them is shown or kept in clear.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

from archivectl import drafts
from archivectl.archive import Archive
from archivectl.encryption import names
from archivectl.encryption.envelope import LEVELS, is_sealed, parse
from archivectl.encryption.names import NamesCache
from archivectl.errors import Conflict, KeyMissing, Unreadable
from archivectl.i18n import N_
from archivectl.members.home import NoMember
from archivectl.members.member import ONLOOKER
from archivectl.records import fields, text
from archivectl.records.opening import uncleared
from archivectl.search import digests, expression
from archivectl.search.digests import Digests, Looked
from archivectl.search.expression import Condition
from archivectl.search.index import LIVING, Row
from archivectl.store.transaction import writing

_SOME = 100  # records between two words about how far it is
_WAIT = 0.2  # seconds: the digests are only a convenience
_ITEM = re.compile(r"\[[^\[\]]*\]")
_SHORTEST = 6  # letters and digits of a word that may be a number of somebody


class Seeking:
    """Who holds which sealed values, asked many times; every record is looked into once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._looked: dict[str, list[tuple[str, str]]] = {}  # by field: what was opened just now, by whom it is about

    @cached_property
    def _digests(self) -> Digests:
        archive, keys = self._archive, dict[str, bytes]()
        for level in filter(archive.me.cleared, LEVELS):
            with suppress(KeyMissing):
                current, opener = archive.levels[level], archive.opener
                secret = opener.keyring.level_secret(level, current.generation, archive.me.handle, opener.identities)
                keys[level] = digests.derived(secret, archive.id)
        found = Digests(archive.repository.own_folder, keys)
        found.keep(self._rows)
        return found

    @cached_property
    def _rows(self) -> Mapping[str, Row]:
        return {row.uid: row for row in self._archive.index.records(LIVING)}

    def look(self, asked: Iterable[fields.Field], most: int | None = None) -> bool:
        """Look into the records that changed since their digests were made; False where that are more than ``most``."""
        paths = [field.path for field in asked if field.path not in self._looked]
        stale = self._digests.stale(paths, {uid: row.blob for uid, row in self._rows.items()})
        if most is not None and len(stale) > most:
            return False
        self._looked.update((path, []) for path in paths)
        found = list(self._opened([(self._rows[uid], wanted) for uid, wanted in stale.items()]))
        for each in found:
            for path, _level, value in each.values:
                self._looked[path].append((each.uid, value))
        self._keep(found)
        return True

    def holders(self, field: fields.Field, value: str) -> set[str]:
        """The uids of the living records that hold a value, sealed, at a field that was looked into.

        Of values that the reader is not cleared for, or whose keys are not here, it tells nothing.
        """
        sure = digests.normal(field, value)
        fresh = (uid for uid, one in self._looked[field.path] if digests.normal(field, one) == sure)
        return {*self._digests.holding(field, value), *fresh} & self._rows.keys()

    def _opened(self, asked: Sequence[tuple[Row, Collection[str]]]) -> Iterator[Looked]:
        """What the records hold at some fields, opened as far as the reader may and can."""
        archive = self._archive
        for done, ((row, paths), (_blob, content)) in enumerate(
            zip(asked, archive.repository.blobs(row.blob for row, _paths in asked), strict=True)
        ):
            if done % _SOME == 0:
                archive.progress(N_("Looking into sealed values"), done, len(asked))
            sealed: dict[str, str] = {}
            opened: Mapping[str, object] = {}
            if any(path.rpartition(".")[2].encode() in content for path in paths):  # else reading it is not worth while
                data = text.read_canonical(content) or text.parse(content, row.path).data
                sealed = {at: value for at, value in fields.walk(data) if is_sealed(value) and _general(at) in paths}
                opened = archive.opener.all_of(sealed, row.uid, data.get("keys") or ()) if sealed else {}
            missing = {_general(at) for at in sealed.keys() - opened.keys()}
            values = ((_general(at), parse(sealed[at]), str(value)) for at, value in opened.items())
            told = tuple((path, found.level, value) for path, found, value in values if found)
            yield Looked(row.uid, row.blob, frozenset(paths) - missing, told)

    def _keep(self, found: Sequence[Looked]) -> None:
        """Put digests in the cache, under the archive's lock, or those of a record would be written after its destruction.

        Where somebody else holds the lock, or the archive cannot be written, nothing is kept.
        """
        archive = self._archive
        with suppress(Conflict, Unreadable), writing(archive.repository, _WAIT):
            living = {uid: row.blob for uid, row in self._rows.items()}
            if found and archive.repository.tip() != archive.tip:
                newest = Archive(archive.repository, archive.home, at=archive.at, today=archive.now, member=archive.me.handle)
                living = {row.uid: row.blob for row in newest.index.records(LIVING)}
            if kept := [each for each in found if living.get(each.uid) == each.blob]:
                self._digests.put(kept)


def findable(field: fields.Field) -> bool:
    """Whether a field may be sealed, and its sealed values are found exactly; raises nothing."""
    levels = {field.secrecy} if isinstance(field.secrecy, str) else set(field.secrecy.values())
    return digests.sought(field) and not levels.isdisjoint(LEVELS) and not field.path.startswith("interactions")


def holders(archive: Archive, field: fields.Field, value: str) -> list[str]:
    """The uids of the records that hold a value, sealed, at a field; raises NotCleared, NoMember where the reader knows none."""
    levels = {field.secrecy} if isinstance(field.secrecy, str) else set(field.secrecy.values())
    if not any(map(archive.me.cleared, levels)):
        if (who := archive.me) == ONLOOKER:
            raise NoMember
        raise uncleared(who, field.path, min(levels.intersection(LEVELS), key=LEVELS.index))
    seeking = of(archive)
    seeking.look([field])
    return sorted(seeking.holders(field, value))


def places(archive: Archive, wanted: str) -> dict[str, list[str]]:
    """The records in which a sealed value is exactly what is searched for, and the fields it stands in.

    Nothing is opened for a word that can be nobody's number or address.
    """
    found: dict[str, list[str]] = {}
    mail, digits = "@" in wanted, sum(map(str.isdigit, wanted))
    if not any(map(archive.me.cleared, LEVELS)) or not (mail or digits >= _SHORTEST):
        return found
    asked = [field for field in fields.vocabulary().values() if findable(field) and (field.check == "email") == mail]
    seeking = of(archive)
    seeking.look(asked)
    for field in asked:
        for uid in seeking.holders(field, wanted):
            found.setdefault(uid, []).append(field.path)
    return found


def sealed_at(archive: Archive, path: str, rows: Iterable[Row]) -> list[str]:
    """The uids of those rows whose record holds a sealed value at or under a path, which no index tells; opens nothing."""
    some = list(rows)
    found = []
    for row, (_blob, content) in zip(some, archive.repository.blobs(row.blob for row in some), strict=True):
        if path.rpartition(".")[2].encode() in content:  # else reading the file is not worth while
            data = text.read_canonical(content) or text.parse(content, row.path).data
            sealed = (at for at, value in fields.walk(data) if is_sealed(value))
            if any(at == path or at.startswith((f"{path}.", f"{path}[")) for at in sealed):
                found.append(row.uid)
    return found


def condition(archive: Archive, text: str) -> Condition:
    """The condition that a text states; asked whether it is sealed, a field is looked up in the files.

    Raises:
        BadCondition, UnknownField, SealedField, NotCleared.
    """

    def sealed(path: str, among: Condition) -> list[str]:
        return sealed_at(archive, path, archive.index.records(among.where, among.values))

    def holding(field: fields.Field, value: str) -> list[str] | None:
        return holders(archive, field, value) if findable(field) else None

    kinds = {name: file.get("title") or {} for name, file in (archive.regime.get("files") or {}).items()}
    return expression.compile_(text, archive.regime.get("axes", {}), sealed, holding, kinds)


def selected(archive: Archive, text: str, *, living: bool = False) -> list[Row]:
    """The records that a condition selects; ``living`` leaves out those that are gone. Raises as ``condition`` does."""
    found = condition(archive, text)
    return list(archive.index.records(f"{LIVING} AND ({found.where})" if living else found.where, found.values))


def of(archive: Archive) -> Seeking:
    """What is asked of one open archive, at one commit."""
    known = archive.__dict__.get("_seeking")
    if known is None or known[0] != archive.tip:
        known = archive.__dict__["_seeking"] = (archive.tip, Seeking(archive))
    found: Seeking = known[1]
    return found


def forget(archive: Archive, cache: NamesCache, uids: Iterable[str]) -> None:
    """Take the names and digests of some records out of every cache on this machine, and what was left of editing them."""
    gone: Collection[str] = list(uids)
    names.forget(cache, gone)
    digests.forget(archive.repository.own_folder, gone)
    drafts.forget(archive, gone)


def _general(path: str) -> str:
    """The path of a field, whatever item of a list it stands in."""
    return _ITEM.sub("[]", path)
