"""The register of copies of keys, kept by itself: which machine and which remote holds keys, and what was destroyed there."""

from collections.abc import Iterable, Mapping

from archivectl import blocks, key_copies
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.custody import lapsed, places
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import KeyringDamaged
from archivectl.errors import NotAllowed
from archivectl.registers.fold import Case


def enter(archive: Archive, names: Iterable[str]) -> None:
    """Enter this machine and these remotes among the copies of keys, and what was destroyed there; in one commit, or none.

    Whoever may not keep this register leaves it to those who may.
    """
    machine = str(archive.home.settings().get("machine", ""))
    copies = {(str(case.entry.columns["place"]), str(case.entry.columns["name"])): case for case in key_copies.held(archive)}
    there = places.reachable(archive)
    wanted: list[tuple[str, str, Keyring | None]] = [("machine", machine, archive.keyring)] if machine else []
    wanted += [("remote", name, there.get(name)) for name in names]
    done, numbers = [], blocks.of_register(archive, key_copies.KIND, archive.today[:4])
    for place, name, keyring in wanted:
        case = copies.get((place, name))
        if case is None:
            work = Work.opening(archive, key_copies.KIND, [], {"place": place, "name": name}, number=next(numbers))
        else:
            work = Work.on(archive, case)
        if _step(work, case, clean(archive, keyring) if keyring else ()):
            done.append(work.change())
    if done:
        archive.commit(done[0].with_(*done[1:]))


def _step(work: Work, case: Case | None, lists: Iterable[str]) -> bool:
    """The steps that a copy's entry lacks: that it was taken, and each destruction that reached it."""
    known = {event.data.get("list") for event in case.acts("acknowledge")} if case else set()
    try:
        if case is None:
            work.step("take")
        for entry in lists:
            if entry not in known:
                work.step("acknowledge", {"list": entry})
    except NotAllowed:
        return False
    return bool(work.acts)


def clean(archive: Archive, keyring: Keyring) -> list[str]:
    """The uids of the destructions and erasures of which a keyring holds no key any more."""
    return [entry for entry, gone in lapsed.lists(archive).items() if free(keyring, gone)]


def free(keyring: Keyring, gone: Mapping[str, frozenset[str]]) -> bool:
    """Whether a keyring holds none of the keys of some uids, all or those named; what cannot be read has not been seen."""
    try:
        return not any(not keys or row.recipient in keys for uid, keys in gone.items() for row in keyring.rows(uid))
    except (KeyringDamaged, OSError):
        return False
