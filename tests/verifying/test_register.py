"""Entries: they only grow, by events that their signer could rightly have added then."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from archivectl import approvals, destruction, handover, intake, loans, membership, stops
from archivectl.approvals import Elsewhere
from archivectl.encryption import age, envelope
from archivectl.registers import entry as entries
from verifying.office import COMPANY, LIST, LOAN, REQUEST, STRANGER, Office

Attack = Callable[[Office], object]
SCAN = age.encrypt(b"a scan of a signature", [age.generate()[1]])
DIGEST = hashlib.sha256(SCAN).hexdigest()
OBJECT = f"objects/{DIGEST[:2]}/{DIGEST}.age"
HOLDS = "regime/registers/hold.yaml"
SLIP = "registers/handover/2026/0/JJ-2026-0001.yaml"
SECOND_LIST = "registers/destruction/2026/0/XH-2026-0002.yaml"
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


def loan_under(office: Office, mode: str, asked: str, **rule: Any) -> None:
    path = "registers/loan/2026/0/JY-2026-0003.yaml"
    columns = {"forbid": None, "reason": None, "mode": mode, "term": asked}
    recipient = age.generate()[1]
    row = {"id": envelope.key_id(recipient), "recipient": recipient}
    for name in ("borrower", "purpose"):
        columns[name] = envelope.seal("某", uid="H" * 26, path=f"columns.{name}", level="confidential", recipient=recipient)
    office.act("wang.wei", loans.give_back, "JY-1")
    opened(path, "request", columns=columns, row=row, event={"data": {"rule": rule}})(office)


def kept_rule(office: Office) -> dict[str, Any]:
    """The rule that the first loan was asked for under."""
    return dict(office.data(LOAN)["events"][0]["data"]["rule"])


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
        by = stated.get("recorder", "wang.wei")
        office.commit({REQUEST: text} | ({OBJECT: scan} if scan else {}), "loan.approve", by=by)

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


def through_outsiders(act: str = "approve", *, times: int = 1, recorder: str = "li.na", path: str = LIST) -> Attack:
    """Enter that somebody outside signed on paper, perhaps several times."""

    def attack(office: Office) -> None:
        for number in range(times):
            outsider(office, path, act, recorder, number)

    return attack


def outsider(office: Office, path: str, act: str, recorder: str, number: int) -> None:
    scan = SCAN + bytes([number])
    digest, event = hashlib.sha256(scan).hexdigest(), "FGHI"[number] * 12
    recipient = age.generate()[1]
    epoch = 1 if office.archive(recorder).me.cleared("confidential") else 0
    row = {"id": envelope.key_id(recipient), "level": "confidential", "of": "entry", "epoch": epoch, "recipient": recipient}
    uid = office.data(path)["uid"]
    who = envelope.seal("某人", uid=uid, path=f"events[{event}].data.who", level="confidential", recipient=recipient)
    post = "manager" if act == "approve" else "supervisor"
    stated: dict[str, Any] = {"id": event, "post": post, "means": "paper", "recorder": recorder, "keys": [row]}
    text = office.event(path, act, by="outside", data={"paper": digest, "who": who}, **stated)
    scans = {f"objects/{digest[:2]}/{digest}.age": scan}
    office.commit({path: text, **scans}, f"{path.split('/')[1]}.{act}", by=recorder)


def proposed(office: Office) -> None:
    """A second list that waits for approval; its proposer enters what somebody outside signed."""
    office.act("sun.li", intake.create, "organisation", {"name": "甲商行"})
    office.act("li.na", destruction.propose, ["4"], "期满")
    outsider(office, SECOND_LIST, "approve", "li.na", 0)


def chain_of_outsiders(office: Office) -> None:
    office.act("sun.li", intake.create, "organisation", {"name": "甲商行"})
    office.act("li.na", destruction.propose, ["4"], "期满")
    office.act("chen.jing", approvals.approve, "XH-2")
    through_outsiders("supervise", times=2, recorder="wang.wei", path=SECOND_LIST)(office)


def executed_on_paper(office: Office) -> None:
    """A clerk enters that the archivist carried out the list."""
    office.act("wu.lei", destruction.supervise, "XH-1")
    given: dict[str, Any] = {"means": "paper", "recorder": "wang.wei", "data": {"paper": DIGEST}}
    text = office.event(LIST, "execute", by="li.na", **given)
    office.commit({LIST: text, OBJECT: SCAN}, "destruction.execute", by="wang.wei")


def hidden_stop(office: Office) -> None:
    """A stop is entered, then the register asks for more than it holds, then the stopped file changes."""
    office.act("li.na", stops.hold, ["2"], "use", "核查")
    kind_changed(office)
    office.commit({COMPANY: office.record(COMPANY, lambda data: data.update(keeper="sun.li"))}, "record.update")


def kind_changed(office: Office) -> None:
    """The reason of a stop becomes secret."""
    text, old = office.read(HOLDS), b"en: reason, secrecy: confidential"
    assert old in text
    office.commit({HOLDS: text.replace(old, b"en: reason, secrecy: secret")}, "regime.adopt")


def left_in_disorder(office: Office) -> None:
    """Who leaves hands over one file of two, and the slip is registered all the same."""
    for name in ("甲商行", "乙商行"):
        office.act("sun.li", intake.create, "organisation", {"name": name})
    slip = {"mode": "leave", "giver": "sun.li", "receiver": "li.na", "reason": "离职"}
    office.act("sun.li", handover.propose, ["4"], slip)
    office.act("chen.jing", approvals.approve, "JJ-1")
    office.act("li.na", handover.confirm, "JJ-1", None)
    office.append(SLIP, "register", by="li.na")


def dressed_up(office: Office) -> None:
    """A chain of approval made shorter by a rule in a later event."""
    rule = {"approve": ["manager"], "supervise": ["supervisor"]}
    office.append(LIST, "supervise", by="wu.lei", post="supervisor", data={"rule": rule})


ATTACKS: dict[str, tuple[Attack, str, str]] = {
    "a leaver's slip registered though a file is left": (left_in_disorder, "verify/act", "sun.li still keeps 1 files: SH-000005"),
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
    "another rule": (lambda o: loan_under(o, "provision", "90d", term="90d"), "verify/act", "another rule"),
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
        event(LIST, "supervise", "wu.lei", id="2" * 12, post="supervisor", after=[], data={"checked": 1}),
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
    "a choice that is none": (opened(columns={"forbid": "nothing-at-all"}), "verify/entry", "“forbid” does not hold"),
    "a condition that is none": (
        event(LOAN, "give_back", "wang.wei", data={"condition": "fine"}),
        "verify/entry",
        "“condition” does not hold",
    ),
    "pages that are text": (
        event(LOAN, "give_back", "wang.wei", data={"condition": "intact", "pages": "3"}),
        "verify/entry",
        "“pages” does not hold",
    ),
    "a stop behind a changed register": (hidden_stop, "verify/act", "is stopped by"),
    "a destruction carried out on paper": (executed_on_paper, "verify/act", "This must be signed, not paper"),
    "a paper entered by a supervisor": (on_paper(recorder="wu.lei"), "verify/act", "wu.lei is not one of them"),
    "a paper entered by whom it names": (on_paper(recorder="chen.jing"), "verify/act", "signs for themselves"),
    "two outsiders in one chain": (chain_of_outsiders, "verify/act", "Somebody outside has signed already"),
    "a proposer who enters an approval from outside": (proposed, "verify/act", "took part already"),
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
    "a scan that nothing names": (unproven, "verify/object", "no event and no paper in it names"),
    "a scan that is gone": (removed_scan, "verify/object", "removed"),
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
    "the second supervisor": event(LIST, "supervise", "wu.lei", post="supervisor", data={"checked": 1}),
    "an approval": event(REQUEST, "approve", "chen.jing", post="manager"),
    "an approval on paper": on_paper(),
    "a loan returned": event(LOAN, "give_back", "wang.wei", data={"condition": "intact"}),
    "a stop": opened(),
    "a rule under another clause": lambda o: loan_under(o, "loan", "14d", **{**kept_rule(o), "clause": "LOAN-99"}),
    "an approval from outside": through_outsiders(recorder="wang.wei", path=REQUEST),
    "a supervisor from outside": through_outsiders("supervise", recorder="wang.wei"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_signer_may_do_is_no_finding(office: Office, name: str) -> None:
    """The forger's tools make what archivectl makes: only what an attack changes is found."""
    ALLOWED[name](office)
    assert [finding.text for finding in office.findings()] == []


def test_an_old_entry_is_carried_on_under_a_register_that_asks_for_more(office: Office) -> None:
    office.act("li.na", stops.hold, ["2"], "use", "核查")
    kind_changed(office)
    office.act("li.na", stops.release, "TY-1", "查毕")
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
