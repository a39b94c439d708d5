"""From events to a state: what each author had seen decides, never the order of lines."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivectl.registers.fold import Case, fold, slots
from registers.entries import case, event, filled

LOAN = {"approve": ["manager"]}


def acts(found: Case) -> list[str]:
    return [done.act for done in found.done]


def test_a_chain_is_laid_out_as_stages_of_slots() -> None:
    laid = slots(["clerk", ["director", "deputy of applicant"], {"all": ["finance", ["legal", "audit"]]}, "clerk"])
    assert [(slot.number, slot.stage, sorted(slot.names())) for slot in laid] == [
        (0, 0, ["clerk"]),
        (1, 1, ["deputy", "director"]),
        (2, 2, ["finance"]),
        (3, 2, ["audit", "legal"]),
        (4, 3, ["clerk"]),
    ]


def test_without_a_chain_the_entry_moves_on_at_once() -> None:
    assert case("loan", event("r", "request")).state == "approved"
    lent = case("loan", event("r", "request"), event("h", "hand_out", "r", data={"due": "2026-03-16", "pages": 4}))
    assert (lent.state, lent.due, lent.promised) == ("lent", "2026-03-16", {"due": "2026-03-16", "pages": 4})
    back = event("b", "give_back", "h", data={"condition": "intact"})
    returned = fold(lent.entry._replace(events=(*lent.entry.events, *case("loan", back).entry.events)), lent.kind)
    assert (returned.state, returned.due, returned.heads) == ("returned", None, [filled("b")])


def test_an_approval_is_waited_for() -> None:
    asked = event("r", "request", data={"rule": LOAN})
    waiting = case("loan", asked, event("h", "hand_out", "r"))
    assert (waiting.state, [void.act for void in waiting.void]) == ("requested", ["hand_out"])
    step = waiting.awaiting()
    assert step
    assert [slot.posts for slot in waiting.open_slots(step)] == [("manager",)]
    approved = case("loan", asked, event("a", "approve", "r", by="chen.jing", post="manager"))
    assert (approved.state, approved.awaiting(), approved.closed) == ("approved", None, ())


@pytest.mark.parametrize(
    ("chain", "signed", "state"),
    [
        (["clerk", "manager"], ["clerk"], "requested"),
        (["clerk", "manager"], ["clerk", "manager"], "approved"),
        (["clerk", "manager"], ["manager", "clerk"], "requested"),
        ([["director", "deputy"]], ["deputy"], "approved"),
        ([["director", "deputy"]], ["manager"], "requested"),
        ([{"all": ["finance", "legal"]}, "manager"], ["legal", "finance", "manager"], "approved"),
        ([{"all": ["finance", "legal"]}, "manager"], ["legal", "manager", "finance"], "requested"),
        ([{"all": ["finance", ["legal", "audit"]]}], ["audit", "legal", "finance"], "approved"),
        (["manager of keeper"], ["manager"], "approved"),
        (["supervisor", "supervisor"], ["supervisor", "supervisor"], "approved"),
    ],
)
def test_each_signature_closes_the_first_open_step_of_its_post(chain: list[Any], signed: list[str], state: str) -> None:
    rows = [event("e0", "request", data={"rule": {"approve": chain}})]
    for number, post in enumerate(signed, start=1):
        rows.append(event(f"e{number}", "approve", f"e{number - 1}", by=f"member.{number}", post=post))
    assert case("loan", *rows).state == state


def test_one_person_closes_no_two_steps_even_on_two_machines() -> None:
    asked = event("r", "request", data={"rule": {"approve": ["supervisor", "supervisor"]}})
    twice = [event(name, "approve", "r", by="sun.yan", post="supervisor") for name in "ab"]
    found = case("loan", asked, *twice)
    assert (found.state, acts(found), len(found.void)) == ("requested", ["request", "approve"], 1)
    outside = [event(name, "approve", "r", by="outside", post="supervisor", means="paper") for name in "ab"]
    assert case("loan", asked, *outside).state == "approved"


def test_a_refusal_beats_an_approval_that_did_not_know_of_it() -> None:
    asked = event("r", "request", data={"rule": LOAN})
    yes = event("a", "approve", "r", by="chen.jing", post="manager")
    no = event("b", "refuse", "r", by="zhao.lei", post="manager", data={"opinion": "—"})
    assert case("loan", asked, yes, no).state == case("loan", asked, no, yes).state == "refused"
    later = event("b", "refuse", "r", "a", by="zhao.lei", post="manager", data={"opinion": "—"})
    assert case("loan", asked, yes, later).state == "approved"


@pytest.mark.parametrize(("refusal", "state", "closed"), [("previous", "applied", 1), ("applicant", "returned", 0)])
def test_a_refusal_goes_one_step_back_or_to_the_applicant(refusal: str, state: str, closed: int) -> None:
    rule = {"approve": ["department-head", "receiver", "office", "archivist"], "refusal": refusal}
    rows = [
        event("a", "apply", data={"rule": rule}),
        event("b", "approve", "a", by="one", post="department-head"),
        event("c", "approve", "b", by="two", post="receiver"),
        event("d", "refuse", "c", by="three", post="office", data={"opinion": "—"}),
    ]
    found = case("handover", *rows)
    step = found.kind.steps["approve"]
    assert (found.state, len(found.closed)) == (state, closed)
    assert found.open_slots(step)[0].posts == (("receiver",) if refusal == "previous" else ("department-head",))


def test_the_first_of_a_chain_that_refuses_returns_the_entry() -> None:
    rule = {"approve": ["department-head", "receiver"], "refusal": "previous"}
    found = case("handover", event("a", "apply", data={"rule": rule}), event("b", "refuse", "a", post="department-head"))
    assert found.state == "returned"
    again = (*found.entry.events, *case("handover", event("c", "apply_again", "b")).entry.events)
    assert fold(found.entry._replace(events=again), found.kind).state == "applied"


def test_of_two_acts_that_did_not_know_of_each_other_the_later_id_is_void() -> None:
    rows = [event("r", "request"), event("h", "hand_out", "r"), event("x", "give_back", "h"), event("w", "give_back", "h")]
    found = case("loan", *rows)
    assert (found.state, [done.id for done in found.done][-1], [void.id for void in found.void]) == (
        "returned",
        filled("w"),
        [filled("x")],
    )


def test_events_that_claim_to_follow_each_other_come_last_and_end() -> None:
    rows = [event("r", "request"), event("a", "hand_out", "b"), event("b", "give_back", "a"), event("c", "hand_out", "nobody")]
    assert case("loan", *rows).state == "returned"


POSTS = ["manager", "director", "legal", "finance", "supervisor"]
CHAINS = st.lists(
    st.sampled_from(POSTS)
    | st.lists(st.sampled_from(POSTS), min_size=1, max_size=2)
    | st.fixed_dictionaries({"all": st.lists(st.sampled_from(POSTS), min_size=1, max_size=3)}),
    max_size=3,
)
ACTS = {
    "loan": ["approve", "approve", "refuse", "hand_out", "renew", "give_back", "report_lost"],
    "handover": ["approve", "approve", "refuse", "apply_again"],
    "destruction": ["approve", "approve", "refuse", "supervise", "supervise", "execute", "complete", "cancel", "attest"],
}
OPENING = {"loan": "request", "handover": "apply", "destruction": "propose"}


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A kind, and events of several people who saw more or less of what the others did."""
    kind = draw(st.sampled_from(sorted(ACTS)))
    names = draw(st.permutations("ABCDEFGH"))
    rule = {"approve": draw(CHAINS), "supervise": draw(CHAINS), "refusal": draw(st.sampled_from(["previous", "applicant"]))}
    rows = [event(names[0], OPENING[kind], data={"rule": rule})]
    for name in names[1 : draw(st.integers(1, 8))]:
        seen = draw(st.lists(st.sampled_from([row["id"] for row in rows]), max_size=3, unique=True))
        by, post = draw(st.sampled_from(["li.na", "chen.jing", "zhao.lei", "sun.yan"])), draw(st.sampled_from(POSTS))
        rows.append({**event(name, draw(st.sampled_from(ACTS[kind])), by=by, post=post), "after": seen})
    return kind, rows


@given(histories(), st.data())
def test_the_order_of_lines_changes_nothing(history: tuple[str, list[dict[str, Any]]], data: st.DataObject) -> None:
    kind, rows = history
    found, other = case(kind, *rows), case(kind, *data.draw(st.permutations(rows)))
    assert (other.state, other.promised, other.rule) == (found.state, found.promised, found.rule)
    assert [(slot, one.id) for slot, one in other.closed] == [(slot, one.id) for slot, one in found.closed]
    assert [one.id for one in other.done] == [one.id for one in found.done]
    assert {one.id for one in other.void} == {one.id for one in found.void}
    assert set(other.heads) == set(found.heads)
