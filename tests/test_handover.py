"""Handing over under a house's own rules: who signs for whom, what comes first, who is told; nothing half handed over."""

from typing import Any

import pytest

from archivectl import handover, yaml_text
from archivectl.archive import Change
from archivectl.errors import NotAllowed
from archivectl.reports import entries, signing
from office import NOW, Office

RULES: dict[str, Any] = {
    "handover": {
        "rules": [
            {
                "when": {"mode": "leave"},
                "approve": [{"all": ["archivist", "giver", "taker"]}, "manager"],
                "confirm": ["taker"],
                "tell": ["archivist", "taker"],
                "before": ["audit"],
            },
        ],
        "tell_within": "3d",
        "checks": {"complete": {"zh": "完整", "en": "complete"}, "accurate": {"zh": "准确", "en": "accurate"}},
        "protect": "secret",
        "retention": True,
    }
}


@pytest.fixture
def ruled(office: Office) -> Office:
    """The office under house rules, with two files of wang.wei and a successor."""
    with office.acting() as archive:
        text = yaml_text.dump(RULES).encode()
        archive.commit(Change(("regime.house",), "regime.house: handover", {"regime/house.yaml": text}))
    office.run("member", "add", "zhao.min", "--name", "赵敏", "--role", "clerk", "--generate-keys")
    for name in ("甲", "乙"):
        words = ("create", "--subject", "organisation", "--set", f"name={name}", "--set", "retention.term=10y")
        assert office.run(*words, member="li.na").status == 0
    for number in ("1", "2"):
        assert office.run("update", number, "--set", "keeper=wang.wei", "--reason", "—", member="li.na").status == 0
    return office


def proposed(office: Office, *more: str) -> str:
    words = ("handover", "propose", "--of", "王伟", "--to", "赵敏", "--mode", "leave", "--reason", "离职", "--json", *more)
    return str(office.run(*words).json["entry"])


def test_a_leaver_has_four_signatures_an_audit_before_and_customers_told_after(ruled: Office) -> None:
    run, slip = ruled.run, proposed(ruled)
    assert run("approve", slip, member="chen.jing").status == 3
    for who in ("zhao.min", "li.na", "wang.wei"):
        assert slip in run("todo", member=who).out
        assert run("approve", slip, member=who).status == 0
        assert slip not in run("todo", member=who).out
    assert run("approve", slip, "--json", member="chen.jing").json["state"] == "agreed"
    assert "handover audit" in run("handover", "confirm", slip, "--all", member="zhao.min").err
    assert "准确" in run("handover", "audit", slip, "--checked", "完整", "--lang", "zh").err
    assert run("handover", "audit", slip, "--checked", "tidy").status == 2
    assert run("handover", "audit", slip, "--checked", "完整", "--checked", "accurate", "--counted", "2").status == 0
    assert run("handover", "confirm", slip, "--all", member="li.na").status == 3
    assert run("handover", "confirm", slip, "--all", member="zhao.min").status == 0
    assert run("handover", "register", slip, "--json").json["state"] == "registered"
    due = [row for row in run("todo", "--json").json if row["about"] == slip]
    assert [(row["duty"], row["due"]) for row in due] == [("handover.tell", "2026-03-05")]
    assert run("approve", slip).status == 0
    assert run("approve", slip, "--json", member="zhao.min").json["state"] == "handed-over"
    assert run("verify").status == 0


def test_a_signature_that_only_the_leaver_can_give_keeps_the_slip_open(ruled: Office) -> None:
    slip = proposed(ruled)
    with ruled.acting() as archive:
        reasons = {reason.code: reason.values for reason in handover.outstanding(archive, "wang.wei")}
    assert reasons["handover.register/signatures_left"]["entry"] == slip
    assert reasons["handover.register/files_left"]["count"] == 2


def test_what_a_leaver_still_keeps_is_known_before_the_slip_is_registered(office: Office) -> None:
    for name in ("甲", "乙"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}", member="wang.wei")
    words = ("handover", "propose", "1", "--to", "李娜", "--mode", "leave", "--reason", "离职")
    assert office.run(*words, member="wang.wei").status == 0
    office.run("approve", "JJ-1", member="chen.jing")
    office.run("handover", "confirm", "JJ-1", "--all", member="li.na")
    told = office.run("why", "handover.register", "JJ-1", "--json").json["reasons"]
    assert [(reason["code"], "SH-000002" in reason["message"]) for reason in told] == [("handover.register/files_left", True)]
    office.run("update", "2", "--set", "keeper=li.na", "--reason", "另交")
    assert office.run("why", "handover.register", "JJ-1", "--json").json["reasons"] == []
    assert office.run("handover", "register", "JJ-1").status == 0
    assert office.run("verify").status == 0


def test_a_slip_that_was_sent_back_begins_anew(ruled: Office) -> None:
    """Confirmations of the round before do not count."""
    run, slip = ruled.run, proposed(ruled)

    def to_agreed() -> None:
        for who in ("zhao.min", "li.na", "wang.wei", "chen.jing"):
            assert run("approve", slip, member=who).status == 0
        assert run("handover", "audit", slip, "--checked", "完整", "--checked", "准确").status == 0

    to_agreed()
    assert run("reject", slip, "--reason", "缺一件", "--json", member="zhao.min").json["state"] == "returned"
    assert run("register", "step", slip, "apply_again", member="wang.wei").status == 0
    to_agreed()
    assert run("handover", "confirm", slip, "2", member="zhao.min").status == 0
    with ruled.acting() as archive:
        assert [record.label for record in handover.handed_over(archive, archive.case(slip))] == ["SH-000002"]


