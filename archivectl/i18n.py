"""The reader's language: English source sentences, looked up in ``locale/zh.json``."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
MASK = "••••••"  # what a reader sees of a sealed value
_spoken = ["en"]
_MOMENT = re.compile(r"\b([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})(?![0-9:])")


# A command of ours in a sentence, after what may stand before it, and the word below it; not the half of another word.
_COMMAND = re.compile(
    r"\barchivectl (?P<before>(?:(?:-C|--as) \S+ )*)(?P<name>[a-z][a-z-]*|[\u4e00-\u9fff]+)(?: (?P<below>[a-z][a-z-]*))?"
    r"(?![\w=./{-])",
    re.ASCII,
)
_commands: dict[str, tuple[str, Mapping[str, str]]] = {}


def name_commands(commands: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    """Set the Chinese words of the commands, each with those below it; only the command line calls this."""
    _commands.update(commands)
    _commands.update({chinese: (chinese, below) for chinese, below in commands.values()})


def _in_chinese_words(found: re.Match[str]) -> str:
    if found["name"] not in _commands:
        return found[0]
    name, known = _commands[found["name"]]
    below = [known.get(found["below"], found["below"])] if found["below"] else []
    return " ".join(["archivectl", *found["before"].split(), name, *below])


def speak(language: str) -> None:
    """Set the language of this process; only the command line calls this."""
    _spoken[0] = language


def spoken() -> str:
    """The language of this process: ``zh`` or ``en``."""
    return _spoken[0]


@cache
def _sentences() -> dict[str, str]:
    catalogue: dict[str, str] = json.loads((Path(__file__).parent / "locale/zh.json").read_text(encoding="utf-8"))
    return catalogue


def N_(sentence: str) -> str:  # noqa: N802 - the conventional name of the marker
    """Mark a sentence for translation where it is written, to be translated where it is shown."""
    return sentence


def _(sentence: str, **values: object) -> str:
    """The sentence in the reader's language, with its ``{placeholders}`` filled; in Chinese, commands are called in Chinese."""
    text = _sentences().get(sentence, sentence) if _spoken[0] == "zh" else sentence
    text = text.format_map(values) if values else text
    return _COMMAND.sub(_in_chinese_words, text) if _spoken[0] == "zh" and "archivectl " in text else text


# One and several of each unit of time, by the letter that spans end with.
UNITS = {
    "h": (N_("{number} hour"), N_("{number} hours")),
    "d": (N_("{number} day"), N_("{number} days")),
    "wd": (N_("{number} working day"), N_("{number} working days")),
    "wk": (N_("{number} week"), N_("{number} weeks")),
    "mo": (N_("{number} month"), N_("{number} months")),
    "y": (N_("{number} year"), N_("{number} years")),
}


class Sentence:
    """A sentence whose language is chosen when it is shown: ``str()`` of it is the text."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        return _(self.sentence, **self.values)


def pick(titles: Any) -> str:  # noqa: ANN401 - titles come from data files: a text, or a mapping of languages
    """The title in the reader's language of a data file's ``{zh: ..., en: ...}`` (or plain text)."""
    if isinstance(titles, dict):
        return str(titles.get(_spoken[0]) or titles.get("en") or titles.get("zh") or "")
    return str(titles)


def clock(text: str) -> str:
    """A text in which a day with a time of day stands as people write it: ``2026-11-24 08:40``."""
    return _MOMENT.sub(r"\1 \2", text)


class Word:
    """A state or a step of a register, in the reader's language when it is shown: its own word there, or the usual one."""

    def __init__(self, register: str, name: str) -> None:
        self.own = f"{register}.{name}"
        self.name = name

    def __str__(self) -> str:
        found = _(self.own)
        return _(self.name) if found == self.own else found


class Titles:
    """Titles from data files, or words, whose language is chosen when they are shown: ``str()`` of it lists them."""

    def __init__(self, titles: Iterable[Any]) -> None:
        self.titles = tuple(titles)

    def __str__(self) -> str:
        return listed(map(pick, self.titles))


def nearest(word: str, names: Mapping[str, str], count: int = 3) -> list[str]:
    """What a mistyped word is nearest to, by what each name means."""
    import difflib  # noqa: PLC0415 - only once somebody mistyped

    return list(dict.fromkeys(names[name] for name in difflib.get_close_matches(word, names, n=len(names), cutoff=0)))[:count]


def fitting(word: str, choices: Mapping[str, Any], few: int = 12) -> dict[str, Any]:
    """What to name to who chose none of the choices: all of them; where they are many, those nearest to the word first."""
    words = {name: key for key, titles in choices.items() for name in (key, titles.get("zh"), titles.get("en")) if name}
    return {key: choices[key] for key in (choices if len(choices) <= few else nearest(word, words, len(choices)))}


def keyed(titles: Mapping[str, Any]) -> Titles:
    """Keys to choose from; in Chinese, with what they mean."""
    return Titles({"en": key, "zh": f"{key}（{title['zh']}）"} for key, title in titles.items())


def several(words: Sequence[object], count: int, most: int = 3) -> str:
    """The first of some words, and how many there are in all where these are not all."""
    told = listed(words[:most])
    return told if count <= most else _("{some} …, {count} in all", some=told, count=count)


def listed(words: Iterable[object]) -> str:
    """Words one after the other, as the reader's language separates them."""
    return ("、" if _spoken[0] == "zh" else ", ").join(map(str, words))
