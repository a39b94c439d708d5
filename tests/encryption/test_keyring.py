"""The keyring: nothing added is lost, nothing removed stays, and damage is named."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from archivectl.encryption import age
from archivectl.encryption.envelope import key_id
from archivectl.encryption.keyring import (
    Keyring,
    KeyringAway,
    LevelKeyNotShared,
    LevelKeyShut,
)
from archivectl.encryption.rows import KeyringDamaged, KeyringRowWrong, Row, open_row, wrap_row

LEVEL_SECRET, LEVEL_RECIPIENT = age.generate()


def uid(number: int) -> str:
    return base64.b32encode(sha256(str(number).encode()).digest())[:26].decode()


def uids_of_one_shard(count: int) -> list[str]:
    """Different uids that lie in the same folder of the keyring."""
    found = [text for text in map(uid, range(256 * count * 4)) if sha256(text.encode()).hexdigest().startswith("5a")]
    assert len(found) >= count
    return found[:count]


def row(owner: str, level: str = "confidential") -> Row:
    return wrap_row(age.generate()[0], owner, level, 1, LEVEL_RECIPIENT)


def files(keyring: Keyring) -> list[Path]:
    return [path for path in keyring.folder.rglob("*") if path.is_file()]


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    made = Keyring(tmp_path / "keyrings" / uid(0))
    made.create()
    return made


@pytest.fixture
def segment(keyring: Keyring) -> tuple[Path, list[Row]]:
    """One segment with three rows of one shard, short ones that are never opened."""
    rows = [replace(row(text), wrapped="QQ==") for text in uids_of_one_shard(3)]
    keyring.add(rows)
    return files(keyring)[0], rows


def test_a_row_holds_the_secret_it_was_made_of() -> None:
    secret, recipient = age.generate()
    made = wrap_row(secret, uid(1), "secret", 2, LEVEL_RECIPIENT)
    assert (made.recipient, made.uid, made.level, made.generation) == (recipient, uid(1), "secret", 2)
    assert open_row(made, LEVEL_SECRET) == secret


def test_added_rows_are_found_by_uid_also_by_another_process(keyring: Keyring) -> None:
    rows = [row(uid(number), level) for number in range(40) for level in ("confidential", "secret")]
    keyring.add(rows)
    for other in (keyring, Keyring(keyring.folder)):
        assert sorted(found for number in range(40) for found in other.rows(uid(number))) == sorted(rows)
        assert sorted(other.uids()) == sorted({made.uid for made in rows})
    assert keyring.rows(uid(41)) == []


def test_rows_added_after_reading_are_found(keyring: Keyring) -> None:
    first, second = row(uid(1)), row(uid(1))
    keyring.add([first])
    assert keyring.rows(uid(1)) == [first]
    Keyring(keyring.folder).add([second, first])
    assert keyring.rows(uid(1)) == sorted([first, second])


def test_rows_removed_by_another_process_after_reading_are_gone(keyring: Keyring, segment: tuple[Path, list[Row]]) -> None:
    _, (gone, kept, _) = segment
    assert keyring.rows(gone.uid) == [gone]
    Keyring(keyring.folder).remove([gone.uid])
    assert keyring.rows(gone.uid) == []
    assert keyring.rows(kept.uid) == [kept]


def test_files_are_as_the_format_says(keyring: Keyring) -> None:
    made = row(uid(1))
    keyring.add([made])
    secret, recipient = age.generate()
    keyring.store_level("confidential", 1, "li.na", recipient, secret)
    shard = sha256(uid(1).encode()).hexdigest()[:2]
    (records,) = (keyring.folder / "records" / shard).iterdir()
    assert records.suffix == ".jsonl"
    assert records.read_text() == (
        f'{{"generation":1,"level":"confidential","recipient":"{made.recipient}","uid":"{made.uid}","wrapped":"{made.wrapped}"}}\n'
    )
    wrap = keyring.folder / "levels" / "confidential.1" / f"li.na.{key_id(recipient)}.age"
    assert age.decrypt(wrap.read_bytes(), [secret]) == f"{secret}\n".encode()
    assert sorted(files(keyring)) == sorted([records, wrap])


def test_only_the_owner_may_look_in(keyring: Keyring) -> None:
    keyring.add([row(uid(1))])
    keyring.store_level("secret", 1, "li.na", LEVEL_RECIPIENT, LEVEL_SECRET)
    for path in [keyring.folder, *keyring.folder.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")
def test_stock_age_opens_a_row_and_a_level_wrap(keyring: Keyring, tmp_path: Path) -> None:
    mine, recipient = age.generate()
    keyring.store_level("confidential", 1, "li.na", recipient, LEVEL_SECRET)
    (tmp_path / "mine").write_text(mine)
    (wrap,) = files(keyring)
    level = subprocess.run(["age", "-d", "-i", tmp_path / "mine", wrap], capture_output=True, check=True).stdout
    (tmp_path / "level").write_bytes(level)
    secret, _ = age.generate()
    wrapped = base64.b64decode(wrap_row(secret, uid(1), "confidential", 1, LEVEL_RECIPIENT).wrapped)
    opened = subprocess.run(["age", "-d", "-i", tmp_path / "level"], input=wrapped, capture_output=True, check=True).stdout
    assert opened.decode() == secret


def test_what_a_crash_left_under_a_temporary_name_counts_for_nothing(keyring: Keyring, segment: tuple[Path, list[Row]]) -> None:
    path, rows = segment
    for number, content in enumerate([b"", path.read_bytes()[:100], path.read_bytes()]):
        (path.parent / f"{number}.tmp").write_bytes(content)
    path.unlink()
    assert keyring.rows(rows[0].uid) == []
    assert list(keyring.uids()) == []


def test_a_segment_cut_anywhere_is_an_error_unless_whole_rows_are_left(keyring: Keyring, segment: tuple[Path, list[Row]]) -> None:
    path, rows = segment
    whole = path.read_bytes()
    ends = {at + 1 for at, byte in enumerate(whole) if byte == 10}
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        cut = Keyring(keyring.folder)
        if size in ends:
            assert [found for made in rows for found in cut.rows(made.uid)] == rows[: whole[:size].count(b"\n")]
        else:
            with pytest.raises(KeyringDamaged) as refusal:
                cut.rows(rows[0].uid)
            assert refusal.value.values == {"file": path, "line": whole[:size].count(b"\n") + 1}


def test_a_link_in_the_place_of_a_segment_is_no_segment(keyring: Keyring, segment: tuple[Path, list[Row]]) -> None:
    path, rows = segment
    path.rename(keyring.folder / "elsewhere")
    path.symlink_to(keyring.folder / "elsewhere")
    with pytest.raises(KeyringDamaged):
        keyring.rows(rows[0].uid)


SPOILT: dict[str, Callable[[dict[str, object]], object]] = {
    "no mapping": lambda _: [],
    "a field less": lambda fields: {name: fields[name] for name in fields if name != "wrapped"},
    "a field more": lambda fields: fields | {"more": 1},
    "generation nought": lambda fields: fields | {"generation": 0},
    "generation true": lambda fields: fields | {"generation": True},
    "generation as text": lambda fields: fields | {"generation": "1"},
    "a level in clear": lambda fields: fields | {"level": "internal"},
    "a level that is none": lambda fields: fields | {"level": ["secret"]},
    "uid as number": lambda fields: fields | {"uid": 1},
    "uid of another folder": lambda fields: fields | {"uid": uid(0)},
    "uid with a path": lambda fields: fields | {"uid": "../../x"},
    "wrapped null": lambda fields: fields | {"wrapped": None},
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_damaged_row_is_named_by_file_and_line(
    keyring: Keyring, segment: tuple[Path, list[Row]], spoil: Callable[[dict[str, object]], object]
) -> None:
    path, rows = segment
    lines = path.read_text().splitlines()
    lines[1] = json.dumps(spoil(json.loads(lines[1])))
    path.write_text("\n".join(lines) + "\n")
    for read in (lambda: keyring.rows(rows[0].uid), lambda: list(keyring.uids()), lambda: keyring.remove([rows[0].uid])):
        with pytest.raises(KeyringDamaged) as refusal:
            read()
        assert str(path) in str(refusal.value)
        assert "line 2" in str(refusal.value)
        assert refusal.value.status == 4
    assert path.read_text() == "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "line", [b"\xff", b"\x00" * 300, b"[" * 100_000, b"", b"NaN"], ids=["latin", "nul", "nesting", "empty", "nan"]
)
def test_a_line_that_is_no_json_is_named(keyring: Keyring, segment: tuple[Path, list[Row]], line: bytes) -> None:
    path, rows = segment
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(KeyringDamaged) as refusal:
        keyring.rows(rows[0].uid)
    assert refusal.value.values["line"] == 4


def test_removing_leaves_nothing_of_a_uid_in_any_file_and_everything_of_the_others(keyring: Keyring) -> None:
    gone, kept, *_ = uids_of_one_shard(3)
    alone = uid(1)
    keyring.add([row(gone), row(kept), row(gone, "secret"), row(alone)])
    keyring.add([row(gone)])
    keyring.add([row(kept)])
    before = keyring.rows(kept)
    folder = files(keyring)[0].parent.parent / sha256(gone.encode()).hexdigest()[:2]
    whole = next(path.read_bytes() for path in folder.iterdir() if gone.encode() in path.read_bytes())
    (folder / "left.tmp").write_bytes(whole)
    (folder / "cut.tmp").write_bytes(whole[:-20])
    (folder / "editor.jsonl~").write_bytes(whole)
    assert keyring.remove([gone, alone]) == 4
    for path in files(keyring):
        content = path.read_bytes()
        assert content
        assert gone.encode() not in content, path
        assert alone.encode() not in content, path
        assert path.suffix == ".jsonl"
    assert keyring.rows(gone) == keyring.rows(alone) == []
    assert keyring.rows(kept) == before == Keyring(keyring.folder).rows(kept)
    assert list(keyring.uids()) == [kept]
    assert keyring.remove([gone, alone]) == 0


def test_removing_leaves_untouched_what_others_are_writing(keyring: Keyring) -> None:
    gone, kept, *_ = uids_of_one_shard(2)
    keyring.add([row(gone)])
    (path,) = files(keyring)
    keyring.add([row(kept)])
    other = next(found for found in files(keyring) if found != path)
    unfinished = other.rename(other.with_suffix(".tmp"))
    assert keyring.remove([gone]) == 1
    assert files(keyring) == [unfinished]


def test_concurrent_adding_loses_nothing(keyring: Keyring) -> None:
    one_shard = uids_of_one_shard(40)
    batches = [[row(text)] for text in one_shard]
    two = [Keyring(keyring.folder), Keyring(keyring.folder)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda pair: two[pair[0] % 2].add(pair[1]), enumerate(batches)))
    assert sorted(keyring.uids()) == sorted(one_shard)
    assert [found for text in one_shard for found in keyring.rows(text)] == [made for batch in batches for made in batch]


def test_adding_during_removals_loses_nothing(keyring: Keyring) -> None:
    gone, *others = uids_of_one_shard(30)
    with ThreadPoolExecutor(4) as pool:
        removals = [pool.submit(Keyring(keyring.folder).remove, [gone]) for _ in range(60)]
        list(pool.map(lambda text: Keyring(keyring.folder).add([row(text)]), others))
        for removal in removals:
            removal.result()
    assert sorted(keyring.uids()) == sorted(others)


def test_a_folder_that_is_not_mounted_is_no_empty_keyring(tmp_path: Path) -> None:
    away = Keyring(tmp_path / "nas" / "keyring")
    for write in (
        lambda: away.add([row(uid(1))]),
        lambda: away.remove([uid(1)]),
        lambda: away.store_level("secret", 1, "li.na", LEVEL_RECIPIENT, LEVEL_SECRET),
    ):
        with pytest.raises(KeyringAway):
            write()
    assert away.rows(uid(1)) == []
    assert list(away.uids()) == []
    assert away.level_readers("secret", 1) == []
    assert not away.folder.parent.exists()


def test_a_row_that_holds_another_key_is_refused() -> None:
    honest = row(uid(1))
    rest = "A" * 40
    cases = {
        "another recipient": replace(honest, recipient=age.generate()[1]),
        "no base64": replace(honest, wrapped="*"),
        "no key": replace(honest, wrapped=base64.b64encode(age.encrypt(rest.encode(), [LEVEL_RECIPIENT])).decode()),
        "no text": replace(honest, wrapped=base64.b64encode(age.encrypt(b"\xff", [LEVEL_RECIPIENT])).decode()),
    }
    for name, made in cases.items():
        with pytest.raises(KeyringRowWrong) as refusal:
            open_row(made, LEVEL_SECRET)
        assert rest not in str(refusal.value), name


def test_a_row_for_another_level_key_does_not_open() -> None:
    with pytest.raises(age.DoesNotOpen):
        open_row(row(uid(1)), age.generate()[0])


@pytest.mark.parametrize("level", ["internal", "", "secret/../x"])
def test_a_row_of_a_level_without_keys_cannot_be_made(level: str) -> None:
    with pytest.raises(ValueError, match="level"):
        row(uid(1), level)


def test_the_key_of_a_level_opens_for_its_readers_alone(keyring: Keyring) -> None:
    mine, theirs = age.generate(), age.generate()
    keyring.store_level("secret", 2, "li.na", mine[1], LEVEL_SECRET)
    keyring.store_level("secret", 2, "recovery", theirs[1], LEVEL_SECRET)
    assert keyring.level_readers("secret", 2) == ["li.na", "recovery"]
    assert keyring.level_secret("secret", 2, "li.na", [mine[0]]) == LEVEL_SECRET
    assert keyring.level_secret("secret", 2, "recovery", [theirs[0]]) == LEVEL_SECRET
    with pytest.raises(LevelKeyShut) as refusal:
        keyring.level_secret("secret", 2, "li.na", [theirs[0]])
    assert refusal.value.status == 5
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("level", "generation", "handle"), [("secret", 1, "li"), ("secret", 1, "li.na.ming"), ("secret", 2, "li.na")]
)
def test_a_level_key_that_was_not_shared_is_said_so(keyring: Keyring, level: str, generation: int, handle: str) -> None:
    mine = age.generate()
    keyring.store_level("secret", 1, "li.na", mine[1], LEVEL_SECRET)
    with pytest.raises(LevelKeyNotShared) as refusal:
        keyring.level_secret(level, generation, handle, [mine[0]])
    assert "key share" in refusal.value.hint


def test_a_reader_with_an_old_and_a_new_key_opens_with_either(keyring: Keyring) -> None:
    old, new = age.generate(), age.generate()
    keyring.store_level("secret", 1, "li.na", old[1], LEVEL_SECRET)
    keyring.store_level("secret", 1, "li.na", new[1], LEVEL_SECRET)
    assert keyring.level_readers("secret", 1) == ["li.na"]
    for secret, _ in (old, new):
        assert keyring.level_secret("secret", 1, "li.na", [secret]) == LEVEL_SECRET


def test_a_level_wrap_that_holds_no_key_is_none(keyring: Keyring) -> None:
    mine = age.generate()
    keyring.store_level("secret", 1, "li.na", mine[1], "no key")
    with pytest.raises(LevelKeyShut):
        keyring.level_secret("secret", 1, "li.na", [mine[0]])


@pytest.mark.parametrize(
    ("level", "generation", "handle"),
    [("internal", 1, "li.na"), ("../secret", 1, "li.na"), ("secret", 0, "li.na"), ("secret", 1, "../li.na"), ("secret", 1, "")],
)
def test_a_level_wrap_never_leaves_its_folder(keyring: Keyring, level: str, generation: int, handle: str) -> None:
    with pytest.raises(ValueError, match=r"no level key|no handle"):
        keyring.store_level(level, generation, handle, LEVEL_RECIPIENT, LEVEL_SECRET)
    assert files(keyring) == []


def test_one_key_of_a_uid_goes_and_the_others_stay(keyring: Keyring) -> None:
    owner, other = uids_of_one_shard(2)
    rows = [row(owner), row(owner), row(other)]
    for some in (rows, rows[:1]):  # one row in a segment of its own too
        keyring.add(some)
    assert keyring.remove([owner], [rows[0].recipient]) == 2
    assert (keyring.rows(owner), keyring.rows(other)) == ([rows[1]], [rows[2]])
    assert keyring.remove([owner], []) == 0
    assert keyring.rows(owner) == [rows[1]]
    assert rows[0].recipient.encode() not in b"".join(path.read_bytes() for path in files(keyring))
