"""Letting hold what others have countersigned, and how many must countersign from now on."""

from archivectl.archive import Archive, Change, refuse_unless_admin
from archivectl.cases import Work
from archivectl.custody import sharing
from archivectl.encryption import levels as level_keys
from archivectl.errors import Refused, WrongUsage
from archivectl.i18n import Titles
from archivectl.members import countersigners
from archivectl.members import member as members
from archivectl.membership import authority, countersigning, renewing
from archivectl.records import settings
from archivectl.registers.fold import Case


class TooFew(WrongUsage):
    """More countersignatures than there are people for."""

    message = "There are not {count} members besides an administrator who can countersign."
    hint = "They are: {posts}. Take some on first: archivectl member add HANDLE --post POST"


class NobodyNamed(Refused):
    """An archive whose rules are older than countersigning."""

    message = "The rules of this archive do not say who countersigns."
    hint = "Bring them up to date: archivectl regime upgrade"


class NotCountersigned(Refused):
    """An application that is none for a change of members, or not signed by all yet."""

    message = "{entry} is {state}; it cannot be carried out."
    hint = "See what it waits for: archivectl register show {entry}"


class Overtaken(Refused):
    """An application for a file that has changed since."""

    message = "{path} has changed since {entry} was made, so what was signed no longer fits."
    hint = "Repeat the command that made it; the new application is to be signed again."


def carry_out(archive: Archive, reference: str) -> tuple[Case, tuple[str, ...]]:
    """Let an application hold that all have signed: the file's commit, the entry's end, then the level keys; resumable.

    Returns:
        The entry, and the levels that somebody else must share.

    Raises:
        NotCountersigned, Overtaken, NotAllowed.
    """
    case = archive.case(reference)
    columns = case.entry.columns
    if not (countersigners.asks(case.kind.name, columns) and case.at("carry_out")):
        raise NotCountersigned(entry=case.id, state=case.state_word)
    path, text = str(columns["path"]), str(columns["file"]).encode()
    work = Work.on(archive, case)
    work.step("carry_out")
    if archive.repository.read(archive.tip, path) != text:
        if countersigning.last_change(archive, path) != columns.get("last", ""):
            raise Overtaken(path=path, entry=case.id)
        act = _act(archive, case, path, text)
        archive.commit(Change((act,), f"{act}: {path.rpartition('/')[2].removesuffix('.yaml')}", {path: text}))
    case = work.commit()
    return case, () if archive.rehearsal else _shared(archive, path)


def _shared(archive: Archive, path: str) -> tuple[str, ...]:
    """Share the level keys with whom a file gives them now; the levels left over for somebody else."""
    if path == level_keys.PATH:
        return renewing.shared(archive)
    if path in {settings.NAME, members.path(members.RECOVERY)}:
        return ()
    return sharing.share(archive, path.rpartition("/")[2].removesuffix(".yaml"))


def _act(archive: Archive, case: Case, path: str, text: bytes) -> str:
    """What the file's commit is called; raises NotAllowed, NotCountersigned where the change itself may not be made."""
    count = archive.config["countersign"]
    posts = countersigners.titles(archive.regime, count)
    if path == settings.NAME:
        refuse_unless_admin(archive, "archive.countersign")
        act, parties, asked = "archive.countersign", {archive.me.handle}, count
    elif path in {level_keys.PATH, members.path(members.RECOVERY)}:
        refuse_unless_admin(archive, renewing.ACT)
        act, parties, asked = renewing.ACT, {archive.me.handle}, count
    else:
        after = members.parse(text, path)
        act = "member.update" if after.handle in archive.members else "member.add"
        authority.refuse(archive, after, act, recovering=False)
        parties, asked = {archive.me.handle, after.handle}, countersigning.wanted(archive, after)
    if len(countersigning.signed_by(case, archive.members, posts, parties)) < asked:
        raise NotCountersigned(entry=case.id, state=case.state_word)
    return act


def ask_for(archive: Archive, count: int) -> str:
    """Set how many must countersign from now on; the number of the application where that needs signing itself.

    Raises:
        NotAllowed, NobodyNamed, TooFew.
    """
    act = "archive.countersign"
    refuse_unless_admin(archive, act)
    if count and not archive.regime.get("countersign"):
        raise NobodyNamed
    posts, before = countersigners.titles(archive.regime, min(max(count, 1), countersigners.MOST)), archive.config["countersign"]
    if count > countersigners.MOST or (count and not countersigners.suffices(archive.members, posts, count)):
        raise TooFew(count=count, posts=Titles(map(archive.regime.titled, sorted(posts))))
    if count == before:
        return ""
    text = settings.text({**archive.config, "countersign": count})
    if count < before:
        return countersigning.apply(archive, settings.NAME, text.decode(), before).id
    archive.commit(Change((act,), f"{act}: {count}", {settings.NAME: text}))
    return ""
