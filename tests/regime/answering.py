"""What people can see of a regulation: verdicts, duties, findings, pages; everything but a list of its values."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from archivectl.checking.facts import Facts, InteractionsFact, RecordFact
from archivectl.checking.file import File
from archivectl.checking.rules import agreement, fields, holdings, identifiers, naming, volumes
from archivectl.checking.rules import answers as answered
from archivectl.checking.tree import Tree
from archivectl.compliance import at_work
from archivectl.intake import submission
from archivectl.records import facts
from archivectl.records.fields import known
from archivectl.records.model import Record
from archivectl.regime import arrangement, retention
from archivectl.regime.clauses import Clause, catalogue
from archivectl.regime.model import Regime
from archivectl.registers import filling, materials, owed, owing
from archivectl.search.standing import Judge
from regime import sampling
from regime.asking import tried
from regime.paperwork import DAY
from regime.printing import Rehearsal, printed
from regime.sampling import FOUNDED
from regime.saying import Ground

Answer = Callable[[Regime], Any]
# What a regulation says for people to know and to keep: of these paths the rows of ``comply`` are what can be seen.
STATED = ("governing", "responsible", "collect.channels", "media.device")
_OF_FILE = (fields, holdings, identifiers, naming, volumes)
_OF_TREE = (agreement, answered, volumes)
_PAST = ("reviewed", "lent", "returned", "moved", "accepted", "filed", "reported", "read")
_LATER = "2026-10-02"


def answers(stated: Mapping[str, Any], law: Regime, place: Rehearsal) -> dict[str, Answer]:
    """Every answer by what is asked, the quickest first."""
    ground = Ground(stated, law, sampling.samples(stated, law), sampling.members(law))
    parts = (_owing(ground), _checked(ground), _told(ground), printed(place, ground.files), tried(ground))
    return {name: answer for part in parts for name, answer in part}


def _told(ground: Ground) -> Iterator[tuple[str, Answer]]:
    """What is known of clauses, departments and the archive as a whole."""
    for clause in (catalogue()[name] for name in sorted(ground.law.clauses)):
        if (clause.parameter or "").startswith(STATED):
            yield f"clause {clause.name}", partial(_at_work, clause)
    for since in (FOUNDED, "2026-06-30"):
        yield f"owed since {since}", partial(owed.of_archive, last={}, since=since)
    yield "attested", partial(submission.attested, language="zh")
    for title in (title for titles in (ground.law.get("departments") or {}).values() for title in titles.values()):
        yield f"department {title}", partial(_department, title)


def _at_work(clause: Clause, law: Regime) -> Any:
    return at_work(law, clause)


def _department(title: str, law: Regime) -> str | None:
    return law.department(title)


def _owing(ground: Ground) -> Iterator[tuple[str, Answer]]:
    """What files ask for, and what they lack."""
    dealings = {*(ground.at("update.after") or ())}
    dealings |= {kind for row in ground.at("care.rules") or () for kind in row.get("by") or ()}
    pasts: dict[str, dict[str, str]] = {each: {each: DAY} for each in (*_PAST, *sorted(dealings))}
    pasts |= {"": {}, "accepted": {"accepted": DAY, "filed": DAY}, "later": dict.fromkeys(dealings, _LATER)}
    pasts |= {f"later {each}": {each: _LATER} for each in dealings}
    for name, record in ground.files.items():
        eventful = name.startswith(("plain", "person", "secret", "fit"))
        for past, days in pasts.items() if eventful else [("", pasts[""])]:
            yield f"owed {name} {past}", partial(_owed, owing.File(record.data, record.label, days, FOUNDED))
        yield f"lacking {name}", partial(_lacking, record)
        yield f"label {name}", partial(arrangement.label, record.data)
        if ground.at("governing.focus"):
            yield f"first {name}", partial(_ranked, record, ground)
        for today in ("2010-06-01", DAY):
            yield f"kept {name} {today}", partial(_kept, record, today)


def _owed(file: owing.File, law: Regime) -> Any:
    return owed.of_file(file, law, owed.sources(law))


def _lacking(record: Record, law: Regime) -> Any:
    """The papers and the items that are asked for: how many, and which lack."""
    return materials.standing(record.data, law), len(filling.asked(record.data, law)), filling.lacking(record.data, law)


def _kept(record: Record, today: str, law: Regime) -> Any:
    return retention.verdict(facts.of(record.data), record.data.get("retention") or {}, law, today)


def _ranked(record: Record, ground: Ground, law: Regime) -> Any:
    """In which order what a file asks for is told."""
    return [each.rank for each in Judge(law, ground.people).file(record.data, record.label, [])]


def _checked(ground: Ground) -> Iterator[tuple[str, Answer]]:
    """What ``check`` finds."""
    for name, record in ground.files.items():
        for rule in _OF_FILE:
            yield f"check {rule.RULE} {name}", partial(_found, rule, File(record.path, record.text), ground)
    for rule in _OF_TREE:
        yield f"check {rule.RULE}", partial(_found, rule, None, ground)


def _found(rule: Any, file: File | None, ground: Ground, law: Regime) -> Any:
    tree = Tree(Path("/nowhere"), (("archive.yaml", b""),))
    tree.regime, tree.members = law, {f"members/{handle}.yaml": member for handle, member in ground.people.items()}
    return rule.of_file(file, tree) if file else rule.of_tree(tree, _facts())


def _facts() -> Facts:
    """Two files with volumes of one title, and a year in which a customer wanted something of every kind."""
    marked = (("title", "卷", ("volumes", 0, "title")),)
    told = (("A", "SH-000001"), ("B", "SH-000002"))
    files = (
        RecordFact(f"customers/SH/0/{name}.yaml", letter * 26, name, "filed", frozenset(), "", "", marked=marked)
        for letter, name in told
    )
    kinds = enumerate(known("interactions[].kind").choices)
    asking = tuple((number, kind, f"i{number:05}") for number, kind in kinds)
    return Facts(tuple(files), (), (InteractionsFact("interactions/K5/2026.yaml", "K5", frozenset(), asking),))
