"""Kinds of entry as data: columns, steps, and what each step asks."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from archivectl import yaml_text
from archivectl.errors import Unreadable, WrongUsage
from archivectl.members.member import LEVELS
from archivectl.regime.model import Regime, first

# The keys of a kind's file, by the part that they stand in; whatever else stands there means nothing.
KEYS = {
    "kind": (
        *("kind", "title", "number", "about", "binds", "states", "means", "rules", "apart"),
        *("columns", "required", "steps", "data", "due", "waits", "form"),
    ),
    "states": ("out", "missing", "in", "pending", "queued", "listed", "stopping", "open", "acting", "ended"),
    "step": (
        *("from", "to", "by", "chain", "when", "guards", "needs", "how", "back"),
        *("refuses", "command", "opens", "happened", "alters", "final", "verb", "means"),
    ),
    "column": ("zh", "en", "type", "secrecy", "enum", "bounds", "can"),
    "waits": ("do", "say", "how", "who", "if", "asked", "until", "times", "due", "remind", "within", "since", "path"),
    "due": ("every", "day", "as", "acts", "states", "how", "title", "by"),
    "form": ("layout", "ledger", "sign", "items", "columns", "text"),
}
# Every event may be given on somebody's behalf, under a written delegation.
_FOR = {"zh": "受托于", "en": "on behalf, under", "type": "entry"}
_OWN = {"number-block"}  # what the tool keeps for itself


class UnknownKind(WrongUsage):
    """A register that neither the tool nor the archive has."""

    message = "There is no register “{kind}”."
    hint = "The registers are: {known}"


class BadKind(Unreadable):
    """A file that does not describe a register."""

    message = "{path} does not describe a register ({problem})."
    hint = "See what is wrong: archivectl check regime"


class Column(NamedTuple):
    """A column of a kind; ``titles`` in both languages, ``secrecy`` at least confidential means encrypted.

    ``bounds`` are those the rules state, ``can`` those beyond which there is no such value.
    """

    name: str
    titles: Mapping[str, str]
    type: str
    secrecy: str
    choices: Mapping[str, Any]
    bounds: str
    can: tuple[str, ...] = ()

    @property
    def sealed(self) -> bool:
        """Whether values of this column are encrypted."""
        return LEVELS.index(self.secrecy) >= LEVELS.index("confidential")

    def asked(self, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any value of the column
        """The columns that a chosen value itself asks for: ``visit: {needs: [who, reason]}``."""
        return tuple((self.choices.get(str(value)) or {}).get("needs", ()))


class Step(NamedTuple):
    """One step of a kind; ``start`` is empty for a step that opens an entry, ``to`` for one that leaves it where it stands.

    ``when`` says by columns which entries it is a step of: ``{mode: [in, out]}``; nothing where it is one of all.
    ``happened`` is what it does to the files: ``lent``, ``returned``, ``moved``, ``reviewed``, ``accepted``, ``filed`` or
    ``disinfested``; ``alters`` says that its commit changes them, ``final`` that it cannot be taken back, so that nothing that
    did not know of it stands in its way. ``verb`` is what people call it where that is not its ``command``. ``means`` are those
    of a signature where they are others than the kind's.
    """

    kind: str
    name: str
    start: tuple[str, ...]
    to: str
    by: Any
    chain: str
    when: Mapping[str, Any]
    guards: tuple[str, ...]
    needs: tuple[Any, ...]
    how: str
    back: str
    refuses: bool
    command: str
    opens: Any
    happened: str
    alters: bool
    final: bool
    verb: str
    means: Any

    @property
    def code(self) -> str:
        """The stable name: ``loan.request``."""
        return f"{self.kind}.{self.name}"

    def fits(self, columns: Mapping[str, Any]) -> bool:
        """Whether it is a step of an entry with these columns."""
        return not self.when or first([{"when": self.when}], columns) is not None

    def opened(self, data: Mapping[str, Any]) -> str:
        """The kind of which the act opens an entry in its commit: always, or by what it states (``{condition: {lost: …}}``)."""
        if isinstance(self.opens, str):
            return self.opens
        return next((kinds[data[name]] for name, kinds in (self.opens or {}).items() if data.get(name) in kinds), "")


class Kind(NamedTuple):
    """A register's kind, read from its file."""

    name: str
    title: Mapping[str, str]
    number: str
    about: tuple[str, ...]
    columns: Mapping[str, Column]
    required: tuple[str, ...]
    steps: Mapping[str, Step]
    data: Mapping[str, Column]
    means: Any
    rules: str
    apart: Any
    binds_content: bool
    marks: Mapping[str, tuple[str, ...]]
    due: tuple[Mapping[str, Any], ...]
    waits: Mapping[str, tuple[Mapping[str, Any], ...]]
    form: Mapping[str, Any]

    def column(self, name: str) -> Column | None:
        """A column of the head or of an event's data."""
        return self.columns.get(name) or self.data.get(name)

    def marked(self, mark: str) -> tuple[str, ...]:
        """The states that are ``out`` (the thing is away), ``pending``, ``listed`` (for destruction), ``stopping``, ``ended``."""
        return self.marks.get(mark, ())

    def means_of(self, step: Step) -> Any:  # noqa: ANN401 - a path into the regime, or words
        """By what means a step of it may be signed."""
        return step.means or self.means

    def course(self, columns: Mapping[str, Any]) -> list[Step]:
        """The steps that an entry with these columns may come to: from those that open such an entry onward."""
        fitting = [step for step in self.steps.values() if step.fits(columns)]
        states = {step.to for step in fitting if not step.start}
        while more := {step.to for step in fitting if states & {*step.start}} - states:
            states |= more
        return [step for step in fitting if not step.start or states & {*step.start}]

    def refusal(self, chain: str) -> Step | None:
        """The step that refuses along a chain."""
        return next((step for step in self.steps.values() if step.chain == chain and step.refuses), None)


