"""What rules state, in words: values, conditions, chains and times as a person reads them, not as they are written.

``law.yaml`` says where the words of a path have their titles, and has those that stand nowhere else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from archivectl import yaml_text
from archivectl.i18n import N_, _, listed, pick
from archivectl.records import fields
from archivectl.regime.model import OPEN_TIMES, Regime
from archivectl.registers import filling, kinds
from archivectl.reports.wording import spanned

Titles = Mapping[str, Any]
Lookup = Callable[[str], Any]
_CHAINS = frozenset({"approve", "supervise", "agree", "confirm", "attest", "sign", "amends"})
_COMPARED = {">=": N_("{what} and above"), ">": N_("above {what}"), "<=": N_("{what} and below"), "<": N_("below {what}")}
_BOTH = {"zh", "en"}
_ASKED = {
    *("secrecy", "axis", "file", "subject", "post", "department"),
    *("keeper", "former", "outside", "mode", "medium", "offence"),
}
_VOCABULARIES = {"checks", "manners"}  # these say only what words mean
_NAMES = ("title", "kind")  # what a row is called
# What stands under these keys is said in a phrase.
_PHRASES = {
    "approve": N_("approved by {value}"),
    "amount": N_("fined {value} yuan"),
    "apply": N_("applied for by {value}"),
    "place": N_("only in: {value}"),
    "every": N_("every {value}"),
    "months": N_("in the months {value}"),
}


@cache
def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml_text.load(files("archivectl.reports").joinpath("law.yaml").read_bytes(), "law.yaml")
    return found


def told(regime: Regime, path: str, value: Any) -> str:  # noqa: ANN401 - any value of a regime
    """A value as a person reads it, by the path that it stands at; a dash where there is none."""
    return _told(value, tuple(path.split(".")), regime) or "—"


def titled(part: str, name: str) -> str:
    """What a task or a check is called; its name where it has no title."""
    return pick(_words()[part].get(name, name))


def event(name: str) -> str:
    """What starts the term that a file is kept for, by its title where it has one."""
    words = _words()["words"]
    return pick({**words["never_from"], **words["from"]}.get(name, name))


def chain(regime: Regime, steps: Sequence[Any]) -> str:
    """Who signs, in order: one after the other, any of several, or all of several."""
    return " → ".join(_step(regime, step) for step in steps) or _("nobody need approve")


def _step(regime: Regime, step: Any) -> str:  # noqa: ANN401 - a post, a list of posts, or {all: …}
    if isinstance(step, Mapping):
        return "＋".join(_step(regime, each) for each in step["all"])
    if isinstance(step, list):
        return " / ".join(_step(regime, each) for each in step)
    return _word(str(step), ("approve",), regime)


def conditions(regime: Regime, when: Mapping[str, Any], section: str = "lend") -> str:
    """What a row of a table asks about before it holds; nothing where it asks nothing."""
    return _(", ").join(_condition(regime, key, value, (section, "rules", "when", key)) for key, value in when.items())


def _told(value: Any, at: tuple[str, ...], regime: Regime) -> str:  # noqa: ANN401 - any value of a regime
    if isinstance(value, bool):
        return (_("not allowed") if value else "") if at[-1] == "barred" else _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _mapping(value, at, regime)
    if isinstance(value, list):
        return _list(value, at, regime)
    return "" if value is None else _word(str(value), at, regime)


def _list(value: list[Any], at: tuple[str, ...], regime: Regime) -> str:
    """A chain, the rows of a table, or words; an empty chain of approval says something, any other empty list nothing."""
    if any(isinstance(each, Mapping) and "all" not in each for each in value):
        return _("; ").join(_row(each, place, at, regime) for place, each in enumerate(value))
    if at[-1] in _CHAINS and ".".join(at) not in _words()["found"] and (value or at[-1] == "approve"):
        return chain(regime, value)
    return listed(dict.fromkeys(_told(each, at, regime) for each in value))


def _row(value: Any, place: int, at: tuple[str, ...], regime: Regime) -> str:  # noqa: ANN401 - any value of a regime
    """A row of a list; in a table, one that asks about nothing is for the rest, and one that states nothing asks for nobody."""
    said = _told(value, at, regime)
    if at[-1] != "rules" or not isinstance(value, Mapping):
        return said
    said = said or _("nobody need approve")
    return said if "when" in value or not place else _("{title}: {value}", title=_("otherwise"), value=said)


def _mapping(value: Mapping[str, Any], at: tuple[str, ...], regime: Regime) -> str:
    """Titles, or what stands under each key; rows begin with what they ask about."""
    if at == ("forms",):
        return listed(value)
    if value and value.keys() <= _BOTH:
        return pick(dict(value))
    if all(isinstance(inner, Mapping) and inner.keys() & _BOTH for inner in value.values() if inner) and any(value.values()):
        return listed(pick(inner) for inner in value.values() if inner)
    if value.keys() <= _ASKED or at[-1] in {"axis", "when"}:
        return _(", ").join(_condition(regime, key, inner, (*at, key)) for key, inner in value.items())
    own = [pick(dict(value))] if value.keys() & _BOTH else [pick(value[key]) for key in _NAMES if value.get(key)]
    said = _(", ").join([*own, *(said for key, inner in value.items() if (said := _entry(key, inner, at, regime)))])
    when = _told(value.get("when"), (*at, "when"), regime)
    return _("{title}: {value}", title=when, value=said or _("nobody need approve")) if when else said


def _entry(key: str, value: Any, at: tuple[str, ...], regime: Regime) -> str:  # noqa: ANN401 - any value of a regime
    """What stands under one key of a row; nothing where that is nothing, or was said before."""
    if key in {"when", *_NAMES, *_BOTH} or value is False or (key in _VOCABULARIES and isinstance(value, Mapping)):
        return ""
    said = _told(value, (*at, key), regime)
    if key in {"term", "barred", "fields", "do"} or not value or (isinstance(value, str) and value in OPEN_TIMES):
        return said
    if key in _PHRASES:
        return _(_PHRASES[key], value=said)
    title = _keyed(key, at, regime)
    return title if value is True else _("{title}: {value}", title=title, value=said) if said else ""


def _condition(regime: Regime, key: str, value: Any, at: tuple[str, ...]) -> str:  # noqa: ANN401 - a value of a condition
    """One thing that a row asks about; of an axis its values, which say enough."""
    if isinstance(value, Mapping):
        return listed(_condition(regime, axis, inner, (*at, axis)) for axis, inner in value.items())
    if isinstance(value, list):
        return " / ".join(_condition(regime, key, each, at) for each in value)
    if isinstance(value, bool):
        title = _keyed(key, at[:-1], regime)
        return title if value else _("not {title}", title=title)
    return _word(str(value), at, regime)


def _keyed(key: str, at: tuple[str, ...], regime: Regime) -> str:
    """What a key is called: by its own title, or as a word that stands where it stands."""
    law = _words()
    above = at[-1] if at else ""
    if above in law["keyed"] and (title := _lookup(law["keyed"][above], regime)(key)):
        return pick(title)
    if title := law["words"].get(above, {}).get(key):
        return pick(title)
    return pick(law["keys"][key]) if key in law["keys"] else _word(key, (*at, key), regime)


def _word(text: str, at: tuple[str, ...], regime: Regime) -> str:
    """A word, as what stands at this path is called; a comparison, a span of time, a post of somebody."""
    sign = text[: len(text) - len(text.lstrip("<>="))]
    if sign in _COMPARED:
        inner = text.removeprefix(sign)
        known = _found(inner, at, regime)
        return _(_COMPARED[sign], what=known) if known else text.replace(">=", "≥").replace("<=", "≤")
    if text in OPEN_TIMES:
        meaning = regime.values.get(text)
        return _("{word} (here: {meaning})", word=spanned(text), meaning=spanned(str(meaning))) if meaning else spanned(text)
    if (found := _found(text, at, regime)) is not None:
        return found
    post, of, whom = text.partition(" of ")
    if of and (found := _found(post, at, regime)):
        return _("{post} of {whom}", post=found, whom=_word(whom, ("whom",), regime))
    return spanned(text)


def _found(text: str, at: tuple[str, ...], regime: Regime) -> str | None:
    """The title of a word: where the words of its path have theirs, or else among all that the regime names."""
    law = _words()
    for path in (".".join(at[start:]) for start in range(len(at))):
        if title := law["words"].get(path, {}).get(text):
            return pick(title)
        if path in law["found"] and (title := _lookup(law["found"][path], regime)(text)):
            return pick(title)
    for titles in _named(at, regime):
        if title := titles.get(text):
            return pick(title)
    axis = (regime.get("axes") or {}).get(text.removeprefix("classification."))
    field = filling.field_named(text) if "." in text and not axis else None
    return pick(axis) if axis else field.title if field else None


def _named(at: tuple[str, ...], regime: Regime) -> Iterator[Titles]:
    """What the regime itself names: posts, departments, levels, kinds of file, values of an axis."""
    yield _who(regime)
    yield regime.get("secrecy.levels") or {}
    axes = regime.get("axes") or {}
    for key in (key for key in at if key in axes):
        yield {**fields.known(f"classification.{key}").choices, **(axes[key].get("values") or {})}
    yield {name: file["title"] for name, file in (regime.get("files") or {}).items() if file.get("title")}


def _who(regime: Regime) -> Titles:
    return {**(regime.get("departments") or {}), **(regime.get("roles") or {}), **(regime.get("posts") or {})}


def _lookup(source: str, regime: Regime) -> Lookup:
    """What a source of ``law.yaml`` calls a word; None where it does not know it."""
    sort, _space, name = source.partition(" ")
    if sort == "fields":
        return lambda word: filling.title(word) if filling.is_word(word) else None
    titles: Mapping[str, Any] = regime.get(source) or {}
    if sort == "who":
        titles = _who(regime)
    elif sort == "field":
        titles = fields.known(name).choices
    elif sort == "column":
        kind, _dot, column = name.partition(".")
        found = kinds.kind(kind, regime).columns.get(column) if kind in regime.kinds else None
        titles = found.choices if found else {}
    return titles.get