def test_a_stopped_file_stops_its_slip_and_nothing_of_it_is_registered(office: Office) -> None:
    run = office.run
    for name in ("甲", "乙"):
        run("create", "--subject", "organisation", "--set", f"name={name}")
    run("handover", "propose", "1", "2", "--to", "王伟", "--reason", "轮岗")
    run("approve", "JJ-1", member="chen.jing")
    run("handover", "confirm", "JJ-1", "--all", member="wang.wei")
    run("hold", "2", "--forbid", "use", "--reason", "诉讼")
    with office.acting(now=NOW) as archive, pytest.raises(NotAllowed) as refused:
        handover.register(archive, "JJ-1")
    assert [reason.code for reason in refused.value.reasons] == ["record.update/not_stopped"]
    assert run("show", "1", "--json").json["keeper"] == "li.na"
    assert run("register", "show", "JJ-1", "--json").json["state"] == "accepted"


def test_a_move_takes_the_places_of_volumes_along(office: Office) -> None:
    run = office.run
    run("create", "--subject", "organisation", "--set", "name=甲", "--set", "filing.place=3柜")
    run("update", "1", "--set", "volumes[vAAAAA].place=3柜1层", "--set", "volumes[vBBBBB].title=旧卷", "--reason", "组卷")
    run("handover", "propose", "1", "--to", "王伟", "--place", "9柜", "--reason", "搬迁")
    run("approve", "JJ-1", member="chen.jing")
    run("handover", "confirm", "JJ-1", "--all", member="wang.wei")
    assert run("handover", "register", "JJ-1").status == 0
    shown = run("show", "1", "--json").json
    assert (shown["filing"]["place"], shown["volumes"][0]["place"]) == ("9柜", "9柜")
    assert "place" not in shown["volumes"][1]


def test_more_files_than_a_slip_holds_are_handed_over_in_parts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("甲", "乙"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}")
    monkeypatch.setattr(handover, "MOST", 1)
    assert office.run("handover", "propose", "1", "2", "--to", "王伟", "--reason", "轮岗").status == 2
    assert office.run("handover", "propose", "1", "--to", "王伟", "--reason", "轮岗").status == 0


def signed(office: Office, slip: str) -> dict[str, list[str]]:
    """Who stands in each box of a slip, printed."""
    with office.acting() as archive:
        page = entries.slip(archive, archive.case(slip))
        return {box.title: [line.split(" ")[0] for line in box.signed] for box in page.signs}


def test_no_box_of_a_slip_shows_the_signature_of_somebody_else(ruled: Office) -> None:
    slip = proposed(ruled)
    assert signed(ruled, slip) == {
        "handed over by": [],
        "head of the department": [],
        "received by": [],
        "general manager's office": [],
        "archivist": [],
    }
    for who in ("zhao.min", "li.na", "wang.wei", "chen.jing"):
        ruled.run("approve", slip, member=who)
    found = signed(ruled, slip)
    assert (found["handed over by"], found["received by"], found["archivist"]) == (["王伟"], ["赵敏"], ["李娜"])


def test_who_hands_over_and_proposes_it_has_signed_and_an_archivist_who_confirms_is_not_the_receiver(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲")
    office.run("handover", "propose", "1", "--to", "wang.wei", "--reason", "调岗")
    office.run("approve", "JJ-1", member="chen.jing")
    office.run("handover", "confirm", "JJ-1", "--all")
    assert (signed(office, "JJ-1")["handed over by"], signed(office, "JJ-1")["received by"]) == (["李娜"], [])
    with office.acting() as archive:
        assert signing.lacking(archive.case("JJ-1"), archive.regime) == []


def test_a_file_that_was_not_confirmed_goes_by_a_slip_of_its_own_and_both_are_registered(office: Office) -> None:
    run = office.run
    for name in ("甲", "乙"):
        run("create", "--subject", "organisation", "--set", f"name={name}")
    words = ("handover", "propose", "--of", "li.na", "--to", "wang.wei", "--mode", "leave", "--reason", "离职")
    assert run(*words).status == 0
    assert "stands on the open slip JJ-2026-0001" in run(*words).err
    run("approve", "JJ-1", member="chen.jing")
    assert run("handover", "confirm", "JJ-1", "1", member="wang.wei").status == 0
    refused = run("handover", "register", "JJ-1").err
    assert "archivectl handover propose SH-000002 --from li.na" in refused
    assert "archivectl register step JJ-2026-0001 withdraw" in refused
    more = ("handover", "propose", "2", "--from", "li.na", "--to", "wang.wei", "--mode", "leave", "--reason", "离职")
    assert run(*more).status == 0
    run("approve", "JJ-2", member="chen.jing")
    assert run("handover", "confirm", "JJ-2", "--all", member="wang.wei").status == 0
    assert run("handover", "register", "JJ-1").status == 0
    assert run("handover", "register", "JJ-2").status == 0
    assert run("verify").status == 0


def test_a_slip_whose_files_changed_says_how_it_is_withdrawn(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲")
    office.run("handover", "propose", "1", "--to", "wang.wei", "--reason", "调岗")
    office.run("approve", "JJ-1", member="chen.jing")
    office.run("handover", "confirm", "JJ-1", "--all", member="wang.wei")
    office.run("update", "1", "--set", "name=乙", "--reason", "更正")
    assert "register step JJ-2026-0001 withdraw opinion=" in office.run("handover", "register", "JJ-1").err
    assert office.run("register", "step", "JJ-1", "withdraw", "opinion=已变更").status == 0
