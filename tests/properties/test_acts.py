"""Any acts by any members in any order: no path leads to what the rules forbid, and ``why`` tells what happens.

In each history a department of seven takes steps of all registers by chance (``acting.py``, ``commands.py``): the right people
and others, on files that are free, lent, stopped, listed or destroyed, with what is typed right and wrong. After every act that
is done the laws of ``laws.py`` hold; one that is refused leaves everything as it was; in the end ``check`` and ``verify`` find
nothing. To look further, raise the number of histories: a seed always brings the same one.
"""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing

import pytest

from archivectl import deliberation
from archivectl.archive import Archive
from archivectl.checking import run
from archivectl.errors import ArchiveError, KeyMissing, NotAllowed, Refused, WrongUsage
from archivectl.registers import kinds
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind, Step
from archivectl.verifying import trust
from office import Office
from properties.acting import Department
from properties.commands import COMMANDS, DIVIDED, MEMBERS, RECORD, Act
from properties.laws import AWAY, LAWS, LISTED, OPEN, Scene, deed, look
from registers.entries import BASE

# The registers that bind files and end them; in a history of these alone much comes together at few files.
BINDING = ("delegation", "destruction", "hold", "loan", "request")
# How much oftener than others these are entered; and the steps that lead nowhere further.
MUCH = {"loan": 4, "destruction": 7, "hold": 3, "delegation": 2}
ENDS = {"refuse", "cancel", "lift", "withdraw", "decline", "discard"}
WAITING = {*AWAY, *LISTED, "in-force"}.union(*OPEN.values())
# The guards that look at file, entry and person alone. The others look at what is typed, for which `why` has stand-ins.
UNTYPED = {
    *("by", "from", "in_order", "chain", "distinct", "apart", "delegation", "own_part", "own_supervision"),
    *("not_destroyed", "not_stopped", "not_held", "not_on_loan", "not_on_destruction_list", "settled", "retention_over"),
    *("items_unchanged", "appraised", "is_verified", "first_in_queue", "grade_kept", "not_overdue", "renewals_left"),
    *("not_in_intake", "as_accepted", "materials_complete", "carried_out", "remedy_approved", "something_confirmed"),
    *("prepared_first", "files_left", "signatures_left", "tally_true"),
}
Tried = tuple[Case | None, Step]


