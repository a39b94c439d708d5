"""An archive as it stood: the same reports, of the files, registers and rules of an earlier commit."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from archivectl.archive import Archive
from archivectl.errors import WrongUsage
from archivectl.regime import spans

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NotYetFounded(WrongUsage):
    """A day before the first commit."""

    message = "On {day} there was no archive yet."
    hint = "Name a later day."


@contextmanager
def as_of(archive: Archive, moment: str) -> Iterator[None]:
    """Have the archive stand at the last commit of a day, or at a commit, as long as this lasts; empty leaves it as it is.

    Raises:
        NotYetFounded, NoDate, or what a revision that there is not raises.
    """
    if not moment:
        yield
        return
    now, tip = archive.now, archive.tip
    commit = _last_of(archive, moment) if _DAY.fullmatch(moment) else archive.repository.resolve(moment)
    with tempfile.TemporaryDirectory(prefix="archivectl-") as folder:
        archive.stand_at(commit, Path(folder))
        if _DAY.fullmatch(moment):
            archive.now = moment
        try:
            yield
        finally:
            archive.now = now
            archive.stand_at(tip)


def _last_of(archive: Archive, day: str) -> str:
    """The newest commit that is not of a later day, by the clocks of those who made them."""
    after = (spans.moment(day) + timedelta(days=1)).date().isoformat()
    for commit in archive.repository.commits(archive.tip):
        if archive.civil(commit.when)[:10] < after:
            return commit.id
    raise NotYetFounded(day=day)
