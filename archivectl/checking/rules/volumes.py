"""Papers lie in volumes that exist, numbered and counted without a gap; no two files or volumes bear one archive number.

The rules of the archive may ask for more: an order inside a volume, titles that are short and tell volumes apart, papers that
lie by themselves, volumes that are bound, bagged or stamped, classes of material, and both media of every item or at least a word
about its medium.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archivectl.checking import places
from archivectl.checking.facts import Facts
from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.encryption.envelope import is_sealed
from archivectl.finding import Finding
from archivectl.i18n import N_, Titles, keyed
from archivectl.records import fields
from archivectl.records.model import GONE
from archivectl.regime import volumes as arranging
from archivectl.regime.model import Regime
from archivectl.regime.volumes import Rules

RULE = "volumes"
_NO_VOLUME = N_("There is no volume {volume} in this file.")
_LACKING = N_("This paper has no place in its volume, others have.")
_TWICE = N_("{what} {number} stands here twice.")
_GAP = N_("{what} {number} is missing.")
_COUNT = N_("{stated} are stated, {found} are there.")
_ORDER = N_("This paper is out of the order of its volume.")
_APART = N_("This volume holds papers that form a volume of their own: {kind}.")
_EMPTY = N_("This volume has no title.")
_LONG = N_("A title of {length} letters is longer than {most}.")
_UNFINISHED = N_("This volume is not marked so yet: {what}.")
_NO_CLASS = N_("“{material}” is no class of material of this file.")
_CLASSES = N_("The classes are: {known}")
_NO_MEDIUM = N_("This item does not say its medium.")
_OTHER_MEDIUM = N_("Nothing is kept as {medium} here.")
_OPEN = N_("This item is electronic and not encrypted.")
_ENCRYPT = N_("Encrypt it, then say so: archivectl update NUMBER --set documents[ID].encrypted=yes --reason …")
_ONE_MEDIUM = N_("This item is kept in one medium only; both are asked for.")
_SAME_NUMBER = N_("The archive number {value} is that of {other} as well.")
_SAME_TITLE = N_("A volume in {other} has the same title.")
_FORM = N_("Look at the papers themselves; then arrange and count them anew: archivectl volumes NUMBER --form")
_SET = N_("Set what is right: archivectl update NUMBER --set PATH=VALUE")
_ENTER = N_("Enter the other one, of the same kind and date or named in its field “with”: archivectl add NUMBER document …")
_VOLUME, _PLACE = N_("Volume"), N_("Item")


class _Papers(NamedTuple):
    """The papers of a record with their places in its list."""

    file: File
    rows: Sequence[Mapping[str, Any]]

    def finding(self, paper: Mapping[str, Any], message: str, key: str, hint: str, **values: object) -> Finding:
        at = ("documents", next(place for place, row in enumerate(self.rows) if row is paper), key)
        return self.file.finding(RULE, message, at, hint, **values)


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    data = file.data
    if file.kind != "record" or not isinstance(data, Mapping) or tree.regime is None:
        return
    if not ("volumes" in data or "documents" in data) or data.get("status") in GONE or not file.valid:
        return
    how = arranging.rules(tree.regime, data.get("files") or ())
    papers, volumes = _Papers(file, data.get("documents") or ()), data.get("volumes") or ()
    known = {volume["id"] for volume in volumes}
    for paper in papers.rows:
        if paper.get("volume") and paper["volume"] not in known:
            yield papers.finding(paper, _NO_VOLUME, "volume", _FORM, volume=paper["volume"])
    numbers = [volume["number"] for volume in volumes if volume.get("number")]
    yield from (file.finding(RULE, message, ("volumes",), _FORM, what=_VOLUME, number=n) for message, n in _gaps(numbers))
    mixed = arranging.mixed(data, how)
    for place, volume in enumerate(volumes):
        inside = [paper for paper in papers.rows if paper.get("volume") == volume["id"]]
        yield from _sequence(papers, inside, how)
        yield from _counted(file, ("volumes", place), volume, inside)
        yield from (file.finding(RULE, _APART, ("volumes", place), _FORM, kind=kind) for kind in mixed.get(volume["id"], ()))
        yield from _finished(file, place, volume, inside, tree.regime)
        yield from _title(file, place, volume, tree.regime)
    yield from _total(file, data, volumes)
    yield from _classes(papers, how, tree.regime)
    yield from _media(papers, tree.regime)


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    unique = tree.regime is not None and tree.regime.get("volumes.title.unique")
    first: dict[tuple[str, str], tuple[str, object]] = {}
    for record in facts.records:
        for key, value, at in record.marked:
            other = first.setdefault((key, value), (record.path, at))
            if other == (record.path, at) or (key == "title" and not unique):
                continue
            message = _SAME_TITLE if key == "title" else _SAME_NUMBER
            yield tree.file(record.path).finding(RULE, message, at, _SET, value=value, other=places.shown(other[0]))


def _gaps(numbers: Sequence[int]) -> Iterator[tuple[str, int]]:
    """What stands twice, and the first that is missing, of numbers that should run from 1."""
    yield from ((_TWICE, number) for number, often in sorted(Counter(numbers).items()) if often > 1)
    missing = sorted({*range(1, len({*numbers}) + 1)} - {*numbers})
    if missing:
        yield _GAP, missing[0]


def _sequence(papers: _Papers, inside: Sequence[Mapping[str, Any]], how: Rules) -> Iterator[Finding]:
    """Judge the places of the papers in one volume, as soon as one of them has a place."""
    placed = [paper for paper in inside if paper.get("sequence")]
    if not placed:
        return
    yield from (papers.finding(paper, _LACKING, "volume", _FORM) for paper in inside if not paper.get("sequence"))
    ordered = sorted(placed, key=lambda paper: paper["sequence"])
    for message, number in _gaps([paper["sequence"] for paper in ordered]):
        at = next((paper for paper in ordered if paper["sequence"] >= number), ordered[-1])
        yield papers.finding(at, message, "sequence", _FORM, what=_PLACE, number=number)
    if odd := arranging.misplaced(placed, how):
        yield papers.finding(odd, _ORDER, "sequence", _FORM)


def _counted(
    file: File, at: tuple[str | int, ...], volume: Mapping[str, Any], inside: Sequence[Mapping[str, Any]]
) -> Iterator[Finding]:
    """Judge what a volume says of its papers, once each of them is listed with its place."""
    if not inside or not all(paper.get("sequence") for paper in inside):
        return
    found = arranging.extent(inside)
    for key in ("items", "pages"):
        if volume.get(key) is not None and found[key] is not None and volume[key] != found[key]:
            yield file.finding(RULE, _COUNT, (*at, key), _FORM, stated=volume[key], found=found[key])


def _total(file: File, data: Mapping[str, Any], volumes: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Judge what the file says of all its volumes, where each of them says it."""
    filing = data.get("filing") or {}
    for key in ("items", "pages"):
        counts = [volume.get(key) for volume in volumes]
        known = [count for count in counts if count is not None]
        if known and len(known) == len(counts) and filing.get(key) is not None and filing[key] != sum(known):
            yield file.finding(RULE, _COUNT, ("filing", key), _SET, stated=filing[key], found=sum(known))


