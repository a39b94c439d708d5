"""Entries: they only grow, by events that their signer could rightly have added then."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from archivectl import approvals, destruction, loans, membership, stops
from archivectl.approvals import Elsewhere
from archivectl.encryption import age, envelope
from archivectl.registers import entry as entries
from verifying.office import COMPANY, LIST, LOAN, REQUEST, STRANGER, Office

Attack = Callable[[Office], object]
SCAN = b"a scan of a signature"
DIGEST = hashlib.sha256(SCAN).hexdigest()
OBJECT = f"objects/{DIGEST[:2]}/{DIGEST}.age"
NEW = "registers/hold/2026/0/TY-2026-0001.yaml"


def raw(path: str, old: str, new: str, act: str = "loan.request") -> Attack:
    """Commit an entry with its text changed."""

    def attack(office: Office) -> None:
        text = office.read(path)
        assert old.encode() in text
        office.commit({path: text.replace(old.encode(), new.encode(), 1)}, act)

    return attack


def event(path: str, act: str, by: str, **stated: Any) -> Attack:
    """Commit one more event."""
    return lambda office: office.append(path, act, by=by, **stated)


def shortened(office: Office) -> None:
    text = office.read(LIST)
    office.commit({LIST: b"".join(text.splitlines(keepends=True)[:-1])}, "destruction.supervise")


def reordered(office: Office) -> None:
    lines = office.read(LIST).splitlines(keepends=True)
    office.commit({LIST: b"".join([*lines[:-2], lines[-1], lines[-2]])}, "destruction.supervise")


def by_another_committer(office: Office) -> None:
    office.commit({LIST: office.event(LIST, "supervise", by="wu.lei", post="supervisor")}, "destruction.supervise", by="li.na")


def under_another_name(office: Office) -> None:
    """The committer signs himself what the supervisor is said to have signed."""
    text = office.event(LIST, "supervise", by="wu.lei", post="supervisor", key=office.key("li.na"))
    office.commit({LIST: text}, "destruction.supervise", by="li.na")


def twice_the_same(office: Office) -> None:
    office.append(LIST, "supervise", by="zhou.min", post="supervisor")


def executed_early(office: Office) -> None:
    office.append(LIST, "execute", by="li.na")


def changed_after_approval(office: Office) -> None:
    office.act("wu.lei", destruction.supervise, "XH-1")
    person = "customers/SH/0/SH-000001.yaml"
    office.commit({person: office.record(person, lambda data: data.update(keeper="sun.li"))}, "record.update")
    office.append(LIST, "execute", by="li.na")


def held_after_approval(office: Office) -> None:
    office.act("wu.lei", destruction.supervise, "XH-1")
    office.act("li.na", stops.hold, ["1"], "destroy", "核查")
    office.append(LIST, "execute", by="li.na")


def opened(path: str = NEW, act: str = "place", by: str = "li.na", **given: Any) -> Attack:
    """Commit a new entry, right unless something else is given."""

    def attack(office: Office) -> None:
        office.commit({path: entry(office, path, act, by, **given)}, f"{path.split('/')[1]}.{act}", by=by)

    return attack


def entry(office: Office, path: str, act: str, by: str, **given: Any) -> bytes:
    archive = office.archive(by)
    kind, number = path.split("/")[1], path.rsplit("/", maxsplit=1)[-1].removesuffix(".yaml")
    uid = given.get("uid", "H" * 26)
    record = archive.record("2")
    recipient = age.generate()[1]
    row = {"id": envelope.key_id(recipient), "level": "confidential", "of": "entry", "epoch": 1, "recipient": recipient}
    reason = envelope.seal("核查", uid=uid, path="columns.reason", level="confidential", recipient=recipient)
    columns = {"forbid": "use", "reason": reason, **given.get("columns", {})}
    columns = {name: value for name, value in columns.items() if value is not None}
    about = given.get("about", [{"uid": record.uid}])
    head = entries.head(kind, uid, about, columns, [{**row, **given.get("row", {})}])
    stated = {
        "id": "FFFFFFFFFFFF",
        "act": act,
        "by": by,
        "date": "2026-03-02",
        "at": "2026-03-02T01:12:44Z",
        "means": "signed",
        "regime": archive.regime.digest,
        "items": {record.uid: record.digest} if len(about) else {},
        **given.get("event", {}),
    }
    line = entries.event_line(stated)
    signature = office.key(by).sign(entries.signed_text(archive.id, uid, head, line), "archivectl")
    return entries.text(number, head, [entries.with_signature(line, base64.b64encode(signature).decode())]).encode()


def loan_under_another_rule(office: Office) -> None:
    path = "registers/loan/2026/0/JY-2026-0003.yaml"
    columns = {"forbid": None, "reason": None, "mode": "provision", "term": "90d"}
    recipient = age.generate()[1]
    row = {"id": envelope.key_id(recipient), "recipient": recipient}
    for name in ("borrower", "purpose"):
        columns[name] = envelope.seal("某", uid="H" * 26, path=f"columns.{name}", level="confidential", recipient=recipient)
    office.act("wang.wei", loans.give_back, "JY-1")
    opened(path, "request", columns=columns, row=row, event={"data": {"rule": {"term": "90d"}}})(office)


def copied_entry(office: Office) -> None:
    """The loan once more under another number: head and signatures still fit each other."""
    text = office.read(LOAN).replace(b"JY-2026-0001", b"JY-2026-0003")
    acts = ("loan.request", "loan.hand_out")
    office.commit({"registers/loan/2026/0/JY-2026-0003.yaml": text}, *acts, by="wang.wei")


def on_paper(*, scan: bytes | None = SCAN, **stated: Any) -> Attack:
    """A clerk enters that the manager approved on paper."""

    def attack(office: Office) -> None:
        known = {"post": "manager", "means": "paper", "recorder": "wang.wei", "data": {"paper": DIGEST}}
        text = office.event(REQUEST, "approve", by="chen.jing", **{**known, **stated})
        office.commit({REQUEST: text} | ({OBJECT: scan} if scan else {}), "loan.approve", by="wang.wei")

    return attack


def unproven(office: Office) -> None:
    office.commit({OBJECT: SCAN})


def removed_scan(office: Office) -> None:
    office.act("wang.wei", approvals.approve, "JY-2", Elsewhere("chen.jing", b"a scan"))
    [scan] = office.repository.tree("main", "objects")
    office.commit({scan.path: None})


def retired_approver(office: Office) -> None:
    """The manager was retired; the approval comes later, entered by somebody as if on paper."""
    path = "members/chen.jing.yaml"
    office.commit({path: office.read(path).replace(b"\nretired: null", b'\nretired: "2026-03-02"')}, "member.retire")
    on_paper()(office)


def past_rules(office: Office) -> None:
    """An event that was prepared before the rules changed."""
    text = office.event(LIST, "supervise", by="wu.lei", post="supervisor")
    rules = "regime/base.yaml"
    office.commit({rules: office.read(rules).replace(b"renew: same", b"renew: barred")}, "regime.update")
    office.commit({LIST: text}, "destruction.supervise", by="wu.lei")


def dated_ahead(office: Office) -> None:
    office.act("wu.lei", destruction.supervise, "XH-1")
    office.append(LIST, "execute", by="li.na", date="2026-04-02")


def dressed_up(office: Office) -> None:
    """A chain of approval made shorter by a rule in a later event."""
    rule = {"approve": ["manager"], "supervise": ["supervisor"]}
    office.append(LIST, "supervise", by="wu.lei", post="supervisor", data={"rule": rule})


ATTACKS: dict[str, tuple[Attack, str, str]] = {
    "a head changed": (raw(LOAN, "mode: loan", "mode: copy"), "verify/entry", "changed what stood"),
    "a number changed": (raw(LOAN, "id: JY-2026-0001", "id: JY-2026-0009"), "verify/entry", "changed what stood"),
    "an event edited": (raw(LIST, "post: manager", "post: supervisor"), "verify/entry", "changed what stood"),
    "an event removed": (shortened, "verify/entry", "changed what stood"),
    "events reordered": (reordered, "verify/entry", "changed what stood"),
    "an entry removed": (lambda o: o.commit({LOAN: None}), "verify/entry", "entries only grow"),
    "a second spelling": (raw(LOAN, "mode: loan", 'mode: "loan"'), "verify/entry", "not spelled"),
    "a comment at the end": (lambda o: o.commit({LOAN: o.read(LOAN) + b"# end\n"}), "verify/entry", "something follows"),
    "a step that does not exist": (event(LOAN, "sell", "wang.wei"), "verify/entry", "no step “sell”"),
    "a register that does not exist": (
        lambda o: o.commit({NEW: entry(o, NEW, "place", "li.na").replace(b"kind: hold", b"kind: sale")}, "hold.place"),
        "verify/entry",
        "There is no register",
    ),
    "acts of records as a register": (
        lambda o: o.commit({NEW: entry(o, NEW, "place", "li.na").replace(b"kind: hold", b"kind: record")}, "hold.place"),
        "verify/entry",
        "no such register",
    ),
    "a signature by another key": (
        lambda o: o.commit(
            {LIST: o.event(LIST, "supervise", by="wu.lei", post="supervisor", key=STRANGER)}, "destruction.supervise", by="wu.lei"
        ),
        "verify/entry",
        "valid signature of wu.lei",
    ),
    "a signature under another's name": (under_another_name, "verify/entry", "valid signature of wu.lei"),
    "another committer": (by_another_committer, "verify/entry", "which wu.lei should have signed"),
    "an approval without the post": (event(REQUEST, "approve", "wu.lei", post="manager"), "verify/act", "waits for: manager"),
    "an approval under another post": (
        event(REQUEST, "approve", "chen.jing", post="archivist"),
        "verify/act",
        "under another post",
    ),
    "one person twice": (twice_the_same, "verify/act", "one person never signs twice"),
    "a proposer who approves": (event(LIST, "cancel", "chen.jing"), "verify/act", "destruction.cancel"),
    "execution after one of two supervisors": (executed_early, "verify/act", "is approved; this needs: supervised"),
    "execution after a change": (changed_after_approval, "verify/act", "changed after"),
    "execution in spite of a stop": (held_after_approval, "verify/act", "is kept by"),
    "completion without intent": (event(LIST, "complete", "li.na"), "verify/act", "this needs: executing"),
    "a loan twice": (event(LOAN, "hand_out", "wang.wei", data={"due": "2026-03-09"}), "verify/act", "this needs: approved"),
    "another rule": (loan_under_another_rule, "verify/act", "another rule"),
    "a rule in a later event": (dressed_up, "verify/act", "another rule"),
    "a term beyond the rule": (
        event(
            LOAN,
            "renew",
            "wang.wei",
            data={"due": "2027-03-02", "reason": "enc:1:confidential:AAAAAAAAAAAA:YWdlLWVuY3J5cHRpb24ub3JnL3YxCg=="},
        ),
        "verify/act",
        "14d allowed",
    ),
    "contents that were not": (
        event(LIST, "supervise", "wu.lei", post="supervisor", items={"B" * 26: "0" * 64}),
        "verify/entry",
        "other contents",
    ),
    "no contents": (event(LIST, "supervise", "wu.lei", post="supervisor", items={}), "verify/entry", "other contents"),
    "rules that are not in force": (past_rules, "verify/entry", "not decided under the rules in force"),
    "what does not follow": (
        event(LIST, "supervise", "wu.lei", post="supervisor", after=["A" * 12]),
        "verify/entry",
        "does not follow",
    ),
    "an approval that did not know of the others": (
        event(LIST, "supervise", "wu.lei", id="2" * 12, post="supervisor", after=[]),
        "verify/entry",
        "does not follow",
    ),
    "an event of tomorrow": (
        event(LIST, "supervise", "wu.lei", post="supervisor", at="2026-03-03T01:12:44Z"),
        "verify/time",
        "cannot be",
    ),
    "an event of last week": (
        event(LIST, "supervise", "wu.lei", post="supervisor", at="2026-02-20T01:12:44Z"),
        "verify/time",
        "cannot be",
    ),
    "a destruction dated ahead": (dated_ahead, "verify/time", "after the day on which it was entered"),
    "an event with a key that is not": (
        event(
            REQUEST,
            "refuse",
            "chen.jing",
            post="manager",
            data={"opinion": "enc:1:confidential:AAAAAAAAAAAA:YWdlLWVuY3J5cHRpb24ub3JnL3YxCg=="},
        ),
        "verify/keys",
        "not one of entry",
    ),
    "an opinion in clear": (
        event(REQUEST, "refuse", "chen.jing", data={"opinion": "不行"}),
        "verify/entry",
        "“opinion” does not hold",
    ),
    "a day that is none": (event(LOAN, "give_back", "wang.wei", data={"due": "soon"}), "verify/entry", "“due” does not hold"),
    "a column in clear": (opened(columns={"reason": "核查"}), "verify/entry", "“reason” does not hold"),
    "a column that does not exist": (opened(columns={"phone": "13800138000"}), "verify/entry", "“phone” does not hold"),
    "a clerk stops a file": (opened(by="wang.wei", row={"epoch": 0}), "verify/act", "This is for: archivist"),
    "an entry about nothing": (
        opened(about=[{"uid": "B" * 26}], event={"items": {}}),
        "verify/entry",
        "a file that does not exist",
    ),
    "an entry in a wrong place": (opened("registers/hold/2026/1/TY-2026-0001.yaml"), "verify/entry", "does not belong"),
    "an entry of another year": (opened("registers/hold/2025/0/TY-2025-0001.yaml"), "verify/entry", "does not belong"),
    "an entry of another series": (opened("registers/hold/2026/0/JY-2026-0009.yaml"), "verify/entry", "does not belong"),
    "a key of a wrong id": (opened(row={"id": "A" * 12}), "verify/keys", "id of its recipient"),
    "a key of a wrong epoch": (opened(row={"epoch": 7}), "verify/keys", "epoch 7"),
    "an entry copied": (copied_entry, "verify/entry", "uid of something else"),
    "a paper that is not there": (on_paper(scan=None), "verify/entry", "without the scan"),
    "a paper of somebody unknown": (on_paper(by="liu"), "", ""),
    "a paper that is something else": (on_paper(scan=b"another"), "verify/object", "not what its name says"),
    "a paper of nobody named": (
        on_paper(data={"paper": DIGEST}, recorder="wang.wei", means="message"),
        "verify/entry",
        "without the scan",
    ),
    "a paper of a retired manager": (retired_approver, "verify/act", "no longer a member"),
    "a scan that nothing names": (unproven, "verify/object", "no event in it names"),
    "a scan that is gone": (removed_scan, "verify/object", "removed"),
    "an interaction": (
        lambda o: o.commit({"interactions/AA/A/2026.yaml": b"uid: A\n"}),
        "verify/object",
        "does not know yet",
    ),
}
del ATTACKS["a paper of somebody unknown"]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_change_of_an_entry_is_found(office: Office, name: str) -> None:
    attack, rule, words = ATTACKS[name]
    attack(office)
    told = [(finding.rule, finding.text) for finding in office.findings()]
    assert any(found == rule and words in text for found, text in told), told
    assert len({finding.commit for finding in office.findings()}) == 1


ALLOWED: dict[str, Attack] = {
    "the second supervisor": event(LIST, "supervise", "wu.lei", post="supervisor"),
    "an approval": event(REQUEST, "approve", "chen.jing", post="manager"),
    "an approval on paper": on_paper(),
    "a loan returned": event(LOAN, "give_back", "wang.wei", data={"condition": "intact"}),
    "a stop": opened(),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_signer_may_do_is_no_finding(office: Office, name: str) -> None:
    """The forger's tools make what archivectl makes: only what an attack changes is found."""
    ALLOWED[name](office)
    assert [finding.text for finding in office.findings()] == []


