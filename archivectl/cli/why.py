"""``why``: whether an act would be allowed, and what stands against it."""

import typer

from archivectl.cli import console, context, kept
from archivectl.cli.values import awaited_by
from archivectl.errors import WrongUsage
from archivectl.i18n import N_, _, keyed

app = typer.Typer()
APPS = {"why": app}
VERDICTS = {
    "allowed": N_("It is allowed."),
    "approval": N_("It is allowed once it is approved."),
    "refused": N_("It is not allowed."),
}


class UnknownVerb(WrongUsage):
    """A word that is no act."""

    message = "“{verb}” is no act."
    hint = "The acts are: {known}"


@app.command(epilog="archivectl why destroy 212")
def why(
    ctx: typer.Context,
    act: str = typer.Argument(help="The act, as you would type it: lend, destroy, update ..."),
    number: str = typer.Argument(help="The record's number, or that of an entry."),
) -> None:
    """Whether an act is allowed now, for you, and every reason against it; nothing is done."""
    from archivectl import deliberation, retention  # noqa: PLC0415 - loads git
    from archivectl.cli import ALIASES, COMMANDS  # noqa: PLC0415 - the table of words
    from archivectl.registers.kinds import verbs  # noqa: PLC0415

    verb = ALIASES.get(act, act)
    with context.reading(ctx) as archive:
        if "." not in verb:
            steps = verbs(archive.regime)
            if verb not in steps:
                known = keyed({name: {"zh": COMMANDS[name].alias} for name in COMMANDS if name in steps})
                raise UnknownVerb(verb=act, known=known)
            verb = steps[verb]
        decision = deliberation.why(archive, verb, number)
        titles = archive.regime.titles
        waits = awaited_by(archive, decision.awaits)
        verdict = retention.of(archive, archive.record(number)) if verb == "destruction.propose" else None
    document = {
        "allowed": decision.verdict != "refused",
        "verdict": decision.verdict,
        "reasons": [console.reason_json(reason) for reason in decision.reasons],
        "awaits": waits or None,
    }
    lines = [console.paint(_(VERDICTS[decision.verdict]), "green" if decision.verdict == "allowed" else "yellow")]
    for reason in decision.reasons:
        text, hint = console.told(reason, titles)
        lines += [f"  {text}", *([f"    {_('hint: ')}{hint}"] if hint else [])]
    if verdict:
        document["retention"] = kept.document(verdict)
        lines += [_("How long it is kept:"), *(f"  {line}" for line in kept.explained(verdict))]
    console.emit(ctx.obj, document, [*lines, *([_("It would wait for: {who}", who=waits)] if waits else [])])
