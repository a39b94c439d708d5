"""What the commands about members read from the line and say: keys, titles, what waits, what was rotated, what is left."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import answers
from archivectl.cli.options import Options
from archivectl.cli.values import awaited, choice
from archivectl.errors import WrongUsage
from archivectl.i18n import N_, Sentence, Titles, _, listed, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.custody.rotation import Rotated
    from archivectl.members.member import Member
    from archivectl.membership.altering import Alteration, Altered
    from archivectl.membership.candidacy import Keys, Request
    from archivectl.membership.leaving import Left

AGENT = "agent"
_PRIVATE = ("-----BEGIN ", "AGE-")
_SHOWN = 10
_ROTATE = N_("An administrator must give this level a new key: archivectl key rotate {level}")
_THEY = N_(
    "They read it (archivectl register show {entry}) and sign: archivectl approve {entry}. Then: "
    "archivectl member update --countersigned {entry}"
)


class PrivateKey(WrongUsage):
    """The file of a private key where others are to know the public one."""

    message = "{file} holds a private key, which nobody else gets to see; what is entered is its public half."
    hint = (
        "Give the file of the public half, which ssh-keygen -y -f {file} prints, for an age key age-keygen -y {file}: "
        "archivectl member update HANDLE --add-age FILE.pub"
    )


def own_keys(age: str, ssh_key: str) -> "Keys":
    """The keys that a newcomer has already, from files, the agent or the line itself."""
    from archivectl.members import keygen  # noqa: PLC0415 - loads cryptography
    from archivectl.membership import candidacy  # noqa: PLC0415 - loads age

    recipient, identity = candidacy.existing(_text(age)) if age else ("", "")
    signing = keygen.in_agent() if ssh_key == AGENT else _text(ssh_key) if ssh_key else ""
    return candidacy.Keys(recipient, identity, signing)


def public(text: str) -> str:
    """A public key from the line, or from the file that the line names; raises PrivateKey."""
    lines = _text(text).strip().splitlines()
    if any(line.startswith(_PRIVATE) for line in lines):
        raise PrivateKey(file=text)
    return lines[0] if lines else text


def _text(given: str) -> str:
    """What stands in the file of that name; a key that is itself typed has the look of one."""
    looks = given.startswith(("age1", "ssh-ed25519 ", "sk-ssh-ed25519@"))
    return given if looks else answers.small(Path(given).expanduser()).decode("utf-8", "replace")


def archive_here(options: Options) -> str:
    """The id of the archive in the folder at hand; nothing in it is trusted for this."""
    from archivectl.records import settings  # noqa: PLC0415 - loads yaml
    from archivectl.snapshot import NoArchiveFile  # noqa: PLC0415 - loads git
    from archivectl.store.repository import Repository  # noqa: PLC0415

    with Repository.open(Path(options.folder or ".")) as repository:
        found = repository.read(repository.tip() or "", settings.NAME) if repository.tip() else None
    if found is None:
        raise NoArchiveFile
    return str(settings.parse(found)["id"])


def known_here(options: Options, archive: str, handle: str) -> bool:
    """Whether the archive in the folder at hand, if it is that one, has a member of that handle."""
    from archivectl.errors import ArchiveError  # noqa: PLC0415 - only here
    from archivectl.members import member as files  # noqa: PLC0415
    from archivectl.store import reader, states  # noqa: PLC0415

    try:
        folder = states.locate(Path(options.folder or ".")).work_tree
        return archive_here(options) == archive and reader.look(folder, [files.path(handle)]) != [None]
    except ArchiveError:  # a request may be made where no archive is
        return False


def titles(archive: "Archive", typed: Iterable[str]) -> tuple[str, ...]:
    """Roles and posts by key or title."""
    known = {**archive.regime.get("posts", {}), **archive.regime.get("roles", {})}
    return tuple(choice(each, known) for each in typed)


def alteration(
    archive: "Archive",
    held: tuple[Iterable[str], Iterable[str], Iterable[str]],
    clearance: str,
    particulars: tuple[str, str, str],
    keys: tuple[Iterable[str], Iterable[str], Iterable[str]],
) -> "Alteration":
    """What is to become of a member, as typed.

    Args:
        archive: the open archive.
        held: roles and posts to give, titles to take away.
        clearance: a level, by key or title.
        particulars: department, name, e-mail.
        keys: signing keys and age recipients to add, keys to retire.
    """
    from archivectl import membership  # noqa: PLC0415 - loads git

    given, posts, gone = (titles(archive, each) for each in held)
    level = choice(clearance, archive.regime.get("secrecy.levels", {})) if clearance else ""
    new = (*map(public, keys[0]), *(f"age:{public(each)}" for each in keys[1]))
    return membership.Alteration(given, posts, gone, level, *particulars, new, tuple(keys[2]))


def waiting(archive: "Archive", application: str) -> list[str]:
    """What is to be said where others must sign first."""
    if not application:
        return []
    case = archive.case(application)
    return [
        _("{entry}: this holds once it is countersigned.", entry=application),
        *answers.waiting_line(awaited(archive, case)),
        _(_THEY, entry=application),
    ]


def compare(request: "Request | None") -> list[str]:
    """The key that people compare, and what nobody has shown; nothing without a request."""
    if request is None:
        return []
    from archivectl.membership import candidacy  # noqa: PLC0415 - loads age

    found = candidacy.fingerprint(request.signing)
    lines = [_("Compare with {name}, by telephone or face to face: {fingerprint}", name=request.name, fingerprint=found)]
    if not request.opened:
        lines.append(_("Nothing shows yet that the age key is theirs: let them open a value soon (show --reveal)."))
    return lines


def document(member: "Member") -> dict[str, Any]:
    """A member as scripts read it."""
    held = {"posts": list(member.posts), "roles": list(member.roles), "clearance": member.clearance}
    return {"handle": member.handle, "name": member.name, **held, "retired": member.retired}


def keys(member: "Member") -> list[dict[str, Any]]:
    """Keys as scripts read them."""
    from archivectl.encryption.envelope import key_id  # noqa: PLC0415 - loads age

    return [{**key._asdict(), "id": key_id(key.public)} for key in (*member.age, *member.signing)]


def particulars(archive: "Archive", member: "Member") -> list[tuple[str, object]]:
    """A member as a person reads it: titles and values."""
    posts, roles = (str(Titles(map(archive.regime.titled, held))) for held in (member.posts, member.roles))
    rows: list[tuple[str, object]] = [
        (_("Handle"), member.handle),
        (_("Name"), member.name),
        (_("E-mail"), member.email),
        (_("Department"), member.department),
        (_("Posts"), posts or None),
        (_("Roles"), roles or None),
        (_("Cleared for"), pick(archive.regime.get("secrecy.levels", {}).get(member.clearance, member.clearance))),
        *([(_("Retired"), member.retired)] if member.retired else []),
    ]
    made = N_("{id}  {public}, since {since}, made by {made_by}")
    gone = N_("{id}  {public}, since {since}, made by {made_by}, retired {retired}")
    return rows + [(_("Key"), _(gone if key["retired"] else made, **key)) for key in keys(member)]


def rotated(done: "Rotated | None") -> list[str]:
    """What came of a rotation."""
    if done is None:
        return []
    lines = []
    if done.begun:
        message = N_("New keys for: {levels}. {count} keys of records were wrapped anew.")
        lines.append(_(message, levels=listed(map(_, done.begun)), count=done.rewrapped))
    if done.finished:
        message = N_("An earlier rotation was carried to its end: {levels}. {count} keys of records were wrapped anew.")
        lines.append(_(message, levels=listed(map(_, done.finished)), count=done.rewrapped))
    if done.barred:
        message = N_("You hold no key for {levels}; an administrator who does must run: archivectl key rotate {first}")
        lines.append(_(message, levels=listed(map(_, done.barred)), first=done.barred[0]))
    message = N_("Not wrapped anew: {uid} {recipient}: {why}")
    lines += [_(message, uid=each.uid, recipient=each.recipient, why=each.why) for each in done.left[:_SHOWN]]
    if done.left:
        lines.append(_("{count} keys are left over; repeat the command once the cause is gone.", count=len(done.left)))
    return lines


def rotated_document(done: "Rotated | None") -> dict[str, Any] | None:
    """A rotation as scripts read it."""
    if done is None:
        return None
    levels = {"levels": [*done.begun, *done.finished], "barred": list(done.barred)}
    return {**levels, "rewrapped": done.rewrapped, "left": len(done.left)}


def changed(made: "Altered") -> list[str]:
    """What was rotated, and what an administrator must still do after somebody gave up reading."""
    return rotated(made.rotated) + [_(_ROTATE, level=level) for level in made.owed]


def left(archive: "Archive", made: "Left") -> list[str]:
    """What a leaver can still read from copies."""
    found = made.readable
    if not found.levels:
        return [_("They could read nothing that is encrypted.")]
    titled = archive.regime.get("secrecy.levels", {})
    levels = listed(pick(titled.get(level, level)) for level in found.levels)
    counted = {
        "files": Sentence(N_("{count} files"), count=found.records),
        "attachments": Sentence(N_("{count} attachments"), count=found.attachments),
    }
    message = N_("With old keys and a copy they can still read what is sealed until now: {levels}; {files}, {attachments}.")
    open_ = listed(pick(titled.get(level, level)) for level in made.owed)
    still = N_("What is sealed from now on they can read as well, as long as this is not done: {levels}.")
    after = N_("New values are out of their reach. To renew the keys of one file: archivectl key rekey NUMBER")
    return [
        *(_(_ROTATE, level=level) for level in made.owed if made.rotated is None),  # else said with what was rotated
        _(message, levels=levels, **{name: str(each) for name, each in counted.items()}),
        _(still, levels=open_) if made.owed else _(after),
    ]


def end(done: "Rotated | None", owed: Sequence[str] = ()) -> None:
    """End with findings where a rotation left something over, or is left to somebody else."""
    if owed or (done is not None and (done.left or done.barred)):
        raise typer.Exit(1)
