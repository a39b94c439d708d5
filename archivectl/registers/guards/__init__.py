"""Guards: named pure functions that give reasons against an act. All of an act's guards run, and all reasons are shown.

Each module holds those of one part of an archivist's work and lists them in its ``GUARDS``.
"""

from collections.abc import Mapping

from archivectl.registers.guards import files, keeping, use
from archivectl.registers.situation import Guard

GUARDS: Mapping[str, Guard] = {name: guard for module in (files, use, keeping) for name, guard in module.GUARDS.items()}
