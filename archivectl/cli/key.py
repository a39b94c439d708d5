"""``key``: who holds which keys, sharing and rotating them, new keys for a record, proof of recovery, keyring remotes."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import answers, console, context, members
from archivectl.cli.remote import app as remote_app
from archivectl.cli.values import choice
from archivectl.errors import KeyMissing, WrongUsage
from archivectl.i18n import N_, _, keyed, listed, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive

app = typer.Typer(help="Keys: who holds them, share, rotate, prove, copy.", no_args_is_help=True)
app.add_typer(remote_app, name="remote")
APPS = {"key": app}
FOUND, LEFT_OVER = 1, KeyMissing.status
_SHUT = {"level-key-not-shared": N_("not shared"), "level-key-spoilt": N_("damaged or another key")}
_RECOVERY = N_("A file with the decryption identity of the recovery sheet; - reads it from standard input.")
_STDIN = "-"
_MOST = 1 << 16  # bytes of a recovery sheet


class NoSuchLevel(WrongUsage):
    """A level that has no key."""

    message = "There are no keys for “{level}”."
    hint = "The levels with keys are: {known}"


@app.command("list", epilog="archivectl key list --missing")
def list_(
    ctx: typer.Context,
    missing: bool = typer.Option(False, "--missing", help="Compare the keyring with the archive, file by file."),
) -> None:
    """The level keys, who reads with them and whether you do; your own keys; or what the keyring lacks."""
    from archivectl.encryption.envelope import LEVELS  # noqa: PLC0415 - loads age

    with context.reading(ctx) as archive:
        if missing:
            raise typer.Exit(_disagreements(ctx, archive))
        levels, own = _levels(archive), _own(archive)
    titled = archive.regime.get("secrecy.levels", {})
    names = {level: pick(titled.get(level, level)) for level in LEVELS}
    rows = [(names[e["level"]], e["generation"], e["since"], listed(map(_, e["readers"])), _(e["here"])) for e in levels]
    lines = console.table(rows, (_("Level"), _("Generation"), _("Since"), _("Readers"), _("Here")))
    lines += ["", *console.table([tuple(each.values()) for each in own], (_("Key"), _("Since"), _("Made by"), _("Retired")))]
    console.emit(ctx.obj, {"levels": levels, "own": own}, lines)


def _levels(archive: "Archive") -> list[dict[str, Any]]:
    from archivectl.custody import sharing  # noqa: PLC0415 - loads age

    found = []
    for level, generations in archive.level_keys.levels.items():
        for row in generations:
            state = N_("yes")
            try:
                sharing.secret(archive, level, row.generation)
            except KeyMissing as error:
                state = _SHUT.get(error.code, N_("does not open"))
            readers = archive.keyring.level_readers(level, row.generation)
            found.append({"level": level, "generation": row.generation, "since": row.since, "readers": readers, "here": state})
    return found


def _own(archive: "Archive") -> list[dict[str, Any]]:
    return [
        {"recipient": key.public, "since": key.since, "made_by": key.made_by, "retired": key.retired} for key in archive.me.age
    ]


def _disagreements(ctx: typer.Context, archive: "Archive") -> int:
    from archivectl.custody import reckoning  # noqa: PLC0415 - loads age

    found = list(reckoning.disagreements(archive))
    document = [{**each._asdict(), "why": console.clean(each.why)} for each in found]
    rows = [(_(each.what), each.label or each.uid, _(each.level), _of(each.of), console.worded(each.why)) for each in found]
    console.emit(ctx.obj, document, console.table(rows) or [_("The keyring agrees with the archive.")])
    return FOUND if found else 0


def _of(part: str) -> str:
    """Whose key it is: of a file, of an entry, or of an item of a file by its id."""
    item, bracket, key = part.rstrip("]").partition("[")
    known = {"record": N_("the file"), "entry": N_("the entry")}
    return f"{console.title(item)} {key}" if bracket else _(known.get(part, part))


@app.command(epilog="archivectl key share wang.wei")
def share(
    ctx: typer.Context,
    handle: str = typer.Argument("", help="Whom to share with; without it, everybody who is cleared and lacks a key."),
    recovery: str = typer.Option("", "--recovery", help=_RECOVERY, metavar="FILE"),
) -> None:
    """Wrap level keys for who is cleared for them; exit 5 where some are left to somebody else."""
    from archivectl.custody import drill as proof  # noqa: PLC0415 - loads git and age
    from archivectl.custody import remotes, sharing  # noqa: PLC0415

    with context.writing(ctx) as archive:
        holder = proof.holder(archive, _sheet(recovery), console.clean(recovery)) if recovery else None
        done, left = sharing.share_out(archive, handle, holder)
        missed: tuple[str, ...] = ()
        if not archive.rehearsal:
            missed = remotes.hand_out(archive, {each.handle for each in done})
    titled = archive.regime.get("secrecy.levels", {})

    def told(each: sharing.Wanting) -> dict[str, Any]:
        return {"member": each.handle, "level": pick(titled.get(each.level, each.level)), "generation": each.generation}

    shared, lacking = (
        N_("{member}: {level} (generation {generation}) shared."),
        N_("{member}: {level} is left to who holds that key."),
    )
    lines = [_(text, **told(each)) for text, some in ((shared, done), (lacking, left)) for each in some]
    document = {"shared": [each._asdict() for each in done], "left": [each._asdict() for each in left], "away": list(missed)}
    console.emit(ctx.obj, document, (lines or [_("Everybody has the keys that they are cleared for.")]) + _missed(missed))
    raise typer.Exit(LEFT_OVER if left else 0)


def _missed(names: Iterable[str]) -> list[str]:
    """The remotes that went away before the new wraps were in them."""
    said = N_("The remote {name} did not take them; bring them later: archivectl key remote sync {name}")
    return [_(said, name=each) for each in names]


def _sheet(recovery: str) -> str:
    """The text of a recovery sheet, from a file or standard input; never from the line itself."""
    return sys.stdin.read(_MOST) if recovery == _STDIN else answers.small(Path(recovery)).decode("utf-8", "replace")


@app.command(epilog="archivectl key restore /media/usb/2026-03 --recovery sheet.txt")
def restore(
    ctx: typer.Context,
    folder: Path = typer.Argument(help="The backup's folder."),
    keys: Path = typer.Option(None, "--keys", help="Where its keys lie, if not in DIR/keys."),
    recovery: str = typer.Option("", "--recovery", help=_RECOVERY, metavar="FILE"),
) -> None:
    """Bring keys back from a backup of this archive, where the keyring of this machine is lost; nothing else is restored."""
    from archivectl.backups import restoring  # noqa: PLC0415 - loads git and age
    from archivectl.custody import drill as proof  # noqa: PLC0415

    text = _sheet(recovery) if recovery else ""
    with context.writing(ctx) as archive:
        reader = (
            proof.by_sheet(text, console.clean(recovery)) if recovery else proof.Reader(archive.me, archive.opener.identities)
        )
        count = restoring.restore_keys(archive, folder, keys or folder / "keys", reader)
    lines = [_("Keys taken over: {count}.", count=count), _("See what is still missing: archivectl key list --missing")]
    console.emit(ctx.obj, {"keys": count}, lines)


@app.command(epilog="archivectl key rotate confidential --reason 王伟离职")
def rotate(
    ctx: typer.Context,
    levels: list[str] = typer.Argument(help="Levels: confidential, secret, top-secret."),
    reason: str = typer.Option("", "--reason", help="Why; it stands in the history."),
) -> None:
    """Give levels a new key, and wrap the keys of all records for it; an unfinished rotation is finished first."""
    from archivectl.custody import remotes, rotation  # noqa: PLC0415 - loads git and age
    from archivectl.custody.rekeying import ReasonMissing  # noqa: PLC0415
    from archivectl.encryption.envelope import LEVELS  # noqa: PLC0415

    if not reason.strip():
        raise ReasonMissing
    with context.writing(ctx) as archive:
        titled = archive.regime.get("secrecy.levels", {})
        chosen = [choice(each, titled) for each in levels]
        for level in chosen:
            if level not in LEVELS:
                raise NoSuchLevel(level=level, known=keyed({each: titled[each] for each in LEVELS}))
        done = rotation.rotate(archive, chosen, reason)
        again = [level for level in chosen if level in done.finished]
        synced = remotes.sync(archive) if not archive.rehearsal else ()
    away = [each.name for each in synced if each.problem]
    document = {**(members.rotated_document(done) or {}), "begun": list(done.begun), "away": away}
    lines = [
        *members.rotated(done),
        *(_("The remote {name} was not reached: {why}", name=n, why=w) for n, w in ((e.name, e.problem) for e in synced) if w),
    ]
    lines += [_("No new key was made for it; for one, repeat the command.")] if again else []
    console.emit(ctx.obj, document, lines)
    disk = bool(done.left) and all(each.disk for each in done.left)
    raise typer.Exit(4 if disk else LEFT_OVER if done.left or done.barred else 0)


@app.command(epilog="archivectl key rekey 212 --reason 密钥导出件遗失")
def rekey(
    ctx: typer.Context,
    numbers: list[str] = typer.Argument(help="The records' numbers; 212 is SH-000212."),
    reason: str = typer.Option("", "--reason", help="Why; it stands in the history."),
) -> None:
    """Seal a record's values under new keys, which no earlier copy opens; exit 5 where some do not open."""
    from archivectl.custody import rekeying  # noqa: PLC0415 - loads git and age

    with context.writing(ctx) as archive:
        done = [rekeying.rekey(archive, number, reason) for number in numbers]
    lines = []
    for each in done:
        lines.append(_("{number}: {count} values under new keys.", number=each.number, count=len(each.renewed)))
        lines += [_("{path} stays under its old key: {why}", path=console.title(path), why=why) for path, why in each.left]
    document = [
        {"number": each.number, "renewed": list(each.renewed), "left": {path: console.clean(why) for path, why in each.left}}
        for each in done
    ]
    console.emit(ctx.obj, document, lines)
    raise typer.Exit(LEFT_OVER if any(each.left for each in done) else 0)


