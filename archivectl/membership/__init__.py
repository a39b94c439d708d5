"""Members: how they are taken on, given more or fewer rights, and leave; and who must sign before that holds."""

from archivectl.membership.altering import Alteration, Altered, known, update
from archivectl.membership.authority import UnknownLevel, UnknownPost
from archivectl.membership.candidacy import Request
from archivectl.membership.enrolling import AlreadyAMember, Candidate, Enrolled, add
from archivectl.membership.leaving import Left, delegations, retire
from archivectl.membership.renewing import Renewed, renew

__all__ = [
    "AlreadyAMember",
    "Alteration",
    "Altered",
    "Candidate",
    "Enrolled",
    "Left",
    "Renewed",
    "Request",
    "UnknownLevel",
    "UnknownPost",
    "add",
    "delegations",
    "known",
    "renew",
    "retire",
    "update",
]
