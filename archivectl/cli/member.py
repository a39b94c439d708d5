"""``member``: request, add, list, show, update, retire, delegate, countersign."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import answers, console, context, members
from archivectl.cli.values import choice
from archivectl.errors import WrongUsage
from archivectl.i18n import N_, Titles, _, listed, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.members.signing import Signer
    from archivectl.membership.candidacy import Request

app = typer.Typer(help="Members: how they join, what they may do, how they leave.", no_args_is_help=True)
APPS = {"member": app}
HANDLE = N_("The member's handle.")
FROM = N_("The newcomer's request file (member request).")
SHEET = N_("The recovery sheet, where no administrator is left: its key signs.")
_JOIN = N_("Send {file} to an administrator: archivectl member add {handle} --from FILE")
_RENEW = N_("{handle} is a member already. Send {file} to an administrator: archivectl member update {handle} --from FILE")
REASON = N_("Why; it stands in the history, so it names nobody's secrets.")


class KeysMissing(WrongUsage):
    """A new member without keys."""

    message = "A member needs keys."
    hint = "Best from their own machine: archivectl member request HANDLE -o FILE, then --from FILE. Here: --generate-keys"


class OtherHandle(WrongUsage):
    """A request under another handle than the command's."""

    message = "The request is of {theirs}, not of {handle}."
    hint = "Repeat the command with the handle of the request: {theirs}"


@app.command(epilog="archivectl member request wang.wei --name 王伟 --email wang.wei@example.cn -o 王伟.request")
def request(
    ctx: typer.Context,
    handle: str = typer.Argument(help="A short name for files and the command line, like wang.wei."),
    name: str = typer.Option("", "--name", help="Your name."),
    email: str = typer.Option("", "--email", help="Your e-mail."),
    output: Path = typer.Option(None, "-o", "--output", help="The file to send to an administrator; without it, the screen."),
    archive: str = typer.Option("", "--archive", help="The archive's id, where there is no copy of it on this machine yet."),
    age: str = typer.Option("", "--age", help="An age key that you have: its recipient, or the file of its identity."),
    ssh_key: str = typer.Option("", "--ssh-key", help="A signing key that you have: its file (private or .pub), or agent."),
) -> None:
    """Ask to become a member: makes keys on this machine, and a file that an administrator takes you on with."""
    from archivectl.membership import candidacy  # noqa: PLC0415 - loads age

    keys = members.own_keys(age, ssh_key)
    home, found = context.home(ctx.obj), archive or members.archive_here(ctx.obj)
    who = {"handle": handle, "name": name or handle, "email": email or f"{handle}@archive.invalid"}
    ctx.obj.rehearsed.extend([found] if ctx.obj.dry_run else ())
    if output is not None and not ctx.obj.dry_run:
        output.write_bytes(b"")  # before keys are made for a request that could not be written
    made = candidacy.ask(home, found, who, keys, ctx.obj.at, rehearsal=ctx.obj.dry_run)
    document = {"handle": handle, "archive": found, "fingerprint": candidacy.fingerprint(made.signing), "file": None}
    if output is None and not ctx.obj.json:
        console.say(made.text.decode().rstrip("\n"))
    lines = [_("Your keys are in {folder}; keep a backup of them.", folder=home.identity_files(found, handle)[0].parent)]
    if output is not None:
        if not ctx.obj.dry_run:
            output.write_bytes(made.text)
        document["file"] = str(output)
        lines.append(_(_RENEW if members.known_here(ctx.obj, found, handle) else _JOIN, file=output, handle=handle))
    lines.append(_("Read this to each other, so that nobody slips in a key: {fingerprint}", fingerprint=document["fingerprint"]))
    if not home.identity_files(found, handle)[0].exists():
        lines.append(_("Put the age identity at {file}.", file=home.identity_files(found, handle)[0]))
    for line in () if ctx.obj.json else lines:
        console.note(line)
    if ctx.obj.json:
        console.emit(ctx.obj, {**document, "request": made.text.decode()}, ())


@app.command(epilog="archivectl member add wang.wei --role clerk --clearance internal --from 王伟.request")
def add(
    ctx: typer.Context,
    handle: str = typer.Argument("", help="A short name for files and the command line, like wang.wei."),
    name: str = typer.Option("", "--name", help="The member's name."),
    email: str = typer.Option("", "--email", help="The member's e-mail."),
    roles: list[str] = typer.Option([], "--role", help="A role (admin, archivist, clerk, auditor) or a post; repeatable."),
    posts: list[str] = typer.Option([], "--post", help="A post of the regulation; repeatable."),
    clearance: str = typer.Option("internal", "--clearance", help="The highest level this member may read."),
    department: str = typer.Option("", "--department", help="The member's department."),
    source: Path = typer.Option(None, "--from", help=FROM),
    generate: bool = typer.Option(False, "--generate-keys", help="Make the member's keys on this machine."),
    sheet: Path = typer.Option(None, "--recovery", help=SHEET, metavar="SHEET"),
) -> None:
    """Take on a member."""
    from archivectl import membership  # noqa: PLC0415 - loads git

    if bool(source) == generate or not (handle or source):
        raise KeysMissing
    with context.writing(ctx) as archive:
        asked = _request(archive, source, handle)
        handle = handle or (asked.handle if asked else "")
        held = members.titles(archive, roles), members.titles(archive, posts)
        level = choice(clearance, archive.regime.get("secrecy.levels", {}))
        shown = (name or asked.name, email or asked.email) if asked else (name or handle, email or f"{handle}@archive.invalid")
        candidate = membership.Candidate(handle, *shown, *held, level, department or None)
        made = membership.add(archive, candidate, asked, _signer(archive, sheet))
        head = members.waiting(archive, made.application) or [_("{handle} is a member now.", handle=handle)]
        head += [*members.compare(asked), *_unshared(archive, handle, made.unshared)]
    document = {"handle": handle, "clearance": level, "unshared": list(made.unshared), "application": made.application or None}
    console.emit(ctx.obj, document, head)


