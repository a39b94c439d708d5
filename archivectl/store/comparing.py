"""What differs between commits that were named one by one, what their files hold, and from where two of them parted."""

import io
from collections.abc import Iterable, Sequence

from archivectl.i18n import N_, Sentence
from archivectl.store.objects import Change, parse_change
from archivectl.store.processes import Processes
from archivectl.store.repository import Repository
from archivectl.store.states import Damaged
from archivectl.store.streams import answers, records


def compared(repository: Repository, pairs: Sequence[tuple[str, str]]) -> list[list[Change]]:
    """What changed from the second commit of each pair (empty: from nothing) to the first, in the order of the pairs."""
    lines = "".join(f"{new} {old}".rstrip() + "\n" for new, old in pairs)
    command = ("diff-tree", "--stdin", "--root", "--always", "-r", "-z", "--raw", "--no-renames")
    found: list[list[Change]] = []
    rows = records(io.BytesIO(_git(repository).run(*command, given=lines.encode())))
    for row in rows:
        if row.startswith(b":"):
            found[-1].append(parse_change(row, next(rows)))
        else:
            found.append([])
    return found


def texts(repository: Repository, ids: Iterable[str]) -> dict[str, bytes]:
    """The bytes of small blobs, read by a process of their own, so that a thread may do it; raises Damaged."""
    names = list(ids)
    told = _git(repository).run("cat-file", "--batch", "--buffer", given="".join(f"{name}\n" for name in names).encode())
    found = {}
    for name, answer in zip(names, answers(io.BytesIO(told)), strict=True):
        if answer is None:
            raise Damaged(reason=Sentence(N_("blob {name} is missing or broken"), name=name))
        found[name] = answer.content
    return found


def bases(repository: Repository, one: str, other: str) -> list[str]:
    """The newest commits that both histories have; none where they have nothing in common."""
    with _git(repository).running("merge-base", "--all", one, other) as process:
        return process.communicate()[0].decode("ascii").split()


def count(repository: Repository, span: str) -> int:
    """How many commits a range has; raises UnknownRevision."""
    with _git(repository).listing(span, "--count", "--end-of-options", span, "--") as lines:
        return int(lines.read() or 0)


def roots(repository: Repository, until: str) -> list[str]:
    """The commits that a history begins with; raises UnknownRevision."""
    with _git(repository).listing(until, "--max-parents=0", "--end-of-options", until, "--") as ids:
        return ids.read().decode("ascii").split()


def _git(repository: Repository) -> Processes:
    return repository._git  # noqa: SLF001 - one door in several modules
