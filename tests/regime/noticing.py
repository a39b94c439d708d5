"""Which changes of a regulation nobody would notice: no answer that read the value turns out otherwise."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from regime.answering import Answer, answers
from regime.mutating import At, Mutant, law_of, mutants
from regime.printing import Rehearsal
from regime.recording import EVERY, noting, plain, reading


class Looked(NamedTuple):
    """The values of a regulation that were changed, and those changes that nobody noticed, each with what stood there instead."""

    changed: frozenset[str]
    unnoticed: Mapping[str, str]


def look(stated: Mapping[str, Any], place: Rehearsal) -> Looked:
    """Change every value of a regulation.

    Each answer is given once under the regulation as it is, and noted what it reads; a mutant is asked of those alone that read
    what is changed, until one of them differs.
    """
    law = law_of(stated)
    noted, asked = noting(law), answers(stated, law, place)
    told, readers = dict[str, Any](), dict[str, list[str]]()
    for name, answer in asked.items():
        with reading() as seen:
            told[name] = plain(answer(noted))
        for path in seen:
            readers.setdefault(path, []).append(name)
    changed, dull = set[str](), dict[str, str]()
    for mutant in mutants(stated):
        changed.add(mutant.path)
        if not any(_noticed(mutant, readers.get(path, []), asked, told) for path in _read_at(mutant.at)):
            dull[mutant.path] = mutant.change
    return Looked(frozenset(changed), dull)


def _read_at(at: At) -> tuple[str, str]:
    """What is read of a value: itself, or the names beside it; what lies in a list is read with the list."""
    keys = [str(key) for key in at[: next((place for place, key in enumerate(at) if isinstance(key, int)), len(at))]]
    return ".".join(keys), ".".join([*keys[:-1], EVERY])


def _noticed(mutant: Mutant, names: list[str], asked: Mapping[str, Answer], told: Mapping[str, Any]) -> bool:
    """Whether one of these answers turns out otherwise; it is the first to be asked about the values beside this one."""
    for place, name in enumerate(names):
        if plain(asked[name](mutant.law)) != told[name]:
            names.insert(0, names.pop(place))
            return True
    return False
