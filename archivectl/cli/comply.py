"""``comply``: the answer to an inspector, clause by clause."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.cli.columns import cut
from archivectl.i18n import N_, _, listed, pick

if TYPE_CHECKING:
    from archivectl.compliance import Answer
    from archivectl.regime.model import Regime

app = typer.Typer()
APPS = {"comply": app}
_WIDE = 40  # columns of a value
_COLOURS = {"overdue": "red", "absent": "red", "unquantified": "yellow", "unsigned": "yellow"}
_SAID = {
    "kept": N_("kept"),
    "overdue": N_("overdue"),
    "absent": N_("nothing stated"),
    "unquantified": N_("no figure stated"),
    "signed": N_("promised by all"),
    "unsigned": N_("not promised by all"),
}
_STRENGTHS = {
    "enforced": N_("enforced"), "watched": N_("watched"), "recorded": N_("recorded"), "stated": N_("stated only"),
}  # fmt: skip


@app.command(epilog="archivectl comply --clause LOAN-04")
def comply(
    ctx: typer.Context,
    clause: str = typer.Option("", "--clause", help="Only this clause, with everything that stands for it."),
) -> None:
    """Which clauses the regulations bring, what meets each, how strongly, with which value, and how it stands today."""
    from archivectl import compliance  # noqa: PLC0415 - loads git

    with context.reading(ctx) as archive:
        found, regime = compliance.answers(archive, clause), archive.regime
    document = [_document(each) for each in found]
    console.emit(ctx.obj, document, () if ctx.obj.json else _one(found[0], regime) if clause else _all(found, regime))


def _document(answer: "Answer") -> dict[str, Any]:
    value = answer.stated
    return {
        "clause": answer.clause.name,
        "text": pick(answer.clause.titles),
        "mechanisms": list(answer.mechanisms),
        "parameter": answer.clause.parameter,
        "in_force": value.value if value else None,
        "source": value.source if value and value.holds else None,
        "meaning": dict(value.meant) if value else {},
        "strength": answer.strength,
        "status": answer.status,
        "evidence": [{"mechanism": each.mechanism, **each.figures, "message": str(each.said)} for each in answer.evidence],
    }


def _all(found: "Sequence[Answer]", regime: "Regime") -> list[str]:
    """A line for each clause, and how many there are of each strength."""
    rows = [
        (
            each.clause.name,
            pick(each.clause.titles),
            _(_STRENGTHS[each.strength]),
            cut(_value(each, regime), _WIDE) if each.stated else None,
            _(_SAID[each.status]),
        )
        for each in found
    ]
    heads = (_("Clause"), _("What it demands"), _("Strength"), _("In force"), _("Today"))
    head, *lines = console.table(rows, heads)
    painted = [console.paint(line, _COLOURS.get(each.status, "")) for line, each in zip(lines, found, strict=True)]
    counts = Counter(each.strength for each in found)
    parts = [f"{_(_STRENGTHS[name])} {counts[name]}" for name in _STRENGTHS if counts[name]]
    return [head, *painted, "", _("{count} clauses: {parts}", count=len(found), parts=listed(parts))]


def _value(answer: "Answer", regime: "Regime") -> str:
    """The value in force, in words; of what several rows say each once."""
    from archivectl.reports import law  # noqa: PLC0415 - loads git

    stated, path = answer.stated, answer.clause.parameter or ""
    if stated is None or not stated.several:
        return law.told(regime, path, stated.value if stated else None)
    return _("; ").join(dict.fromkeys(law.told(regime, path, each) for each in stated.value))


def _one(answer: "Answer", regime: "Regime") -> list[str]:
    """Everything about one clause."""
    from archivectl.cli import mechanisms  # noqa: PLC0415 - loads git

    rows: list[tuple[str, object]] = [
        (_("Clause"), f"{answer.clause.name} {pick(answer.clause.titles)}"),
        (_("Strength"), _(_STRENGTHS[answer.strength])),
        (_("Today"), _(_SAID[answer.status])),
    ]
    if answer.stated:
        source = answer.stated.source if answer.stated.holds else ""
        rows += [(_("In force"), _value(answer, regime)), (_("Path"), answer.clause.parameter)]
        rows += [(_("Stated in"), pick(regime.titles.get(source, source)))] if source else []
    said = {each.mechanism: str(each.said) for each in answer.evidence}
    met = mechanisms.told(answer.mechanisms, regime)
    evidence = [(text, next((said[each] for each in alike if each in said), None)) for text, alike in met.items()]
    return [*console.pairs(rows), "", *console.table(evidence, (_("Met by"), _("Evidence")))]
