"""Guards of ratification: an entry says exactly which commit or which finding it is about."""

import re
from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_
from archivectl.registers.situation import Guard, Situation

_COMMIT = re.compile(r"[0-9a-f]{40}")


def says_what_it_cures(s: Situation) -> Iterator[Reason]:
    """A commit is named by its whole id, a finding by the rule and the file as ``check`` names them, and by nothing besides."""
    commit, rule, path, version = (s.column(name) for name in ("commit", "rule", "path", "version"))
    if s.column("mode") == "commit" and (not _COMMIT.fullmatch(str(commit)) or rule or path):
        hint = N_("archivectl verify tells the ids; the whole one: git rev-parse COMMIT")
        yield s.why("says_what_it_cures", N_("A commit is ratified by its whole id of 40 characters alone."), hint=hint)
    if s.column("mode") == "finding" and (
        commit or re.search(r"[*?]|^/|\.\./", str(path)) or not _COMMIT.fullmatch(str(version))
    ):
        hint = N_("Take the rule, the file and its version from what archivectl check says.")
        message = N_("A false alarm is excused for one version of one file, under one rule alone.")
        yield s.why("says_what_it_cures", message, hint=hint)


GUARDS: Mapping[str, Guard] = {guard.__name__: guard for guard in (says_what_it_cures,)}
