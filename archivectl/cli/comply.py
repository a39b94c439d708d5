"""``comply``: the answer to an inspector, clause by clause."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.cli.columns import cut
from archivectl.cli.regime import told
from archivectl.i18n import N_, _, pick

if TYPE_CHECKING:
    from archivectl.compliance import Answer

app = typer.Typer()
APPS = {"comply": app}
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
        found = compliance.answers(archive, clause)
        titles = archive.regime.titles
    document = [_document(each) for each in found]
    console.emit(ctx.obj, document, _one(found[0], titles) if clause else _all(found))


def _document(answer: "Answer") -> dict[str, Any]:
    value = answer.stated
    return {
        "clause": answer.clause.name,
        "text": pick(answer.clause.titles),
        "mechanisms": list(answer.mechanisms),
        "parameter": answer.clause.parameter,
        "in_force": value.value if value else None,
        "source": value.source if value and value.holds else None,
        "strength": answer.strength,
        "status": answer.status,
        "evidence": [{"mechanism": each.mechanism, **each.figures, "message": str(each.said)} for each in answer.evidence],
    }


def _all(found: "Sequence[Answer]") -> list[str]:
    """A line for each clause, and how many there are of each strength."""
    rows = [
        (each.clause.name, pick(each.clause.titles), _(_STRENGTHS[each.strength]), _value(each), _(_SAID[each.status]))
        for each in found
    ]
    heads = (_("Clause"), _("What it demands"), _("Strength"), _("In force"), _("Today"))
    head, *lines = console.table(rows, heads)
    painted = [console.paint(line, _COLOURS.get(each.status, "")) for line, each in zip(lines, found, strict=True)]
    counts = Counter(each.strength for each in found)
    parts = [f"{_(_STRENGTHS[name])} {counts[name]}" for name in _STRENGTHS if counts[name]]
    return [head, *painted, "", _("{count} clauses: {parts}", count=len(found), parts="、".join(parts))]


def _value(answer: "Answer") -> str | None:
    if answer.stated is None:
        return None
    return cut(told(answer.stated.value) or "—", 40)


def _one(answer: "Answer", titles: Mapping[str, Any]) -> list[str]:
    """Everything about one clause."""
    rows: list[tuple[str, object]] = [
        (_("Clause"), f"{answer.clause.name} {pick(answer.clause.titles)}"),
        (_("Strength"), _(_STRENGTHS[answer.strength])),
        (_("Today"), _(_SAID[answer.status])),
    ]
    if answer.stated:
        rows.append((answer.clause.parameter or "", told(answer.stated.value)))
        rows.append((_("Stated in"), pick(titles.get(answer.stated.source, answer.stated.source))))
    said = {each.mechanism: str(each.said) for each in answer.evidence}
    return [
        *console.pairs(rows),
        "",
        *console.table([(each, said.get(each)) for each in answer.mechanisms], (_("Met by"), _("Evidence"))),
    ]
