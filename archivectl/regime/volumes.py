"""How the papers of a file lie in volumes: which belong together, in which order, and what a volume says of those it holds.

``volumes`` in the regime: ``gather`` (``customer``: all papers of a file together; ``material``: a volume for each class of
material), ``order`` (``date``, ``process``, or any field of a paper; ``customer`` is the order of the files, and none inside
one; a list of such orders where any of them will do, volumes being formed in the first), ``process`` (kinds of paper in the
order of the work), ``apart`` (materials or kinds of paper that form a volume of their own), ``number`` and ``document``
(grammars), ``title`` (``max`` letters, ``unique``). ``media`` says which media are kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from archivectl.errors import WrongUsage
from archivectl.i18n import keyed
from archivectl.regime.model import Regime

Paper = Mapping[str, Any]
ELECTRONIC = frozenset({"electronic", "database"})
_ELECTRONIC_FORMS = frozenset({"electronic", "scan"})
_NOWHERE = 1 << 30  # behind every paper that has its place


class Rules(NamedTuple):
    """The regime's rules of volumes; any of ``orders`` will do; ``stated`` says that one is stated, and so is judged."""

    gather: str
    orders: tuple[tuple[str, ...], ...]
    stated: bool
    process: tuple[str, ...]
    apart: tuple[str, ...]
    materials: tuple[str, ...]


class UnknownClass(WrongUsage):
    """A class of material that the kinds of a file do not have."""

    message = "“{text}” is no class of material of this file."
    hint = "Choose one of: {known}"


class Gathered(NamedTuple):
    """Papers that lie, or are to lie, in one volume, in their order; ``volume`` is empty for one that is still to be made."""

    volume: Mapping[str, Any]
    group: str
    papers: tuple[Paper, ...]


def rules(regime: Regime, files: Iterable[str] = ()) -> Rules:
    """The rules of volumes for a record of these kinds of file."""
    stated = regime.get("volumes.order")
    named = tuple(key for file in files for key in regime.get(f"files.{file}.materials") or ())
    orders = stated if stated and isinstance(stated[0], list) else [stated or ("date",)]
    process, apart = tuple(regime.get("volumes.process") or ()), tuple(regime.get("volumes.apart") or ())
    return Rules(str(regime.get("volumes.gather")), tuple(map(tuple, orders)), bool(stated), process, apart, named)


def classes(regime: Regime) -> dict[str, Mapping[str, str]]:
    """The titles of every class of material by its key, of all kinds of file together."""
    return {key: titles for file in (regime.get("files") or {}).values() for key, titles in (file.get("materials") or {}).items()}


def material(text: str, regime: Regime, files: Iterable[str] = ()) -> str:
    """The key of the class of material that a text names by its key or a title; the text itself where no classes are stated.

    Where kinds of file state classes of their own, it must be one of theirs.

    Raises:
        UnknownClass.
    """
    titled = classes(regime)
    found = next((key for key, titles in titled.items() if text.strip() in {key, *titles.values()}), text)
    how = rules(regime, files)
    known = {key: titled[key] for key in how.materials} or titled
    if text.strip() and known and found not in {*known, *how.apart}:
        raise UnknownClass(text=text, known=keyed(known))
    return found


def medium(paper: Paper) -> str:
    """``paper`` or ``electronic``, as far as a document says it; what says nothing at all is paper."""
    if stated := paper.get("medium"):
        return "electronic" if stated in ELECTRONIC else "paper"
    return "electronic" if paper.get("form") in _ELECTRONIC_FORMS else "paper"


def unencrypted(paper: Paper) -> bool:
    """Whether an item is electronic and neither in the archive's own store nor said to be encrypted."""
    return medium(paper) == "electronic" and not (paper.get("object") or paper.get("encrypted"))


def group(paper: Paper, how: Rules) -> str:
    """What a paper is gathered by; empty for what lies with all the rest."""
    for name in (paper.get("material"), paper.get("kind")):
        if name in how.apart:
            return str(name)
    return str(paper.get("material") or "") if how.gather == "material" else ""


def mixed(data: Mapping[str, Any], how: Rules) -> dict[str, list[str]]:
    """The volumes in which something lies with others though it forms a volume of its own, by id, with what it is."""
    found: dict[str, set[str]] = {}
    for paper in data.get("documents") or ():
        if paper.get("volume"):
            found.setdefault(str(paper["volume"]), set()).add(group(paper, how))
    own = {volume: sorted(groups & {*how.apart}) for volume, groups in found.items() if len(groups) > 1}
    return {volume: kinds for volume, kinds in own.items() if kinds}


def arranged(papers: Iterable[Paper], how: Rules) -> list[Paper]:
    """Papers in their order, those that belong together (``with``) one after the other; what lacks a place comes last."""

    def place(paper: Paper) -> tuple[object, ...]:
        return *((not value, value) for value in _key(paper, how, how.orders[0])), paper.get("sequence") or _NOWHERE

    ordered = sorted(papers, key=place)
    found: dict[str, Paper] = {}
    for paper in ordered:
        _take(paper, ordered, found)
    return list(found.values())


