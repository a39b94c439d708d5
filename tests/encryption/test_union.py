"""The union of two keyrings: nothing is lost on either side, nothing destroyed comes back, and what is damaged stops nobody."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from archivectl.encryption import age
from archivectl.encryption.envelope import key_id
from archivectl.encryption.keyring import Keyring, KeyringAway
from archivectl.encryption.rows import Row, open_row, wrap_row
from archivectl.encryption.union import Terms, unite
from archivectl.errors import ArchiveError

OLD, NEW = age.generate(), age.generate()
READER = age.generate()
UIDS = [text * 26 for text in "ABCDEFGH"]
LEVEL = "secret"


def opens(row: Row) -> bool:
    """Whether the holder of both generations opens a row."""
    try:
        open_row(row, {1: OLD[0], 2: NEW[0]}[row.generation])
    except (ArchiveError, KeyError):
        return False
    return True


def fits(_level: str, generation: int, owner: tuple[str, str], content: bytes) -> bool | None:
    if owner[0] != "li.na":
        return None
    try:
        secret = age.decrypt(content, [READER[0]]).decode().strip()
    except age.DoesNotOpen:
        return False
    return secret == {1: OLD[0], 2: NEW[0]}[generation]


TERMS = Terms(frozenset(), frozenset(), {LEVEL: 2}, frozenset({"li.na", "wang.wei", "recovery"}), opens, fits)


def row(uid: str, generation: int = 1, secret: str = "") -> Row:
    return wrap_row(secret or age.generate()[0], uid, LEVEL, generation, {1: OLD, 2: NEW}[generation][1])


def made(folder: Path, *rows: Row) -> Keyring:
    keyring = Keyring(folder, shared=True)
    keyring.create()
    keyring.add(rows)
    return keyring


def rows_of(keyring: Keyring) -> set[Row]:
    fresh = Keyring(keyring.folder)
    return {row for uid in fresh.uids() for row in fresh.rows(uid)}


def files(keyring: Keyring) -> dict[Path, bytes]:
    return {path.relative_to(keyring.folder): path.read_bytes() for path in keyring.folder.rglob("*") if path.is_file()}


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Keyring, Keyring]:
    """Two keyrings with one key in common and two of their own each."""
    common = row(UIDS[0])
    return made(tmp_path / "own", common, row(UIDS[1]), row(UIDS[2])), made(
        tmp_path / "other", common, row(UIDS[0]), row(UIDS[3])
    )


def test_rows_go_both_ways_once_and_absence_deletes_nothing(sides: tuple[Keyring, Keyring]) -> None:
    own, other = sides
    everything = rows_of(own) | rows_of(other)
    told = unite(own, other, TERMS)
    assert rows_of(own) == rows_of(other) == everything
    assert (told.taken, told.given, told.damaged) == (2, 2, [])
    before = files(own), files(other)
    told = unite(own, other, TERMS)
    assert (told.taken, told.given, told.shared) == (0, 0, 0)
    assert (files(own), files(other)) == before, "what is united is not written again"


def test_a_file_of_a_remote_is_taken_over_as_it_is(tmp_path: Path) -> None:
    own, other = made(tmp_path / "own"), made(tmp_path / "other", row(UIDS[0]))
    unite(own, other, TERMS)
    assert files(own) == files(other)


def test_two_machines_that_add_keys_at_once_lose_none(tmp_path: Path) -> None:
    remote = made(tmp_path / "remote")
    machines = [made(tmp_path / name) for name in ("one", "two")]
    everything = set[Row]()
    for turn in range(4):
        new = [[row(UIDS[turn + place]) for _ in range(3)] for place in (0, 1)]
        for machine, rows in zip(machines, new, strict=True):
            machine.add(rows)
            everything |= set(rows)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda machine: unite(machine, remote, TERMS), machines))
    for machine in machines:
        unite(machine, remote, TERMS)
    unite(machines[0], remote, TERMS)
    assert rows_of(machines[0]) == rows_of(machines[1]) == rows_of(remote) == everything


@pytest.mark.parametrize("side", [0, 1], ids=["own", "other"])
def test_keys_of_what_was_destroyed_are_not_taken_over_and_go_wherever_they_are_met(
    sides: tuple[Keyring, Keyring], side: int
) -> None:
    gone = row(UIDS[4])
    sides[side].add([gone, row(UIDS[5])])
    told = unite(*sides, replace(TERMS, gone=frozenset({UIDS[4]})))
    for keyring in sides:
        assert gone not in rows_of(keyring)
        assert not any(UIDS[4].encode() in content for content in files(keyring).values())
    assert told.destroyed == 1


def test_a_key_that_both_still_hold_goes_from_both(sides: tuple[Keyring, Keyring]) -> None:
    own, other = sides
    unite(own, other, TERMS)
    unite(own, other, replace(TERMS, gone=frozenset({UIDS[0]})))
    assert not any(UIDS[0].encode() in content for keyring in sides for content in files(keyring).values())
    assert {found.uid for found in rows_of(own)} == {UIDS[1], UIDS[2], UIDS[3]}


def test_the_key_of_one_forgotten_contact_goes_and_the_others_of_the_file_stay(tmp_path: Path) -> None:
    gone, kept = row(UIDS[0]), row(UIDS[0])
    own, other = made(tmp_path / "own", kept), made(tmp_path / "other", gone, kept)
    unite(own, other, replace(TERMS, forgotten=frozenset({gone.recipient})))
    assert rows_of(own) == rows_of(other) == {kept}


@pytest.mark.parametrize("side", [0, 1], ids=["own", "other"])
def test_a_wrap_for_an_older_generation_goes_once_the_newer_one_was_opened(tmp_path: Path, side: int) -> None:
    secret = age.generate()[0]
    old, new = row(UIDS[0], 1, secret), row(UIDS[0], 2, secret)
    keyrings = [made(tmp_path / "own", old), made(tmp_path / "other", old)]
    keyrings[side].add([new])
    told = unite(keyrings[0], keyrings[1], TERMS)
    assert rows_of(keyrings[0]) == rows_of(keyrings[1]) == {new}
    assert told.superseded == 2


def test_a_newer_wrap_that_does_not_open_drives_nothing_out(tmp_path: Path) -> None:
    good = row(UIDS[0])
    forged = replace(good, generation=2, wrapped=row(UIDS[0], 2).wrapped)
    own, other = made(tmp_path / "own", good), made(tmp_path / "other", forged)
    unite(own, other, TERMS)
    assert good in rows_of(own)
    assert good in rows_of(other)


def test_who_cannot_open_the_newer_wrap_keeps_both(tmp_path: Path) -> None:
    secret = age.generate()[0]
    old, new = row(UIDS[0], 1, secret), row(UIDS[0], 2, secret)
    own, other = made(tmp_path / "own", old), made(tmp_path / "other", new)
    unite(own, other, replace(TERMS, opens=lambda _row: False))
    assert rows_of(own) == rows_of(other) == {old, new}


def test_what_is_wrapped_for_a_generation_that_the_archive_does_not_name_waits(tmp_path: Path) -> None:
    early = row(UIDS[0], 2)
    own, other = made(tmp_path / "own"), made(tmp_path / "other", early)
    other.store_level(LEVEL, 2, "li.na", READER[1], NEW[0])
    unite(own, other, replace(TERMS, generations={LEVEL: 1}))
    assert rows_of(own) == set()
    assert own.level_keys() == []
    unite(own, other, TERMS)
    assert rows_of(own) == {early}
    assert own.level_keys() == [(LEVEL, 2)]


def test_level_keys_go_both_ways_for_known_readers_alone(tmp_path: Path) -> None:
    own, other = made(tmp_path / "own"), made(tmp_path / "other")
    own.store_level(LEVEL, 1, "li.na", READER[1], OLD[0])
    other.store_level(LEVEL, 1, "wang.wei", age.generate()[1], OLD[0])
    other.store_level(LEVEL, 1, "stranger", age.generate()[1], OLD[0])
    (other.folder / "levels" / f"{LEVEL}.1" / f"recovery.{'A' * 12}.age").write_bytes(b"cut")
    unite(own, other, TERMS)
    assert own.level_readers(LEVEL, 1) == ["li.na", "wang.wei"]
    assert "li.na" in other.level_readers(LEVEL, 1)


@pytest.mark.parametrize("side", [0, 1], ids=["own", "other"])
def test_of_two_wraps_for_the_actor_the_one_that_is_the_archive_s_stays(tmp_path: Path, side: int) -> None:
    keyrings = [made(tmp_path / "own"), made(tmp_path / "other")]
    for place, keyring in enumerate(keyrings):
        keyring.store_level(LEVEL, 1, "li.na", READER[1], OLD[0] if place != side else age.generate()[0])
    unite(keyrings[0], keyrings[1], TERMS)
    for keyring in keyrings:
        assert Keyring(keyring.folder).level_secret(LEVEL, 1, "li.na", [READER[0]], OLD[1]) == OLD[0]


def test_a_wrap_that_is_not_the_archive_s_fills_no_gap_and_is_told(tmp_path: Path) -> None:
    own, other = made(tmp_path / "own"), made(tmp_path / "other")
    other.store_level(LEVEL, 1, "li.na", READER[1], age.generate()[0])
    told = unite(own, other, TERMS)
    assert (own.level_readers(LEVEL, 1), told.shared) == ([], 0)
    assert [each.values["handle"] for each in told.damaged] == ["li.na"]
    own.store_level(LEVEL, 1, "li.na", READER[1], age.generate()[0])
    before = files(own), files(other)
    assert len(unite(own, other, TERMS).damaged) == 2
    assert (files(own), files(other)) == before, "of two that are none, neither replaces the other"


@pytest.mark.parametrize("side", [0, 1], ids=["own", "other"])
def test_a_damaged_wrap_of_somebody_else_gives_way_to_a_whole_one(tmp_path: Path, side: int) -> None:
    public = age.generate()[1]
    keyrings = [made(tmp_path / "own"), made(tmp_path / "other")]
    keyrings[1 - side].store_level(LEVEL, 1, "wang.wei", public, OLD[0])
    name = f"wang.wei.{key_id(public)}.age"
    whole = (keyrings[1 - side].folder / "levels" / f"{LEVEL}.1" / name).read_bytes()
    keyrings[side].put("levels", f"{LEVEL}.1", name, whole[:-1])
    formed = replace(TERMS, fits=lambda _level, _generation, _owner, content: None if content == whole else False)
    assert unite(keyrings[0], keyrings[1], formed).damaged == []
    assert {(each.folder / "levels" / f"{LEVEL}.1" / name).read_bytes() for each in keyrings} == {whole}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def swapped(path: Path) -> None:
    path.write_bytes(b"{}\n")


def linked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize("harm", [cut, swapped, linked])
@pytest.mark.parametrize("side", [0, 1], ids=["own", "other"])
def test_a_damaged_segment_is_told_and_stops_nothing(
    sides: tuple[Keyring, Keyring], side: int, harm: Callable[[Path], None]
) -> None:
    unite(*sides, TERMS)
    everything = rows_of(sides[0])
    damaged = next((sides[side].folder / "records").rglob("*.jsonl"))
    hurt = rows_of_file(damaged)
    harm(damaged)
    sides[1 - side].add([row(UIDS[6])])
    told = unite(*sides, TERMS)
    assert len(told.damaged) == (1 if harm is not linked else len(told.damaged))
    assert told.damaged
    damaged.unlink(missing_ok=True)
    unite(*sides, TERMS)
    assert everything | hurt <= rows_of(sides[side])


def rows_of_file(path: Path) -> set[Row]:
    from archivectl.encryption.rows import parsed  # noqa: PLC0415 - only here

    return set(parsed(path))


def test_a_segment_truncated_at_any_byte_is_made_whole_from_the_other_side(tmp_path: Path) -> None:
    own = made(tmp_path / "own", replace(row(UIDS[0]), wrapped="QQ=="))
    other = made(tmp_path / "other")
    unite(own, other, TERMS)
    path = next((other.folder / "records").rglob("*.jsonl"))
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        unite(own, other, TERMS)
        assert path.read_bytes() == whole, size


def test_a_remote_that_is_not_mounted_is_no_empty_keyring(tmp_path: Path) -> None:
    own = made(tmp_path / "own", row(UIDS[0]))
    with pytest.raises(KeyringAway):
        unite(own, Keyring(tmp_path / "nas" / "keyring", shared=True), TERMS)
    assert not (tmp_path / "nas").exists()


@pytest.mark.parametrize("steps", range(1, 12, 2))
def test_a_remote_that_goes_away_in_the_middle_loses_nothing_and_is_not_made_anew(tmp_path: Path, steps: int) -> None:
    """The folder is moved away after so many shards; the rest of the union fails, and a second one completes it."""
    own = made(tmp_path / "own", *(row(uid) for uid in UIDS))
    other = made(tmp_path / "nas" / "keyring", *(row(uid) for uid in UIDS))
    everything, away = rows_of(own) | rows_of(other), tmp_path / "away"

    def progress(done: int, _all: int) -> None:
        if done == min(steps, len(UIDS) - 1):
            shutil.move(other.folder, away)

    with pytest.raises((OSError, KeyringAway)):
        unite(own, other, TERMS, progress)
    assert not other.folder.exists()
    shutil.move(away, other.folder)
    unite(own, other, TERMS)
    assert rows_of(own) == rows_of(other) == everything


def test_what_is_made_in_a_remote_is_for_whom_the_remote_is_for(tmp_path: Path) -> None:
    own, other = made(tmp_path / "own", row(UIDS[0])), made(tmp_path / "other")
    other.folder.chmod(0o770)
    unite(own, other, TERMS)
    for path in other.folder.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o770 if path.is_dir() else 0o660), path


def test_the_names_in_both_sides_are_what_the_format_says(sides: tuple[Keyring, Keyring]) -> None:
    sides[0].store_level(LEVEL, 1, "li.na", READER[1], OLD[0])
    unite(*sides, TERMS)
    names = {path.as_posix() for path in files(sides[1])}
    assert f"levels/{LEVEL}.1/li.na.{key_id(READER[1])}.age" in names
    shards = {sha256(uid.encode()).hexdigest()[:2] for uid in UIDS[:4]}
    assert {name.split("/")[1] for name in names if name.startswith("records/")} == shards
