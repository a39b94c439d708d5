"""Taking an inventory: batches that may be interrupted, three signatures, and findings that are opened once."""

from collections.abc import Iterator

import pytest

from archivectl import inventory, yaml_text
from archivectl.archive import Change
from archivectl.cli.inventory import _batches
from archivectl.registers import counting
from office import Office

SIGNED = {"inventory": {"approve": ["supervisor", "manager", "archivist"]}}


@pytest.fixture
def shelf(office: Office) -> Office:
    """The office with three files on a shelf."""
    for name in ("甲", "乙", "丙"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}", "--set", "filing.place=3柜")
    return office


def test_a_result_takes_three_signatures_and_a_refusal_counts_on(office: Office) -> None:
    run = office.run
    with office.acting() as archive:
        text = yaml_text.dump(SIGNED).encode()
        archive.commit(Change(("regime.house",), "regime.house: inventory", {"regime/house.yaml": text}))
    for name in ("甲", "乙", "丙"):
        run("create", "--subject", "organisation", "--set", f"name={name}")
    run("inventory", "start")
    run("inventory", "count", "PD-1", "1")
    closed = run("inventory", "close", "PD-1", "--json").json
    assert (closed["state"], closed["missing"]) == ("counted", ["SH-000002", "SH-000003"])
    assert closed["findings"] == {"missing": "FH-2026-0001"}
    assert run("approve", "PD-1", member="chen.jing").status == 3
    assert run("reject", "PD-1", "--reason", "3柜未点全", "--json", member="zhao.lei").json["state"] == "counting"
    run("inventory", "count", "PD-1", "2")
    again = run("inventory", "close", "PD-1", "--json").json
    assert (again["missing"], again["findings"]) == (["SH-000003"], {})
    for who, state in (("zhao.lei", "counted"), ("chen.jing", "counted"), ("li.na", "closed")):
        assert run("approve", "PD-1", "--json", member=who).json["state"] == state
    assert run("inventory", "show", "PD-1", "--json").json["missing"] == ["SH-000003"]
    assert run("verify").status == 0


def test_codes_are_scanned_from_standard_input_and_nothing_is_entered_twice(shelf: Office) -> None:
    run = shelf.run
    run("inventory", "start")
    assert run("inventory", "count", "PD-1", "--json", stdin="SH-000001\r\n\n2\nSH-000001\n").json["counted"] == 2
    again = run("inventory", "count", "PD-1", "--json", stdin="1\n2\n").json
    assert (again["new"], again["again"]) == ([], ["SH-000001", "SH-000002"])
    with shelf.acting() as archive:
        assert len(archive.case("PD-1").acts("count")) == 1


def scanned(*lines: str, broken: bool) -> Iterator[str]:
    """Lines as they come, and Ctrl-C after them."""
    yield from lines
    if broken:
        raise KeyboardInterrupt


def test_an_interrupted_scan_enters_what_was_scanned() -> None:
    found: list[list[str]] = []
    with pytest.raises(KeyboardInterrupt):
        found.extend(_batches(scanned("1", "2", "", "3", broken=True), 50, by_empty=True))
    assert found == [["1", "2"], ["3"]]


@pytest.mark.parametrize(
    ("lines", "batches"),
    [((), [[]]), (("1", "", "2"), [["1", "2"]]), (("1", "2", "3"), [["1", "2"], ["3"]]), (("", " "), [[]])],
)
def test_a_file_is_read_in_batches_and_nothing_is_one_batch_too(lines: tuple[str, ...], batches: list[list[str]]) -> None:
    assert list(_batches(scanned(*lines, broken=False), 2, by_empty=False)) == batches


def test_a_code_that_two_things_bear_means_neither(shelf: Office) -> None:
    for number in ("1", "2"):
        shelf.run("update", number, "--set", "volumes[vAAAAA].title=卷", "--reason", "组卷")
    with shelf.acting() as archive:
        holdings = inventory.Holdings(archive, "record")
        assert holdings.item("vAAAAA") is None
        assert holdings.label(holdings.item("００３") or "") == "SH-000003"
        assert holdings.item("3/vAAAAA") is None


def test_what_was_destroyed_meanwhile_is_not_missing(shelf: Office) -> None:
    run = shelf.run
    run("inventory", "start")
    run("destroy", "propose", "3", "--reason", "期满")
    run("approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        run("destroy", "supervise", "XH-1", member=member)
    run("destroy", "execute", "XH-1")
    run("inventory", "count", "PD-1", "1", "2")
    closed = run("inventory", "close", "PD-1", "--json").json
    assert (closed["missing"], closed["away"], closed["findings"]) == ([], ["SH-000003"], {})


def test_more_than_an_inventory_holds_is_counted_in_parts(shelf: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "MOST", 2)
    assert shelf.run("inventory", "start").status == 2
    assert shelf.run("inventory", "start", "--where", "名称=甲").status == 0
    with shelf.acting() as archive:
        assert len(counting.expected(archive.case("PD-1"))) == 1


def test_codes_come_from_a_file_or_standard_input_and_not_from_what_has_no_end(shelf: Office) -> None:
    run, source = shelf.run, shelf.archive.parent / "codes.txt"
    run("inventory", "start")
    source.write_text("1\n2\n", encoding="utf-8")
    assert run("inventory", "count", "PD-1", "--from", str(source), "--json").json["counted"] == 2
    source.write_bytes(b"1\n" * (2 << 20) + b"1")
    for endless in ("/dev/zero", str(source)):
        assert run("inventory", "count", "PD-1", "--from", endless).status == 4


def test_an_inventory_closed_again_finds_only_what_is_new_or_was_remedied(office: Office) -> None:
    run = office.run
    with office.acting() as archive:
        text = yaml_text.dump(SIGNED).encode()
        archive.commit(Change(("regime.house",), "regime.house: inventory", {"regime/house.yaml": text}))
    run("create", "--subject", "organisation", "--set", "name=甲", "--set", "filing.place=3柜")
    for volume in ("vAAAAA", "vBBBBB"):
        run("update", "1", "--set", f"volumes[{volume}].title=卷", "--reason", "组卷")
    run("inventory", "start", "--by", "volume")
    run("inventory", "count", "PD-1", "1/vAAAAA", "1/vBBBBB", "--at", "3柜")
    run("inventory", "count", "PD-1", "1/vAAAAA", "6920000000011", "--at", "7柜")

    def closed() -> dict[str, str]:
        found: dict[str, str] = run("inventory", "close", "PD-1", "--json").json["findings"]
        run("reject", "PD-1", "--reason", "重点", member="zhao.lei")
        return found

    assert closed() == {"misplaced": "FH-2026-0001", "surplus": "FH-2026-0002"}
    assert closed() == {}
    run("inventory", "count", "PD-1", "1/vBBBBB", "--at", "7柜")
    assert closed() == {"misplaced": "FH-2026-0003"}
    run("review", "FH-1", "--note", "已归位")
    run("review", "FH-3", "--note", "已归位")
    assert closed() == {"misplaced": "FH-2026-0004"}
    assert run("verify").status == 0
