"""The forms, registers and lists that practice knows by names of their own: the regime lists the names, and what each is of.

What a form looks like stands in ``forms.yaml``, or in the regime, which goes before: ``of`` a register, with what its form has
otherwise (``columns``, ``sign``, ``where`` with columns that its entries have, ``text``, ``copies``, ``small``); or a sheet to
fill in. Without such a description it is the register, report or card that the regime names.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from archivectl import yaml_text
from archivectl.archive import Archive
from archivectl.errors import Unreadable
from archivectl.i18n import pick
from archivectl.regime.model import Regime, first
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind
from archivectl.reports import entries, sheets
from archivectl.reports.asking import Asked
from archivectl.tables.page import Page

if TYPE_CHECKING:
    from archivectl.records.model import Record

_OWN = frozenset({"layout", "ledger", "sign", "items", "columns", "text"})


@cache
def shipped() -> Mapping[str, Any]:
    """The descriptions that come with the tool, by the name of the form."""
    found: Mapping[str, Any] = yaml_text.load(files("archivectl.reports").joinpath("forms.yaml").read_bytes(), "forms.yaml")
    return found


def described(regime: Regime, name: str) -> Any:  # noqa: ANN401 - a description, or the name of a register or report
    """What a name is: a description, the name of a register, report or other form, or nothing."""
    stated = (regime.get("forms") or {}).get(name)
    return stated if isinstance(stated, Mapping) else shipped().get(name, stated)


class BadForm(Unreadable):
    """A description that describes no form."""

    message = "The form “{name}” is not described as one ({problem})."
    hint = "See how others are: archivectl/reports/forms.yaml; mend it in the rules, under forms"


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Say which form it is that cannot be read."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadForm(name=name, problem=error) from error


def is_sheet(spec: Mapping[str, Any]) -> bool:
    """Whether a form is one to fill in, rather than one of a register."""
    return "of" not in spec


def sheet(archive: Archive, name: str, spec: Mapping[str, Any], asked: Asked) -> list[Page]:
    """A form to fill in, for each file that is named; blank where none is."""
    records: list[Record | None] = [archive.record(number) for number in asked.numbers]
    records = records or [None]
    with _readable(name):
        return [page for record in records for page in sheets.sheet(archive, name, spec, record, asked.purpose)]


def of_register(archive: Archive, kind: Kind, spec: Mapping[str, Any], asked: Asked) -> list[Page]:
    """Entries of a register as slips or letters, those that are named; else the register, or what it has of a time."""
    with _readable(str(spec.get("title") or pick(kind.title))):
        return _pages(archive, kind, spec, asked)


def _pages(archive: Archive, kind: Kind, spec: Mapping[str, Any], asked: Asked) -> list[Page]:
    form = {**kind.form, **{key: value for key, value in spec.items() if key in _OWN}}
    if asked.numbers:
        cases = [_as(archive.case(number), form) for number in asked.numbers]
        asked_for = () if spec is kind.form else tuple(spec.get("columns", ()))
        pages = (_called(entries.slip(archive, case, asked_for), spec) for case in cases)
        return [copy for page in pages for copy in sheets.copied(page, spec)]
    told = asked.since[:4] if asked.since[5:] == "01-01" and asked.until[5:] == "12-31" else ""
    cases = [_as(case, form) for case in _among(archive.register(kind.name), spec, asked)]
    page = entries.register(archive, kind._replace(form=form), cases, told)
    return [_called(page, spec)]


def _called(page: Page, spec: Mapping[str, Any]) -> Page:
    """A page under the name that it was asked for by."""
    return page._replace(title=spec["title"]) if "title" in spec else page


def _as(case: Case, form: Mapping[str, Any]) -> Case:
    return case._replace(kind=case.kind._replace(form=form))


def _among(cases: Iterable[Case], spec: Mapping[str, Any], asked: Asked) -> Iterable[Case]:
    """The entries of the time asked for that have the columns which the form is about."""
    rows = [{"when": spec.get("where", {})}]
    for case in cases:
        if first(rows, case.entry.columns) is not None and asked.covers(case.done[0].date if case.done else ""):
            yield case
