"""What a change of the rules means, as a person reads it: what they say otherwise, no longer ask for, and newly ask of files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from archivectl import yaml_text
from archivectl.cli import console, mechanisms
from archivectl.cli.columns import cut
from archivectl.cli.options import Options
from archivectl.i18n import N_, _, listed
from archivectl.reports import law

if TYPE_CHECKING:
    from archivectl.regime.loosening import Loosened
    from archivectl.regime.model import Regime
    from archivectl.rulebook import Consequences, Difference

_MOST = 20  # findings that are shown one by one
_WIDE = 60  # columns of a value
_ALLOWED = N_("{where}: what was not allowed is allowed now, signatures: {after}.")
_LESS = N_("{where}: signatures of “{before}” become “{after}”.")
_LEFT_OUT = N_("The new file takes the place of all of {file}, and no longer states: {paths}.")


def differing(found: "Sequence[Difference]", sides: "tuple[Regime, Regime]", heads: tuple[str, str]) -> list[str]:
    """What two sets of rules say differently, in words; as it is written where the words are the same."""
    rows = [(each.path, *_values(each, sides)) for each in found]
    return console.table(rows, (_("Path"), *heads))


def _values(each: "Difference", sides: "tuple[Regime, Regime]") -> list[str]:
    values = (each.before, each.after)
    said = [law.told(regime, each.path, value) for regime, value in zip(sides, values, strict=True)]
    if said[0] == said[1]:
        said = ["—" if value is None else yaml_text.flow(value) for value in values]
    return [cut(text, _WIDE) for text in said]


def consequences(options: Options, found: "Consequences", said: str) -> None:
    """Say what an act that changed the rules means."""
    warnings = [*lost(found.loosened, found.after), *_left_out(found.left_out)]
    document = {
        "differences": [each._asdict() for each in found.differences],
        "findings": [{"rule": each.rule, "path": each.path, "line": each.line, "message": each.text} for each in found.findings],
        "duties": found.duties,
        "warnings": warnings,
    }
    lines = [_(said, count=len(found.differences))]
    if found.differences:
        lines += differing(found.differences, (found.before, found.after), (_("Before"), _("After")))
    if found.findings:
        lines += ["", _("What newly falls short ({count}): archivectl check", count=len(found.findings))]
        lines += [f"{each.path}:{each.line} {each.rule}: {each.text}" for each in found.findings[:_MOST]]
    if found.duties:
        named = [(mechanisms.duty(duty, found.after), count) for duty, count in sorted(found.duties.items())]
        lines += ["", _("What is newly asked of files: archivectl todo --all")]
        lines += console.pairs([(duty, _("{count} files", count=count)) for duty, count in named])
    console.emit(options, document, lines)
    for warning in warnings:
        console.warn(warning)


def lost(loosened: "Iterable[Loosened]", regime: "Regime") -> list[str]:
    """What is let pass with fewer signatures, or at all, each in a sentence."""
    said = []
    for each in loosened:
        section = each.path.partition(".")[0]
        about = law.conditions(regime, each.when, section)
        where = _("{path} ({about})", path=each.path, about=about) if about else each.path
        before, after = law.chain(regime, each.before or ()), law.chain(regime, each.after)
        said.append(_(_ALLOWED if each.before is None else _LESS, where=where, before=before, after=after))
    return said


def _left_out(files: Mapping[str, Sequence[str]]) -> list[str]:
    return [_(_LEFT_OUT, file=file, paths=listed(paths)) for file, paths in files.items()]
