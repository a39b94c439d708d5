"""The papers a file must hold, as its kind of file lists them: what is missing, or there in another form than is asked.

A row of ``files.<kind>.papers`` names a ``kind`` of document and what is asked of it: ``form`` (one, or a list of which any
will do), ``marks`` (all of them), ``filled`` (fields that may not be blank), ``pages`` and ``copies`` (at least). ``any_of`` are
alternatives, ``contains`` papers that it holds, ``when`` the files for which it is asked at all. A list is open: papers that it
does not name are as welcome as any.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence, Titles
from archivectl.records import facts, fields
from archivectl.regime.model import Regime, first

Row = Mapping[str, Any]
REFUSE = "refuse"
_CONDITIONS = frozenset({"subject", "secrecy", "axis", "file", "document", "relation"})
_LEAST = ("pages", "copies")

_ABSENT = N_("{paper} is missing")
_FORM = N_("{paper} must be: {wanted}")
_MARKS = N_("{paper} lacks: {wanted}")
_BLANK = N_("{paper} has blanks: {wanted}")
_PAGES = N_("{paper} has fewer pages than {wanted}")
_COPIES = N_("{paper} is there in fewer copies than {wanted}")
_INSIDE = N_("{paper} must hold: {wanted}")
_SAID = {"form": _FORM, "marks": _MARKS, "pages": _PAGES, "copies": _COPIES}


class OddCondition(Unreadable):
    """A material that is asked for on a condition that nothing can answer."""

    message = "The papers of {file} are asked for by “{key}”, which is no condition."
    hint = "The conditions are: {known}"


class Lack(NamedTuple):
    """One thing that a checklist asks and a file does not hold.

    ``file`` is the kind of file, ``papers`` the kinds of document of which any would do, ``what`` is ``absent``, ``form``,
    ``marks``, ``filled``, ``pages``, ``copies`` or ``inside``, ``wanted`` what is asked for instead.
    """

    file: str
    papers: tuple[str, ...]
    what: str
    wanted: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.what == "filled":
            return str(Sentence(_BLANK, paper=" / ".join(self.papers), wanted=Titles(map(_field, self.wanted))))
        choices = (fields.field_at("documents[].form") or fields.known("status")).choices
        paper, wanted = " / ".join(self.papers), Titles(choices.get(each, each) for each in self.wanted)
        return str(Sentence({**_SAID, "inside": _INSIDE}.get(self.what, _ABSENT), paper=paper, wanted=wanted))


class Progress(NamedTuple):
    """How far the papers of a file have come: what is asked for, and what of it is lacking."""

    asked: int
    lacks: tuple[Lack, ...]


def listing(regime: Regime) -> list[str]:
    """The kinds of file that have a checklist."""
    return [name for name, file in (regime.get("files") or {}).items() if file.get("papers")]


def missing(data: Mapping[str, Any], regime: Regime) -> list[Lack]:
    """What a record lacks of the materials that its kinds of file ask for; it needs no key. Raises OddCondition."""
    return list(standing(data, regime).lacks)


def standing(data: Mapping[str, Any], regime: Regime, only: Sequence[str] | None = None) -> Progress:
    """What is asked of a record and what of it is lacking, of all its kinds of file or ``only`` some. Raises OddCondition."""
    asked, lacks, known = 0, list[Lack](), _known(data)
    for file in data.get("files") or ():
        rows = regime.get(f"files.{file}.papers") or () if only is None or file in only else ()
        for row in rows if isinstance(rows, list) else ():
            if _is_asked(row, known, file):
                asked += 1
                lacks += _lacks(row, data.get("documents") or (), file)
    return Progress(asked, tuple(lacks))


def incomplete(data: Mapping[str, Any], regime: Regime) -> tuple[list[Lack], str | None]:
    """What is lacking where the kind of file refuses what is not complete, and the term to complete the others within, if any.

    A paper that is there in another form than is asked is refused by a kind of file that says nothing of what is not complete.
    """
    kinds = {str(file): regime.get(f"files.{file}.incomplete") for file in data.get("files") or ()}
    refused = standing(data, regime, [file for file, how in kinds.items() if how == REFUSE]).lacks
    terms = {file: str(how["complete_within"]) for file, how in kinds.items() if isinstance(how, Mapping)}
    owed = standing(data, regime, list(terms)).lacks
    silent = standing(data, regime, [file for file, how in kinds.items() if not how]).lacks
    return [*refused, *(lack for lack in silent if lack.what == "form")], terms[owed[0].file] if owed else None


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a row may ask of a file."""
    return {
        **facts.of(data),
        "document": [document.get("kind") for document in data.get("documents") or ()],
        "relation": [relation.get("kind") for relation in data.get("relations") or ()],
    }


def _is_asked(row: Row, known: Mapping[str, Any], file: str) -> bool:
    when = row.get("when", {})
    for key in when:
        if key not in _CONDITIONS:
            raise OddCondition(file=file, key=key, known=", ".join(sorted(_CONDITIONS)))
    return first([row], known) is not None


def _lacks(row: Row, documents: Sequence[Row], file: str) -> list[Lack]:
    """What is lacking of one row: nothing where a paper meets it, else what the paper that comes nearest falls short of."""
    choices = row.get("any_of") or [row]
    found = [_one(choice, documents, file) for choice in choices]
    if any(not lacks for lacks in found):
        return []
    near = [lacks for lacks in found if lacks[0].what != "absent"]
    if near:
        return min(near, key=len)
    return [Lack(file, tuple(_name(choice) for choice in choices), "absent")]


def _one(row: Row, documents: Sequence[Row], file: str) -> list[Lack]:
    named = [document for document in documents if _is_called(document, row)]
    if not named:
        return [Lack(file, (_name(row),), "absent")]
    tried = [[*_short(row, document, file), *_inside(row, document, documents, file)] for document in named]
    return min(tried, key=len)


def _short(row: Row, document: Row, file: str) -> Iterator[Lack]:
    name = (_name(row),)
    forms = _listed(row.get("form"))
    if forms and document.get("form") not in forms:
        yield Lack(file, name, "form", tuple(forms))
    if marks := [mark for mark in _listed(row.get("marks")) if mark not in (document.get("marks") or ())]:
        yield Lack(file, name, "marks", tuple(marks))
    if blank := [each for each in _listed(row.get("filled")) if document.get(each) in (None, "")]:
        yield Lack(file, name, "filled", tuple(blank))
    for what in _LEAST:
        if (least := row.get(what)) and (document.get(what) or 0) < least:
            yield Lack(file, name, what, (str(least),))


def _inside(row: Row, document: Row, documents: Sequence[Row], file: str) -> Iterator[Lack]:
    """The papers that a document holds are listed in it, and asked for like any other."""
    within = [each for each in documents if each.get("id") in (document.get("contains") or ())]
    for inner in row.get("contains", ()):
        if lacks := _lacks(inner, within, file):
            yield Lack(file, (_name(row),), "inside", lacks[0].papers) if lacks[0].what == "absent" else lacks[0]


def _field(name: str) -> dict[str, str]:
    field = fields.known(f"documents[].{name}")
    return {"zh": field.zh, "en": field.en}


def _is_called(document: Row, row: Row) -> bool:
    names = {fields.folded(str(name)) for name in (row["kind"], *_listed(row.get("also")), row.get("zh"), row.get("en")) if name}
    return fields.folded(str(document.get("kind", ""))) in names


def _name(row: Row) -> str:
    return str(row["kind"])


def _listed(value: Any) -> list[str]:  # noqa: ANN401 - a word, a list of words, or nothing
    return value if isinstance(value, list) else [value] if value else []