def test_an_entry_signed_by_a_key_retired_since_is_still_good(office: Office) -> None:
    path = "members/zhou.min.yaml"
    office.commit({path: office.read(path).replace(b"\nretired: null", b'\nretired: "2026-03-02"')}, "member.retire")
    office.act("wu.lei", destruction.supervise, "XH-1")
    office.act("li.na", destruction.execute, "XH-1")
    assert office.findings() == []


def test_what_is_judged_later_is_judged_by_the_clock_of_then(office: Office) -> None:
    office.at += timedelta(days=400)
    assert office.findings() == []
    candidate = membership.Candidate("he.yi", "何一", "he.yi@example.cn", ("clerk",), (), "internal")
    office.act("li.na", membership.add, candidate)
    assert office.findings() == []


def test_a_loan_of_a_file_that_another_entry_of_the_commit_lends_is_found(office: Office) -> None:
    office.act("wang.wei", loans.give_back, "JY-1")
    first = entry(office, NEW, "place", "li.na")
    second = "registers/review/2026/0/FH-2026-0001.yaml"
    review = entry(
        office, second, "conclude", "li.na", uid="I" * 26, columns={"forbid": None, "reason": None, "outcome": "confirmed"}
    )
    office.commit({NEW: first, second: review}, "hold.place", "review.conclude")
    assert [finding.text.split(": ", 1)[1] for finding in office.findings()] == [
        f"li.na was not allowed to do review.conclude on {second}: {office.data(COMPANY)['number']} is stopped by TY-2026-0001."
    ]
