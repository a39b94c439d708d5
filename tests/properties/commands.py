"""What other commands do than ``register``, tried with whatever comes to somebody's mind."""

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Protocol

from archivectl import (
    amending,
    destruction,
    handover,
    intake,
    inventory,
    leasing,
    loans,
    renaming,
    requests,
    reviews,
    stops,
    volumes,
)
from archivectl.archive import Archive
from archivectl.backups import looking, making
from archivectl.crew import Crew
from archivectl.custody.drill import Reader
from archivectl.exchange import importing, mapping, reading, undoing
from archivectl.intake import contents, submission
from archivectl.members import member as members
from archivectl.membership import countersigning, granting

MEMBERS = ("li.na", "wang.wei", "chen.jing", "zhao.lei", "sun.yan", "he.jun", "xu.min")
DIVIDED = "SH-000003"  # the file that has parts
PARTS = ("volumes[vAAAAA]", "documents[dAAAAA]", "documents[dAAAAB]")


class Department(Protocol):
    """Who acts: the folder to work in, chance, and whether the act is one out of the common (about several files)."""

    folder: Path
    chance: Random
    backups: list[Path]
    apart: bool

    def often(self, likely: float) -> bool: ...
    def one(self, *choices: str) -> str: ...
    def file(self) -> str: ...
    def day(self) -> str: ...


Act = Callable[[Department, Archive, str], object]


def nothing(_d: Department, _archive: Archive, _ref: str) -> None:
    """What only another act does."""


def _backup(d: Department, archive: Archive, _ref: str) -> None:
    folder = d.folder / f"backup-{len(d.backups)}"
    making.make(archive, making.Wanted(folder, folder / "keys"))
    d.backups.append(folder)


def _looked_into(d: Department, archive: Archive, _ref: str) -> None:
    folder = d.chance.choice(d.backups)
    if d.often(0.3):
        (folder / "archive.bundle").write_bytes(b"scratched")
    reader = Reader(archive.me, archive.home.identities(archive.id, archive.me.handle))
    looking.verify(archive, folder, folder / "keys", reader, d.folder)


def _brought(d: Department, archive: Archive, _ref: str) -> None:
    path = d.folder / "customers.csv"
    row = f"K{d.chance.randint(1, 4)},进口商行,021-5555 010{d.chance.randint(1, 9)}"
    path.write_text(f"客户编号,公司名称,电话\n{row}\n", encoding="utf-8")
    table = reading.read(path)
    with Crew() as crew:
        made = importing.plan(archive, table, mapping.propose(table.columns, table.rows), crew)
        importing.carry_out(archive, made, crew)


def _held(d: Department, archive: Archive, ref: str) -> None:
    scope = "subject=person" if d.apart else ""
    stops.hold(archive, [] if scope else [ref], d.one("destroy", "use", "all"), "诉讼", scope)


def _lent(d: Department, archive: Archive, ref: str) -> None:
    mode, outside = d.one("loan", "loan", "on-site", "copy"), d.often(0.2) or None
    columns = {"mode": mode, "borrower": "王伟", "purpose": "核对", "outside": outside}
    asked, pages = loans.term(archive, "", d.one("", "1d", "14d", "15d")), d.chance.choice((None, 3))
    loans.lend(archive, ref, columns, asked, _part(d, archive, ref), loans.Desk(pages))


def _reserved(d: Department, archive: Archive, ref: str) -> None:
    loans.reserve(archive, ref, {"mode": "loan", "borrower": "孙燕", "purpose": "核对"}, "3d", _part(d, archive, ref))


def _part(d: Department, archive: Archive, ref: str) -> str:
    """A part of the file that has some, mostly."""
    return d.one(*PARTS) if archive.record(ref).number == DIVIDED and d.often(0.8) else ""


def _came_back(d: Department, archive: Archive, ref: str) -> None:
    condition, day = d.one("intact", "intact", "damaged", "lost"), d.day() if d.often(0.3) else ""
    loans.give_back(archive, ref, loans.Look(condition, d.chance.choice((None, 3, 3)), "", day))


