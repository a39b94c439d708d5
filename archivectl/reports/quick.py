"""The quick card: on one page what a clerk types, who approves it and by when, under the rules in force in this archive."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from archivectl import yaml_text
from archivectl.archive import Archive
from archivectl.i18n import N_, _, listed, pick
from archivectl.regime.model import Regime
from archivectl.registers import owed
from archivectl.reports.wording import made, spanned
from archivectl.tables.page import Page, Table

Row = Mapping[str, Any]
_WORDS = {
    "same": N_("as lending"),
    "formalities": N_("as lending, all formalities anew"),
    "notice": N_("a word is enough"),
    "barred": N_("not allowed"),
    "in-person": N_("in person"),
    "phone": N_("by phone"),
    "mail": N_("by mail"),
}
_PLACE = {"archive-room": N_("archive room")}
_EDGES = {"first": N_("the first {time} of the {period}"), "last": N_("the last {time} of the {period}")}
_PERIODS = {"month": N_("month"), "quarter": N_("quarter"), "year": N_("year")}
_MORE = {">=": N_("{what} and above"), ">": N_("above {what}"), "<=": N_("{what} and below"), "<": N_("below {what}")}


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
    regime, command, title = archive.regime, pick(row["command"]), pick(row)
    if "if" in row and not regime.get(row["if"]):
        return
    time = _time(regime.get(row["within"])) if "within" in row else ""
    stated = regime.get(_governing(regime, row["approve"])) if "approve" in row else None
    if "kind" not in row:
        said = regime.get(row["word"]) if "word" in row else ()
        ways = [said] if isinstance(said, str) else said or ()
        word = listed(_(_WORDS[way]) if way in _WORDS else pick(regime.titled(way)) for way in ways)
        who = word or ("" if stated is None else _chain(regime, stated))
        yield title, "", who, time, command
        return
    if same := _same(regime, row):
        yield title, "", _("as for “{what}”", what=same), time, command
        return
    for place, rule in enumerate(stated or ({},)):
        when = listed(_condition(archive, row["kind"], key, value) for key, value in (rule.get("when") or {}).items())
        about = _("otherwise") if place and not when else when
        first = (title, command) if not place else ("", "")
        yield first[0], about, _who(regime, rule), "" if rule.get("barred") else time or _time(rule.get("term")), first[1]


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
    who = _("not allowed") if rule.get("barred") else _chain(regime, rule.get("approve") or ())
    place = str(rule.get("place") or "")
    return f"{who}；{_('only in: {place}', place=_(_PLACE.get(place, place)))}" if place else who


def _time(stated: Any) -> str:  # noqa: ANN401 - a span, a schedule, or a table of them
    if isinstance(stated, Mapping):
        return listed(f"{key} {value}" for key, value in stated.items())
    if isinstance(stated, list):
        return listed(_time(row.get("every")) for row in stated if isinstance(row, Mapping) and row.get("every"))
    return spanned(str(stated)) if stated else ""


def _chain(regime: Regime, chain: Sequence[Any]) -> str:
    """Who signs, in order: one after the other, any of several, or all of several."""
    return " → ".join(_step(regime, step) for step in chain) or _("nobody need approve")


def _step(regime: Regime, step: Any) -> str:  # noqa: ANN401 - a post, a list of posts, or {all: …}
    if isinstance(step, Mapping):
        return "＋".join(_step(regime, each) for each in step["all"])
    return pick(regime.titled(*step)) if isinstance(step, list) else pick(regime.titled(step))


def _condition(archive: Archive, kind: str, key: str, value: Any) -> str:  # noqa: ANN401 - a value of a condition
    regime = archive.regime
    if key == "axis":
        axes = regime.get("axes") or {}
        return listed(_among(one, axes.get(axis, {}).get("values") or {}) for axis, one in value.items())
    modes = archive.kind(kind).columns.get("mode")
    titles: dict[str, Mapping[str, Any]] = {
        "secrecy": regime.get("secrecy.levels"),
        "post": {**(regime.get("roles") or {}), **(regime.get("posts") or {})},
        "mode": modes.choices if modes else {},
        "file": {name: file.get("title", name) for name, file in (regime.get("files") or {}).items()},
        "department": regime.get("departments") or {},
        "outside": {"True": _("outside")},
    }
    return _among(value, titles.get(key, {}))


def _among(value: Any, titles: Mapping[Any, Any]) -> str:  # noqa: ANN401 - a word, a list of words, a comparison
    if isinstance(value, list):
        return " / ".join(_among(each, titles) for each in value)
    text = str(value)
    sign = text[: len(text) - len(text.lstrip("<>="))]
    if sign in _MORE:
        return _(_MORE[sign], what=_among(text.removeprefix(sign), titles))
    return pick(titles[text]) if text in titles else _(text)


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
