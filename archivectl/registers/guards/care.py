"""Guards about the customer as a person: requests, identity, consent and purpose, change of name, complaints."""

from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records import fields, identity
from archivectl.records.consent import agreed, consented, noticed, told, withdrawn
from archivectl.records.model import UNFILED
from archivectl.regime import spans
from archivectl.regime.model import first
from archivectl.registers.guards.files import SEALED, not_held, stops
from archivectl.registers.guards.keeping import retention_over
from archivectl.registers.situation import Guard, Situation

_ERASING = ("erase", "delete")
_WHOLE = ("delete", "restrict", "withdraw")
_OWN_IDENTITY = frozenset({"identity_checks"})
FILING = "file"  # what it is called, where a consent is asked for, that a file becomes one


def answered_in_time(s: Situation) -> Iterator[Reason]:
    """The day promised for the answer keeps within the regime's term from the day on which the request was received."""
    received, due = str(s.column("received") or ""), str(s.column("due") or "")
    if received > s.now[: len(received)]:
        hint = N_("Give the day on which it was received.")
        yield s.why("answered_in_time", N_("{day} is yet to come."), hint=hint, day=received)
    limit = s.world.regime.get("request.within")
    if limit and received and spans.beyond(due or None, spans.span(limit).after(received, s.world.regime.calendar)):
        message = N_("A request received on {day} is answered within {limit}.")
        yield s.why("answered_in_time", message, path="request.within", day=received, limit=limit)


def contact_named(s: Situation) -> Iterator[Reason]:
    """To be erased alone, a contact of the file is named who is not forgotten yet; some requests are about the whole file."""
    named = [part for part in s.parts if part.startswith("contacts[")]
    if s.column("mode") != "erase":
        if s.parts and s.column("mode") in _WHOLE:
            hint = N_("Leave the contact out; one contact alone is only erased: --mode erase")
            yield s.why("contact_named", N_("This is asked of the whole file, not of one contact."), hint=hint)
        return
    for record in s.records:
        contacts = {f"contacts[{one['id']}]": one for one in record.data.get("contacts") or ()}
        if len(s.records) != 1 or len(named) != 1 or named[0] not in contacts:
            hint = N_("Name one of its contacts: --contact ID. They are: {known}")
            known = ", ".join(str(one["id"]) for one in contacts.values() if "forgotten" not in one) or "—"
            message = N_("Which contact of {record} is to be forgotten must be said.")
            yield s.why("contact_named", message, hint=hint, record=record.label, known=known)
        elif "forgotten" in contacts[named[0]]:
            message, hint = N_("This contact of {record} was forgotten already."), N_("Nothing is left to be done for them.")
            yield s.why("contact_named", message, hint=hint, record=record.label)


def identity_items(s: Situation) -> Iterator[Reason]:
    """What the regime asks to be confirmed in this way was, and who was asked electronically has replied."""
    method, path = str(s.given("method") or ""), f"identity.{s.given('method')}"
    if method == "electronic" and s.case and not s.case.acts("ask"):
        hint = N_("Enter first that the question was sent; once it is answered, repeat the command.")
        yield s.why("identity_items", N_("An electronic confirmation waits for the reply."), hint=hint, path=path)
    asked = {fields.folded(part) for part in str(s.given("asked") or "").replace("，", ",").split(",")}
    wanted = s.world.regime.get(path) or {}
    left = [title for name, title in wanted.items() if not asked & {fields.folded(word) for word in (name, *title.values())}]
    if left:
        message, hint = N_("Not confirmed yet: {items}."), N_("Say what was confirmed: --asked A,B")
        yield s.why("identity_items", message, hint=hint, path=path, items=Titles(left))


def law_allows(s: Situation) -> Iterator[Reason]:
    """Nothing is erased at the customer's wish while a stop stands or the law wants it kept; then it is restricted instead."""
    if s.column("mode") in _ERASING:
        hint = N_("Refuse it with this reason and stop all use instead: archivectl hold {record} --forbid all")
        for reason in (*not_held(s), *retention_over(s)):
            yield reason._replace(code=f"{s.step.code}/law_allows", hint=hint)


def carried_out(s: Situation) -> Iterator[Reason]:
    """A file that was to be deleted has been destroyed along its own path, or sealed where that may stand for it."""
    instead = "asked" in (s.world.regime.get("seal.upon") or ())
    if s.column("mode") == "delete":
        for record in s.records:
            if not record.gone and not (instead and any(stops(s.world, record, SEALED))):
                hint = N_("Put it on a destruction list: archivectl destroy propose {record} --reason …")
                yield s.why("carried_out", N_("{record} is not destroyed yet."), hint=hint, record=record.label)