def _received(d: Department, archive: Archive, ref: str) -> None:
    mode = d.one("access", "correct", "explain", "restrict", "withdraw", "erase", "erase", "delete")
    contact, purpose = "cAAAAA" if mode == "erase" else "", "marketing" if mode == "withdraw" else ""
    requests.receive(archive, ref, requests.Asked(mode, "张三", contact=contact, purpose=purpose))


def _identified(d: Department, archive: Archive, ref: str) -> None:
    method = d.one("oral", "document", "electronic")
    requests.identify(archive, ref, requests.Identified(method, ("name", "company", "position") if d.often(0.9) else ()))


def _destroying(d: Department, archive: Archive, ref: str) -> None:
    destruction.propose(archive, [ref, d.file()] if d.apart else [ref], "期满")


def _counting(d: Department, archive: Archive, _ref: str) -> None:
    inventory.start(archive, [row.uid for row in archive.index.records()], unit=d.one("record", "volume"))


def _reviewed(d: Department, archive: Archive, ref: str) -> None:
    reviews.review(archive, ref, d.one("confirmed", "corrected", "rectify"))


def _go_on_renaming(d: Department, archive: Archive, ref: str) -> None:
    papers = ["notice", "contract", "licence"] if archive.case(ref).state == "notified" and d.often(0.8) else []
    renaming.go_on(archive, ref, papers)


def _proposed(d: Department, archive: Archive, _ref: str) -> None:
    """Another address for somebody, word for word, to be countersigned."""
    member = archive.members[d.one(*MEMBERS)]
    text = members.text(member._replace(email=f"{d.one('a', 'b', 'c')}.{member.handle}@example.cn"))
    countersigning.apply(archive, members.path(member.handle), text, 1)