def _request(archive: "Archive", source: Path | None, handle: str) -> "Request | None":
    from archivectl.membership import candidacy  # noqa: PLC0415 - loads age

    if source is None:
        return None
    found = candidacy.read(answers.small(source), archive.id)
    if handle and handle != found.handle:
        raise OtherHandle(handle=handle, theirs=found.handle)
    return found


def _signer(archive: "Archive", sheet: Path | None) -> "Signer | None":
    from archivectl.membership import authority  # noqa: PLC0415 - loads git

    return authority.recovery(archive, answers.small(sheet).decode("utf-8", "replace")) if sheet else None


def _unshared(archive: "Archive", handle: str, levels: tuple[str, ...]) -> list[str]:
    """Who can still give a member the keys of these levels."""
    if not levels:
        return []
    able = [each.handle for each in archive.members.values() if each.handle != handle and each.cleared(levels[-1])]
    others = N_("You cannot share the keys of {levels}; {who} can: archivectl key share {handle}")
    nobody = N_(
        "You cannot share the keys of {levels}; whoever has the recovery sheet can: archivectl key share {handle} --recovery FILE"
    )
    return [_(others if able else nobody, levels=listed(map(_, levels)), who=listed(able), handle=handle)]


@app.command("list", epilog="archivectl member list")
def list_(
    ctx: typer.Context,
    everybody: bool = typer.Option(False, "--all", help="Those who left too; --json always has them."),
) -> None:
    """The members, their posts and clearance."""
    with context.reading(ctx) as archive:
        levels = archive.regime.get("secrecy.levels", {})
        titled = archive.regime.titled
        found = list(archive.members.values())
    rows = []
    for m in (each for each in found if everybody or each.retired is None):
        titles = str(Titles(map(titled, dict.fromkeys((*m.posts, *m.roles)))))
        rows.append((m.handle, m.name, m.department, titles, pick(levels.get(m.clearance, m.clearance)), m.retired))
    heads = (_("Handle"), _("Name"), _("Department"), _("Posts"), _("Cleared for"), _("Retired"))
    console.emit(ctx.obj, [members.document(member) for member in found], console.table(rows, heads))


@app.command(epilog="archivectl member show wang.wei")
def show(ctx: typer.Context, handle: str = typer.Argument(help=HANDLE)) -> None:
    """One member with their keys."""
    from archivectl import membership  # noqa: PLC0415 - loads git

    with context.reading(ctx) as archive:
        m = membership.known(archive, handle)
        rows = members.particulars(archive, m)
    document = {**members.document(m), "email": m.email, "department": m.department, "keys": members.keys(m)}
    console.emit(ctx.obj, document, console.pairs(rows))


@app.command(epilog="archivectl member update wang.wei --clearance confidential --post manager")
def update(
    ctx: typer.Context,
    handle: str = typer.Argument("", help=HANDLE),
    roles: list[str] = typer.Option([], "--role", help="A role or post to give; repeatable."),
    posts: list[str] = typer.Option([], "--post", help="A post to give; repeatable."),
    drop: list[str] = typer.Option([], "--drop", help="A role or post to take away; repeatable.", metavar="TITLE"),
    clearance: str = typer.Option("", "--clearance", help="The highest level this member may read from now on."),
    department: str = typer.Option("", "--department", help="The member's department; - for none."),
    name: str = typer.Option("", "--name", help="The member's name."),
    email: str = typer.Option("", "--email", help="The member's e-mail."),
    add_keys: list[str] = typer.Option([], "--add-key", help="A public key, or its .pub file; repeatable.", metavar="KEY"),
    ages: list[str] = typer.Option([], "--add-age", help="An age recipient, or an SSH key as one; repeatable.", metavar="KEY"),
    source: Path = typer.Option(None, "--from", help="New keys, with proof: the member's own request file."),
    retire_keys: list[str] = typer.Option(
        [], "--retire-key", help="A key, its first letters or its id; repeatable.", metavar="KEY"
    ),
    un_retire: bool = typer.Option(False, "--un-retire", help="Bring back a member who left."),
    entry: str = typer.Option("", "--countersigned", help="Let an application hold that all have signed.", metavar="ENTRY"),
    sheet: Path = typer.Option(None, "--recovery", help=SHEET, metavar="SHEET"),
    reason: str = typer.Option("", "--reason", help=REASON),
) -> None:
    """Give a member more or fewer rights, or other keys."""
    from archivectl import membership  # noqa: PLC0415 - loads git

    if entry:
        _carry_out(ctx, entry)
        return
    answers.need(handle=handle)
    held, told, keys = (roles, posts, drop), (department, name, email), (add_keys, ages, retire_keys)
    with context.writing(ctx) as archive:
        stated = members.alteration(archive, held, clearance, told, keys)
        wanted = replace(stated, un_retire=un_retire, request=_request(archive, source, handle))
        made = membership.update(archive, handle, wanted, reason=reason, signer=_signer(archive, sheet))
        head = members.waiting(archive, made.application) or [_("{handle}: changed.", handle=handle)]
        lines = [*head, *members.compare(wanted.request), *_unshared(archive, handle, made.unshared), *members.changed(made)]
    document = {**members.document(made.member), "unshared": list(made.unshared), "application": made.application or None}
    console.emit(ctx.obj, {**document, "rotated": members.rotated_document(made.rotated)}, lines)
    members.end(made.rotated, made.owed)


