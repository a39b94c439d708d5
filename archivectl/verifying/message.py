"""What a commit says of itself: the acts that it shows, why records were changed, and nothing that identifies anyone."""

import re
from collections.abc import Iterator

from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records import leaks
from archivectl.verifying.deed import Deed

# What is new needs no reason, and what is filed has its entry.
_UNREASONED = frozenset({"record.create", "record.add", "record.file"})
_SUBJECT = re.compile(r"([a-z][a-z0-9._-]*): \S.*")
_FORM = N_("Commit {commit} by {member} does not begin with its act and what it is about, such as “update: SH-000212”.")
_LEAK = N_("Commit {commit} by {member} keeps something in clear in its message: {what}.")
NAMES = N_("Commit {commit} by {member} calls itself {named}, but does {shown}.")
_REASON = N_("Commit {commit}: {member} changed a file without giving a reason (Archive-Reason).")


def written(deed: Deed) -> Iterator[Finding]:
    """The form of a message, which a merge need not have, and what must not stand in any."""
    commit = deed.commit
    begins = _SUBJECT.fullmatch(commit.subject)
    verbs = {name for act in deed.names for name in (act, act.rpartition(".")[2])}
    if (begins is None and len(commit.parents) < 2) or (begins and verbs and begins[1] not in verbs):  # noqa: PLR2004 - a merge
        yield deed.finding("verify/act", _FORM)
    for text in (commit.subject, commit.body, *(value for _key, value in commit.trailers)):
        for what in leaks.found(text):
            yield deed.finding("verify/act", _LEAK, what=what)


def judge(deed: Deed) -> Iterator[Finding]:
    """The acts that a commit of content names are those it shows; in an import, the entry stands for the records' acts."""
    shown, acts = deed.shows, deed.shows | deed.record_acts
    batch = any(code.startswith("import.") for code in shown)
    if not (shown if batch else acts) <= deed.names <= acts:
        listed = [", ".join(sorted(codes)) or Sentence(N_("nothing")) for codes in (deed.names, acts)]
        yield deed.finding("verify/act", NAMES, named=listed[0], shown=listed[1])
    reasons = (value for key, value in deed.commit.trailers if key == "Archive-Reason")
    if not batch and deed.record_acts - _UNREASONED and not any(reason.strip() for reason in reasons):
        yield deed.finding("verify/act", _REASON)
