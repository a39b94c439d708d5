"""What a file asks for while it is kept: items that are blank, a label that fits its class, the results of every year."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archivectl.i18n import N_
from archivectl.records.model import UNFILED
from archivectl.regime import arrangement, spans
from archivectl.regime.model import Regime
from archivectl.registers import filling
from archivectl.registers.owing import File, Owed, Source, responsible

_FEW = 3  # fields that are named one by one


def _blank(file: File, regime: Regime) -> Iterator[Owed]:
    """Items that the rules require and nobody filled in."""
    if lacking := filling.lacking(file.data, regime):
        owners = filling.owners(file.data, regime)
        units = dict.fromkeys(unit for need in lacking for word, unit in owners.items() if filling.covers(word, need[0]))
        values = {"fields": filling.titles(lacking, _FEW), "units": _units([*units], regime)}
        sentence = N_("items are blank: {fields}; they come from: {units}") if units else N_("items are blank: {fields}")
        who, how = responsible(file, regime, "who.update"), filling.command(file.label, lacking[0][0])
        say = {"sentence": sentence, "values": values}
        yield Owed("record.fields", who, None, say, how, "files.*.required", unless=("intake",))


def _units(units: list[str], regime: Regime) -> dict[str, str]:
    known = regime.get("departments") or {}
    titles = [known.get(unit) or unit for unit in units]
    between = {"zh": "、", "en": ", "}
    return {
        language: mark.join(str(title.get(language, "")) if isinstance(title, Mapping) else str(title) for title in titles)
        for language, mark in between.items()
    }


def _label(file: File, regime: Regime) -> Iterator[Owed]:
    """A label that is lacking, or of a class that the file is no longer of: label, place and retrieval follow the class."""
    wanted = {language: arrangement.label(file.data, regime, language) for language in ("zh", "en")}
    if file.data.get("status") not in UNFILED and wanted["zh"] and not arrangement.labelled(file.data, regime):
        say = {"sentence": N_("to be labelled and put in its place: {label}"), "values": {"label": wanted}}
        how = f'update {file.label} --set filing.label="{wanted["zh"]}" --reason …'
        yield Owed("record.label", responsible(file, regime, "who.update"), None, say, how, "arrange")


def _results(file: File, regime: Regime) -> Iterator[Owed]:
    """The results of a year that is over, of an organisation whose results accumulate year by year."""
    if file.data.get("subject") != "organisation" or file.data.get("status") in UNFILED:
        return
    filing = file.data.get("filing") or {}
    begun = int(str(filing.get("archived") or filing.get("handled") or file.since)[:4])
    years = [row.get("year") for row in (file.data.get("finances") or {}).get("years") or ()]
    if all(isinstance(year, int) for year in years):
        year = max(years) + 1 if years else begun
        due = spans.span(str(regime.get("results.every"))).after(f"{year:04}-12-31", regime.calendar)
        say = {"sentence": N_("the results of {year} are to be entered"), "values": {"year": year}}
        how = f"add {file.label} finances.years year={year} …"
        yield Owed("record.results", responsible(file, regime, "who.add"), due, say, how, "results.every", 30)


def _asks(regime: Regime) -> bool:
    """Whether anything is required of any kind of file."""
    stated = [regime.get("fields") or {}, *(regime.get("files") or {}).values()]
    return any(each.get("required") for each in stated if isinstance(each, Mapping))


SOURCES: Mapping[Source, Callable[[Regime], Any]] = {
    _blank: _asks,
    _label: lambda regime: regime.get("arrange"),
    _results: lambda regime: regime.get("results.every"),
}
