"""What of a record may stand in a cache: that a value is sealed, and never what it says."""

from archivectl.search.clear import clear

SEALED = "enc:1:confidential:RY357I4VDWHC:YWdl"


def test_of_a_sealed_value_it_stands_that_there_is_one_and_no_more() -> None:
    data = {
        "number": None,
        "name": "甲公司",
        "people": {"operator": {"name": SEALED, "age": 40}},
        "contacts": [{"id": "cAAAAA", "phone": SEALED}],
        "keys": [{"id": "RY357I4VDWHC"}],
    }
    assert clear(data) == {
        "name": "甲公司",
        "people": {"operator": {"name": None, "age": 40}},
        "contacts": [{"id": "cAAAAA", "phone": None}],
    }