# What other commands do than `register`, by the step that each begins with or carries on.
COMMANDS: Mapping[str, Act] = {
    "application.propose": _proposed,
    "application.carry_out": lambda _d, a, ref: granting.carry_out(a, ref),
    "handover.begin": lambda d, a, ref: handover.account(a, ref, d.one(*MEMBERS), d.one(*MEMBERS), "轮岗"),
    "backup.begin": _backup,
    "backup.make": nothing,
    "backup.verify": _looked_into,
    "backup.fault": _looked_into,
    "change.enter": lambda d, a, ref: amending.enter(a, ref, "", {"note": d.one("一", "二")}, (), "更正"),
    "destruction.propose": _destroying,
    "destruction.appraise": lambda _d, a, ref: destruction.appraise(a, ref, "已无利用价值"),
    "destruction.supervise": lambda _d, a, ref: destruction.supervise(a, ref),
    "destruction.execute": lambda _d, a, ref: destruction.execute(a, ref),
    "destruction.complete": lambda _d, a, ref: destruction.execute(a, ref, resuming=True),
    "destruction.attest": lambda _d, a, ref: destruction.attest(a, ref),
    "destruction.verify": lambda _d, a, ref: destruction.verify(a, ref),
    "destruction.feedback": lambda _d, a, ref: destruction.report(a, ref, "总经理", "已销毁"),
    "handover.audit": lambda _d, a, ref: handover.audit(a, ref, [], 2, "相符"),
    "handover.confirm": lambda _d, a, ref: handover.confirm(a, ref, None),
    "handover.register": lambda _d, a, ref: handover.register(a, ref),
    "hold.place": _held,
    "import.bring": _brought,
    "import.undo": lambda _d, a, ref: undoing.undo(a, ref, "导错文件"),
    "intake.submit": lambda _d, a, ref: submission.submit(a, ref),
    "intake.submit_again": lambda _d, a, ref: submission.submit(a, ref),
    "intake.accept": lambda _d, a, ref: submission.accept(a, ref),
    "intake.file": lambda _d, a, ref: submission.accept(a, ref),
    "intake.file_incomplete": lambda _d, a, ref: submission.accept(a, ref),
    "intake.send_back": lambda d, a, ref: submission.send_back(a, ref, d.one("missing-seal", "illegible")),
    "intake.complete": lambda _d, a, ref: submission.submit(a, ref),
    "inventory.start": _counting,
    "inventory.count": lambda d, a, ref: inventory.count(a, ref, [d.file(), d.file(), d.one("SH-9", d.file())]),
    "inventory.note": lambda d, a, ref: inventory.note(a, ref, d.file(), "破损"),
    "inventory.close": lambda _d, a, ref: inventory.close(a, ref),
    "number-block.lease": lambda _d, a, _ref: leasing.lease(a),
    "loan.request": _lent,
    "loan.reserve": _reserved,
    "loan.provide": lambda _d, a, ref: loans.provide(a, ref, {"borrower": "税务局", "purpose": "核查", "fields": "name"}),
    "loan.call": nothing,
    "loan.claim": lambda _d, a, ref: loans.hand_out(a, ref),
    "loan.verify": lambda _d, a, ref: loans.hand_out(a, ref, loans.Desk(verified="name")),
    "loan.hand_out": lambda _d, a, ref: loans.hand_out(a, ref),
    "loan.deliver": lambda _d, a, ref: loans.hand_out(a, ref),
    "loan.renew": lambda _d, a, ref: loans.renew(a, ref, "", "3d", "未完"),
    "loan.give_back": _came_back,
    "loan.take_in": _came_back,
    "loan.shelve": lambda d, a, ref: loans.give_back(a, ref, loans.Look(disinfested=d.day())),
    "loan.report_lost": lambda _d, a, ref: loans.give_back(a, ref, loans.Look("lost")),
    "loan.find": lambda _d, a, ref: loans.give_back(a, ref),
    "loan.withdraw": lambda _d, a, ref: loans.withdraw(a, ref, "不需要了"),
    "change.notify": lambda _d, a, ref: renaming.notify(a, ref, "新名商行", ["notice"], "改制"),
    "change.hand_in": _go_on_renaming,
    "change.submit": _go_on_renaming,
    "change.apply": _go_on_renaming,
    "request.receive": _received,
    "request.ask": _identified,
    "request.identify": _identified,
    "request.decline": lambda _d, a, ref: requests.decline(a, ref, "依法保存"),
    "request.answer": lambda _d, a, ref: requests.answer(a, ref, "已办理", lambda _copy: None),
    "request.begin": lambda _d, a, ref: requests.answer(a, ref, "已办理", lambda _copy: None),
    "request.complete": lambda _d, a, ref: requests.answer(a, ref, "已办理", lambda _copy: None),
    "review.conclude": _reviewed,
    "review.find": _reviewed,
    "review.find_missing": nothing,
    "review.find_misplaced": nothing,
    "review.find_surplus": nothing,
    "review.find_present": nothing,
    "review.remedy": lambda _d, a, ref: reviews.remedy(a, ref, "已改正"),
    "hold.propose": lambda d, a, ref: stops.seal(a, [ref], d.one("ended", "asked"), "合作终止"),
    "hold.unseal": lambda _d, a, ref: stops.release(a, ref, "恢复合作"),
    "review.summarise": lambda _d, a, _ref: reviews.summarise(a, 2026),
}


def _updated(d: Department, archive: Archive, ref: str) -> None:
    path, value = d.chance.choice((("note", "一"), ("note", "二"), ("secrecy", "internal"), ("retention.settled", d.often(0.7))))
    intake.update(archive, ref, {path: value, "filing.place": d.one("3柜", "4柜")}, (), "更正")


# What is done to a file itself; the last two are several acts on it, and asked by no name.
RECORD: Mapping[str, Act] = {
    "record.create": lambda d, a, _ref: intake.create(a, "organisation", {"name": "新客户"}, "", d.one("filed", "draft", "stub")),
    "record.update": _updated,
    "record.classify": lambda d, a, ref: intake.classify(a, ref, {"time": d.one("old", "new", "other")}, "分类"),
    "record.add": lambda _d, a, ref: contents.add(a, ref, "document", {"kind": "合同", "pages": "3"}),
    "record.remove": lambda d, a, ref: contents.remove(a, ref, d.one("note", "filing", "sAAAAA"), "误填"),
    "volumes": lambda _d, a, ref: volumes.form(a, ref, "立卷"),
    "name": lambda _d, a, ref: intake.update(a, ref, {"name": "另一个名字"}, (), "更名"),
}
