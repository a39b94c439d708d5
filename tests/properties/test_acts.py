"""Any acts by any members in any order: no file is lent twice or destroyed while lent or kept, and ``why`` tells what happens."""

import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from archivectl import approvals, deliberation, destruction, intake, loans, reviews, stops
from archivectl.archive import Archive
from archivectl.errors import NotAllowed, Refused
from archivectl.registers.fold import Case
from archivectl.verifying import trust
from office import NOW, Office, copy
from program import Program, in_process

MEMBERS = st.sampled_from(["li.na", "li.na", "li.na", "wang.wei", "chen.jing", "zhao.lei", "sun.yan"])
ENDED = {"returned", "refused", "released", "destroyed", "cancelled"}
FILES = st.sampled_from(["1", "2"])
MODELS: dict[str, Path] = {}


@pytest.fixture(autouse=True)
def _model_at_hand(_model: Path) -> None:
    MODELS["model"] = _model


class AnyDay(RuleBasedStateMachine):
    """Five members, two files, and a calendar that only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="acts-")
        self.office: Office = copy(MODELS["model"], Program(in_process, Path(self.folder.name), {}))
        self.day = 2
        for secrecy in ("internal", "secret"):
            with self.office.acting(now=self.now) as archive:
                intake.create(archive, "person", {"name": "张三", "secrecy": secrecy})

    def teardown(self) -> None:
        """The history stands, git finds nothing wrong with it, and the index says what one made anew would say."""
        with self.folder:
            with self.office.acting(now=self.now) as archive:
                assert list(trust.verify(archive)) == []
                kept = sorted(archive.index.db.iterdump())
                archive.index.close()
                archive.index.path.unlink()
            with self.office.acting(now=self.now) as archive:
                assert sorted(archive.index.db.iterdump()) == kept
            assert self.git("fsck", "--strict", "--no-dangling") == ""

    @property
    def now(self) -> str:
        """The civil time."""
        return f"2026-03-{self.day:02}{NOW[10:]}"

    def git(self, *words: str) -> str:
        """What git prints in the archive."""
        command = ["git", "-C", str(self.office.archive), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def act(self, member: str, do: Callable[[Archive], Any], asked: tuple[str, str] | None = None) -> Any:
        """An act; if ``why`` was asked before, it must have told what now happens. None where it was refused."""
        tip = self.git("rev-parse", "main")
        with self.office.acting(member, self.now) as archive:
            reasons: set[str] | None = None
            if asked:
                reasons = {reason.code for reason in deliberation.why(archive, *asked).reasons}
            try:
                done = do(archive)
            except Refused as refusal:
                told = {reason.code for reason in refusal.reasons} if isinstance(refusal, NotAllowed) else set[str]()
                assert self.git("rev-parse", "main") == tip
                assert reasons is None or told == reasons, (asked, member)
                return None
            assert not reasons, (asked, member, reasons)
            return done

    def entries(self, kind: str) -> list[Case]:
        """A register as it stands."""
        with self.office.acting(now=self.now) as archive:
            return archive.register(kind)

    def one(self, kind: str, data: st.DataObject) -> str:
        """The number of some entry, if possible of one that has not ended."""
        found = self.entries(kind)
        return data.draw(st.sampled_from([case.id for case in found if case.state not in ENDED] or [case.id for case in found]))

    def some(self, kind: str) -> bool:
        """Whether a register holds anything."""
        return self.office.archive.joinpath("registers", kind).exists()

    @rule(member=MEMBERS, file=FILES, term=st.sampled_from(["1d", "14d", "15d", ""]))
    def lend(self, member: str, file: str, term: str) -> None:
        """Somebody asks for a file."""
        columns = {"mode": "loan", "borrower": "王伟", "purpose": "核对"}
        asked = ("loan.request", file) if term != "15d" else None
        self.act(member, lambda archive: loans.lend(archive, file, columns, loans.term(archive, "", term)), asked)

    @precondition(lambda self: self.some("loan"))
    @rule(member=MEMBERS, data=st.data(), what=st.sampled_from(["hand_out", "renew", "give_back"]))
    def go_on_with_a_loan(self, member: str, data: st.DataObject, what: str) -> None:
        """What was asked for is handed out, renewed or brought back."""
        loan = self.one("loan", data)
        steps: dict[str, Callable[[Archive], Any]] = {
            "hand_out": lambda archive: loans.hand_out(archive, loan),
            "renew": lambda archive: loans.renew(archive, loan, "", "3d", "未完"),
            "give_back": lambda archive: loans.give_back(archive, loan),
        }
        self.act(member, steps[what], (f"loan.{what}", loan))

    @precondition(lambda self: self.some("loan") or self.some("destruction"))
    @rule(member=MEMBERS, data=st.data(), yes=st.booleans())
    def sign(self, member: str, data: st.DataObject, yes: bool) -> None:  # noqa: FBT001 - drawn
        """Somebody signs or refuses what waits."""
        kinds = [kind for kind in ("loan", "destruction") if self.some(kind)]
        number = self.one(data.draw(st.sampled_from(kinds)), data)
        if yes:
            self.act(member, lambda archive: approvals.approve(archive, number))
        else:
            self.act(member, lambda archive: approvals.reject(archive, number, "不同意"))

    @rule(member=MEMBERS, files=st.lists(FILES, min_size=1, max_size=2))
    def propose(self, member: str, files: list[str]) -> None:
        """Files are put on a destruction list."""
        asked = ("destruction.propose", files[0]) if len(set(files)) == 1 else None
        self.act(member, lambda archive: destruction.propose(archive, files, "期满"), asked)

    @precondition(lambda self: self.some("destruction"))
    @rule(member=MEMBERS, data=st.data())
    def execute(self, member: str, data: st.DataObject) -> None:
        """A list is carried out, if it may be."""
        number = self.one("destruction", data)
        self.act(member, lambda archive: destruction.execute(archive, number))

    @precondition(lambda self: self.day > 10)
    @rule(data=st.data(), upto=st.integers(1, 4), file=FILES)
    def see_a_list_through(self, data: st.DataObject, upto: int, file: str) -> None:
        """The right people sign one after the other."""
        self.act("li.na", lambda archive: destruction.propose(archive, [file], "期满"), ("destruction.propose", file))
        if not self.some("destruction"):
            return
        number = self.one("destruction", data)
        signing: dict[str, Callable[..., Any]] = {"chen.jing": approvals.approve}
        signing |= {"zhao.lei": destruction.supervise, "sun.yan": destruction.supervise}
        for member, sign in list(signing.items())[:upto]:
            self.act(member, partial(sign, reference=number))
        if upto == 4:
            self.act("li.na", lambda archive: destruction.execute(archive, number))

    @precondition(lambda self: len(self.entries("hold")) < self.day // 4)
    @rule(member=MEMBERS, file=FILES, forbid=st.sampled_from(["destroy", "use", "all"]))
    def hold(self, member: str, file: str, forbid: str) -> None:
        """A file is stopped."""
        self.act(member, lambda archive: stops.hold(archive, [file], forbid, "诉讼"), ("hold.place", file))

    @precondition(lambda self: self.some("hold"))
    @rule(member=MEMBERS, data=st.data())
    def release(self, member: str, data: st.DataObject) -> None:
        """A stop is lifted."""
        number = self.one("hold", data)
        self.act(member, lambda archive: stops.release(archive, number, "结案"), ("hold.lift", number))

    @rule(member=MEMBERS, file=FILES, note=st.sampled_from(["一", "二"]))
    def update(self, member: str, file: str, note: str) -> None:
        """A field is changed."""
        asked = ("record.update", file) if member in {"li.na", "chen.jing"} else None
        self.act(member, lambda archive: intake.update(archive, file, {"note": note}, (), "更正"), asked)

    @rule(member=MEMBERS, file=FILES)
    def review(self, member: str, file: str) -> None:
        """A file is looked over."""
        self.act(member, lambda archive: reviews.review(archive, file, "confirmed"), ("review.conclude", file))

    @precondition(lambda self: self.day < 28)
    @rule(days=st.integers(1, 6))
    def wait(self, days: int) -> None:
        """Days go by."""
        self.day = min(28, self.day + days)

    @invariant()
    def nothing_is_in_two_places(self) -> None:
        """No file is lent twice; none that is lent or kept is destroyed; nothing lies about."""
        with self.office.acting(now=self.now) as archive:
            for number in ("1", "2"):
                record = archive.record(number)
                out = [case.id for case in archive.cases(record.uid, "loan") if case.state == "lent"]
                kept = [case.id for case in archive.cases(record.uid, "hold") if case.state == "in-force"]
                assert len(out) <= 1
                assert not record.gone or (not out and not archive.keyring.rows(record.uid))
                assert record.gone or archive.keyring.rows(record.uid)
                destroyed = [case for case in archive.cases(record.uid, "destruction") if case.state == "destroyed"]
                assert record.gone is any(record.uid in case.acts("execute")[-1].items for case in destroyed)
                assert not record.gone or not kept
        assert self.git("status", "--porcelain") == ""


AnyDay.TestCase.settings = settings(max_examples=5, stateful_step_count=30, phases=[Phase.generate])
TestActs = AnyDay.TestCase
