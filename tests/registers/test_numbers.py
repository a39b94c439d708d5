"""Blocks of numbers: of a series that there is, of some length, and overlapping none that was leased before."""

from typing import Any

import pytest

from registers.entries import LI_NA, Made, case, event, member
from registers.test_deciding import USUAL, Act, decided, row

BLOCK: dict[str, Any] = {"series": "record.SH", "from": 201, "to": 400, "machine": "AAAA"}
USUAL |= {"number-block.lease": BLOCK}
FIRST = case("number-block", event("a", "lease"), made=Made((), {**BLOCK, "from": 1, "to": 200}))
ROWS: list[tuple[str, Act, Act]] = [
    row("number-block.lease/by", {"who": member("auditor", "auditor")}, {"who": LI_NA}, file=None),
    *(
        row("number-block.lease/block_is_free", {"columns": wrong}, {"columns": right}, file=None, beside=(FIRST,))
        for wrong, right in (
            ({"from": 200}, {"from": 201}),
            ({"from": 1, "to": 10}, {"series": "record.BJ", "from": 1, "to": 10}),
            ({"from": 400, "to": 300}, {"from": 300, "to": 400}),
            ({"from": 201, "to": 900_000}, {"from": 201, "to": 90_000}),
            ({"series": "record.sh/.."}, {"series": "record.SH"}),
            ({"series": "nonsense.2026"}, {"series": "loan.2026"}),
            ({"series": "loan.26"}, {"series": "loan.2026"}),
        )
    ),
]


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{row[0]} {number}" for number, row in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert [reason.code for reason in decided(refused).reasons] == [code]
    assert decided(allowed).reasons == ()
