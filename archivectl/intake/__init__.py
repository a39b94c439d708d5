"""Taking customers in and keeping their records right: create, update, classify, add, remove, submit."""

from archivectl.intake.changing import Why, acts, applied, change, classify, fresh, revised, sole, update, values
from archivectl.intake.judging import (
    OWN,
    InClear,
    Needed,
    NotSettable,
    Saved,
    Wrong,
    added,
    advice,
    refuse_unless_allowed,
    refuse_wrong,
    seal_fields,
    stated,
)
from archivectl.intake.opening import Prepared, blank, create, numbers, prepare, sole_kind
from archivectl.intake.raising import MustOpen, Regraded, lifted
from archivectl.intake.restoring import NoVersion, restore
from archivectl.intake.twins import USCC, Known, namesakes, twins

__all__ = [
    "OWN",
    "USCC",
    "InClear",
    "Known",
    "MustOpen",
    "Needed",
    "NoVersion",
    "NotSettable",
    "Prepared",
    "Regraded",
    "Saved",
    "Why",
    "Wrong",
    "acts",
    "added",
    "advice",
    "applied",
    "blank",
    "change",
    "classify",
    "create",
    "fresh",
    "lifted",
    "namesakes",
    "numbers",
    "prepare",
    "refuse_unless_allowed",
    "refuse_wrong",
    "restore",
    "revised",
    "seal_fields",
    "sole",
    "sole_kind",
    "stated",
    "twins",
    "update",
    "values",
]