@app.command(epilog="archivectl key drill --recovery sheet.txt")
def drill(ctx: typer.Context, recovery: str = typer.Option(..., "--recovery", help=_RECOVERY, metavar="FILE")) -> None:
    """Prove that the recovery sheet opens the archive; entered among the duties. Exit 1 when it does not."""
    from archivectl.custody import drill as proof  # noqa: PLC0415 - loads git and age

    text = _sheet(recovery)
    with context.writing(ctx) as archive:
        done = proof.drill(archive, text, console.clean(recovery))
    found = [console.clean(each) for each in done.findings]
    document = {"findings": found, "sealed": done.sealed, "opened": done.opened, "entry": done.entry or None}
    said = N_("The recovery sheet opens every level key, and {opened} of {sealed} sealed values that were tried.")
    lines = [*map(console.worded, done.findings)] or [_(said, opened=done.opened, sealed=done.sealed)]
    nowhere = N_("The rules here name no such duty of yours; nothing was entered.")
    lines.append(_("Entered as {entry}.", entry=done.entry) if done.entry else _(nowhere))
    console.emit(ctx.obj, document, lines)
    raise typer.Exit(FOUND if found else 0)


@app.command(epilog="archivectl key recovery --reason 恢复单遗失")
def recovery(ctx: typer.Context, reason: str = typer.Option("", "--reason", help="Why; it stands in the history.")) -> None:
    """Issue a new recovery sheet where the old one was lost, or seen by others; exit 5 where somebody else must share keys."""
    from archivectl import membership  # noqa: PLC0415 - loads git
    from archivectl.custody import remotes  # noqa: PLC0415
    from archivectl.encryption.envelope import LEVELS  # noqa: PLC0415
    from archivectl.members.member import RECOVERY  # noqa: PLC0415

    with context.writing(ctx) as archive:
        made = membership.renew(archive, reason)
        spared = archive.rehearsal or made.applications
        missed = () if spared else remotes.hand_out(archive, {RECOVERY})
        waiting = [line for entry in made.applications for line in members.waiting(archive, entry)]
    lines = [_("The new recovery sheet: {file}. Print it twice, lock both away, then delete the file.", file=made.file), *waiting]
    lacking = N_("{level}: whoever holds this key lets the new sheet open it: archivectl key share")
    lines += [_(lacking, level=_(level)) for level in made.left]
    seen = N_("Whoever has the old sheet still reads what it opened, until: archivectl key rotate {levels} --reason TEXT")
    later = N_("Older backups do not open with the new sheet; once that is done: archivectl backup make DIR")
    lines += [_(seen, levels=" ".join(LEVELS)), _(later), *_missed(missed)]
    document = {"file": str(made.file), "applications": list(made.applications), "left": list(made.left), "away": list(missed)}
    console.emit(ctx.obj, document, lines)
    raise typer.Exit(LEFT_OVER if made.left else 0)


@app.command(epilog="archivectl key export 212 --purpose 司法调取")
def export(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    purpose: str = typer.Option("", "--purpose", help="What the keys are needed for; it is logged."),
) -> None:
    """Print a record's keys, for stock age; logged, and entered as a copy that a destruction must account for."""
    from archivectl import disclosure  # noqa: PLC0415 - loads git and age

    with context.writing(ctx) as archive:
        found = disclosure.export_keys(archive, archive.record(number), purpose)
    document = {
        "number": number,
        "keys": [{"id": one.id, "level": one.level, "of": one.of, "secret": one.secret} for one in found],
    }
    lines = [line for one in found for line in (f"# {one.id} {one.level} {one.of}", one.secret)]
    console.emit(ctx.obj, document, lines)