def resolve(regime: Regime, value: Any) -> Any:  # noqa: ANN401 - a path into the regime, or the value itself
    """``$path`` is the regime's value there; anything else stands for itself."""
    return regime.get(value[1:]) if isinstance(value, str) and value.startswith("$") else value


def parse(data: Mapping[str, Any]) -> Kind:
    """The kind a data file describes."""
    name = data["kind"]
    return Kind(
        name=name,
        title=data["title"],
        number=data.get("number", ""),
        about=tuple(data.get("about", ())),
        columns=_columns(data.get("columns", {})),
        required=tuple(data.get("required", ())),
        steps={key: _step(name, key, step) for key, step in data["steps"].items()},
        data=_columns({**data.get("data", {}), "for": _FOR}),
        means=data.get("means", ["signed"]),
        rules=str(data.get("rules", "")).removeprefix("$"),
        apart=data.get("apart", ()),
        binds_content=data.get("binds") == "content",
        marks={mark: tuple(states) for mark, states in data.get("states", {}).items()},
        due=_rows(data.get("due", ())),
        waits={state: _rows(rows) for state, rows in data.get("waits", {}).items()},
        form=data.get("form", {}),
    )


def _rows(stated: Any) -> tuple[Mapping[str, Any], ...]:  # noqa: ANN401 - one row, or a list of them
    return (stated,) if isinstance(stated, Mapping) else tuple(stated)


def _columns(data: Mapping[str, Any]) -> dict[str, Column]:
    return {
        name: Column(
            name=name,
            titles={"zh": column.get("zh", name), "en": column.get("en", name)},
            type="choice" if "enum" in column else column.get("type", "text"),
            secrecy=column.get("secrecy", "internal"),
            choices=column.get("enum", {}),
            bounds=column.get("bounds", ""),
            can=tuple(column.get("can", ())),
        )
        for name, column in data.items()
    }


def _step(kind: str, name: str, data: Mapping[str, Any]) -> Step:
    start = data.get("from", ())
    return Step(
        kind=kind,
        name=name,
        start=(start,) if isinstance(start, str) else tuple(start),
        to=data.get("to", ""),
        by=data.get("by", ()),
        chain=str(data.get("chain", "")),
        when=data.get("when", {}),
        guards=tuple(data.get("guards", ())),
        needs=tuple(data.get("needs", ())),
        how=str(data.get("how", "")).removeprefix("$"),
        back=data.get("back", ""),
        refuses=bool(data.get("refuses")),
        command=data.get("command", ""),
        opens=data.get("opens"),
        happened=data.get("happened", ""),
        alters=bool(data.get("alters")),
        final=bool(data.get("final")),
        verb=data.get("verb", ""),
        means=data.get("means"),
    )


def texts() -> dict[str, bytes]:
    """The shipped kinds as a new archive takes them into its regime, byte for byte, by path."""
    shipped = (entry for entry in files("archivectl.registers").iterdir() if entry.name.endswith(".yaml"))
    return {f"regime/registers/{entry.name}": entry.read_bytes() for entry in shipped}


def titles_of(column: str) -> Mapping[str, str]:
    """What a column is called by the first of the shipped kinds that has it; its name where none has."""
    found = (parse(yaml_text.load(text, path)).column(column) for path, text in sorted(texts().items()))
    return next((each.titles for each in found if each), {"zh": column, "en": column})


@cache
def _parsed(text: bytes, name: str) -> Kind:
    return parse(yaml_text.load(text, f"regime/registers/{name}.yaml"))


def names(regime: Regime) -> list[str]:
    """Every register of an archive."""
    return sorted(regime.kinds.keys() - {"record"})


def kept_by_people(regime: Regime) -> list[str]:
    """The registers that somebody fills in, or prints and signs."""
    return [name for name in names(regime) if name not in _OWN]


def verbs(regime: Regime) -> dict[str, str]:
    """The steps by what people type for them: their ``verb``, or else the command of one word that does the first of several."""
    steps = [step for name in sorted(regime.kinds) for step in kind(name, regime).steps.values()]
    commands = [(step.command, step) for step in reversed(steps) if step.command and " " not in step.command]
    return {verb: step.code for verb, step in (*commands, *((step.verb, step) for step in steps if step.verb))}


def kind(name: str, regime: Regime) -> Kind:
    """The kind of that name, as the archive's own regime states it. Raises UnknownKind, NotYaml, BadKind."""
    if name not in regime.kinds:
        raise UnknownKind(kind=name, known=", ".join(names(regime)))
    try:
        return _parsed(regime.kinds[name], name)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadKind(path=f"regime/registers/{name}.yaml", problem=error) from error
