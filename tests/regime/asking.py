"""Acts that are tried: every opening of every register, by those who may and by somebody who may not, and changes of files."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from archivectl.regime.model import Regime
from archivectl.registers import kinds
from archivectl.registers.entry import Entry
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind, Step
from archivectl.registers.situation import Situation
from regime import saying
from regime.mutating import law_of
from regime.paperwork import DAY
from regime.playing import Play, Try, filled
from regime.recording import EVERY, noting, plain, reading
from regime.sampling import ALL, NOBODY, UID, members, record
from regime.saying import Ground
from registers.world import World

Answer = Callable[[Regime], Any]
_APART = ("collection", "intake")  # what different departments may do
_USES = ("loan", "hold")
_BY_PERSON = {"post", "department", "keeper"}
# What all read, and the rest answers for.
_COMMON = frozenset({"posts", "departments", "axes", "files", "regulation", "title", "clauses"})


def tried(ground: Ground) -> Iterator[tuple[str, Answer]]:
    """What may be done, by whom, and what follows."""
    for step in kinds.kind("record", ground.law).steps.values():
        yield from _changes(step, ground)
    for kind in (kinds.kind(name, ground.law) for name in kinds.names(ground.law)):
        for step in (step for step in kind.steps.values() if not step.start and _concerned(step, ground)):
            yield from _openings(kind, step, ground)
            yield from _plays(kind, step, ground)


def _concerned(step: Step, ground: Ground) -> bool:
    """Whether anything that a regulation states is read while such an entry goes its way.

    Under the base rules it is: what reads nothing there that is stated otherwise here reads here what it reads there.
    """
    stated = [path for path in _leaves(ground.stated) if path.partition(".")[0] not in _COMMON]
    return any(_is_about(read, path) for read in _read(step.code) for path in stated)


def _is_about(read: str, path: str) -> bool:
    return path == read or path.startswith(read.removesuffix(EVERY) if read.endswith(f".{EVERY}") else f"{read}.")


def _leaves(value: Any, above: str = "") -> Iterator[str]:
    """The paths of what a regulation states; what stands in lists counts as the list."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{above}.{key}" if above else str(key))
    else:
        yield above


@cache
def _read(code: str) -> frozenset[str]:
    """What of the base rules is read while entries that are opened so go every way."""
    law = law_of({"regulation": "none"})
    ground, noted = Ground({}, law, {"plain": record({})}, members(law)), noting(law)
    kind, name = kinds.kind(code.partition(".")[0], law), code.partition(".")[2]
    with reading() as seen:
        for make in (_openings, _plays):
            for _asked, answer in make(kind, kind.steps[name], ground):
                plain(answer(noted))
    return frozenset(seen)


def _changes(step: Step, ground: Ground) -> Iterator[tuple[str, Answer]]:
    """Changes of a file itself."""
    for name, file in ground.of_step(step.code).items():
        for number, data in enumerate(saying.of_change(step, file, ground.law)):
            about = () if step.name == "create" else (file,)
            yield f"decide {step.code} {number} {name}", Try(step, ground.people, about, data=data).decided
    for name, file in ground.near().items() if step.name == "open" else ():
        for who in ground.one_each():
            yield f"decide {step.code} {name} by {who}", Try(step, ground.people, (file,), who=who).decided
    nobody = Try(step, ground.people, (ground.files["plain"],), data={"reason": "—"}, who=NOBODY)
    yield f"decide {step.code} by nobody", nobody.decided


def _openings(kind: Kind, step: Step, ground: Ground) -> Iterator[tuple[str, Answer]]:
    """Entries of a register, as they are opened."""
    plain_ = (ground.files["plain"],)
    for number, choice in enumerate(saying.choices(kind, step)):
        columns, code = filled(kind.columns, choice), f"decide {step.code} {number}"
        base = Try(step, ground.people, plain_, columns)
        for more in saying.named(step, ground):
            yield f"{code} {more}", base._replace(columns=filled(kind.columns, {**choice, **more})).decided
        files = ground.near() if number else ground.of_step(step.code)
        for name, file in files.items() if "record" in kind.about else [("plain", plain_[0])]:
            for who in ground.one_each() if name in ground.near() and _by_person(kind, columns, ground) else (ALL,):
                yield f"{code} {name} by {who}", base._replace(about=(file,), who=who).decided
        if kind.name in _USES:
            yield f"{code} after a deletion", base._replace(beside=(_deletion(ground.law),)).decided
        asked = (need for name, chosen in choice.items() for need in kind.columns[name].asked(chosen))
        least = {**choice, **{name: columns[name] for name in (*kind.required, *asked) if name in columns and name not in choice}}
        yield f"{code} with little", base._replace(columns=least).decided
        yield f"{code} by nobody", base._replace(who=NOBODY).decided


def _by_person(kind: Kind, columns: Mapping[str, Any], ground: Ground) -> bool:
    """Whether the rules that hold for an entry ask who applies."""
    if kind.name in _APART and ground.at("separation"):
        return True
    step, world = next(iter(kind.steps.values())), World(ground.law, ground.people)
    table = Situation(world, kind, step, ground.people[ALL], DAY, columns=columns).rules
    rows = ground.law.get(table) or () if table else ()
    return any("apply" in row or _BY_PERSON & {*row.get("when", ())} for row in rows)


def _deletion(law: Regime) -> Case:
    """A deletion that the customer asked for, and that was granted."""
    number, columns = "KQ-2026-0001", {"mode": "delete"}
    entry = Entry(f"registers/request/2026/0/{number}.yaml", number, "request", "P" * 26, ({"uid": UID},), columns, (), "", ())
    return Case(entry, kinds.kind("request", law), "erasing")


def _plays(kind: Kind, step: Step, ground: Ground) -> Iterator[tuple[str, Answer]]:
    """Entries of a register, on all their way."""
    for number, choice in enumerate(saying.choices(kind, step)):
        for more in saying.played(step, ground):
            for pause, said in saying.away(ground) if "out" in kind.marks else [(1, dict[str, Any]())]:
                opened = Try(step, ground.people, (ground.files["plain"],), filled(kind.columns, {**choice, **more}))
                play = Play(opened, {**saying.looked_at(ground.law), **said}, pause)
                yield f"play {step.code} {number} {more} {pause} {said}", play.played
