"""Pages as HTML for A4 paper, by the templates in ``layouts/``; everything that is filled in is escaped."""

from collections.abc import Sequence

from archivectl.i18n import N_, _, spoken
from archivectl.tables.barcode import svg
from archivectl.tables.page import Page

# What the templates say themselves, marked here because translations are gathered from modules.
WORDS = (N_("No."), N_(": "), N_(" (signature)"), N_("Date:"))


def render(pages: Sequence[Page]) -> str:
    """One document with all pages, each by its own layout."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to load

    environment = Environment(
        loader=PackageLoader("archivectl.tables", "layouts"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals.update(_=_, barcode=svg)
    return environment.get_template("document.html").render(pages=pages, language=spoken())