def _take(paper: Paper, among: Sequence[Paper], found: dict[str, Paper]) -> None:
    if paper["id"] not in found:
        found[paper["id"]] = paper
        for other in among:
            if other["id"] in (paper.get("with") or ()) or paper["id"] in (other.get("with") or ()):
                _take(other, among, found)


def misplaced(papers: Iterable[Paper], how: Rules) -> Paper | None:
    """The first paper of a volume that is out of every order stated; what does not say what it is ordered by is passed over."""
    lying = sorted((paper for paper in papers if paper.get("sequence")), key=lambda paper: paper["sequence"])
    odd: list[Paper] = []
    for order in how.orders if how.stated else ():
        one = how._replace(orders=(order,))
        placed = [paper for paper in lying if all(_key(paper, how, order))]
        found = next(
            (paper for paper, other in zip(placed, arranged(placed, one), strict=True) if paper["id"] != other["id"]), None
        )
        if placed and found is None:
            return None
        odd += [found] if found else []
    return odd[0] if odd else None


def _key(paper: Paper, how: Rules, order: Iterable[str]) -> tuple[str, ...]:
    return tuple(_value(paper, name, how) for name in order if name != "customer")


def _value(paper: Paper, name: str, how: Rules) -> str:
    if name == "process":
        kind = str(paper.get("kind") or "")
        return f"{how.process.index(kind):04}" if kind in how.process else ""
    return str(paper.get(name) or (paper.get("received") if name == "date" else "") or "")


def gathered(data: Mapping[str, Any], how: Rules) -> list[Gathered]:
    """The papers of a file by volume: those that lie in one stay there, the others join their like or form a new volume.

    A bound volume is left as it is. What the regime sets apart leaves a volume that it shares.
    """
    papers = [paper for paper in data.get("documents") or () if medium(paper) == "paper"]
    volumes = {str(volume["id"]): volume for volume in data.get("volumes") or ()}
    held: dict[str, list[Paper]] = {each: [paper for paper in papers if paper.get("volume") == each] for each in volumes}
    for each, lying in held.items():
        groups = {group(paper, how) for paper in lying}
        if not volumes[each].get("bound") and len(groups) > 1:
            held[each] = [paper for paper in lying if group(paper, how) not in how.apart]
    placed = {paper["id"] for lying in held.values() for paper in lying}
    new: dict[str, list[Paper]] = {}
    for paper in papers:
        if paper["id"] not in placed:
            wanted = group(paper, how)
            home = _home(wanted, volumes, held, how)
            (held[home] if home else new.setdefault(wanted, [])).append(paper)
    known = [
        Gathered(volumes[each], _of(volumes[each], lying, how), _lying(volumes[each], lying, how)) for each, lying in held.items()
    ]
    ranked = sorted(new, key=lambda name: _rank(name, how))
    return known + [Gathered({}, name, tuple(arranged(new[name], how))) for name in ranked]


def _lying(volume: Mapping[str, Any], papers: Sequence[Paper], how: Rules) -> tuple[Paper, ...]:
    """The papers of a volume in their order; as they lie where it is bound."""
    if volume.get("bound"):
        return tuple(sorted(papers, key=lambda paper: paper.get("sequence") or _NOWHERE))
    return tuple(arranged(papers, how))


def _of(volume: Mapping[str, Any], papers: Sequence[Paper], how: Rules) -> str:
    """What a volume holds, by its papers or, while it is empty, by its material."""
    if papers:
        return group(papers[0], how)
    material = str(volume.get("material") or "")
    return material if how.gather == "material" or material in how.apart else ""


def _home(wanted: str, volumes: Mapping[str, Mapping[str, Any]], held: Mapping[str, list[Paper]], how: Rules) -> str:
    """The last volume, still unbound, that a paper of this group belongs in; empty where there is none."""
    fitting = (each for each in volumes if not volumes[each].get("bound") and _of(volumes[each], held[each], how) == wanted)
    return max(fitting, key=lambda each: volumes[each].get("number") or 0, default="")


def _rank(name: str, how: Rules) -> tuple[int, str]:
    """Volumes come in the order of the materials, what is set apart last."""
    if name in how.apart:
        return len(how.materials) + 1, name
    return (how.materials.index(name) if name in how.materials else len(how.materials)), name


def extent(papers: Sequence[Paper]) -> dict[str, Any]:
    """What a volume says of its papers: their days, how many they are, and their pages where every one of them states them."""
    days = sorted(str(paper["date"])[:10] for paper in papers if paper.get("date"))
    pages = [paper.get("pages") for paper in papers]
    known = [count for count in pages if count is not None]
    return {
        "from": days[0] if days else None,
        "until": days[-1] if days else None,
        "pages": sum(known) if known and len(known) == len(pages) else None,
        "items": len(papers) or None,
    }


def in_both_media(paper: Paper, papers: Iterable[Paper]) -> bool:
    """Whether a paper has its electronic object, or an item of the other medium that it names or that is of its kind and date."""
    if paper.get("object") and medium(paper) == "paper":
        return True
    return any(_same(paper, other) for other in papers if medium(other) != medium(paper))


def _same(paper: Paper, other: Paper) -> bool:
    named = other["id"] in (paper.get("with") or ()) or paper["id"] in (other.get("with") or ())
    return named or (bool(paper.get("kind")) and all(paper.get(key) == other.get(key) for key in ("kind", "date")))
