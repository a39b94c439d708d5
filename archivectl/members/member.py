"""A member as the archive knows them: posts, roles, clearance and public keys."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archivectl import yaml_text
from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence

LEVELS = ("open", "internal", "confidential", "secret", "top-secret")
ROLES = ("admin", "archivist", "clerk", "auditor")
LISTS = frozenset({"age", "signing"})
RECOVERY = "recovery"


class NotAMember(Unreadable):
    """A file under ``members/`` that is not what a member file must be."""

    message = "{path} is not a member file: {problem}."
    hint = "Take it back from history: git checkout HEAD -- {path}"


class Key(NamedTuple):
    """A public key of a member: an age recipient or a signing key."""

    public: str
    since: str
    made_by: str
    retired: str | None


class Member(NamedTuple):
    """One member file; ``titles`` are roles and posts together, which share one namespace."""

    handle: str
    name: str
    email: str
    department: str | None
    posts: tuple[str, ...]
    roles: tuple[str, ...]
    clearance: str
    retired: str | None
    age: tuple[Key, ...]
    signing: tuple[Key, ...]

    @property
    def titles(self) -> frozenset[str]:
        """Everything this member may act as."""
        return frozenset() if self.retired else frozenset(self.posts) | frozenset(self.roles)

    def cleared(self, level: str) -> bool:
        """Whether this member may read values of that level."""
        return self.retired is None and LEVELS.index(level) <= LEVELS.index(self.clearance)

    def recipients(self) -> list[str]:
        """The age recipients in use."""
        return [key.public for key in self.age if key.retired is None]

    def signs_with(self, public: str) -> bool:
        """Whether that signing key is in use by this member."""
        return self.retired is None and any(key.public == public and key.retired is None for key in self.signing)


ONLOOKER = Member("", "—", "", None, (), (), LEVELS[0], None, (), ())  # who has no member here, and only looks


def parse(text: bytes, path: str) -> Member:
    """The member a file describes; raises NotAMember or NotYaml."""
    data = yaml_text.load(text, path)
    if not isinstance(data, Mapping) or "handle" not in data:
        raise NotAMember(path=path, problem=N_("it names no handle"))
    try:
        return Member(
            handle=data["handle"],
            name=data.get("name", data["handle"]),
            email=data.get("email", ""),
            department=data.get("department"),
            posts=tuple(data.get("posts", ())),
            roles=tuple(data.get("roles", ())),
            clearance=data.get("clearance", "open"),
            retired=data.get("retired"),
            age=tuple(Key(row["recipient"], row["since"], row["made_by"], row["retired"]) for row in data.get("age", ())),
            signing=tuple(Key(row["key"], row["since"], row["made_by"], row["retired"]) for row in data.get("signing", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise NotAMember(path=path, problem=Sentence(N_("it has no “{key}”"), key=str(error).strip("'"))) from error


def text(member: Member) -> str:
    """The member file, in its canonical form."""
    data: dict[str, Any] = {
        "handle": member.handle,
        "name": member.name,
        "email": member.email,
        "department": member.department,
        "posts": list(member.posts),
        "roles": list(member.roles),
        "clearance": member.clearance,
        "retired": member.retired,
        "age": [{"recipient": k.public, "since": k.since, "made_by": k.made_by, "retired": k.retired} for k in member.age],
        "signing": [{"key": k.public, "since": k.since, "made_by": k.made_by, "retired": k.retired} for k in member.signing],
    }
    head = "# yaml-language-server: $schema=../schemas/member.schema.json\n"
    return yaml_text.dump(data, lambda at: at[0] in LISTS, head)


def recovery_keys(text: bytes) -> tuple[Key, ...]:
    """The signing keys of the recovery signer's file; raises NotAMember or NotYaml."""
    data = yaml_text.load(text, path(RECOVERY))
    try:
        return tuple(Key(row["key"], row["since"], row["made_by"], row["retired"]) for row in data["signing"])
    except (KeyError, TypeError) as error:
        raise NotAMember(path=path(RECOVERY), problem=Sentence(N_("it has no “{key}”"), key=str(error).strip("'"))) from error


def recovery_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """The file of the recovery signers."""
    return yaml_text.dump({"signing": list(rows)}, lambda _at: True)


def path(handle: str) -> str:
    """Where a member's file stands."""
    return f"members/{handle}.yaml"


def nearest(members: Mapping[str, Member], who: str) -> list[str]:
    """The handles that are most like a text, by themselves or by the name; up to three."""
    import difflib  # noqa: PLC0415 - needed only once somebody mistyped

    words = {word: handle for handle, member in members.items() for word in (member.name, handle)}
    return list(dict.fromkeys(words[word] for word in difflib.get_close_matches(who, words, n=3, cutoff=0)))


def called(members: Mapping[str, Member], who: str) -> Member | None:
    """The member with that handle or, if only one has it, that name."""
    if who in members:
        return members[who]
    named = [member for member in members.values() if member.name == who]
    return named[0] if len(named) == 1 else None
