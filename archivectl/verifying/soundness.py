"""Whether a file is written exactly as the archive writes it: one spelling, the shape of its schema, values of their types."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archivectl import yaml_text
from archivectl.encryption import envelope
from archivectl.errors import UNAPPLICABLE, ArchiveError, Unreadable
from archivectl.i18n import N_, Sentence
from archivectl.members.member import LEVELS
from archivectl.records import fields, schema
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.regime import load as regimes
from archivectl.regime import spans
from archivectl.regime.model import Regime
from archivectl.registers import entry as entries
from archivectl.registers import kinds
from archivectl.registers.entry import Entry, Event
from archivectl.registers.fold import Case, chain_name, fold
from archivectl.registers.kinds import Column, Kind

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_PART = re.compile(r"\{([a-z]+)(?::[0-9]{1,2})?\}")
_LAST = re.compile(r"(.*-)?\{sequence(:[0-9]{1,2})?\}")
# The steps that archivectl itself takes by name, by register; every archive has them.
_STEPS: Mapping[str, frozenset[str]] = {
    "destruction": frozenset({"propose", "approve", "supervise", "execute", "complete", "verify"}),
    "handover": frozenset({"apply", "audit", "confirm", "register"}),
    "inventory": frozenset({"start", "count", "note", "close"}),
    "hold": frozenset({"place", "lift"}),
    "import": frozenset({"bring", "undo"}),
    "key-copy": frozenset({"take"}),
    "loan": frozenset({"request", "approve", "hand_out", "renew", "give_back"}),
    "record": frozenset({"create", "update", "classify", "withdraw"}),
    "review": frozenset({"conclude", "find", "find_missing", "propose", "remedy", "summarise"}),
}
# What malformed regulations, which no schema describes, make the code that reads them raise.
EVIDENCE = ("paper", "message")
_SPELLING = N_("it is not spelled as the archive spells it")
_HELD = N_("“{name}” does not hold what it must")


class Unsound(Unreadable):
    """A file that the archive would not have written so."""

    message = "{path} is not written as it must be: {problem}."
    hint = "Take it back from history: git checkout HEAD -- {path}"


def checked(name: str, text: bytes | None, path: str) -> Any:  # noqa: ANN401 - plain data of any shape
    """The data of a file that keeps to a shipped schema; raises Unsound or NotYaml."""
    data = yaml_text.load(text or b"", path)
    if problems := schema.explain(name, data):
        raise Unsound(path=path, problem=problems[0])
    return data


def regime(folder: Mapping[str, bytes], hours: str = "") -> Regime:
    """The regime that the files of a ``regime/`` folder state, all of it fit for use; raises NoRegime, NotYaml or Unsound."""
    try:
        found = regimes.load(folder, hours)
        found.calendar.check()
        for name in sorted({*_STEPS, *kinds.names(found)}):
            _usable(name, kinds.kind(name, found))
    except Unreadable:
        raise
    except UNAPPLICABLE as error:
        why = Sentence(error.message, **error.values) if isinstance(error, ArchiveError) else type(error).__name__
        raise Unsound(path="regime", problem=why) from error
    return found


def _usable(name: str, kind: Kind) -> None:
    """Raise Unsound where a register is called otherwise than its file, or misses a step that archivectl takes."""
    path = f"regime/registers/{name}.yaml"
    if kind.name != name:
        raise Unsound(path=path, problem=Sentence(N_("its kind is not the name of the file")))
    if missing := sorted(_STEPS.get(name, frozenset()) - kind.steps.keys()):
        raise Unsound(path=path, problem=Sentence(N_("it misses the steps {steps}"), steps=", ".join(missing)))


def config(text: bytes | None) -> dict[str, Any]:
    """What ``archive.yaml`` says; raises Unsound, also where its grammars cannot number, or NotYaml."""
    path = "archive.yaml"
    found: dict[str, Any] = checked("archive", text, path)
    grammars, several = found["numbering"], len(found["offices"]) > 1
    if found["rules"] < 1:
        raise Unsound(path=path, problem=Sentence(N_("there are no rules {rules}"), rules=found["rules"]))
    if not found["offices"]:
        raise Unsound(path=path, problem=Sentence(N_("there is no office")))
    if not _numbers(grammars["entry"], {"kind", "year", "sequence"}):
        raise Unsound(path=path, problem=Sentence(N_("“{grammar}” cannot number entries"), grammar=grammars["entry"]))
    wanted = ({"office", "sequence"},) if several else ({"office", "sequence"}, {"sequence"})
    if not any(_numbers(grammars["record"], parts) for parts in wanted):
        raise Unsound(path=path, problem=Sentence(N_("“{grammar}” cannot number records"), grammar=grammars["record"]))
    return found


def _numbers(grammar: str, parts: set[str]) -> bool:
    """Whether a grammar has each of these parts once, and ends in a sequence that can be told from what stands before it."""
    plain = _PART.sub("", grammar)
    legal = not plain.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") and not grammar.startswith("-")
    return legal and sorted(_PART.findall(grammar)) == sorted(parts) and bool(_LAST.fullmatch(grammar))


def record(text: bytes, path: str) -> Record:
    """The record in a file's bytes; raises Unsound, NotARecord or NotYaml."""
    found = record_text.parse(text, path)
    if problems := schema.explain("customer", found.data):
        raise Unsound(path=path, problem=problems[0])
    if record_text.read_canonical(text) is None and record_text.dump(found.data) != text:
        raise Unsound(path=path, problem=Sentence(_SPELLING))
    places = [place for place, _value in fields.walk(found.data)]
    if len(set(places)) < len(places):
        raise Unsound(path=path, problem=Sentence(N_("two items of a list have the same id")))
    return found