def _carry_out(ctx: typer.Context, entry: str) -> None:
    from archivectl.membership import granting  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        case, unshared = granting.carry_out(archive, entry)
        path = str(case.entry.columns["path"])
        handle = Path(path).stem if path.startswith("members/") else ""
        lines = [_("{file} holds as it was countersigned.", file=path), *_unshared(archive, handle, unshared)]
    document = {"application": case.id, "state": case.state, "file": path, "unshared": list(unshared)}
    console.emit(ctx.obj, document, lines)


@app.command(epilog="archivectl member retire wang.wei --reason 离职")
def retire(
    ctx: typer.Context,
    handle: str = typer.Argument(help=HANDLE),
    sheet: Path = typer.Option(None, "--recovery", help=SHEET, metavar="SHEET"),
    reason: str = typer.Option("", "--reason", help=REASON),
) -> None:
    """Retire a member: their keys end, what they could read gets new keys; says what copies still give away, and what is open."""
    from archivectl import handover, membership  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        membership.known(archive, handle)
        duties = [*handover.outstanding(archive, handle), *membership.delegations(archive, handle)]  # seen while they hold posts
        made = membership.retire(archive, handle, reason=reason, signer=_signer(archive, sheet))
        told = [console.told(each, archive.regime.titles) for each in duties]
        lines = [_("{handle} has left.", handle=handle), *members.rotated(made.rotated), *members.left(archive, made)]
    lines += [line for text, hint in told for line in (f"· {text}", f"  {hint}") if line.strip()]
    readable = made.readable._asdict() | {"levels": list(made.readable.levels)}
    document = {"handle": handle, "retired": made.member.retired, "rotated": members.rotated_document(made.rotated)}
    left = {"owed": list(made.owed), "readable": readable, "open": [console.reason_json(each) for each in duties]}
    console.emit(ctx.obj, {**document, **left}, lines)
    members.end(made.rotated, made.owed)


@app.command(epilog="archivectl member delegate manager --to wang.wei --from 2026-05-01 --until 2026-05-08 --kinds loan")
def delegate(
    ctx: typer.Context,
    post: str = typer.Argument(help="The post that is delegated."),
    to: str = typer.Option(..., "--to", help="Who acts in its place.", metavar="MEMBER"),
    begins: str = typer.Option("", "--from", help="The first day; today, without it."),
    ends: str = typer.Option(..., "--until", help="The last day."),
    kinds: str = typer.Option("", "--kinds", help="The registers it extends to; all, without it."),
    where: str = typer.Option("", "--where", help="The files it extends to, as a condition: secrecy=internal"),
    absent: bool = typer.Option(False, "--while-absent", help="It holds only while the principal is away."),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
) -> None:
    """Write a delegation: a post to a member, within a scope and dates; who holds the post signs it."""
    from archivectl import approvals, ledger  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        named = {"post": choice(post, archive.regime.get("posts", {})), "to": to, "from": begins or archive.today, "until": ends}
        scope = {"kinds": kinds, "where": where, "while": "absent" if absent else "", "reason": reason}
        case = ledger.add(archive, "delegation", [], {**named, **{name: value for name, value in scope.items() if value}})
        if named["post"] in archive.me.titles and not archive.rehearsal:
            case = approvals.approve(archive, case.id)
        answers.standing(ctx, archive, case, key="delegation")


@app.command(epilog="archivectl member countersign 1")
def countersign(ctx: typer.Context, count: int = typer.Argument(help="How many must sign more rights first: 0 to 3.")) -> None:
    """Say how many others must sign before somebody gets more rights; to ask for fewer must be signed by them first."""
    from archivectl.membership import granting  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        application = granting.ask_for(archive, count)
        awaited = members.waiting(archive, application)
    lines = awaited or [_("More rights are countersigned by {count} from now on.", count=count)]
    console.emit(ctx.obj, {"countersign": count, "application": application or None}, lines)
