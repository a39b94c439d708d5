"""One entry of a register: an immutable head, then one signed event a line."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from archivectl import yaml_text
from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence

EVENT_KEYS = (
    "id", "act", "by", "recorder", "post", "date", "at", "after", "means", "expires", "regime", "items", "data", "keys", "sig",
)  # fmt: skip
OUTSIDE = "outside"  # whoever is no member, and signs on paper or by message
MODELINE = "# yaml-language-server: $schema=../../../../schemas/entry.schema.json\n"
_EVENTS = "events:\n"
_SIGNATURE = re.compile(r', sig: "[A-Za-z0-9+/=]*"\}\Z')  # at the end alone: a text in the event may hold the same words


class NotAnEntry(Unreadable):
    """A file under ``registers/`` that is not an entry."""

    message = "{path} is not a register entry: {problem}."
    hint = "Take it back from history: git checkout HEAD -- {path}"


class Event(NamedTuple):
    """One event; ``line`` is its own line without the line end, exactly as it stands."""

    id: str
    act: str
    by: str
    recorder: str
    post: str
    date: str
    at: str
    after: tuple[str, ...]
    means: str
    regime: str
    items: Mapping[str, str]
    data: Mapping[str, Any]
    keys: tuple[Mapping[str, Any], ...]
    sig: str
    line: str

    @property
    def signer(self) -> str:
        """Whose key must have signed: the actor, or who recorded what was done on paper."""
        return self.recorder if self.recorder and self.means != "signed" else self.by


class Entry(NamedTuple):
    """An entry as its file holds it; ``head`` is the text that every signature covers."""

    path: str
    id: str
    kind: str
    uid: str
    about: tuple[Mapping[str, str], ...]
    columns: Mapping[str, Any]
    keys: tuple[Mapping[str, Any], ...]
    head: str
    events: tuple[Event, ...]

    @property
    def uids(self) -> tuple[str, ...]:
        """The records it is about."""
        return tuple(item["uid"] for item in self.about if "uid" in item)

    @property
    def year(self) -> str:
        """The year that it was entered in."""
        return self.path.split("/")[2]

    @property
    def all_keys(self) -> tuple[Mapping[str, Any], ...]:
        """The entry's keys, those that came with later events included."""
        return self.keys + tuple(key for event in self.events for key in event.keys)


def parse(text: bytes, path: str) -> Entry:
    """The entry in a file's text; raises NotAnEntry or NotYaml."""
    data = yaml_text.load(text, path)
    try:
        body = text.decode("utf-8")
        lines = body.splitlines(keepends=True)
        if not lines[0].startswith("#") or not lines[1].startswith("id:"):
            raise NotAnEntry(path=path, problem=N_("its first two lines are not the modeline and the id"))
        rest = "".join(lines[2:])
        head, marker, tail = rest.partition("\n" + _EVENTS)
        if not marker:
            raise NotAnEntry(path=path, problem=N_("it has no events"))
        own = [line for line in tail.split("\n") if line]
        rows = data["events"]
        if len(own) != len(rows):
            problem = N_("an event does not stand on one line, or something follows the events")
            raise NotAnEntry(path=path, problem=problem)
        words = [data["id"], data["kind"], data["uid"], *(row[key] for row in rows for key in ("id", "act", "by", "date", "at"))]
        if not all(isinstance(word, str) for word in words) or not all(
            isinstance(item, Mapping) for item in data.get("about", ())
        ):
            raise NotAnEntry(path=path, problem="a value is not of the kind that stands there")
        return Entry(
            path=path,
            id=data["id"],
            kind=data["kind"],
            uid=data["uid"],
            about=tuple(data.get("about") or ()),
            columns=data.get("columns") or {},
            keys=tuple(data.get("keys") or ()),
            head=head + "\n",
            events=tuple(_event(row, line) for row, line in zip(rows, own, strict=True)),
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise NotAnEntry(path=path, problem=Sentence(N_("it has no “{key}”"), key=str(error).strip("'"))) from error


def _event(row: Mapping[str, Any], line: str) -> Event:
    return Event(
        id=row["id"],
        act=row["act"],
        by=row["by"],
        recorder=row.get("recorder", ""),
        post=row.get("post", ""),
        date=row["date"],
        at=row["at"],
        after=tuple(row.get("after", ())),
        means=row.get("means", "signed"),
        regime=row.get("regime", ""),
        items=row.get("items", {}),
        data=row.get("data", {}),
        keys=tuple(row.get("keys", ())),
        sig=row.get("sig", ""),
        line=line,
    )


def head(kind: str, uid: str, about: list[dict[str, str]], columns: Mapping[str, Any], keys: list[dict[str, Any]]) -> str:
    """The head's text of a new entry."""
    data: dict[str, Any] = {"kind": kind, "uid": uid}
    if about:
        data["about"] = about
    data["columns"] = dict(columns)
    if keys:
        data["keys"] = keys
    return yaml_text.dump(data, lambda at: at in {("about",), ("keys",)})


def text(number: str, head_text: str, event_lines: list[str]) -> str:
    """A whole entry file."""
    return f"{MODELINE}id: {number}\n{head_text}{_EVENTS}" + "".join(line + "\n" for line in event_lines)


def event_line(row: Mapping[str, Any]) -> str:
    """An event's line, keys in their order, absent ones left out."""
    return "- " + yaml_text.flow({key: row[key] for key in EVENT_KEYS if row.get(key) not in (None, "", (), [], {})})


def signed_text(archive: str, uid: str, head_text: str, line: str) -> bytes:
    """What a signature of an event covers; ``line`` is the event's own line, its signature cut out if it has one."""
    own = _SIGNATURE.sub("}", line)
    digest = hashlib.sha256(head_text.encode()).hexdigest()
    return f"archivectl event 1\narchive {archive}\nentry {uid}\nhead {digest}\n{own}\n".encode()


def with_signature(line: str, signature: str) -> str:
    """The line with its signature (base64) put in as the last key."""
    return f'{line[:-1]}, sig: "{signature}"}}'


def path(kind: str, year: str, number: str) -> str:
    """Where an entry stands: the folder counts thousands of its sequence."""
    sequence = int(number.rsplit("-", 1)[-1])
    return f"registers/{kind}/{year}/{sequence // 1000}/{number}.yaml"
