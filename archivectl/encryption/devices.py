"""Keys in devices, which age reaches through programs named ``age-plugin-<name>``: which of them are started, and who is asked.

A key names its plugin, and anybody can write a key: only plugins of this list are started, and only where the system keeps them.
"""

import shutil
from pathlib import Path

from archivectl.encryption import asking
from archivectl.errors import KeyMissing

PLUGINS = ("fido2-hmac", "se", "tpm", "yubikey")


class PluginNotAllowed(KeyMissing):
    """A key that names a program which is none that is started for keys."""

    message = "{plugin} is none of the plugins for keys in devices that archivectl starts."
    hint = "Those are: {known}. Use a key of one of them, or an ordinary one: archivectl member update HANDLE --add-key KEY"


class PluginMissing(KeyMissing):
    """A plugin that is not installed."""

    message = "The program age-plugin-{plugin}, which reaches the device that holds the key, is not installed."
    hint = "Install it, and see that it is on the PATH: age-plugin-{plugin} --version"


class PluginUnsafe(KeyMissing):
    """A plugin in a place where anybody could have put it."""

    message = "{program} is not started: it lies in a relative folder of the PATH, or everybody may write to it."
    hint = "Take relative folders off the PATH, and put the program where only the system writes: chmod o-w {program}"


class PluginFailed(KeyMissing):
    """A plugin that did not do what was asked of it."""

    message = "The program that reaches the device said: {problem}"
    hint = "Plug the device in and repeat the command; see that the plugin itself works: age -d -i IDENTITY FILE"


def allowed(name: str) -> str:
    """The name of a plugin that may be started; raises PluginNotAllowed, PluginMissing, PluginUnsafe."""
    if name not in PLUGINS:
        raise PluginNotAllowed(plugin=ascii(name), known=", ".join(PLUGINS))
    program = shutil.which(f"age-plugin-{name}")
    if program is None:
        raise PluginMissing(plugin=name)
    # One beside the archive, or that anybody could replace, is no program of the system's.
    if not Path(program).is_absolute() or Path(program).stat().st_mode & 0o002:
        raise PluginUnsafe(plugin=name, program=program)
    return name


class Callbacks:
    """What a plugin wants of the person."""

    def display_message(self, message: str) -> None:
        """The device waits, for a touch perhaps."""
        asking.asker().say(message)

    def confirm(self, message: str, yes_string: str, no_string: str | None) -> bool | None:
        """A question with two answers, which is left to the device."""
        asking.asker().say(f"{message} ({yes_string}/{no_string or ''})")
        return None

    def request_public_string(self, description: str) -> str | None:
        """Something to type."""
        return asking.asker().secret(asking.PIN, what=description)

    def request_passphrase(self, description: str) -> str | None:
        """A PIN."""
        return asking.asker().secret(asking.PIN, what=description)
