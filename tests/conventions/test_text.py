"""Every text of the repository is clean, and speaks only of the project."""

from collections.abc import Iterator

import pytest

from project import ROOT, files

# Written in two pieces, so that this file passes its own test.
FOREIGN = ("../" + "shared", "/" + "work/")


def texts() -> Iterator[tuple[str, bytes]]:
    """Every text file: path in the repository and content. Test data may be as broken as its test needs."""
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        content = path.read_bytes()
        if is_text(content) and (not name.startswith("tests/") or path.suffix == ".py" or name.startswith("tests/scenarios/")):
            yield name, content


def is_text(content: bytes) -> bool:
    """Whether it is UTF-8 without NUL: the rest are keys, scans, workbooks and files in old encodings."""
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def faults(name: str, content: bytes) -> Iterator[str]:
    """What is untidy, or of another place, in a text."""
    for number, line in enumerate(content.split(b"\n"), start=1):
        if b"\r" in line:
            yield f"{name}:{number}: carriage return"
        elif line != line.rstrip():
            yield f"{name}:{number}: white space at the end"
        yield from (f"{name}:{number}: {word}" for word in FOREIGN if word.encode() in line and not name.startswith("tests/"))
    if content.startswith(b"\xef\xbb\xbf"):
        yield f"{name}: byte order mark"
    if content and not content.endswith(b"\n"):
        yield f"{name}: no end of line at the end"
    if content.endswith(b"\n\n"):
        yield f"{name}: empty lines at the end"


def test_every_text_is_clean() -> None:
    found = dict(texts())
    assert "pyproject.toml" in found
    assert [fault for name, content in found.items() for fault in faults(name, content)] == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a\r\nb\n", ["a.md:1: carriage return"]),
        (b"a \nb\n", ["a.md:1: white space at the end"]),
        (b"a\nb", ["a.md: no end of line at the end"]),
        (b"a\n\n", ["a.md: empty lines at the end"]),
        (f"a\nsee {FOREIGN[0]}/b\n".encode(), [f"a.md:2: {FOREIGN[0]}"]),
        (b"\xef\xbb\xbfa\n", ["a.md: byte order mark"]),
        (b"", []),
        (b"a\n\nb\n", []),
    ],
)
def test_a_fault_is_told(content: bytes, told: list[str]) -> None:
    assert list(faults("a.md", content)) == told
