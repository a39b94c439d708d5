"""Guards of what a file holds: its fields as the regime lists them, its numbers, its papers where and as they must lie."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records import facts, fields
from archivectl.regime import volumes as arranging
from archivectl.regime.model import Regime, first
from archivectl.registers import filling
from archivectl.registers.situation import Guard, Situation

ORIGINALS = "originals"
_ORIGINAL = "original"
_FEW = 5  # fields that a refusal names
Papers = Callable[[Mapping[str, Any], Regime], Mapping[str, Mapping[str, Any]]]


def _after(s: Situation) -> Mapping[str, Any]:
    """The content of the file as the act would leave it, sealed values as they are."""
    if content := s.given("content"):
        return dict(content)
    data = copy.deepcopy(dict(s.records[0].data)) if s.records else {}
    for path, value in (s.given("values") or {}).items():
        if path.startswith(f"{filling.INTERACTIONS}["):
            continue
        if value is not None:
            fields.set_(data, path, value)
        elif fields.get(data, path) is not None:
            fields.unset(data, path)
    return data


def fields_wanted(s: Situation) -> Iterator[Reason]:
    """Nothing is entered that the regime bars, or that lies outside what its files hold, where it refuses that."""
    regime = s.world.regime
    data: Mapping[str, Any] = s.given("content") or next((record.data for record in s.records), {})
    values = {**dict.fromkeys(s.given("fields") or (), True), **(s.given("values") or {})}
    paths = filter(None, (_entered(path, value) for path, value in values.items() if value is not None))
    refused = filling.rules(data, regime).extra == filling.REFUSE
    for path, why in filling.excess(paths, data, regime):
        title = Titles([filling.title(path)])
        if why == "barred":
            hint = N_("Leave it out; the rules say why.")
            yield s.why("fields_wanted", N_("No file here holds “{title}”."), hint=hint, path="files.*.barred", title=title)
        elif refused:
            message = N_("“{title}” lies outside what files of this kind hold.")
            hint = N_("They hold: {known}")
            known = Titles(map(filling.title, filling.rules(data, regime).sections or ()))
            yield s.why("fields_wanted", message, hint=hint, path="files.*.sections", title=title, known=known)


def _entered(path: str, value: Any) -> str:  # noqa: ANN401 - any value of a record
    """The field that is entered; of what happened with the customer its kind, and nothing for all else that is said of it."""
    if path.startswith(f"{filling.INTERACTIONS}["):
        return f"{filling.INTERACTIONS}.{value}" if path.endswith("].kind") else ""
    return path


def fields_complete(s: Situation) -> Iterator[Reason]:
    """Every required item is filled in before a file is handed in, or opened as filed where blanks are refused."""
    regime, content = s.world.regime, s.given("content") if s.given("status") == "filed" else None
    if content is not None and filling.rules(content, regime).blank == filling.REFUSE:
        for need in filling.lacking(content, regime):
            message, hint = N_("“{title}” is blank; every required item is filled in first."), N_("Give it: --set {field}=…")
            yield s.why("fields_complete", message, hint=hint, path="files.*.required", title=_named(need), field=need[0])
    for record in s.records:
        for need in filling.lacking(record.data, regime):
            hint, how = N_("Fill it in: archivectl {how}"), filling.command(record.label, need[0])
            values = {"title": _named(need), "record": record.label, "how": how}
            yield s.why("fields_complete", N_("{record}: “{title}” is blank."), hint=hint, path="files.*.required", **values)


def _named(need: Sequence[str]) -> Titles:
    return Titles([filling.titles([tuple(need)], _FEW)])


def number_fits(s: Situation) -> Iterator[Reason]:
    """A number that a file bears is written by the coding rule, and no other file bears it."""
    regime = s.world.regime
    filing = (s.given("content") or {}).get("filing") or _filing(s.given("values") or {})
    before: Mapping[str, Any] = next((record.data.get("filing") or {} for record in s.records), {})
    for name, rule in (regime.get("numbers") or {}).items():
        value, pattern = filing.get(name), (rule or {}).get("pattern")
        if value is not None and value != before.get(name) and pattern and not re.fullmatch(str(pattern), str(value)):
            hint = N_("Numbers are written so: {pattern}")
            values = {"title": Titles([filling.title(f"filing.{name}")]), "value": value, "pattern": pattern}
            message = N_("“{value}” is no {title} by the coding rule.")
            yield s.why("number_fits", message, hint=hint, path="numbers", **values)
    for other in s.given("borne") or ():
        title = Titles([filling.title(other["path"])])
        message, hint = N_("{record} bears this {title} already."), N_("See that file: archivectl show {record}")
        yield s.why("number_fits", message, hint=hint, path="numbers", title=title, record=other["number"])


def _filing(values: Mapping[str, Any]) -> dict[str, Any]:
    return {path.removeprefix("filing."): value for path, value in values.items() if path.startswith("filing.")}


def lies_apart(s: Situation) -> Iterator[Reason]:
    """What forms a volume of its own is not put among other papers."""
    for volume, paper in _new(s, _mixed) if s.world.regime.get("volumes.apart") else ():
        message = N_("{kind} forms a volume of its own; it does not lie in {volume} with other papers.")
        hint = N_("Form its volume: archivectl volumes {record} --form")
        values = {"kind": paper["kind"], "volume": volume, "record": _label(s)}
        yield s.why("lies_apart", message, hint=hint, path="volumes.apart", **values)


def _mixed(data: Mapping[str, Any], regime: Regime) -> dict[str, dict[str, Any]]:
    found = arranging.mixed(data, arranging.rules(regime, data.get("files") or ()))
    return {volume: {"kind": ", ".join(kinds)} for volume, kinds in found.items()}


def scanned_first(s: Situation) -> Iterator[Reason]:
    """A paper original gets its place only once there is an electronic counterpart of it."""
    for paper in _unscanned(s):
        message = N_("{paper} is an original on paper; it is scanned before it goes to the shelf.")
        hint = N_("Enter the scan first: archivectl add {record} document kind={paper} form=scan")
        values = {"paper": str(paper.get("kind") or paper["id"]), "record": _label(s)}
        yield s.why("scanned_first", message, hint=hint, path="media.scan", **values)


def _unscanned(s: Situation) -> Iterator[Mapping[str, Any]]:
    if s.world.regime.get("media.scan") == ORIGINALS:
        yield from (paper for _id, paper in _new(s, _shelved))


def _shelved(data: Mapping[str, Any], _regime: Regime) -> dict[str, Mapping[str, Any]]:
    """The paper originals that have a place, or whose file has, without a counterpart."""
    papers, place = data.get("documents") or (), (data.get("filing") or {}).get("place")
    lying = [paper for paper in papers if _is_original(paper) and (place or paper.get("place") or paper.get("volume"))]
    return {str(paper["id"]): paper for paper in lying if not arranging.in_both_media(paper, papers)}


def electronic_encrypted(s: Situation) -> Iterator[Reason]:
    """Where electronic files are encrypted, no electronic item comes in that is not."""
    for _id, paper in _new(s, _open) if s.world.regime.get("media.encrypt") == "all" else ():
        message, hint = N_("{paper} is electronic and not encrypted."), N_("Encrypt it, then say so: encrypted=yes")
        values = {"paper": str(paper.get("kind") or paper["id"])}
        yield s.why("electronic_encrypted", message, hint=hint, path="media.encrypt", **values)


def _open(data: Mapping[str, Any], _regime: Regime) -> dict[str, Mapping[str, Any]]:
    """The electronic items that are neither in the archive's own store nor said to be encrypted."""
    return {str(paper["id"]): paper for paper in data.get("documents") or () if arranging.unencrypted(paper)}


