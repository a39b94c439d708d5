"""Volumes: the papers of a file arranged, counted and numbered, in one change of its record."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archivectl import intake
from archivectl.archive import Archive
from archivectl.cases import random_id
from archivectl.encryption.envelope import is_sealed
from archivectl.errors import Refused
from archivectl.i18n import pick
from archivectl.records import numbering
from archivectl.records.model import Record
from archivectl.regime import volumes as arranging
from archivectl.regime.model import Regime
from archivectl.regime.volumes import Gathered


class NoPapers(Refused):
    """A file without papers that a volume could be formed of."""

    message = "{record} holds no papers that could form a volume."
    hint = "Enter them: archivectl add {record} document kind=承租合同 form=原件"


class Lying(NamedTuple):
    """A volume with its papers in their order; ``numbers`` are the archive numbers of the papers."""

    volume: Mapping[str, Any]
    papers: tuple[Mapping[str, Any], ...]
    numbers: tuple[str, ...]


class Formed(NamedTuple):
    """What came of forming volumes: the file, how it lies now, and the paths that changed."""

    record: Record
    volumes: tuple[Lying, ...]
    changed: tuple[str, ...]


def lying(record: Record, data: Mapping[str, Any], regime: Regime) -> tuple[Lying, ...]:
    """The volumes of a file, in the order of their numbers, and what lies in them."""
    volumes = sorted(data.get("volumes") or (), key=lambda volume: (volume.get("number") or 0, volume["id"]))
    found = []
    for volume in volumes:
        papers = [paper for paper in data.get("documents") or () if paper.get("volume") == volume["id"]]
        papers.sort(key=lambda paper: paper.get("sequence") or 1 << 30)
        numbers = tuple(archive_number(record, volume, paper, regime) for paper in papers)
        found.append(Lying(volume, tuple(papers), numbers))
    return tuple(found)


def archive_number(record: Record, volume: Mapping[str, Any], paper: Mapping[str, Any], regime: Regime) -> str:
    """The archive number (件档号) of a paper in a volume; empty while one of its parts is not known. Raises OddGrammar."""
    grammar, stem, place = regime.get("volumes.document"), volume.get("archive_number"), paper.get("sequence")
    if not grammar or not stem or not place:
        return ""
    return numbering.filled(str(grammar), {**_parts(record, volume), "volume": str(stem), "sequence": place})


def _parts(record: Record, volume: Mapping[str, Any]) -> dict[str, str | int]:
    filing = record.data.get("filing") or {}
    return {
        "record": record.number or "",
        "file": str(filing.get("archive_number") or record.number or ""),
        "office": record.path.split("/")[1],
        "volume": volume.get("number") or 0,
        "material": str(volume.get("material") or ""),
        "year": str(volume.get("from") or "")[:4],
    }


def form(archive: Archive, reference: str, reason: str) -> Formed:
    """Lay the papers of a file in volumes as the regime says, number and count them, in one commit; nothing where all is so.

    Raises:
        NoPapers, NotAllowed, OddGrammar, and what ``intake.change`` raises.
    """
    record = archive.record(reference)
    how = arranging.rules(archive.regime, record.data.get("files") or ())
    found = arranging.gathered(record.data, how)
    if not any(each.papers for each in found):
        raise NoPapers(record=record.label)
    values = dict(_values(record, found, archive.regime))
    saved = intake.change(archive, record, values, intake.Why(reason))
    after = intake.applied(record.data, values) if archive.rehearsal else archive.record(record.uid).data
    return Formed(record, lying(record, after, archive.regime), saved.changed)


def _values(record: Record, found: Sequence[Gathered], regime: Regime) -> Iterator[tuple[str, Any]]:
    last = max((each.volume.get("number") or 0 for each in found), default=0)
    grammar = regime.get("volumes.number")
    for each in found:
        volume = dict(each.volume) or {"id": f"v{random_id(5)}"}
        at = f"volumes[{volume['id']}]"
        if not volume.get("number"):
            last += 1
            volume["number"] = last
        if not volume.get("material") and each.group and each.papers and each.papers[0].get("material") == each.group:
            volume["material"] = each.group
        volume.update({key: value for key, value in arranging.extent(each.papers).items() if each.papers})
        if not volume.get("archive_number") and grammar and record.number:
            volume["archive_number"] = numbering.filled(str(grammar), _parts(record, volume))
        if not volume.get("title"):
            volume["title"] = _title(record, each, volume, regime)
        yield from ((f"{at}.{key}", value) for key, value in volume.items() if key != "id" and value != each.volume.get(key))
        for place, paper in enumerate(each.papers, start=1):
            yield f"documents[{paper['id']}].volume", volume["id"]
            if not volume.get("bound"):
                yield f"documents[{paper['id']}].sequence", place


def _title(record: Record, each: Gathered, volume: Mapping[str, Any], regime: Regime) -> str:
    """A title that tells a volume from others: the customer where the name is in clear, what lies in it, and the years."""
    name = record.data.get("name")
    named = "" if not name or is_sealed(name) or record.subject == "person" else str(name)
    kinds = [regime.get(f"files.{file}") or {} for file in record.data.get("files") or ()]
    materials = {key: title for kind in kinds for key, title in _mapping(kind.get("materials")).items()}
    what = materials.get(each.group) or each.group or next((kind["title"] for kind in kinds if kind.get("title")), "")
    years = sorted({str(volume[key])[:4] for key in ("from", "until") if volume.get(key)})
    told = what.get("zh") or pick(what) if isinstance(what, Mapping) else str(what)
    return " ".join(filter(None, (named, told or "档案", "—".join(years))))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
