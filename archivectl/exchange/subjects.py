"""Telling a person from an organisation by what one row of a table says."""

import re
from collections.abc import Mapping
from functools import lru_cache

from archivectl.exchange.columns import fold
from archivectl.records import fields

_WORDS = {
    "organisation": "单位 單位 企业 企業 公司 机构 機構 法人 组织 組織 organization company corporate",
    "person": "个人 個人 自然人 散客 individual private",
}
_COMPANY = re.compile(
    r"公司|集团|集團|股份|有限|企业|企業|工厂|工廠|商行|商店|银行|銀行|合作社|事务所|事務所|经营部|經營部|工作室|研究所|研究院|"
    r"医院|醫院|学校|學校|大学|大學|酒店|饭店|飯店|宾馆|超市|协会|協會|基金会|基金會|委员会|委員會|.{2}[厂廠店]$|"
    r"\b(?:Inc|Ltd|Limited|LLC|LLP|PLC|Corp|Co|GmbH|AG|KG|S\.?A|SARL|S\.?p\.?A|S\.?r\.?l|B\.?V|N\.?V|Pty|Oy|A/S|Ltda)\.?$|"
    r"\b(?:Company|Corporation|Holdings?|Group|Bank|University|Hotel|Restaurant)\b"
)


@lru_cache
def meant(word: str) -> str | None:
    """The subject that a word means (``企业``, ``个人``, ``person``), or None."""
    for subject, titles in fields.known("subject").choices.items():
        if fold(word) in map(fold, (subject, *titles.values(), *_WORDS.get(subject, "").split())):
            return subject
    return None


def told(cells: Mapping[str, str], default: str) -> str:
    """The subject of a row, or the default where nothing tells it.

    In this order: its own word, an ID number, a company's code or name, a person's name, a field that only one of them has.

    Args:
        cells: Texts that are not empty, by field path or part of a name.
        default: A subject.
    """
    for target in ("subject", "classification.customer-type"):
        if subject := meant(cells.get(target, "")):
            return subject
    if "identity.id_number" in cells:
        return "person"
    names = (cells.get("name", ""), cells.get("name.person", ""))
    if cells.keys() & {"identity.uscc", "name.company"} or any(map(_COMPANY.search, names)):
        return "organisation"
    if cells.keys() & {"name.person", "name.given", "name.family"}:
        return "person"
    for target in cells:
        found = fields.field_at(target)
        if found and ("person" not in found.subjects or found.subjects == ("person",)):
            return "person" if "person" in found.subjects else "organisation"
    return default