class History:
    """What one department does, one act after the other."""

    def __init__(self, office: Office, seed: int, registers: tuple[str, ...]) -> None:
        self.department, self.registers = Department(office, seed), registers
        self.office, self.chance = office, self.department.chance
        self.tried, self.done, self.refused = Counter[str](), Counter[str](), Counter[str]()
        self.told: list[str] = []
        self.last: Case | None = None  # the entry that was carried on last
        with self.office.acting(now=self.department.now) as archive:
            self.scene = look(archive, Scene(None, {}, {}, frozenset()))

    @property
    def entered(self) -> set[str]:
        """The registers that something was entered in."""
        return {code.partition(".")[0] for code in self.done}

    def act(self) -> None:
        """Somebody does, or tries to do, something."""
        self.department.wait()
        self.department.apart = False
        with self.office.acting(now=self.department.now) as archive:
            code, about, do, member = self.choice(archive)
            self.told.append(f"{archive.now} {member}: {code} {about}")
            with closing(Archive(archive.repository, archive.home, at=archive.at, today=archive.now, member=member)) as theirs:
                self.attempt(theirs, code, about, do)
        assert self.git("status", "--porcelain") == ""

    def choice(self, archive: Archive) -> tuple[str, str, Act, str]:
        """What is tried next, about which file or entry, how and by whom."""
        d = self.department
        if d.often(0.15):
            code = d.one(*RECORD)
            return code, self.in_hand() if d.often(0.5) else self.bound(), RECORD[code], d.one("li.na", "li.na", *MEMBERS)
        case, step = self.step(archive)
        kind = archive.kind(step.kind)
        if case:
            return step.code, case.id, d.goes_on(kind, step), d.who(archive, step, case, archive.records_of(case.entry.uids))
        file = d.file() if step.kind not in MUCH else self.free() if d.often(0.5) else self.bound()
        act, d.apart = d.enters(kind, step), d.apart or (step.kind == "loan" and self.divided(archive, file))
        return step.code, file, act, d.who(archive, step, None, ())

    def divided(self, archive: Archive, file: str) -> bool:
        """Whether it is the file of which parts are lent: what is asked about the whole is another thing."""
        return archive.record(file).number == DIVIDED

    def step(self, archive: Archive) -> Tried:
        """A step that begins an entry or goes on with one, often the last one; seldom a step for which it is not the time."""
        d, cases = self.department, sorted(self.scene.cases.values(), key=lambda case: case.id)
        cases = [self.last] if self.last and d.often(0.5) else cases
        following: list[Tried] = [(case, step) for case in cases for step in case.kind.steps.values() if case.state in step.start]
        if following and d.often(0.7):
            return self.seldom(following)
        if following and d.often(0.25):
            case, last = self.chance.choice(following)
            return case, self.chance.choice([step for step in archive.kind(last.kind).steps.values() if step.start])
        names = self.registers or kinds.names(archive.regime)
        new = [name for name in names if name not in self.entered]
        every = [archive.kind(name) for name in (new if new and d.often(0.5) else names)]
        return self.seldom([(None, step) for kind in every for step in openings(kind)])

    def seldom(self, steps: list[Tried]) -> Tried:
        """One of some steps: the oftener it was tried, the more seldom; what only turns in a circle or ends comes seldom too."""
        slow = [step.name in ENDS or step.to in {*step.start, ""} for _case, step in steps]
        much = [MUCH.get(step.kind, 1) * (0.3 if each else 1) for each, (_case, step) in zip(slow, steps, strict=True)]
        weights = [each / (1 + self.tried[step.code] / each) ** 2 for each, (_case, step) in zip(much, steps, strict=True)]
        chosen = self.chance.choices(steps, weights)[0]
        self.tried[chosen[1].code] += 1
        return chosen

    def in_hand(self) -> str:
        """A file that the last entry is about, or any."""
        return self.last.entry.uids[0] if self.last and self.last.entry.uids else self.department.file()

    def free(self) -> str:
        """A file with which no business is open, if there is one and chance will have it."""
        return self.one_of(lambda count: count == 0)

    def bound(self) -> str:
        """A file against which one thing stands, so that one guard is all that keeps it."""
        return self.one_of(lambda count: count == 1)

    def one_of(self, fits: Callable[[int], bool]) -> str:
        """Mostly one of the files with so many open entries."""
        open_ = Counter(uid for case in self.scene.cases.values() if case.state in WAITING for uid in case.entry.uids)
        records = [each for _path, each in sorted(self.scene.records.items()) if fits(open_[each.uid]) and not each.gone]
        return (
            self.department.one(*(each.label for each in records))
            if records and self.department.often(0.7)
            else self.department.file()
        )

    def attempt(self, archive: Archive, code: str, about: str, do: Act) -> None:
        """Do it: as ``why`` tells it, and either wholly or not at all."""
        asked, footprint, refusal = self.asked(archive, code, about), self.footprint(), None
        try:
            do(self.department, archive, about)
        except (Refused, WrongUsage, KeyMissing) as error:
            refusal = error
        if refusal:
            assert self.footprint() == footprint, refusal
            self.compare(code, asked, refusal)
            return
        after = look(archive, self.scene)
        done = deed(archive, self.scene, after)
        steps = [f"{case.kind.name}.{event.act}" for case, event in done.events]
        trailers = archive.repository.commit(archive.tip).trailers if after.tip != self.scene.tip else ()
        did = next(iter(steps), dict(trailers).get("Archive-Act"))  # not always what was asked for: the next step, or none
        assert not asked or did != code, asked
        for law in LAWS:
            assert list(law(done)) == [], law.__doc__
        self.done.update(steps)
        self.last, self.scene = done.events[-1][0] if steps else self.last, after

    def compare(self, code: str, asked: set[str] | None, refusal: ArchiveError) -> None:
        """What was told is what ``why`` told, where it is about this step."""
        told = {reason.code for reason in refusal.reasons} if isinstance(refusal, NotAllowed) else set[str]()
        self.refused.update(told or {refusal.code})
        if asked is not None and any(each.startswith(f"{code}/") for each in told):
            assert untyped(code, told) == asked, refusal

    def asked(self, archive: Archive, code: str, about: str) -> set[str] | None:
        """What ``why`` says against it of the file and the person; None of what is about no file, or not only about this one."""
        kind, _dot, step = code.partition(".")
        if self.department.apart or not step or code == "record.create" or "record" not in archive.kind(kind).about:
            return None
        return untyped(code, (reason.code for reason in deliberation.why(archive, code, about).reasons))

    def footprint(self) -> tuple[str, dict[str, int]]:
        """The newest commit, and the keys that there are."""
        keys = {str(path): path.stat().st_mtime_ns for path in self.office.home.folder.glob("keyrings/**/*")}
        return self.office.archive.joinpath(".git/refs/heads/main").read_text(encoding="utf-8"), keys

    def git(self, *words: str) -> str:
        """What git prints in the archive."""
        command = ["git", "-C", str(self.office.archive), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def ends_well(self) -> None:
        """Nothing is found in the files, the history or by git, and the index says what one made anew would say."""
        assert [each.text for each in run.run(self.office.archive).findings] == []
        with self.office.acting(now=self.department.now) as archive:
            assert [each.text for each in trust.verify(archive)] == []
            kept = sorted(archive.index.db.iterdump())
            archive.index.close()
            archive.index.path.unlink()
        with self.office.acting(now=self.department.now) as archive:
            assert sorted(archive.index.db.iterdump()) == kept
        assert self.git("fsck", "--strict", "--no-dangling") == ""


def openings(kind: Kind) -> list[Step]:
    """The steps that begin an entry; of those without a command of their own `register add` takes the one that fits."""
    steps = [step for step in kind.steps.values() if not step.start]
    return [*(step for step in steps if step.command), *[step for step in steps if not step.command][:1]]


def untyped(code: str, told: Iterable[str]) -> set[str]:
    """The reasons against an act that do not depend on what is typed."""
    return {f"{code}/{guard}" for guard in UNTYPED}.intersection(told)


@pytest.mark.parametrize(("seed", "acts", "registers"), [(0, 340, ()), (1, 170, BINDING), (2, 170, BINDING), (3, 170, BINDING)])
def test_no_history_leads_to_what_the_rules_forbid(office: Office, seed: int, acts: int, registers: tuple[str, ...]) -> None:
    history = History(office, seed, registers)
    try:
        for _act in range(acts):
            history.act()
        history.ends_well()
    except Exception as error:
        error.add_note("\n".join(history.told[-12:]))
        raise
    assert len(history.entered) >= len(registers or kinds.names(BASE)) - 5, "more registers are to be tried"
    assert min(len(history.done), len(history.refused)) >= 25, "more steps, and reasons against them, are to be met"


def test_every_command_of_every_register_is_among_what_is_tried() -> None:
    """Whoever gives a step a command of its own says here how it is tried."""
    every = [step for name in kinds.names(BASE) for step in kinds.kind(name, BASE).steps.values()]
    assert {step.code for step in every if step.command} == set(COMMANDS)
