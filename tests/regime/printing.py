"""What is printed and done in an archive under a regime: pages, and acts of which nothing is written."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from archivectl import intake, volumes, yaml_text
from archivectl.archive import Archive, Change
from archivectl.errors import NotAllowed
from archivectl.intake import contents
from archivectl.members.home import Home
from archivectl.members.signing import Signer
from archivectl.records.model import Record
from archivectl.regime.model import Regime
from archivectl.registers import kinds
from archivectl.registers.entry import Entry
from archivectl.registers.fold import Case
from archivectl.reports import entries, files, holdings, quick, using
from archivectl.store.repository import Repository
from archivectl.store.transaction import writing
from office import AT, NOW, found

Answer = Callable[[Regime], Any]
_PAPERS = {
    "dAAAAA": {"kind": "合同", "date": "2026-02-02", "number": "1"},
    "dAAAAB": {"kind": "发票", "date": "2026-01-02", "number": "2"},
    "dAAAAC": {"kind": "按揭", "date": "2026-01-05", "number": "3", "material": "mortgage"},
}


_NUMBERS = {
    "plain": {},
    "numbered": {f"filing.{name}_number": "12" for name in ("archive", "customer", "company", "transmission")},
}


class Rehearsal(Archive):
    """An archive in which acts are decided and written down, and nothing is kept but the last of them."""

    done: Change

    def commit(self, change: Change, _signer: Signer | None = None, *, ahead: bool = False) -> str:  # noqa: ARG002 - as the real one
        """Keep in mind what would be written."""
        self.done = change
        return self.tip


@contextmanager
def rehearsal(folder: Path) -> Iterator[Rehearsal]:
    """An archive with one file that has some papers, in which acts are only rehearsed."""
    found(folder)
    home = Home(folder / "home")
    papers: dict[str, Any] = dict(_NUMBERS["numbered"])
    papers |= {f"documents[{name}].{key}": value for name, told in _PAPERS.items() for key, value in told.items()}
    with Repository.open(folder / "archive") as repository:
        with writing(repository, 10):
            intake.create(Archive(repository, home, at=AT, today=NOW, member="li.na"), "organisation", {"name": "甲", **papers})
        yield Rehearsal(repository, home, at=AT, today=NOW, member="li.na")


def printed(place: Rehearsal, records: Mapping[str, Record]) -> Iterator[tuple[str, Answer]]:
    """The pages, and what acts come to."""
    yield "page quick card", partial(_under, place, lambda: quick.quick_card(place, {}))
    for name, record in records.items():
        yield f"page card {name}", partial(_under, place, partial(files.card, place, record))
    yield "page check form", partial(_under, place, partial(files.check_forms, place, records["papers"]))
    yield "page service card", partial(_under, place, partial(using.service, place, records["full organisation"]))
    yield "page promise", partial(_under, place, partial(_letter, place, "acknowledgement"))
    yield "page catalogue", partial(_under, place, lambda: holdings.volume_catalogue(place, {}))
    for name, stated in _NUMBERS.items():
        yield f"act create {name}", partial(_under, place, partial(_created, place, {"name": "乙", **stated}))
    yield "act add", partial(_under, place, partial(_added, place))
    yield "act form volumes", partial(_under, place, partial(_formed, place))


def _created(place: Rehearsal, stated: Mapping[str, Any]) -> Any:
    intake.create(place, "organisation", stated)
    return [{**data, "uid": ""} for data in _written(place)]


def _added(place: Rehearsal) -> Any:
    contents.add(place, "1", "document", {"kind": "合同"})
    return [{**data["documents"][-1], "id": ""} for data in _written(place)]


def _written(place: Rehearsal) -> list[Any]:
    return [yaml_text.load(text) for text in place.done.writes.values() if isinstance(text, bytes)]


def _formed(place: Rehearsal) -> Any:
    """How volumes are formed, whatever their ids."""
    volumes.form(place, "1", "立卷")
    (data,) = _written(place)
    known = {volume["id"]: number for number, volume in enumerate(data["volumes"])}
    lying = [(paper["kind"], known[paper["volume"]], paper["sequence"]) for paper in data["documents"]]
    return [{**volume, "id": ""} for volume in data["volumes"]], lying


def _letter(place: Rehearsal, name: str) -> Any:
    kind = kinds.kind(name, place.regime)
    columns = {"member": "li.na", "year": 2026, "regulation": "制度"}
    entry = Entry(f"registers/{name}/2026/0/CN-2026-0001.yaml", "CN-2026-0001", name, "Q" * 26, (), columns, (), "", ())
    return entries.slip(place, Case(entry, kind, "asked"))


def _under(place: Rehearsal, do: Callable[[], Any], law: Regime) -> Any:
    """What an act or page comes to under a regime, for somebody with every post; or why not."""
    place.regime = law
    place.me = place.members["li.na"]._replace(posts=(*law.get("posts"), *law.get("roles")))
    try:
        return do()
    except NotAllowed as refused:
        return refused.reasons