def identity_confirmed(s: Situation) -> Iterator[Reason]:
    """Where the regime asks for it, the customer's identity stands confirmed by the last check in the file."""
    if s.step.code not in (s.world.regime.get("identity.for") or ()) or _only(s, _OWN_IDENTITY) or _begun(s):
        return
    for label, data in _judged(s):
        result = identity.last(data).get("result")
        if result != "confirmed":
            waits = N_("The identity of {record} waits for a reply.")
            message = waits if result == "pending" else N_("The identity of {record} is not confirmed.")
            hint = N_("Enter the check: identity_checks, its method, date and result")
            yield s.why("identity_confirmed", message, hint=hint, path="identity.for", record=label)


def _begun(s: Situation) -> bool:
    """Whether a file is only begun: as a draft or stub, which is filed later."""
    status = s.given("status") or (s.given("content") or {}).get("status")
    return s.step.code == "record.create" and status in UNFILED


def _judged(s: Situation) -> list[tuple[str, Mapping[str, Any]]]:
    """What the act is about, with what to call it: its records, or a file that is being opened."""
    content = s.given("content")
    return [(record.label, record.data) for record in s.records] or ([("—", content)] if content else [])


def purpose_permitted(s: Situation) -> Iterator[Reason]:
    """Where the regime lists the purposes of use, one of them is named; what it bars is not."""
    stated, use = s.world.regime.get("purposes") or {}, s.column("use")
    known = {name: titles for name, titles in stated.items() if titles}
    if stated.get(use) is False:
        yield s.why("purpose_permitted", N_("Files are not used here for “{use}”."), path=f"purposes.{use}", use=use)
    elif known and use not in known:
        message = (
            N_("“{use}” is no purpose that files are used for here.") if use else N_("What the file is used for must be named.")
        )
        hint = N_("Name it with --use, one of: {known}")
        yield s.why("purpose_permitted", message, hint=hint, path="purposes", use=use or "—", known=Titles(known.values()))


def consent_given(s: Situation) -> Iterator[Reason]:
    """Where the regime asks for consent to this act, one that covers the purpose stands, separately for what is sensitive."""
    asked, path = s.world.regime.get("consent") or {}, "consent.for"
    act = next((each for each in _consenting(s) if each in (asked.get("for") or ())), "")
    if not act:
        yield from _not_withdrawn(s)
        return
    capacity = tuple(asked.get("capacity") or ())
    use, form, today = str(s.column("use") or act), str(asked.get("form") or ""), s.now[:10]
    since = s.case.done[0].date[:10] if asked.get("at_use") and s.case else ""
    for label, data in _judged(s):
        whole = act == FILING and agreed(data, today, form, capacity)
        if not whole and not consented(data, use, today, form, since, capacity):
            message = N_("There is no consent of the customer to this that stands today ({record}).")
            hint = N_("Enter it in the file: consent, its form, the day it was given, and the purposes")
            yield s.why("consent_given", message, hint=hint, path=path, record=label)
        elif asked.get("sensitive") == "separate" and _sensitive(data) and not consented(data, "sensitive", today, form):
            message = N_("{record} holds sensitive personal data; that needs a consent of its own.")
            yield s.why("consent_given", message, hint=N_("Enter a consent to the purpose “sensitive”."), path=path, record=label)
        elif asked.get("told") is True and not told(data, use, today):
            message = N_("The customer was not told that the data is used for this ({record}).")
            yield s.why("consent_given", message, hint=N_("Enter in the file when and how: purposes"), path=path, record=label)


def _not_withdrawn(s: Situation) -> Iterator[Reason]:
    """What a customer agreed to and then withdrew is not done, whatever the regime asks for."""
    use, today = str(s.column("use") or ""), s.now[:10]
    for record in s.records if use else ():
        day = withdrawn(record.data, use, today)
        if day and not consented(record.data, use, today):
            message = N_("The customer withdrew the consent to this on {day} ({record}).")
            yield s.why("consent_given", message, path="consent.for", day=day, record=record.label)


