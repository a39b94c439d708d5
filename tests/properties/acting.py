"""A department of seven with every post, and whatever its members might take it into their heads to do, by chance.

What may be tried is read from the kinds: their opening steps and columns, what starts in the state of an entry, who may do it. A
kind or step that is added is tried like the rest; what another command does than ``register`` stands in ``commands.py``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from archivectl import approvals, intake, ledger, membership, yaml_text
from archivectl.archive import Archive, Change
from archivectl.records.model import Record
from archivectl.registers.deciding import decide
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Column, Kind, Step
from archivectl.registers.situation import Situation
from office import Office
from properties.commands import COMMANDS, MEMBERS, Act, nothing

if TYPE_CHECKING:
    from pathlib import Path

# Rules under which every chain of every kind has somebody to sign it, some of them two, and every clause something to forbid.
HOUSE: dict[str, Any] = {
    "intake": {"approve": ["manager"]},
    "collect": {"review": ["manager"], "within": "3d"},
    "seal": {"approve": ["manager"]},
    "review": {"approve": ["manager"], "sign": [{"all": ["manager", "archivist"]}]},
    "inventory": {"approve": [{"all": ["archivist", "supervisor"]}]},
    "lend": {
        "rules": [{"when": {"secrecy": ">=confidential"}, "approve": ["manager", "archivist"], "term": "14d"}, {"term": "14d"}],
        "renewals": 2,
    },
    "keep": {"disinfest": {"outside": True}},
    "handover": {"approve": [{"all": ["giver", "manager"]}], "agree": ["manager"], "tell": [["giver", "archivist"]]},
    "duties": [{"do": "training", "title": {"zh": "培训", "en": "training"}, "who": ["archivist"], "every": "1y"}],
    "fines": [{"when": {"offence": "迟交"}, "amount": 50}],
}
MORE = (
    ("he.jun", "何军", ("archivist", "manager", "supervisor"), "secret", "档案室"),  # whose posts nothing but `apart` keeps apart
    ("xu.min", "徐敏", ("clerk",), "internal", "客服部"),
)
CONTACT = {"contacts[cAAAAA].name": "李四", "contacts[cAAAAA].phone": "13800138000"}
PAPERS = {
    "volumes[vAAAAA].number": 1,
    "documents[dAAAAA].kind": "合同",
    "documents[dAAAAA].volume": "vAAAAA",
    "documents[dAAAAB].kind": "证明",
}
CONSENT = {"consent[sAAAAA].given": "2026-03-02", "consent[sAAAAA].purposes": ["marketing"]}
FILES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("person", {"name": "张三", "secrecy": "confidential", **CONSENT}, "filed"),
    ("organisation", {"name": "示例商行", **CONTACT}, "filed"),
    ("organisation", {"name": "范例工厂", **PAPERS, "keeper": "wang.wei"}, "filed"),
    ("organisation", {"name": "样品公司", "retention.term": "10y"}, "filed"),
    ("person", {"name": "王五"}, "stub"),
)
# What stands in columns that mean more than their words; some of it is refused.
WORDS: Mapping[str, tuple[str, ...]] = {
    "post": ("manager", "manager", "manager", "supervisor", "supervisor", "archivist", "archivist", "cook"),
    "to": MEMBERS,
    "kinds": ("", "", "", "", "loan", "destruction", "intake", "soup"),
    "where": ("", "", "", "", "", "", "subject=person", "soup"),
    "do": ("training", "training", "cooking"),
    "unit": ("客服部", "客服部", "客服部", "销售部"),
    "scope": ("客服部", "客服部 销售部"),
    "offence": ("迟交", "早退"),
    "until": ("2026-04-10", "2026-05-01", "2026-06-01", "2026-09-01", "2030-12-31"),
    "purpose": ("核对",),
    "amount": ("50", "60"),
    "temperature": ("21.5",),
    "humidity": ("44",),
    "rating": ("80", "101"),
    "year": ("2026",),
}
# The guards that tell whose turn it is.
TURNS = {"by", "chain", "distinct", "apart", "own_part", "own_supervision", "of_receiving_department", "duty_of_theirs"}


class Department:
    """The office, its folder, the civil time and the chance by which everything goes."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.folder = office, office.run.folder
        self.chance = Random(seed)  # noqa: S311 - the same department every time
        self.time = datetime.fromisoformat("2026-03-02T10:00")
        self.backups: list[Path] = []
        self.apart = False  # whether what is tried now is not about one file, or is signed by somebody else: nobody asks ahead
        rules: dict[str, bytes | None] = {"regime/house.yaml": yaml_text.dump(HOUSE).encode()}
        with office.acting() as archive:
            archive.commit(Change(("regime.house",), "regime.house: rules", rules))
        for handle, name, roles, level, department in MORE:
            with office.acting() as archive:
                membership.add(archive, membership.Candidate(handle, name, f"{handle}@example.cn", roles, (), level, department))
        for subject, values, status in FILES:
            with office.acting() as archive:
                intake.create(archive, subject, values, "", status)

    @property
    def now(self) -> str:
        """The civil time."""
        return self.time.isoformat(timespec="minutes")

    def wait(self) -> None:
        """Some hours or days go by."""
        self.time += timedelta(hours=self.chance.choice((0, 0, 0, 1, 5, 24, 24, 72, 240)))

    def often(self, likely: float) -> bool:
        """Whether what happens this often happens now."""
        return self.chance.random() < likely

    def one(self, *choices: str) -> str:
        """One of some words."""
        return self.chance.choice(choices)

    def file(self) -> str:
        """The number of a file; the first ones have most of the business."""
        count = len(list(self.office.archive.glob("customers/SH/0/*.yaml")))
        return str(min(self.chance.randint(1, count), self.chance.randint(1, count)))

    def day(self) -> str:
        """A day near today; seldom one that is yet to come."""
        return (self.time + timedelta(days=self.chance.choice((0, 0, 0, -1, -5, 1)))).date().isoformat()

    def cell(self, column: Column) -> str:
        """What somebody might type into a column."""
        if column.name in WORDS:
            return self.one(*WORDS[column.name])
        typed: dict[str, Callable[[], str]] = {
            "choice": lambda: self.one(*column.choices),
            "member": lambda: self.one(*MEMBERS),
            "entry": lambda: self.one("XH-2026-0001", "JY-2026-0001"),
            "date": self.day,
            "integer": lambda: self.one("1", "2"),
            "number": lambda: self.one("1", "2"),
            "boolean": lambda: self.one("yes", "no"),
            "span": lambda: self.one("3d", "4h", "30d"),
        }
        return typed.get(column.type, lambda: "说明")()

    def columns(self, columns: Mapping[str, Column], required: tuple[Any, ...]) -> dict[str, str]:
        """What somebody fills in: what is required, unless it is forgotten, and some of the rest."""
        filled = [c for name, c in columns.items() if name != "for" and self.often(0.96 if name in required else 0.3)]
        return {column.name: text for column in filled if (text := self.cell(column))}

    def who(self, archive: Archive, step: Step, case: Case | None, records: tuple[Record, ...]) -> str:
        """Most often somebody whose turn it is, else anybody."""
        asked = Situation(archive, archive.kind(step.kind), step, archive.me, archive.now, case, records)
        fit = [one for one in MEMBERS if not _barred(asked._replace(actor=archive.members[one]))] if self.often(0.75) else []
        return self.one(*(fit or MEMBERS))

    def enters(self, kind: Kind, step: Step) -> Act:
        """An entry that is opened, by the command that does it."""
        if step.command:
            self.apart = step.code in {"destruction.propose", "hold.place"} and self.often(0.2)
            return COMMANDS.get(step.code, nothing)
        meant = {name: self.one(*wanted) if isinstance(wanted, list) else wanted for name, wanted in step.when.items()}
        asked = [need for name, value in meant.items() for need in kind.columns[name].asked(value)]
        typed = self.columns(kind.columns, (*kind.required, *asked, *step.needs))
        typed |= {name: value for name, value in meant.items() if value and self.often(0.9)}
        self.apart = "record" not in kind.about or self.often(0.05)
        return lambda d, archive, ref: ledger.add(archive, kind.name, [] if d.apart else [ref], typed)

    def goes_on(self, kind: Kind, step: Step) -> Act:
        """An entry that is carried a step further: signed, by the command that does it, or by hand."""
        if step.chain and (not step.command or self.often(0.2)):
            self.apart = self.often(0.15)
            elsewhere = approvals.Elsewhere("赵总", b"scan", self.one("paper", "message")) if self.apart else None
            if step.refuses:
                return lambda _d, archive, ref: approvals.reject(archive, ref, "不同意", elsewhere)
            return lambda _d, archive, ref: approvals.approve(archive, ref, elsewhere)
        if step.command and self.often(0.95):
            return COMMANDS.get(step.code, nothing)
        asked = [name for name in step.needs if isinstance(name, str) and name in kind.data]
        typed = self.columns({name: kind.data[name] for name in asked}, step.needs)
        return lambda _d, archive, ref: ledger.carry_on(archive, ref, step.name, typed)


def _barred(s: Situation) -> bool:
    """Whether it is somebody else's turn."""
    step = s.step._replace(guards=tuple(guard for guard in s.step.guards if guard in TURNS))
    found = decide(s._replace(step=step, columns={} if s.case is None else None)).reasons
    return any(reason.code.rpartition("/")[2] in TURNS for reason in found)
