"""What a file says that it holds, set against what is listed in it: on paper, and electronically."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archivectl.i18n import N_
from archivectl.regime import volumes as arranging

Difference = tuple[str, Mapping[str, int]]


class Held(NamedTuple):
    """What a file says of itself, and what is listed in it; None where it does not say."""

    media: tuple[str, ...]
    volumes: int
    paper: int
    electronic: int
    items: int | None
    pages: int | None


def held(data: Mapping[str, Any]) -> Held:
    """What a file says of itself and what is listed in it, by medium."""
    filing, papers, volumes = data.get("filing") or {}, data.get("documents") or (), data.get("volumes") or ()
    paper = [each for each in papers if arranging.medium(each) == "paper"]
    electronic = [each for each in papers if arranging.medium(each) == "electronic" or each.get("object")]
    items = filing.get("items") or sum(volume.get("items") or 0 for volume in volumes) or len(papers) or None
    pages = filing.get("pages") or sum(each.get("pages") or 0 for each in (volumes or paper)) or None
    return Held(tuple(filing.get("media") or ()), len(volumes), len(paper), len(electronic), items, pages)


def differences(data: Mapping[str, Any], *, both: bool = False) -> Iterator[Difference]:
    """In which the file's entry, its paper and its electronic holdings differ: English templates with their values.

    ``both`` media are asked for of every file.
    """
    kept, filing, volumes = held(data), data.get("filing") or {}, data.get("volumes") or ()
    on_paper, electronic = bool(kept.volumes or kept.paper), bool(kept.electronic)
    said_electronic = bool(arranging.ELECTRONIC & {*kept.media})
    said_paper = bool({*kept.media} - arranging.ELECTRONIC)
    stated, counted = filing.get("items"), sum(volume.get("items") or 0 for volume in volumes) or kept.paper
    found = (
        (said_paper and not on_paper, N_("paper is stated, none is listed")),
        (said_electronic and not electronic, N_("electronic is stated, none is listed")),
        (kept.media and on_paper and not said_paper, N_("paper is listed, none is stated")),
        (kept.media and electronic and not said_electronic, N_("electronic is listed, none is stated")),
        (both and on_paper and not electronic, N_("there is paper, but nothing electronic")),
        (both and electronic and not on_paper, N_("there is something electronic, but no paper")),
        (stated and counted and stated != counted, N_("{stated} items are stated, {counted} counted")),
    )
    yield from ((text, {"stated": stated or 0, "counted": counted}) for differs, text in found if differs)