def case(text: bytes, path: str, regime: Regime) -> Case:
    """The entry in a file's bytes, folded, whether or not its register would take it today.

    Raises:
        Unsound, NotAnEntry, NotYaml, UnknownKind.
    """
    found = entries.parse(text, path)
    data = {"id": found.id, "uid": found.uid, "kind": found.kind, "about": list(found.about), "columns": found.columns}
    rows = [_row(event) for event in found.events]
    if problems := schema.explain("entry", {**data, "keys": list(found.keys), "events": rows}):
        raise Unsound(path=path, problem=problems[0])
    if written(found) != text:
        raise Unsound(path=path, problem=Sentence(_SPELLING))
    for problem in _malformed(found):
        raise Unsound(path=path, problem=problem)
    return fold(found, kinds.kind(found.kind, regime))


def fresh(case: Case, known: int) -> Iterator[Sentence]:
    """What the register does not take of an entry after its first ``known`` events, the head included where that is none."""
    for name, value in () if known else case.entry.columns.items():
        if not _fits(case.kind.columns.get(name), value):
            yield Sentence(_HELD, name=name)
    for event in case.entry.events[known:]:
        if event.act not in case.kind.steps:
            yield Sentence(N_("the register has no step “{act}”"), act=event.act)
        for name, value in event.data.items():
            if not _fits_event(case.kind, name, value):
                yield Sentence(_HELD, name=name)


def _row(event: Event) -> dict[str, Any]:
    row = {key: getattr(event, key, None) for key in entries.EVENT_KEYS}
    lists = {key: list(value) for key, value in row.items() if isinstance(value, tuple)}
    return {key: value for key, value in (row | lists).items() if value not in (None, "", [], {})}


def written(entry: Entry) -> bytes:
    """The one spelling of an entry."""
    head = entries.head(entry.kind, entry.uid, [dict(item) for item in entry.about], entry.columns, [dict(k) for k in entry.keys])
    lines = (entries.event_line({**_row(event), "sig": None}) for event in entry.events)
    signed = [entries.with_signature(line, event.sig) for line, event in zip(lines, entry.events, strict=True)]
    return entries.text(entry.id, head, signed).encode()


def _malformed(entry: Entry) -> Iterator[Sentence]:
    """What no register would take, so that it can be told of an entry at any time."""
    if entry.kind == "record":
        yield Sentence(N_("there is no such register"))
    ids = [event.id for event in entry.events]
    if len(set(ids)) < len(ids):
        yield Sentence(N_("two events have the same id"))
    if not all(_is_rule(event.data.get("rule", {})) for event in entry.events):
        yield Sentence(_HELD, name="rule")


def _fits_event(kind: Kind, name: str, value: Any) -> bool:  # noqa: ANN401 - any value of an event
    if name == "rule":
        chains = {chain_name(step) for step in kind.steps.values() if step.chain}
        return all(_is_chain(value[chain]) for chain in chains & value.keys())
    if name in EVIDENCE:
        return isinstance(value, str) and bool(_DIGEST.fullmatch(value))
    if name == "who":
        return _sealed(value, "confidential")
    return _fits(kind.column(name), value)


def _is_rule(value: object) -> bool:
    """Whether a value can be the rule that an opening event keeps: words, and chains of signatures."""
    return isinstance(value, Mapping) and all(isinstance(part, (str, bool)) or _is_chain(part) for part in value.values())


def _is_chain(value: object) -> bool:
    """Whether a value lays out signatures: ``post``, ``[any, of]`` or ``{all: [...]}``, one after the other."""
    return isinstance(value, list) and all(_is_stage(stage) for stage in value)


def _is_stage(stage: object) -> bool:
    parts = stage.get("all") if isinstance(stage, Mapping) else [stage]
    if not isinstance(parts, list):
        return False
    return all(isinstance(post, str) for part in parts for post in (part if isinstance(part, list) else [part]))


def _fits(column: Column | None, value: Any) -> bool:  # noqa: ANN401 - any value of a column
    """Whether a value may stand in a column: sealed where it must be, else in clear and of its type."""
    if column is None or column.sealed:
        return column is not None and _sealed(value, column.secrecy)
    if column.type == "choice":
        return isinstance(value, str) and value in column.choices
    return _TYPES.get(column.type, _is_text)(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not envelope.is_sealed(value)


def _is_number(value: object) -> bool:
    return type(value) is int or (isinstance(value, str) and bool(_NUMBER.fullmatch(value)))


def _is_date(value: object) -> bool:
    return value == "unlimited" or (isinstance(value, str) and _read(spans.moment, value))


_TYPES: Mapping[str, Callable[[object], bool]] = {
    "boolean": lambda value: type(value) is bool,
    "date": _is_date,
    "integer": lambda value: type(value) is int,
    "number": _is_number,
    "span": lambda value: isinstance(value, str) and _read(spans.span, value),
}


def _sealed(value: Any, least: str) -> bool:  # noqa: ANN401 - any value
    parsed = envelope.parse(value) if isinstance(value, str) else None
    return parsed is not None and LEVELS.index(parsed.level) >= LEVELS.index(least)


def _read(reader: Callable[[str], object], value: str) -> bool:
    try:
        reader(value)
    except ArchiveError:
        return False
    return True
