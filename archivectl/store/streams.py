"""How to talk with git's processes: objects of ``cat-file --batch``, records ended by NUL, names as bytes, last words."""

from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from archivectl.i18n import N_, Sentence
from archivectl.store.states import Damaged

if TYPE_CHECKING:
    from subprocess import Popen

_CHUNK = 1 << 16


class Answer(NamedTuple):
    """One object as ``cat-file --batch`` gives it."""

    id: str
    kind: str
    content: bytes


def answers(stream: IO[bytes]) -> Iterator[Answer | None]:
    """The objects asked for, None for one that is not there, until the stream ends."""
    while header := stream.readline():
        if header.endswith((b" missing\n", b" ambiguous\n")):
            yield None
            continue
        name, kind, size = header.decode("ascii").split()
        content = stream.read(int(size))
        if stream.read(1) != b"\n":
            raise Damaged(reason=Sentence(N_("{kind} {name} is cut short"), kind=kind, name=name))
        yield Answer(name, kind, content)


def records(stream: IO[bytes]) -> Iterator[bytes]:
    """The records of a ``-z`` output, as they arrive."""
    rest = b""
    while piece := cast("bytes", stream.read1(_CHUNK)):  # type: ignore[attr-defined]  # a buffered reader, which IO does not say
        *whole, rest = (rest + piece).split(b"\x00")
        yield from whole


def send(process: "Popen[bytes]", names: Iterable[str]) -> None:
    """Ask a ``cat-file --batch`` for some objects."""
    stream = cast("IO[bytes]", process.stdin)
    stream.write(b"".join(bytes_of(name) + b"\n" for name in names))
    stream.flush()


def reason(said: bytes) -> str:
    """What git said when it gave up, without its word for it."""
    return said.decode("utf-8", "replace").strip().removeprefix("fatal: ")


def text_of(raw: bytes) -> str:
    """A path or message as text; bytes that are no UTF-8 survive the way there and back."""
    return raw.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """The reverse of ``text_of``."""
    return text.encode("utf-8", "surrogateescape")
