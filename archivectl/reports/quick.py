"""The quick card: on one page what a clerk types, who approves it and by when, under the rules in force in this archive."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from archivectl import yaml_text
from archivectl.archive import Archive
from archivectl.i18n import N_, _, listed, pick
from archivectl.regime.model import Regime
from archivectl.registers import owed
from archivectl.reports import law
from archivectl.reports.wording import made, spanned
from archivectl.tables.page import Page, Table

Row = Mapping[str, Any]
_EDGES = {"first": N_("the first {time} of the {period}"), "last": N_("the last {time} of the {period}")}
_PERIODS = {"month": N_("month"), "quarter": N_("quarter"), "year": N_("year")}


@cache
def _rows() -> list[Row]:
    text = files("archivectl.reports").joinpath("quick.yaml").read_bytes()
    return list(yaml_text.load(text, "quick.yaml"))


def quick_card(archive: Archive, _names: Mapping[str, str]) -> list[Page]:
    """What is done here every day, on one page: command, approval, time; and what comes round again and again."""
    regime = archive.regime
    heads = (_("What"), _("When it is about"), _("Approved by"), _("Time"), _("Command"))
    lines = tuple(line for row in _rows() for line in _lines(archive, row))
    tables = [Table("", heads, lines)]
    if routine := tuple(_routine(regime)):
        tables.append(Table(_("Again and again"), (_("What"), _("Who"), _("How often"), _("Command")), routine))
    rules = listed(pick(title) for name, title in regime.titles.items() if name != "base") or pick(regime.titles["base"])
    levels = listed(pick(title) for title in regime.get("secrecy.levels").values())
    barred = listed(pick(regime.get(f"lend.manners.{name}") or name) for name in regime.get("lend.barred_to_borrower") or ())
    facts = [(_("Rules"), rules), *_answering(regime), (_("Levels of secrecy"), levels)]
    facts += [(_("A borrower does not"), barred)] if barred else []
    return [Page("quick", _("Quick card"), "", tuple(facts), tuple(tables), (), made(archive))]


def _answering(regime: Regime) -> Iterator[tuple[str, str]]:
    """Who answers for the files: the department in charge, and who has it all or a department's."""
    known = {**regime.get("roles", {}), **regime.get("posts", {}), **(regime.get("departments") or {})}
    whole = [regime.get("lead"), *(regime.get("responsible.overall") or ()), *(regime.get("responsible.departments") or ())]
    if named := [pick(known.get(name, name)) for name in whole if name]:
        yield _("Answers for the files"), listed(dict.fromkeys(named))


def _lines(archive: Archive, row: Row) -> Iterator[tuple[str, ...]]:
    """The line of a row, or one for each of its rules."""
    regime, title = archive.regime, pick(row)
    if "if" in row and not regime.get(row["if"]):
        return
    command = "".join([pick(row["command"]), *_options(regime, row)])
    time = _time(regime.get(row["within"])) if "within" in row else ""
    stated = regime.get(_governing(regime, row["approve"])) if "approve" in row else None
    if "kind" not in row:
        word = law.told(regime, row["word"], regime.get(row["word"])) if "word" in row else ""
        yield title, "", word or ("" if stated is None else law.chain(regime, stated)), time, command
        return
    if same := _same(regime, row):
        yield title, "", _("as for “{what}”", what=same), time, command
        return
    section = str(row["approve"]).partition(".")[0]
    for place, rule in enumerate(stated or ({},)):
        when = law.conditions(regime, rule.get("when") or {}, section)
        about = _("otherwise") if place and not when else when
        first = (title, command) if not place else ("", "")
        yield first[0], about, _who(regime, rule), "" if rule.get("barred") else time or _time(rule.get("term")), first[1]


def _options(regime: Regime, row: Row) -> Iterator[str]:
    """What the rules ask to be said with a command: the first of the purposes, all that is to be looked at."""
    for path, option in row.get("with", {}).items():
        stated, titles = regime.get(path) or (), regime.get("lend.checks") or {}
        if isinstance(stated, Mapping):
            stated, titles = [name for name, title in stated.items() if title][:1], stated
        said = "、".join(pick(titles.get(name, name)) for name in stated)
        if said:
            yield f" {option} {','.join(stated) if ' ' in said else said}"  # titles with spaces would have to be quoted


def _governing(regime: Regime, path: str) -> str:
    """Where the rules stand that hold for a section: its own, or those of the section that it names."""
    section, _dot, rest = path.rpartition(".")
    return f"{regime.get(f'{section}.as', section)}.{rest}"


def _same(regime: Regime, row: Row) -> str:
    """The line that says already what holds for this one; nothing where this one says it."""
    path = _governing(regime, row["approve"])
    return next((pick(other) for other in _rows() if path != row["approve"] and other.get("approve") == path), "")


def _who(regime: Regime, rule: Row) -> str:
    """Who approves under a rule, and where the file may be read."""
    who = _("not allowed") if rule.get("barred") else law.chain(regime, rule.get("approve") or ())
    place = rule.get("place")
    said = _("only in: {value}", value=law.told(regime, "lend.rules.place", place)) if place else ""
    return _("; ").join(filter(None, [who, said]))


def _time(stated: Any) -> str:  # noqa: ANN401 - a span, a schedule, or a table of them
    if isinstance(stated, Mapping):
        return listed(f"{key} {value}" for key, value in stated.items())
    if isinstance(stated, list):
        return listed(_time(row.get("every")) for row in stated if isinstance(row, Mapping) and row.get("every"))
    return spanned(str(stated)) if stated else ""


def _routine(regime: Regime) -> Iterator[tuple[str, ...]]:
    for row in owed.routine(regime).values():
        who = listed(pick(regime.titled(post)) for post in row["who"])
        yield pick(row["title"]), who, _often(row), f"archivectl {row['how']}"


def _often(row: Row) -> str:
    """How often something comes round: a span, some months, or the first or last days of a period."""
    if row.get("months"):
        return _("in the months {months}", months=listed(row["months"]))
    edge = next((edge for edge in _EDGES if row.get(edge)), "")
    if edge:
        return _(_EDGES[edge], time=_time(row[edge]), period=_(_PERIODS.get(row.get("of", "month"), "month")))
    return _("every {time}", time=_time(row["every"])) if row.get("every") else _time(row.get("within"))
