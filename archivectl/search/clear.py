"""What of a record may stand in a cache: everything that is not sealed."""

from collections.abc import Iterator, Mapping
from typing import Any

OURS = frozenset({"uid", "id", "schema", "import", "keys"})


def clear(data: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    """The data without its keys and with null for each sealed value of a field: what may stand in a cache."""
    if isinstance(data, dict):
        kept = {key: clear(value) for key, value in data.items() if key != "keys"}
        return {key: value for key, value in kept.items() if value is not None or data[key] is not None}
    if isinstance(data, list):
        return [item for item in map(clear, data) if item is not None]
    return _clear(data)


def words(data: Any) -> Iterator[str]:  # noqa: ANN401 - plain data of any shape
    """What a person may search for in clear data: its values, without ids and formats."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in OURS:
                yield from words(value)
    elif isinstance(data, list):
        for item in data:
            yield from words(item)
    elif not isinstance(data, bool) and data is not None:
        yield str(data)


def _clear(value: Any) -> Any:  # noqa: ANN401 - any scalar
    return None if isinstance(value, str) and value.startswith("enc:") else value


def name(data: Mapping[str, Any]) -> str | None:
    """The name, where it stands in clear."""
    found = _clear(data.get("name"))
    return found if isinstance(found, str) else None


def external(data: Mapping[str, Any]) -> str | None:
    """The external id, where it stands in clear."""
    source = data.get("source")
    found = source.get("external_id") if isinstance(source, Mapping) else None
    return found if isinstance(found, str) and not found.startswith("enc:") else None
