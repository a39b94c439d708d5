"""Ratification: an entry names one commit or one false alarm, and an archivist or an administrator signs it."""

from typing import Any

import pytest

from registers.entries import LI_NA, WANG_WEI
from registers.test_deciding import USUAL, Act, decided, row

COMMIT: dict[str, Any] = {"mode": "commit", "commit": "0123456789" * 4}
ALARM: dict[str, Any] = {"mode": "finding", "rule": "clear-text", "path": "archive.yaml", "version": "0123456789" * 4}
USUAL |= {"ratification.ratify": {"reason": "—"}}
ROWS: list[tuple[str, Act, Act]] = [
    row("ratification.ratify/by", {"who": WANG_WEI}, {"who": LI_NA}, columns=COMMIT, file=None),
    *(
        row("ratification.ratify/says_what_it_cures", {"columns": wrong}, {"columns": right}, file=None)
        for wrong, right in (
            ({**COMMIT, "commit": "0123456789ab"}, COMMIT),
            ({**COMMIT, "path": "archive.yaml"}, COMMIT),
            ({**ALARM, "path": "*.yaml"}, ALARM),
            ({**ALARM, "path": "/etc/passwd"}, ALARM),
            ({**ALARM, "commit": "0123456789" * 4}, ALARM),
            ({**ALARM, "version": "0123456789ab"}, ALARM),
        )
    ),
]


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{row[0]} {number}" for number, row in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert [reason.code for reason in decided(refused).reasons] == [code]
    assert decided(allowed).reasons == ()
