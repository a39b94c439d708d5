"""Destruction: its acts, what the list and the certificate say of it, and its ledger after a restore."""

from archivectl.destruction.acts import (
    NotAllChecked,
    NothingDue,
    NothingToExecute,
    appraise,
    attest,
    execute,
    free_to_go,
    left_out,
    propose,
    put_on_list,
    reapply,
    report,
    supervise,
    verify,
)
from archivectl.destruction.particulars import Certificate, Copy, Item, NotDestroyedYet, certificate, copies, items

__all__ = [
    "Certificate",
    "Copy",
    "Item",
    "NotAllChecked",
    "NotDestroyedYet",
    "NothingDue",
    "NothingToExecute",
    "appraise",
    "attest",
    "certificate",
    "copies",
    "execute",
    "free_to_go",
    "items",
    "left_out",
    "propose",
    "put_on_list",
    "reapply",
    "report",
    "supervise",
    "verify",
]
