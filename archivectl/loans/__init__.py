"""The use of files: lending, reserving, copying, providing, renewing, taking back; who has what, and until when."""

from archivectl.loans.finding import Loan, NotALoan, NotOnLoan, SeveralOut, late, lent_to, of
from archivectl.loans.lending import Desk, EndsBeforeItBegins, hand_out, lend, provide, renew, reserve, term, withdraw
from archivectl.loans.returning import Look, ReturnedAlready, give_back

__all__ = [
    "Desk",
    "EndsBeforeItBegins",
    "Loan",
    "Look",
    "NotALoan",
    "NotOnLoan",
    "ReturnedAlready",
    "SeveralOut",
    "give_back",
    "hand_out",
    "late",
    "lend",
    "lent_to",
    "of",
    "provide",
    "renew",
    "reserve",
    "term",
    "withdraw",
]