def customer_told(s: Situation) -> Iterator[Reason]:
    """Where the regime asks for it, the customer was told what the data is for, and the file says when and how."""
    asked = s.world.regime.get("consent.told")
    if not isinstance(asked, list) or not set(asked) & set(_consenting(s)):
        return
    for label, data in _judged(s):
        if not noticed(data, s.now[:10]):
            message = N_("The customer was not told what the data is for ({record}).")
            hint = N_("Enter in the file what for, when and how: purposes")
            yield s.why("customer_told", message, hint=hint, path="consent.told", record=label)


def _consenting(s: Situation) -> tuple[str, ...]:
    """What an act is in the regime's words: ``provide``, ``use``, or the name of its step; to open a file is to file it."""
    if s.kind.name == "loan":
        return ("provide" if s.column("mode") == "provision" or s.column("outside") else "use",)
    return (s.step.name, FILING) if s.step.code == "record.create" and not _begun(s) else (s.step.name,)


def _sensitive(data: Mapping[str, Any]) -> bool:
    """Whether a file of a person holds what is sensitive by law: whatever the schema keeps as secret."""
    levels = (fields.level_of(path, "person") for path, _value in fields.walk(data) if fields.field_at(path))
    return data.get("subject") == "person" and any(level not in {"open", "internal", "confidential"} for level in levels)


def renamed_by_case(s: Situation) -> Iterator[Reason]:
    """Where the regime wants it so, a name changes by a case of its own, with its papers."""
    changed = s.given("changed") or ()
    if s.world.regime.get("rename.by") == "case" and "name" in changed and not s.given("renaming"):
        hint = N_("Enter the change of name: archivectl rename {record} --to NAME --paper …")
        message = N_("A name is changed here by a case of its own, with its papers.")
        record = s.records[0].label if s.records else "—"
        yield s.why("renamed_by_case", message, hint=hint, path="rename.by", record=record)


def papers_complete(s: Situation) -> Iterator[Reason]:
    """Every paper that a change of name needs is there."""
    wanted = s.world.regime.get("rename.papers") or {}
    there = {name for name in wanted if s.column(name) is True or (s.case and any(e.data.get(name) is True for e in s.case.done))}
    if left := [title for name, title in wanted.items() if name not in there and s.given(name) is not True]:
        hint = N_("When it is there: archivectl rename {entry} --paper …")
        entry = s.case.id if s.case else "—"
        yield s.why("papers_complete", N_("Missing: {items}."), hint=hint, path="rename.papers", items=Titles(left), entry=entry)


def fine_by_table(s: Situation) -> Iterator[Reason]:
    """A fine is what the regulation's table says for the offence, and nothing is fined that stands in no row."""
    if s.column("mode") != "fine":
        return
    table, offence, amount = s.world.regime.get("fines") or (), s.column("offence"), s.column("amount")
    row = first(table, {"offence": offence})
    if row is None:
        known = ", ".join(str(each.get("when", {}).get("offence")) for each in table) or "—"
        message, hint = N_("The regulation has no fine for “{offence}”."), N_("It has fines for: {known}")
        yield s.why("fine_by_table", message, hint=hint, path="fines", offence=offence, known=known)
    elif str(amount) != str(row.get("amount")):
        message = N_("The fine for “{offence}” is {wanted}, not {amount}.")
        yield s.why("fine_by_table", message, path="fines", offence=offence, wanted=row.get("amount"), amount=amount or "—")


def once_a_year(s: Situation) -> Iterator[Reason]:
    """A member is asked once for each year."""
    asked = {"member": s.column("member"), "year": s.column("year")}
    if asked["member"] not in s.world.members:
        hint = N_("Give the handle of a member: archivectl member list")
        yield s.why("once_a_year", N_("“{member}” is no member of this archive."), hint=hint, member=asked["member"])
    for case in s.world.register(s.kind.name):
        if (s.case is None or case.uid != s.case.uid) and asked.items() <= case.entry.columns.items():
            message = N_("{member} was asked for {year} already ({entry}).")
            hint = N_("Go on with that one: archivectl register show {entry}")
            yield s.why("once_a_year", message, hint=hint, entry=case.id, **asked)


def _only(s: Situation, sections: frozenset[str]) -> bool:
    """Whether a change of a record touches nothing but these sections."""
    changed = {str(path).partition("[")[0].partition(".")[0] for path in s.given("changed") or ()}
    return bool(changed) and changed <= sections


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        answered_in_time,
        contact_named,
        identity_items,
        law_allows,
        carried_out,
        identity_confirmed,
        purpose_permitted,
        consent_given,
        customer_told,
        renamed_by_case,
        papers_complete,
        fine_by_table,
        once_a_year,
    )
}
