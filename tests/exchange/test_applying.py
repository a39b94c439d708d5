"""An archive brought to what stands on paper: one commit that verifies, decided as of its days, and once."""

from functools import partial
from typing import Any

from archivectl import intake
from archivectl.exchange.prospect import Prospect
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.verifying import trust
from customer_tables import git
from office import Office
from program import Answer

TITLES = "类别,所属,档号,客户名称,客户类型,卷号,页数,借阅人,用途,借出日期,应还,停用日期,禁止事项,理由\n"
FILE = "客户,,A-1,甲有限公司,单位,,,,,,,,,\n"
VOLUME = "案卷,A-1,,,,1,30,,,,,,,\n"
LOAN = "借阅,A-1,,,,1,30,王伟,核对,2026-02-25,2026-03-05,,,\n"
HOLD = "停用,A-1,,,,,,,,,,2026-01-15,销毁,诉讼\n"


def apply(office: Office, *rows: str, words: tuple[str, ...] = ()) -> Answer:
    """Take over a table of these rows."""
    path = office.run.folder / "paper.csv"
    path.write_text(TITLES + "".join(rows), encoding="utf-8")
    return office.run("apply", str(path), "--json", *words)


def verified(office: Office) -> bool:
    return office.run("verify").status == 0


def test_everything_is_one_commit_in_whatever_order_the_rows_stand(office: Office) -> None:
    count = partial(git, office, "rev-list", "--count", "main")
    before = int(count())
    answer = apply(office, LOAN, HOLD, VOLUME, FILE)
    assert (answer.status, answer.json["loans"], answer.json["holds"], answer.json["volumes"]) == (0, 1, 1, 1)
    assert int(count()) == before + 1
    assert verified(office)
    assert apply(office, LOAN, HOLD, VOLUME, FILE).json["unchanged"] == 4
    assert int(count()) == before + 1


def test_an_entry_bears_the_day_of_the_paper_and_the_number_of_its_year(office: Office) -> None:
    apply(office, FILE, VOLUME, HOLD.replace("2026-01-15", "2019-07-01"), HOLD.replace("销毁", "利用和变更"))
    shown = office.run("register", "show", "TY-2019-0001", "--json").json
    assert [event["date"] for event in shown["events"]] == ["2019-07-01"]
    assert office.run("register", "show", "TY-2026-0001").status == 0
    assert verified(office)


def test_a_rejected_file_takes_its_rows_with_it(office: Office) -> None:
    answer = apply(office, FILE.replace("甲有限公司", ""), VOLUME, LOAN, words=("--accept-good",))
    assert (answer.json["import"], answer.json["rejected"]) == (None, 3)


def test_a_stop_of_the_same_table_stands_against_its_loans(office: Office) -> None:
    answer = apply(office, FILE, VOLUME, LOAN, HOLD.replace("销毁", "利用和变更"))
    assert [problem["row"] for problem in answer.json["problems"]] == [4]
    assert "TY-2026-0001" in answer.json["problems"][0]["message"]


def test_one_file_for_one_archive_number(office: Office) -> None:
    assert [problem["row"] for problem in apply(office, FILE, FILE.replace("甲", "乙")).json["problems"]] == [3]
    apply(office, FILE)
    changed = apply(office, FILE)
    assert (changed.json["created"], changed.json["unchanged"]) == (0, 1)


def test_a_file_that_was_destroyed_does_not_come_back_from_paper(office: Office) -> None:
    apply(office, FILE)
    office.run("destroy", "propose", "1", "--reason", "期满")
    office.run("approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        office.run("destroy", "supervise", "XH-1", member=member)
    assert office.run("destroy", "execute", "XH-1").status == 0
    answer = apply(office, FILE)
    assert answer.status == 1
    assert "destroyed" in answer.json["problems"][0]["message"]


def test_rejected_rows_come_back_to_be_mended(office: Office) -> None:
    answer = apply(office, FILE, VOLUME, LOAN.replace("2026-03-05", "2026-13-05"), words=("--accept-good",))
    back = office.run.folder / "paper.rejected.csv"
    assert answer.json["rejects"] == str(back)
    text = back.read_text(encoding="utf-8-sig")
    assert "2026-13-05” is no day" in text
    back.write_text(text.replace("2026-13-05,", "2026-03-05,"), encoding="utf-8")
    assert office.run("apply", str(back), "--json").json["loans"] == 1


def test_a_loan_that_comes_with_its_file_is_judged_by_that_file(office: Office) -> None:
    """Whoever opens a secret file and lends it in the same commit needs the approval all the same."""
    with office.acting() as archive:
        intake.create(archive, "organisation", {"name": "甲有限公司"})
        model = archive.record("1")
        data = {**model.data, "uid": "Z" * 26, "number": "SH-000002"}
        seen = another(model, data)
        kept = another(model, {**data, "secrecy": "secret"})
        prospect = Prospect(archive)
        work = prospect.opening("loan", seen, {"mode": "loan", "borrower": "王伟", "purpose": "核对"})
        work.step("request")
        work.step("hand_out", {"due": "2026-03-05"})
        prospect.commit(work.change({kept.path: kept.text}, ["record.create"]))
        assert {"verify/act", "verify/entry"} & {finding.rule for finding in trust.verify(prospect)}


def another(model: Record, data: dict[str, Any]) -> Record:
    """A second file like the first."""
    return model._replace(path=model.path.replace("000001", "000002"), text=record_text.dump(data), data=data)
