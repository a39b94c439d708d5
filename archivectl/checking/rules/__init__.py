"""The rules by name: a file each, whose docstring says what it demands; ``of_file`` judges a file, ``of_tree`` all together."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from archivectl.checking.facts import Facts
from archivectl.checking.file import File
from archivectl.checking.rules import (
    agreement,
    answers,
    attachments,
    canonical,
    clash,
    clear_text,
    deleted,
    entries,
    fields,
    holdings,
    identifiers,
    members,
    naming,
    place,
    readable,
    regime,
    relations,
    schema,
    schemas,
    sealed,
    staff,
    strays,
    tombstones,
    unique,
    volumes,
)
from archivectl.checking.tree import Tree
from archivectl.finding import Finding

OfFile = Callable[[File, Tree], Iterator[Finding]]
OfTree = Callable[[Tree, Facts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule demands, and how it judges; ``contents`` says that ``of_tree`` has to know every record and entry."""

    demands: str | None
    of_file: OfFile | None = None
    of_tree: OfTree | None = None
    contents: bool = False


RULES: Mapping[str, Rule] = {
    readable.RULE: Rule(readable.__doc__, readable.of_file),
    schema.RULE: Rule(schema.__doc__, schema.of_file),
    canonical.RULE: Rule(canonical.__doc__, canonical.of_file),
    place.RULE: Rule(place.__doc__, place.of_file),
    unique.RULE: Rule(unique.__doc__, None, unique.of_tree, contents=True),
    sealed.RULE: Rule(sealed.__doc__, sealed.of_file, sealed.of_tree, contents=True),
    identifiers.RULE: Rule(identifiers.__doc__, identifiers.of_file),
    clear_text.RULE: Rule(clear_text.__doc__, clear_text.of_file),
    attachments.RULE: Rule(attachments.__doc__, None, attachments.of_tree, contents=True),
    entries.RULE: Rule(entries.__doc__, entries.of_file, entries.of_tree, contents=True),
    clash.RULE: Rule(clash.__doc__, None, clash.of_tree, contents=True),
    volumes.RULE: Rule(volumes.__doc__, volumes.of_file, volumes.of_tree, contents=True),
    fields.RULE: Rule(fields.__doc__, fields.of_file),
    naming.RULE: Rule(naming.__doc__, naming.of_file),
    answers.RULE: Rule(answers.__doc__, None, answers.of_tree, contents=True),
    holdings.RULE: Rule(holdings.__doc__, holdings.of_file),
    relations.RULE: Rule(relations.__doc__, None, relations.of_tree, contents=True),
    tombstones.RULE: Rule(tombstones.__doc__, None, tombstones.of_tree, contents=True),
    members.RULE: Rule(members.__doc__, members.of_file, members.of_tree),
    staff.RULE: Rule(staff.__doc__, staff.of_file),
    agreement.RULE: Rule(agreement.__doc__, None, agreement.of_tree),
    regime.RULE: Rule(regime.__doc__, regime.of_file, regime.of_tree),
    schemas.RULE: Rule(schemas.__doc__, None, schemas.of_tree),
    deleted.RULE: Rule(deleted.__doc__, None, deleted.of_tree),
    strays.RULE: Rule(strays.__doc__, None, strays.of_tree),
}
