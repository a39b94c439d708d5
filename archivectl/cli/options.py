"""The global options, wherever they stand on the line, and what the environment says; the clock is read here too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archivectl.errors import WrongUsage
from archivectl.i18n import LANGUAGES

_VALUED = {"-C": "folder", "--as": "member", "--today": "today", "--lang": "lang"}
_FLAGS = {"--json": "json", "--yes": "yes", "--dry-run": "dry_run"}


class OptionWithoutValue(WrongUsage):
    """A global option at the end of the line."""

    message = "{option} needs a value."
    hint = "Write it like this: {option} VALUE"


class NotText(WrongUsage):
    """An argument whose bytes are no text."""

    message = "An argument is not UTF-8: {argument}"
    hint = "Type it in a terminal whose encoding is UTF-8, or set PYTHONUTF8=1."


class UnknownLanguage(WrongUsage):
    """A language other than Chinese and English."""

    message = "“{lang}” is no language of this program."
    hint = "Choose --lang zh or --lang en."


@dataclass(frozen=True, slots=True)
class Options:
    """What the line and the environment say about every command."""

    folder: str = ""
    member: str = ""
    today: str = ""
    lang: str = "en"
    json: bool = False
    yes: bool = False
    dry_run: bool = False
    home: str = ""
    rehearsed: list[str] = field(default_factory=list, compare=False)  # what a dry run would have acted on; none: it only looked
    at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))


def language(environment: Mapping[str, str]) -> str:
    """The language that the environment asks for."""
    stated = (environment.get(name) for name in ("ARCHIVECTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, stated), "").startswith("zh") else "en"


def extract(arguments: list[str], environment: Mapping[str, str]) -> tuple[Options, list[str]]:
    """The global options, wherever they stand before ``--``, and the rest of the line."""
    found: dict[str, Any] = {
        "folder": environment.get("ARCHIVECTL_ARCHIVE", ""),
        "member": environment.get("ARCHIVECTL_MEMBER", ""),
        "today": environment.get("ARCHIVECTL_TODAY", ""),
        "lang": "",
        "home": environment.get("ARCHIVECTL_HOME", ""),
    }
    for argument in arguments:
        if not argument.isascii() and any("\ud800" <= letter <= "\udfff" for letter in argument):
            raise NotText(argument=ascii(argument))
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += ["--", *words]
        elif name in _VALUED and (equals or name == word):
            if not equals and (value := next(words, "")) == "":
                raise OptionWithoutValue(option=name)
            found[_VALUED[name]] = value
        elif word in _FLAGS:
            found[_FLAGS[word]] = True
        else:
            rest.append(word)
    if found["lang"] and found["lang"] not in LANGUAGES:
        raise UnknownLanguage(lang=found["lang"])
    if found["today"]:
        from archivectl.regime import spans  # noqa: PLC0415 - only where a day is stated

        spans.moment(found["today"])
    found["lang"] = found["lang"] or language(environment)
    return Options(**found), rest


def home_folder(options: Options) -> Path:
    """The folder ARCHIVECTL_HOME, or the platform's own."""
    if options.home:
        return Path(options.home)
    from platformdirs import user_config_path  # noqa: PLC0415 - only where nothing is set

    return user_config_path("archivectl")
