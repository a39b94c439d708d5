"""Guards: named pure functions that give reasons against an act. All of an act's guards run, and all reasons are shown.

Each module holds those of one part of an archivist's work and lists them in its ``GUARDS``.
"""

from collections.abc import Mapping

from archivectl.registers.guards import (
    altering,
    authority,
    care,
    circulation,
    contents,
    curing,
    files,
    keeping,
    leaving,
    numbering,
    passing_on,
    reading,
    relating,
    routine,
    secrecy,
    sense,
    storing,
    taking_in,
    use,
)
from archivectl.registers.situation import Guard

MODULES = (
    altering,
    authority,
    care,
    circulation,
    contents,
    curing,
    files,
    keeping,
    leaving,
    numbering,
    passing_on,
    reading,
    relating,
    routine,
    secrecy,
    sense,
    storing,
    taking_in,
    use,
)
GUARDS: Mapping[str, Guard] = {name: guard for module in MODULES for name, guard in module.GUARDS.items()}
