"""Taking customers in and keeping their records right: create, update, classify, add, remove, submit."""

from archivectl.intake.changing import NoReason, Why, acts, applied, change, classify, fresh, revised, sole, update
from archivectl.intake.judging import (
    OWN,
    InClear,
    Needed,
    NotSettable,
    Saved,
    Wrong,
    added,
    refuse_unless_allowed,
    refuse_wrong,
    seal_fields,
)
from archivectl.intake.opening import Prepared, UnknownOffice, blank, create, next_number, prepare, twins

__all__ = [
    "OWN",
    "InClear",
    "Needed",
    "NoReason",
    "NotSettable",
    "Prepared",
    "Saved",
    "UnknownOffice",
    "Why",
    "Wrong",
    "acts",
    "added",
    "applied",
    "blank",
    "change",
    "classify",
    "create",
    "fresh",
    "next_number",
    "prepare",
    "refuse_unless_allowed",
    "refuse_wrong",
    "revised",
    "seal_fields",
    "sole",
    "twins",
    "update",
]
