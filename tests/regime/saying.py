"""What is said with acts: what stands in the columns of entries, in the words of a regulation, and what changes in files."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from archivectl.members.member import Member
from archivectl.records.model import Record
from archivectl.regime import spans
from archivectl.regime.model import Regime
from archivectl.registers import owed
from archivectl.registers.kinds import Kind, Step
from regime.paperwork import DAY
from regime.sampling import sealed

_VARIED = ("mode", "forbid", "kind", "ground")
# Of what the entries of a register may be, those that a step opens.
_OPENED = {"loan.reserve": ("loan",), "loan.provide": ("provision",), "destruction.propose": ("expired", "useless")}
_OFFENCES = ("breach", "late", "leak", "loss", "damage", "missed-update", "unapproved-reading", "lent-account", "other")
_BACK = (*range(8), 14, 31, 400)  # days ago
_TWIN = {"number": "SH-000002", "path": "identity.uscc"}
_UNSAID = frozenset({"uid", "number", "status", "schema"})
_CHANGED = {
    "name": "乙",
    "phone": "+86",
    "secrecy": "secret",
    "filing.archive_number": "X",
    "household.family": "三口",
    "finances.accounts[aAAAAA].holder": sealed("secret"),
    "documents[dZZZZZ].kind": "合同",
    "documents[dZZZZZ].form": "original",
    "documents[dZZZZZ].place": "9柜",
}
_PAPER = {"kind": "合同", "date": "2026-02-02", "form": "original", "number": "2", "copies": 2}
_ENDING = ("destruction.propose", "hold.propose", "record.withdraw")
_AGREED = ("record.create", "record.file", "loan.request", "loan.provide")
# Files that tell something for some acts alone, or for none, by the first word of what they are.
_ONLY: Mapping[str, tuple[str, ...]] = {
    "kept": _ENDING,
    "consented": _AGREED,
    **dict.fromkeys(("collected", "arranged", "odd", "nameless", "begun", "without"), ()),
}


class Ground(NamedTuple):
    """What acts are tried on: what the regulation states, its regime, files by what they are, and people."""

    stated: Mapping[str, Any]
    law: Regime
    files: Mapping[str, Record]
    people: Mapping[str, Member]

    def near(self) -> dict[str, Record]:
        """The files on which rules differ, and a plain one."""
        return {name: file for name, file in self.files.items() if name.startswith(("plain", "fit"))}

    def of_step(self, code: str) -> dict[str, Record]:
        """The files that a step is tried on."""
        left = {word for word, codes in _ONLY.items() if code not in codes}
        return {name: file for name, file in self.files.items() if name.partition(" ")[0] not in left}

    def one_each(self) -> list[str]:
        """One member of each post and department."""
        return [handle for handle in self.people if not handle.endswith("-2")]

    def at(self, path: str) -> Any:
        """What the regulation itself states at a path."""
        value: Any = self.stated
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def of_change(step: Step, file: Record, law: Regime) -> Iterator[dict[str, Any]]:
    """What is said with a change of a file, or with a file that is opened like it."""
    if step.name == "create":
        content = {key: value for key, value in file.data.items() if key not in _UNSAID}
        told = {"fields": sorted(content), "twins": [_TWIN], "content": content, "values": {}}
        for status in ("filed", "stub", "draft") if file.data["secrecy"] == "internal" else ("filed",):
            yield {**told, "status": status}
        yield {**told, "status": "stub", "fields": []}
        return
    yield {"reason": "—"}
    if step.name == "update":
        yield {"reason": "—", "values": _CHANGED, "changed": [*_CHANGED], "fields": [*_CHANGED]}
    if step.name == "add":
        yield {"values": {f"documents[dZZZZZ].{key}": value for key, value in _PAPER.items()}, "added": {"documents": [_PAPER]}}
        yield {"added": {"documents": [{**_PAPER, "copies": 1, "form": "copy"}]}}
        yield {"values": {"documents[dZZZZZ].kind": "合同", "documents[dZZZZZ].form": "electronic"}}
    if step.name == "classify":
        yield {"reason": "—", "classification": dict.fromkeys(law.get("axes"), "—") | (file.data.get("classification") or {})}


def choices(kind: Kind, step: Step) -> Iterator[dict[str, Any]]:
    """Every choice of the column that matters most."""
    varied = next((kind.columns[name] for name in _VARIED if name in kind.columns and kind.columns[name].choices), None)
    if varied is None:
        yield {}
        return
    for choice in _OPENED.get(step.code, tuple(varied.choices)):
        if not step.when or step.fits({varied.name: choice}):
            yield {varied.name: choice}


def looked_at(law: Regime) -> dict[str, str]:
    """What who looks at everything says that they looked at."""
    checks = " ".join(law.get("lend.checks"))
    return {"verified": checks, "examined": checks, "checks": " ".join(law.get("handover.checks"))}


def away(ground: Ground) -> Iterator[tuple[int, dict[str, Any]]]:
    """How a file is away: for a day at a time, for as long as makes it be disinfested, and without a day promised."""
    yield 1, {}
    if longest := ground.at("keep.disinfest.away"):
        yield spans.span(longest).number, {}
    if ground.at("lend.return"):
        yield 1, {"due": "unlimited"}


def _conducts(ground: Ground) -> list[dict[str, Any]]:
    amounts = {row["when"]["offence"]: row["amount"] for row in ground.at("fines") or ()}
    return [{"offence": offence, "amount": amounts.get(offence, "1")} for offence in _OFFENCES]


def _delegations(ground: Ground) -> list[dict[str, Any]]:
    limits = [stated["delegate"] for stated in ground.stated.values() if isinstance(stated, Mapping) and "delegate" in stated]
    people = [handle for handle in ground.people if handle.endswith("-1")]
    named = [(row["from"], to, how) for row in limits for to in people for how in ("absent", "always")]
    return [{"post": post, "to": to, "while": how, "kinds": None, "where": None} for post, to, how in named]


def _collections(_ground: Ground) -> list[dict[str, Any]]:
    return [{"date": (date.fromisoformat(DAY) - timedelta(days=back)).isoformat()} for back in _BACK]


Making = Mapping[str, Callable[[Ground], list[dict[str, Any]]]]
# What stands in columns that mean what the regulation names.
_NAMED: Making = {
    "conduct.propose": _conducts,
    "delegation.draft": _delegations,
    "collection.enter": _collections,
    "loan.request": lambda ground: [{"use": name} for name in ("—", *(ground.at("purposes") or ()))],
    "loan.provide": lambda ground: [{"fields": name} for name in ("fax", *(ground.at("provide.never") or ()))],
}
_PLAYED: Making = {
    "duty.do": lambda ground: [{"do": name} for name in (*owed.plain(ground.law), "—")],
    "feedback.take": lambda ground: [{}, *({"kind": name} for name in ground.at("complaint.path") or ())],
    "backup.begin": lambda _ground: [{}, {"off_site": False}],
    "loan.request": lambda _ground: [{}, {"outside": True}],
}


def named(step: Step, ground: Ground) -> list[dict[str, Any]]:
    """What more may stand in the columns of an entry that is opened so, as the regulation names it."""
    return _NAMED[step.code](ground) if step.code in _NAMED else []


def played(step: Step, ground: Ground) -> list[dict[str, Any]]:
    """With what of it an entry goes all its way; with nothing, where nothing matters."""
    return _PLAYED[step.code](ground) if step.code in _PLAYED else [{}]
