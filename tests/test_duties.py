"""What is due: what waits in the registers, what files ask for, what the rules have done again and again; for whom, and when."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from archivectl import yaml_text
from archivectl.errors import WrongUsage
from archivectl.registers import owed
from archivectl.registers.owing import File
from archivectl.registers.waiting import waiting
from archivectl.search.schema import VERSION
from office import Office
from registers.entries import DAY, Made, asked, case, event, record, regime

OF_KEYS = {"recovery-sheet", "deep-check", "key-drill"}  # due in every archive
TRAINING = {"do": "training", "title": {"zh": "培训", "en": "training"}, "who": ["archivist"]}
CONSENT = {"consent": {"for": ["loan.request"]}}
IDENTITY = {"identity": {"for": ["record.update"]}}
PAPERS = {"store": {"papers": [{"kind": "营业执照"}, {"any_of": [{"kind": "登记证"}, {"kind": "合同"}]}]}}


def house(office: Office, rules: Mapping[str, Any]) -> None:
    """House rules, as an administrator would commit them."""
    from archivectl.archive import Change  # noqa: PLC0415 - an act that no command has yet

    with office.acting() as archive:
        archive.commit(Change(("regime.adopt",), "house rules", {"regime/house.yaml": yaml_text.dump(rules).encode()}))


def todo(office: Office, *words: str, member: str = "li.na", today: str = "2026-03-02") -> list[dict[str, Any]]:
    """What `todo` tells a member, the care of keys apart."""
    rows = office.run("--today", today, "todo", "--json", *words, member=member).json
    return [row for row in rows if row["duty"].removeprefix("duty.") not in OF_KEYS]


@pytest.mark.parametrize(
    ("schedule", "last", "since", "due"),
    [
        ({"every": "1y"}, "", "2026-03-02", "2027-03-02"),
        ({"every": "1y"}, "2026-08-31", "2026-03-02", "2027-08-31"),
        ({"every": "1d"}, "2026-03-05", "2026-03-02", "2026-03-06"),
        ({"months": [1, 4]}, "", "2026-03-02", "2026-04-30"),
        ({"months": [1, 4]}, "2026-04-03", "2026-03-02", "2027-01-31"),
        ({"last": "4wd", "of": "month"}, "", "2026-03-02", "2026-03-31"),
        ({"every": "regularly"}, "", "2026-03-02", "2027-03-02"),
        ({"within": "1wd", "event": "signed"}, "", "2026-03-02", None),
    ],
)
def test_a_duty_is_due_after_the_last_time(schedule: Mapping[str, Any], last: str, since: str, due: str | None) -> None:
    rules = regime(house={"duties": [{**TRAINING, **schedule}]})
    found = [one for one in owed.of_archive(rules, {"training": last} if last else {}, since) if one.duty == "duty.training"]
    assert [one.due for one in found] == ([due] if due else [])


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        ({}, set()),
        ({"keep": {"climate": {"every": "1d"}}}, {"climate"}),
        ({"inventory": {"every": "2y"}}, {"inventory"}),
        ({"backup": {"every": "1mo"}}, {"backup"}),
        ({"backup": {"day": 1, "verify_every": "1y"}}, {"backup", "backup-verify"}),
        ({"duties": [{"do": "inventory", "who": "archivist", "every": "2y"}]}, {"inventory"}),
    ],
)
def test_registers_that_are_kept_at_intervals_are_duties_too(rules: Mapping[str, Any], names: set[str]) -> None:
    rows = owed.routine(regime(house=rules))
    assert rows.keys() == names | {"deep-check", "key-drill"}
    assert all(row["who"] and isinstance(row["title"], dict) and row["how"] for row in rows.values())


def test_what_comes_round_in_a_register_of_several_things_is_for_those_who_do_this_one() -> None:
    rules = regime(house={"keep": {"climate": {"every": "1d"}}, "who": {"store": ["manager"], "climate": ["clerk"]}})
    assert owed.routine(rules)["climate"]["who"] == ["clerk"]


def test_only_a_closed_inventory_counts_as_taken() -> None:
    rules = regime(house={"inventory": {"every": "2y"}})
    events = [event("s", "start", data={"expected": "1"}), event("c", "close", "s")]
    assert owed.shown(case("inventory", *events[:1], made=Made(regime=rules)), rules) == {}
    assert owed.shown(case("inventory", *events, made=Made(regime=rules)), rules) == {"inventory": DAY}


@pytest.mark.parametrize(
    ("rules", "fields", "happened", "owes"),
    [
        ({}, {}, {}, {}),
        ({"review": {"every": "1y"}}, {}, {}, {"review.conclude": "2027-03-02"}),
        ({"review": {"every": "1y"}}, {"filing": {"archived": "2025-06-01"}}, {}, {"review.conclude": "2026-06-01"}),
        ({"review": {"every": "1y"}}, {}, {"reviewed": "2026-05-01"}, {"review.conclude": "2027-05-01"}),
        ({"review": {"every": "1y"}}, {"status": "draft"}, {}, {}),
        ({"review": {"every": "1y"}}, {"status": "destroyed"}, {}, {}),
        ({"files": PAPERS}, {"files": ["store"]}, {}, {"record.add": None}),
        ({"files": PAPERS}, {"files": ["store"], "documents": [{"kind": "营业执照"}, {"kind": "合同"}]}, {}, {}),
        ({"intake": {"within": "3d"}}, {"status": "draft", "filing": {"handled": DAY}}, {}, {"intake.submit": "2026-03-05"}),
        ({"intake": {"within": "3d"}}, {"filing": {"handled": DAY}}, {}, {}),
        (CONSENT, {"consent": [{"given": DAY, "until": "2026-09-01"}]}, {}, {"record.consent": "2026-09-01"}),
        (
            CONSENT,
            {"consent": [{"given": DAY, "until": "2026-09-01"}, {"given": "2026-08-01", "until": "2027-09-01"}]},
            {},
            {"record.consent": "2027-09-01"},
        ),
        (CONSENT, {"consent": [{"given": DAY, "until": "2026-09-01", "withdrawn": DAY}]}, {}, {}),
        (IDENTITY, {"identity_checks": [{"date": DAY, "result": "pending"}]}, {}, {"record.identity": None}),
        (
            IDENTITY,
            {"identity_checks": [{"date": DAY, "result": "pending"}, {"date": "2026-03-03", "result": "confirmed"}]},
            {},
            {},
        ),
        ({"keep": {"rules": [{"term": "5y"}]}}, {"retention": {"events": [{"date": "2020-01-01"}]}}, {}, {}),
        (
            {"keep": {"rules": [{"term": "5y"}]}, "destroy": {"prompt": True}},
            {"retention": {"events": [{"date": "2020-01-01"}]}},
            {},
            {"destruction.propose": "2025-01-01"},
        ),
        (
            {"keep": {"rules": [{"term": "5y", "from": ["archived"]}]}, "destroy": {"prompt": "1mo"}},
            {"filing": {"archived": "2020-01-01"}},
            {},
            {"destruction.propose": "2025-02-01"},
        ),
        (
            {"keep": {"rules": [{"term": "5y", "from": ["archived"]}]}, "destroy": {"prompt": "1mo"}},
            {"filing": {"opened": "2020-01-01"}, "status": "filed"},
            {},
            {"destruction.propose": "2025-02-01"},
        ),
        (
            {"keep": {"rules": [{"term": "5y", "from": ["archived"]}]}, "destroy": {"prompt": "1mo"}},
            {"filing": {"opened": "2020-01-01"}, "status": "stub"},
            {},
            {},
        ),
        (
            {"keep": {"rules": [{"term": "5y", "at_most": "6y"}]}},
            {"retention": {"events": [{"date": "2020-01-01"}]}},
            {},
            {"destruction.propose": "2026-01-01"},
        ),
        (
            {"keep": {"rules": [{"term": "5y", "at_most": "6y"}]}},
            {"retention": {"settled": False, "events": [{"date": "2020-01-01"}]}},
            {},
            {},
        ),
    ],
)
def test_a_file_asks_for_what_the_rules_ask_of_it(
    rules: Mapping[str, Any], fields: Mapping[str, Any], happened: Mapping[str, str], owes: Mapping[str, str | None]
) -> None:
    assert asked(rules, fields, happened) == owes


@pytest.mark.parametrize(
    ("stated", "last", "due"),
    [
        ({"every": None, "day": None, "verify_every": None}, {}, {}),
        ({"every": "regularly"}, {}, {"backup": "2027-01-15"}),
        ({"every": "1mo"}, {}, {"backup": "2026-02-15"}),
        ({"every": "1mo"}, {"backup": "2026-02-01"}, {"backup": "2026-03-01"}),
        ({"day": 1}, {}, {"backup": "2026-02-01"}),
        ({"day": 1}, {"backup": "2026-02-03"}, {"backup": "2026-03-01"}),
        ({"day": 31}, {"backup": "2026-01-31"}, {"backup": "2026-02-28"}),
        ({"day": 31}, {"backup": "2026-02-28"}, {"backup": "2026-03-31"}),
        ({"verify_every": "1y"}, {}, {"backup-verify": "2027-01-15"}),
        ({"verify_every": "1y"}, {"backup-verify": "2026-05-01"}, {"backup-verify": "2027-05-01"}),
    ],
)
def test_backups_come_round_by_an_interval_or_a_day_of_the_month_and_so_do_their_trials(
    stated: Mapping[str, Any], last: Mapping[str, str], due: Mapping[str, str]
) -> None:
    found = owed.of_archive(regime(house={"backup": stated}), last, "2026-01-15")
    told = {one.duty: one.due for one in found if one.duty.removeprefix("duty.") not in {*OF_KEYS, "regime.calendar"}}
    assert told == {f"duty.{name}": day for name, day in due.items()}


@pytest.mark.parametrize(
    ("kind", "act", "marks"),
    [("backup", "make", {"backup"}), ("backup", "verify", {"backup-verify"}), ("backup", "fault", set())],
)
def test_a_backup_that_was_only_begun_or_is_faulty_is_none(kind: str, act: str, marks: set[str]) -> None:
    rules = regime(house={"backup": {"every": "1mo", "verify_every": "1y"}})
    events = [event("b", "begin"), event("d", act, "b")]
    assert owed.shown(case(kind, *events[:1], made=Made(about=(), regime=rules)), rules) == {}
    assert owed.shown(case(kind, *events, made=Made(about=(), regime=rules)), rules).keys() == marks


def test_a_review_says_what_happened_and_what_is_to_be_looked_at() -> None:
    law = regime("stack-room")
    file = File(record().data, "SH-000001", {"moved": "2026-04-01"}, DAY)
    told = [one.say for one in owed.of_file(file, law, owed.sources(law)) if one.duty == "review.conclude"]
    sentence = "to be looked over since it has a new keeper: {check}"
    assert told == [{"sentence": sentence, "values": {"check": {"zh": "保密", "en": "secrecy"}}}]


def test_the_keeper_of_a_file_is_asked_and_the_archivist() -> None:
    law = regime(house={"review": {"every": "1y"}})
    found = owed.of_file(File(record(keeper="wang.wei").data, "SH-000001", {}, DAY), law, owed.sources(law))
    assert [one.who for one in found] == [("@wang.wei", "archivist")]


@pytest.mark.parametrize(
    ("kind", "columns", "events", "who"),
    [
        ("destruction", {"reason": "x"}, [event("p", "propose", data={"rule": {"approve": ["manager"]}})], ("manager", "!li.na")),
        (
            "handover",
            {"giver": "wang.wei", "taker": "sun.yan"},
            [event("a", "apply", data={"rule": {"approve": ["taker", "manager"]}})],
            ("@sun.yan",),
        ),
    ],
)
def test_a_signature_is_asked_of_who_may_give_it(
    kind: str, columns: Mapping[str, Any], events: Sequence[dict[str, Any]], who: tuple[str, ...]
) -> None:
    found = waiting(case(kind, *events, made=Made(columns=columns)), regime())
    assert found is not None
    assert found.who == who


def test_a_duty_is_entered_by_who_does_it_and_comes_back_in_its_time(office: Office) -> None:
    house(office, {"duties": [{**TRAINING, "every": "1y"}, {"do": "cleaning", "who": "clerk", "every": "1wk"}]})
    assert [row["due"] for row in todo(office, today="2027-03-02") if row["duty"] == "duty.training"] == ["2027-03-02"]
    assert [row["duty"] for row in todo(office, member="wang.wei", today="2026-03-09")] == ["duty.cleaning"]
    assert todo(office, member="wang.wei", today="2026-03-08") == []
    assert office.run("register", "add", "duty", "do=training", "result=done", member="wang.wei").status == 3
    assert "training" in office.run("register", "add", "duty", "do=gardening", "result=done").err
    assert office.run("--today", "2027-03-01", "register", "add", "duty", "事项=培训", "结果=全员参加").status == 0
    assert [
        row["due"] for row in todo(office, "--until", "2028-03-01", today="2027-03-02") if row["duty"] == "duty.training"
    ] == ["2028-03-01"]


def test_the_calendar_of_the_next_year_is_asked_of_administrators_from_november_on(office: Office) -> None:
    with office.acting() as archive:
        year = archive.regime.calendar.unknown_years("2026-01-01", "2036-01-01")[0]
    before, after = f"{year - 1}-10-31", f"{year - 1}-11-01"
    assert todo(office, today=before) == []
    assert [(row["duty"], row["how"]) for row in todo(office, today=after)] == [("regime.calendar", f"regime calendar {year}")]
    assert todo(office, member="wang.wei", today=after) == []


def test_a_file_under_review_or_on_a_list_is_not_asked_for_again(office: Office) -> None:
    house(office, {"review": {"every": "1mo"}, "keep": {"rules": [{"term": "1y", "at_most": "2y"}]}})
    number = office.run("create", "--subject", "organisation", "--set", "name=甲", "--json").json["number"]
    values = ("--set", "retention.events[eAAAAA].event=closed", "--set", "retention.events[eAAAAA].date=2023-01-01")
    assert office.run("update", number, *values, "--reason", "x").status == 0
    late = {"today": "2026-05-01"}
    assert {row["duty"] for row in todo(office, **late)} == {"review.conclude", "destruction.propose"}
    assert {row["about"] for row in todo(office, **late)} == {number}
    office.run("hold", number, "--forbid", "destroy", "--reason", "x")
    assert {row["duty"] for row in todo(office, **late)} == {"review.conclude"}
    office.run("--today", "2026-04-30", "review", number, "--outcome", "confirmed")
    assert todo(office, **late) == []
    assert [row["due"] for row in todo(office, "--until", "2026-05-30", **late)] == ["2026-05-30"]


def test_what_is_seen_at_a_glance_is_what_the_whole_archive_says(office: Office) -> None:
    number = office.run("create", "--subject", "organisation", "--set", "name=甲公司", "--json").json["number"]
    office.run("classify", number, "grade=A", "--reason", "x")
    office.run("lend", number, "--to", "王伟", "--purpose", "核对", "--for", "3d", member="wang.wei")
    seen = office.run("--today", "2026-03-20", "todo")
    (office.archive / f".git/archivectl/records-{VERSION}.sqlite").unlink()
    assert office.run("--today", "2026-03-20", "todo").out == seen.out
    line = next(line for line in seen.out.splitlines() if "JY-2026-0001" in line)
    assert "甲公司" in line
    assert "15 days late, time for reminder 2 of 3: archivectl return JY-2026-0001" in line
    assert seen.out.startswith("2026-03-20 Friday · SH · 李娜 (archivist) · 1 overdue\n")
    keys = {"duty", "about", "due", "state", "clause", "message", "record", "how"}
    assert [set(row) for row in json.loads(office.run("--today", "2026-03-20", "todo", "--json", "--all").out)] == [keys] * 2


def test_a_loan_stays_in_the_list_from_its_first_reminder_on_and_says_which_one_it_has_come_to(office: Office) -> None:
    number = office.run("create", "--subject", "organisation", "--set", "name=甲公司", "--json").json["number"]
    office.run("lend", number, "--to", "王伟", "--purpose", "核对", "--for", "14d")  # due on 2026-03-16
    days = ["03-08", "03-09", "03-12", "03-16", "03-17", "03-22", "03-23", "04-14", "04-15"]
    told = [[(row["state"], row["message"]) for row in todo(office, today=f"2026-{day}")] for day in days]
    assert [[state for state, _message in rows] for rows in told] == [
        [], ["coming"], ["coming"], ["due"], *([["overdue"]] * 5),
    ]  # fmt: skip
    late = [message.partition("reminder ")[2].partition(":")[0] for rows in told for _state, message in rows]
    assert late == ["", "", "", "1 of 3", "1 of 3", "2 of 3", "2 of 3", "3 of 3"]


def test_what_is_due_on_one_day_is_told_by_number(office: Office) -> None:
    house(office, {"review": {"every": "1mo"}})
    numbers = [f"SH-{number:06}" for number in range(1, 7)]
    for number in numbers:
        made = office.run("create", "--subject", "organisation", "--set", f"name={number[-1]}")
        assert made.status == 0, made.err
    assert [row["about"] for row in todo(office, today="2026-05-01")] == numbers
    (office.archive / f".git/archivectl/records-{VERSION}.sqlite").unlink()
    assert [row["about"] for row in todo(office, today="2026-05-01")] == numbers


def test_a_sealed_name_is_never_shown(office: Office) -> None:
    number = office.run("create", "--subject", "person", "--set", "name=赵六", "--json").json["number"]
    office.run("lend", number, "--to", "王伟", "--purpose", "核对", "--for", "3d")
    assert "赵六" not in office.run("--today", "2026-03-20", "todo").out


@pytest.mark.parametrize("words", [("--until", "soon"), ("--until", "2026-02-30")])
def test_a_day_that_is_none_is_refused(office: Office, words: tuple[str, ...]) -> None:
    assert office.run("todo", *words).status == WrongUsage.status