def original_kept(s: Situation) -> Iterator[Reason]:
    """Originals of the grade that the regime names lie where it says."""
    regime = s.world.regime
    entering = s.kind.name == "intake"
    if not regime.get("media.originals"):
        return
    found = [paper for r in s.records for paper in _elsewhere(r.data, regime, stated=False).values()] if entering else []
    for paper in found or [paper for _id, paper in _new(s, _elsewhere)]:
        message = N_("{paper} is an original of a grade that lies in: {place}.")
        hint = N_("Put it there and say so: archivectl update {record} --set documents[{id}].place={first} --reason …")
        places = _places(paper, _after(s) or s.records[0].data, regime)
        values = {"paper": str(paper.get("kind") or paper["id"]), "id": paper["id"], "record": _label(s)}
        yield s.why(
            "original_kept", message, hint=hint, path="media.originals", place=", ".join(places), first=places[0], **values
        )


def _elsewhere(data: Mapping[str, Any], regime: Regime, *, stated: bool = True) -> dict[str, Mapping[str, Any]]:
    """The originals that lie elsewhere than they must; those that do not say where only if that is asked (not ``stated``)."""
    found = {}
    for paper in data.get("documents") or ():
        place = str(paper.get("place") or (data.get("filing") or {}).get("place") or "")
        wanted = _places(paper, data, regime)
        if _is_original(paper) and wanted and not place.startswith(tuple(wanted)) and (place or not stated):
            found[str(paper["id"])] = paper
    return found


def _places(paper: Mapping[str, Any], data: Mapping[str, Any], regime: Regime) -> list[str]:
    """Where an original of its grade must lie; nowhere in particular where no row fits."""
    known = facts.of(data)
    row = first(regime.get("media.originals") or (), {**known, "secrecy": paper.get("secrecy") or known["secrecy"]}) or {}
    places = row.get("place") or []
    return [places] if isinstance(places, str) else list(places)


def _is_original(paper: Mapping[str, Any]) -> bool:
    return paper.get("form") == _ORIGINAL and arranging.medium(paper) == "paper"


def _new(s: Situation, faults: Papers) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What is amiss after the act and was not before."""
    before: Mapping[str, Any] = next((record.data for record in s.records), {})
    known = faults(before, s.world.regime)
    yield from ((name, fault) for name, fault in faults(_after(s), s.world.regime).items() if name not in known)


def _label(s: Situation) -> str:
    return s.records[0].label if s.records else "—"


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (fields_wanted, fields_complete, number_fits, lies_apart, scanned_first, electronic_encrypted, original_kept)
}
