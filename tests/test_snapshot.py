"""An archive at a commit: what it says is that commit's, also after a commit was made, or another is looked at."""

from pathlib import Path

from archivectl.archive import Archive, Change
from archivectl.records import settings
from office import Office


def ask_for(archive: Archive, count: int) -> None:
    text = settings.text({**archive.config, "countersign": count})
    archive.commit(Change(("archive.countersign",), f"archive.countersign: {count}", {settings.NAME: text}))


def test_its_settings_follow_what_was_committed(office: Office) -> None:
    with office.acting() as archive:
        ask_for(archive, 1)
        assert archive.config["countersign"] == 1


def test_its_settings_are_those_of_the_commit_that_is_looked_at(office: Office, tmp_path: Path) -> None:
    with office.acting() as archive:
        before = archive.tip
        ask_for(archive, 2)
        after = archive.tip
        archive.stand_at(before, tmp_path)
        assert archive.config["countersign"] == 0
        archive.stand_at(after)
        assert archive.config["countersign"] == 2