def _finished(
    file: File, place: int, volume: Mapping[str, Any], inside: Sequence[Mapping[str, Any]], regime: Regime
) -> Iterator[Finding]:
    """Judge a volume with papers by what it is in the end: bound, bagged, stamped."""
    lacking = [name for name in regime.get("volumes.finished") or () if inside and not volume.get(name)]
    titles = Titles({"zh": field.zh, "en": field.en} for name in lacking if (field := fields.field_at(f"volumes[].{name}")))
    if lacking:
        yield file.finding(RULE, _UNFINISHED, ("volumes", place), _SET, what=titles)


def _classes(papers: _Papers, how: Rules, regime: Regime) -> Iterator[Finding]:
    """Judge the class of each paper by those that the kinds of file state."""
    known = {*how.materials, *how.apart}
    for paper in papers.rows if how.materials else ():
        if paper.get("material") and paper["material"] not in known:
            own = keyed({key: titles for key, titles in arranging.classes(regime).items() if key in how.materials})
            yield papers.finding(paper, _NO_CLASS, "material", _CLASSES, material=paper["material"], known=own)


def _title(file: File, place: int, volume: Mapping[str, Any], regime: Regime) -> Iterator[Finding]:
    most, title = regime.get("volumes.title.max"), volume.get("title")
    if not title and (most or regime.get("volumes.title.unique")):
        yield file.finding(RULE, _EMPTY, ("volumes", place), _SET)
    elif isinstance(most, int) and title and not is_sealed(title) and len(title) > most:
        yield file.finding(RULE, _LONG, ("volumes", place, "title"), _SET, length=len(title), most=most)


def _media(papers: _Papers, regime: Regime) -> Iterator[Finding]:
    keep, only, sealed = (regime.get(f"media.{key}") for key in ("keep", "only", "encrypt"))
    media = fields.known("documents[].medium").choices
    for paper in papers.rows if keep or only or sealed else ():
        medium = paper.get("medium")
        if keep and not medium:
            yield papers.finding(paper, _NO_MEDIUM, "id", _SET)
        elif keep == "both" and not arranging.in_both_media(paper, papers.rows):
            yield papers.finding(paper, _ONE_MEDIUM, "medium", _ENTER)
        if only and medium and medium not in only:
            yield papers.finding(paper, _OTHER_MEDIUM, "medium", _SET, medium=Titles([media[medium]]))
        if sealed == "all" and arranging.unencrypted(paper):
            yield papers.finding(paper, _OPEN, "id", _ENCRYPT)
