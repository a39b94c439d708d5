"""Typer's own words in the reader's language: the frame of ``--help``, and what is wrong with a line it cannot read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import Any

import typer

from archivectl.i18n import N_, _, listed

_COMPLETION = {"install_completion", "show_completion"}
_TYPES = {"str": N_("TEXT"), "int": N_("N"), "int range": N_("N"), "path": N_("FILE")}
_ARGUMENTS = {
    "act": N_("ACT"),
    "entry": N_("ENTRY"),
    "file": N_("FILE"),
    "folder": N_("DIR"),
    "handle": N_("HANDLE"),
    "import": N_("ENTRY"),
    "kind": N_("REGISTER"),
    "loan": N_("ENTRY"),
    "name": N_("STEP"),
    "number": N_("NUMBER"),
    "numbers": N_("NUMBER..."),
    "paths": N_("PATH..."),
    "what": N_("NUMBER"),
}
_FRAME = {
    "ARGUMENTS_PANEL_TITLE": N_("Arguments"),
    "OPTIONS_PANEL_TITLE": N_("Options"),
    "COMMANDS_PANEL_TITLE": N_("Commands"),
    "REQUIRED_LONG_STRING": N_("[required]"),
    "DEFAULT_STRING": N_("[default: {}]"),
}
_OPTIONS, _COMMAND = N_("[OPTIONS]"), N_("COMMAND [ARGS]...")
_HELP = (
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
# What typer says of a line, as far as it says it of our commands; anything else is shown as typer says it.
_NAME = r"'(?P<name>.*)'"
_SENTENCES = {
    rf"No such command {_NAME}\. Did you mean (?P<others>.*)\?": N_("There is no command “{name}”; did you mean {others}?"),
    rf"No such command {_NAME}\.": N_("There is no command “{name}”."),
    r"No such option: (?P<name>\S*) \(Possible option.*: (?P<others>.*)\)": N_(
        "There is no option {name}; did you mean {others}?"
    ),
    r"No such option: (?P<name>\S*)": N_("There is no option {name}."),
    rf"Missing argument {_NAME}\.": N_("“{name}” is missing."),
    rf"Missing option {_NAME}\.": N_("{name} is missing."),
    r"Missing command\.": N_("A command is missing."),
    rf"Option {_NAME} requires an argument\.": N_("{name} needs a value."),
    rf"Option {_NAME} does not take a value\.": N_("{name} takes no value."),
    r"Got unexpected extra argument\(s\) \((?P<words>.*)\)": N_("That is too much: {words}"),
    rf"Invalid value for {_NAME}: '(?P<value>.*)' is not a valid int(?: range)?\.": N_("{name}: “{value}” is no whole number."),
    rf"Invalid value for {_NAME}: (?P<value>.*) is not in the range x>=(?P<low>.*)\.": N_("{name}: {value} is less than {low}."),
}

# Words that are kept in files as they are, and looked up where they are shown.
WORDS = (
    N_("open"), N_("internal"), N_("confidential"), N_("secret"), N_("top-secret"),
    N_("admin"), N_("archivist"), N_("clerk"), N_("auditor"),
    N_("overdue"), N_("due"), N_("coming"),
    N_("signed"), N_("paper"), N_("message"),
    N_("surplus"), N_("damaged"), N_("exposed"), N_("recovery"),
    N_("verified"), N_("unverified"), N_("withdrawn"), N_("unlimited"),
    N_("reveal"), N_("export-keys"), N_("access.check"), N_("access.report"), N_("member.add"), N_("regime.calendar"),
    N_("ID number"), N_("card number"), N_("mobile number"), N_("a sealed value"),
    N_("No such file or directory"), N_("Permission denied"), N_("Is a directory"), N_("Not a directory"),
    N_("No space left on device"), N_("Read-only file system"), N_("File exists"), N_("File name too long"),
    N_("Operation not permitted"), N_("Input/output error"),
)  # fmt: skip


class Context(typer.Context):
    """A command's context; it speaks the reader's language as soon as help is asked for."""

    @contextmanager
    def scope(self, cleanup: bool = True) -> "Iterator[Any]":
        """The command's own scope; what is wrong with its line names the command, where typer forgets it."""
        try:
            with super().scope(cleanup) as ctx:
                yield ctx
        except typer.TyperException as wrong:
            if getattr(wrong, "ctx", self) is None:
                wrong.ctx = self  # type: ignore[attr-defined]
            raise

    def get_help(self) -> str:
        """The help, with typer's frame around it."""
        from typer import rich_utils  # noqa: PLC0415 - only help needs it

        for name, words in _FRAME.items():
            setattr(rich_utils, name, _(words))
        _translate(self.command, self)
        return super().get_help()

    def make_formatter(self) -> Any:  # noqa: ANN401 - typer's own
        """The formatter of the line of usage."""
        formatter = super().make_formatter()
        formatter.write_usage = partial(formatter.write_usage, prefix=_("Usage: "))  # type: ignore[method-assign]
        return formatter


def prepare(command: Any) -> Any:  # noqa: ANN401 - typer's command
    """Let a command and those below it speak the reader's language; completion belongs to the program, not to each of them."""
    command.context_class = Context
    command.params = [param for param in command.params if param.name not in _COMPLETION]
    for param in command.params:
        if param.param_type_name == "argument" and not param.metavar:
            param.metavar = _ARGUMENTS.get(param.name, param.name.upper())
    for below in getattr(command, "commands", {}).values():
        prepare(below)
    return command


def _translate(command: Any, ctx: Context) -> None:  # noqa: ANN401 - typer's command
    command.help = _(command.help or "")
    command.options_metavar = _(_OPTIONS)
    for param in command.get_params(ctx):
        param.help = _(param.help or "")
        if not getattr(param, "is_flag", False):
            kind = _(_TYPES[param.type.name])
            param.metavar = _(param.metavar) if param.metavar else kind
            param.type = copy(param.type)
            param.type.name = kind
    if hasattr(command, "commands"):
        command.subcommand_metavar = _(_COMMAND)
        for below in command.commands.values():
            below.help, below.rich_help_panel = _(below.help or ""), _(below.rich_help_panel or "") or None


def told(message: str) -> str:
    """What typer says of a line, in the reader's language."""
    for pattern, sentence in _SENTENCES.items():
        if found := re.fullmatch(pattern, message):
            words = {name: _(text) for name, text in found.groupdict().items()}
            if "others" in words:
                words["others"] = listed(words["others"].replace("'", "").split(", "))
            return _(sentence, **words)
    return message
