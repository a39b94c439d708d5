"""``member``: add, list, show."""

from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.cli.values import choice
from archivectl.errors import WrongUsage
from archivectl.i18n import N_, Titles, _, listed, pick

if TYPE_CHECKING:
    from archivectl.members.member import Member

app = typer.Typer(help="Members: add, list, show.", no_args_is_help=True)
APPS = {"member": app}


class KeysMissing(WrongUsage):
    """A new member without keys."""

    message = "A member needs keys."
    hint = "On a machine that you share: --generate-keys makes them here."


@app.command(epilog="archivectl member add wang.wei --name 王伟 --role clerk --clearance internal --generate-keys")
def add(
    ctx: typer.Context,
    handle: str = typer.Argument(help="A short name for files and the command line, like wang.wei."),
    name: str = typer.Option("", "--name", help="The member's name."),
    email: str = typer.Option("", "--email", help="The member's e-mail."),
    roles: list[str] = typer.Option([], "--role", help="A role (admin, archivist, clerk, auditor) or a post; repeatable."),
    posts: list[str] = typer.Option([], "--post", help="A post of the regulation; repeatable."),
    clearance: str = typer.Option("internal", "--clearance", help="The highest level this member may read."),
    department: str = typer.Option("", "--department", help="The member's department."),
    generate: bool = typer.Option(False, "--generate-keys", help="Make the member's keys on this machine."),
) -> None:
    """Take on a member."""
    from archivectl import membership  # noqa: PLC0415 - loads git

    if not generate:
        raise KeysMissing
    with context.writing(ctx) as archive:
        address = email or f"{handle}@archive.invalid"
        titles = {**archive.regime.get("posts", {}), **archive.regime.get("roles", {})}
        held = tuple(choice(each, titles) for each in roles), tuple(choice(each, titles) for each in posts)
        level = choice(clearance, archive.regime.get("secrecy.levels", {}))
        candidate = membership.Candidate(handle, name or handle, address, *held, level, department or None)
        made = membership.add(archive, candidate)
    document = {"handle": handle, "clearance": level, "unshared": list(made.unshared)}
    lines = [_("{handle} is a member now.", handle=handle)]
    if made.unshared:
        lines.append(_("Someone cleared must share these level keys: {levels}", levels=listed(map(_, made.unshared))))
    console.emit(ctx.obj, document, lines)


def _document(member: "Member") -> dict[str, Any]:
    held = {"posts": list(member.posts), "roles": list(member.roles), "clearance": member.clearance}
    return {"handle": member.handle, "name": member.name, **held, "retired": member.retired}


@app.command("list", epilog="archivectl member list")
def list_(ctx: typer.Context) -> None:
    """The members, their posts and clearance."""
    with context.reading(ctx) as archive:
        levels = archive.regime.get("secrecy.levels", {})
        titled = archive.regime.titled
        members = list(archive.members.values())
    document = [_document(member) for member in members]
    rows = []
    for m in members:
        titles = str(Titles(map(titled, dict.fromkeys((*m.posts, *m.roles)))))
        rows.append((m.handle, m.name, m.department, titles, pick(levels.get(m.clearance, m.clearance)), m.retired))
    heads = (_("Handle"), _("Name"), _("Department"), _("Posts"), _("Cleared for"), _("Retired"))
    console.emit(ctx.obj, document, console.table(rows, heads))


@app.command(epilog="archivectl member show wang.wei")
def show(ctx: typer.Context, handle: str = typer.Argument(help="The member's handle.")) -> None:
    """One member with their keys."""
    from archivectl.archive import UnknownMember  # noqa: PLC0415 - loads git

    with context.reading(ctx) as archive:
        if handle not in archive.members:
            raise UnknownMember(handle=handle, known=", ".join(archive.members))
        m = archive.members[handle]
        posts, roles = (str(Titles(map(archive.regime.titled, held))) for held in (m.posts, m.roles))
        cleared = pick(archive.regime.get("secrecy.levels", {}).get(m.clearance, m.clearance))
    keys = [key._asdict() for key in (*m.age, *m.signing)]
    rows: list[tuple[str, object]] = [
        (_("Handle"), m.handle),
        (_("Name"), m.name),
        (_("E-mail"), m.email),
        (_("Department"), m.department),
        (_("Posts"), posts or None),
        (_("Roles"), roles or None),
        (_("Cleared for"), cleared),
    ]
    made = N_("{public} since {since}, made by {made_by}")
    rows += [(_("Key"), _(made, **key)) for key in keys]
    document = {**_document(m), "email": m.email, "department": m.department, "keys": keys}
    console.emit(ctx.obj, document, console.pairs(rows))
