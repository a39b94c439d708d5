"""A record's data may be changed without the record."""

import copy

from archivectl.records.model import copied


def test_nothing_of_a_copy_is_the_records_own() -> None:
    data = {"name": "王小明", "classification": {"grade": "A"}, "contacts": [{"id": "cAAAAA", "phones": ["1"]}], "number": None}
    before = copy.deepcopy(data)
    made = copied(data)
    assert made == data
    made["classification"]["grade"] = "B"
    made["contacts"][0]["phones"].append("2")
    made["contacts"][0]["id"] = "cBBBBB"
    made["contacts"].append({})
    del made["name"]
    assert data == before
