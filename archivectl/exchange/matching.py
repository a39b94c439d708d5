"""Which file a row is about, and what it would change there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archivectl import intake
from archivectl.archive import Archive
from archivectl.cases import random_id
from archivectl.encryption.envelope import is_sealed
from archivectl.errors import ArchiveError, KeyMissing, NotAllowed, Reason
from archivectl.exchange.mapping import Problem
from archivectl.exchange.rows import Judged, at_contact
from archivectl.i18n import N_
from archivectl.records import fields
from archivectl.records.model import GONE, Record
from archivectl.records.opening import NotCleared
from archivectl.search.index import Row

# Where the name differs, one of these must still be the same: else another source counts its customers with the same numbers.
_TELLING = frozenset(
    {
        "identity.uscc", "identity.tax_number", "identity.registration_number", "identity.id_number",
        "phone", "fax", "email", "website", "address.street",
    }
)  # fmt: skip
_CONTACT = "contacts["

_NO_FILE = N_("there is no file of this number; new files get their number from the archive: leave it empty")
TOMBSTONE = N_("{number} is {status}; only its tombstone is left")
_SEVERAL = N_("several files have this customer number: {numbers}")
_STRANGER = N_(
    "{number} has this customer number, but another name and nothing else in common: if it is another customer, "
    "leave the column of numbers out with a map file; if it is the same one, change the name first"
)
KEPT = N_("this is what stands there without the zeros at its beginning: what stands there was kept")
_CONTACTS_LEFT = N_("the contacts of {number} were left as they are: whether this is one of them cannot be told")


@dataclass(frozen=True, slots=True)
class Update:
    """What a row changes in a file that exists: typed values by field path, none that stands there already.

    ``by_hand`` are those of the paths whose present value no import has set.
    """

    row: int
    record: Record
    values: Mapping[str, Any]
    by_hand: tuple[str, ...] = ()


def find(archive: Archive, found: Judged) -> Row | Problem | None:
    """The file that a row is about, by file number or the customer's number in the source; None where it is a new customer."""
    if number := found.values.get("number"):
        row = archive.index.record(number=str(number))
        if row is None:
            return Problem(found.row, "", _NO_FILE)
        if row.status in GONE:
            return Problem(found.row, "", TOMBSTONE, {"number": row.number, "status": row.status})
        return row
    if external := found.values.get("source.external_id"):
        rows = list(archive.index.records("external = ?", (external,)))
        if len(rows) > 1:
            return Problem(found.row, "", _SEVERAL, {"numbers": ", ".join(row.number or row.uid for row in rows[:5])})
        return rows[0] if rows else None
    return None


def compare(archive: Archive, record: Record, found: Judged, known: intake.Known) -> tuple[Update, list[Problem]]:
    """What the row changes in the file, and the problems that only show there. An empty value changes nothing."""
    values = {path: value for path, value in found.values.items() if path != "number"}
    values, problems = _with_contact(archive, record, found.row, values)
    changed = {}
    for path, value in values.items():
        try:
            there = standing(archive, record, path)
            if _bared(there, value):
                problems.append(Problem(found.row, fields.known(path).title, KEPT, rejects=False))
            elif there != value:
                changed[path] = value
        except ArchiveError as error:
            problems.append(Problem(found.row, "", error.message, error.values))
    problems += _grading(archive, record, found.row, changed)
    if "name" in changed and not _TELLING & (values.keys() - changed.keys()):
        problems.append(Problem(found.row, "", _STRANGER, {"number": record.label}))
    if changed and not any(problem.rejects for problem in problems):
        reasons = refusals(archive, record, changed, known.twins(changed, record.uid))
        problems += [Problem(found.row, "", reason.message, dict(reason.values)) for reason in reasons]
    return Update(found.row, record, changed), problems


def _grading(archive: Archive, record: Record, row: int, changed: Mapping[str, Any]) -> list[Problem]:
    """Why the actor cannot give the file the grade that a row gives it."""
    try:
        if "secrecy" in changed:
            intake.lifted(archive, record, intake.applied(record.data, changed), opening=True)
    except ArchiveError as error:
        return [Problem(row, "", error.message, error.values)]
    return []


def _bared(there: object, value: object) -> bool:
    """Whether a spreadsheet took a number for a sum: it is what stands there, without zeros at its beginning."""
    if not (isinstance(there, str) and isinstance(value, str)) or not (there.isdigit() and value.isdigit()):
        return False
    return len(value) < len(there) and there.endswith(value) and not there.removesuffix(value).strip("0")


def standing(archive: Archive, record: Record, path: str) -> Any:  # noqa: ANN401 - any typed value
    """The value that stands at a path, opened; raises NotCleared or a KeyMissing."""
    value = fields.get(record.data, path)
    return archive.opener.open(value, path, record.uid, record.data.get("keys") or ()) if is_sealed(value) else value


def _with_contact(archive: Archive, record: Record, row: int, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The values with the contact they are about, or without those of a contact where that cannot be told."""
    inside = {path: value for path, value in values.items() if path.startswith(_CONTACT)}
    if not inside:
        return dict(values), []
    contact = _contact(archive, record, inside.get("contacts[].name"))
    if contact:
        return at_contact(values, contact), []
    left = {path: value for path, value in values.items() if path not in inside}
    return left, [Problem(row, "", _CONTACTS_LEFT, {"number": record.label}, rejects=False)]


def _contact(archive: Archive, record: Record, name: str | None) -> str | None:
    """The id of the contact of that name, a new one where nobody has it, None where it cannot be told."""
    contacts = record.data.get("contacts") or ()
    for contact in contacts:
        if "forgotten" in contact:  # it may be this one, who is not to come back
            return None
        try:
            if standing(archive, record, f"contacts[{contact['id']}].name") == name:
                return str(contact["id"])
        except (NotCleared, KeyMissing):
            return None
    return contact_id() if name or not contacts else None


def contact_id() -> str:
    """An id for a new contact."""
    return f"c{random_id(5)}"


def act_of(values: Iterable[str]) -> str:
    """The act that changing these fields of a file is: ``classify`` where they are all axes."""
    return "classify" if all(path.startswith("classification.") for path in values) else "update"


def refusals(
    archive: Archive, record: Record, values: Mapping[str, Any], twins: Iterable[Mapping[str, str]] = ()
) -> list[Reason]:
    """The reasons against changing these fields of a file; ``twins`` are other files with the same identifiers."""
    data = {**intake.stated(values), "twins": list(twins), "reason": "import"}  # the entry of the batch says more
    reasons: list[Reason] = []
    for act in intake.acts(record.data, intake.applied(record.data, values), values):
        try:
            intake.refuse_unless_allowed(archive, act, (record,), data)
        except NotAllowed as refusal:
            reasons += refusal.reasons
    return reasons


def against_opening(archive: Archive, found: Judged, known: intake.Known) -> list[Problem]:
    """What is said in a row against opening a file with it."""
    values = at_contact(found.values, "cAAAAA")
    told = {"content": {**intake.applied({}, values), "subject": found.subject}, "twins": known.twins(found.values)}
    try:
        intake.refuse_unless_allowed(archive, "create", (), {**intake.stated(values), **told})
    except NotAllowed as refusal:
        guards = archive.kind("record").steps["create"].guards  # what is against the actor is no row's fault
        reasons = [reason for reason in refusal.reasons if reason.code.rpartition("/")[2] in guards]
        return [Problem(found.row, "", reason.message, dict(reason.values)) for reason in reasons]
    return []
