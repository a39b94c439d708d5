"""What the tests of membership ask of an office: the program's words in one line, member files, and who holds which level key."""

import shlex
from collections.abc import Mapping
from typing import Any

from archivectl import yaml_text
from office import Office
from program import Answer

FOUND = ("create --subject person --set name=张三 --set identity.id_number=11010519491231002X",)


def run(office: Office, line: str, member: str = "li.na", **filled: object) -> Answer:
    """One call of the program, as one would type it."""
    return office.run(*(word.format_map(filled) for word in shlex.split(line)), member=member)


def done(office: Office, line: str, member: str = "li.na", **filled: object) -> Answer:
    """The same, which has to succeed."""
    answer = run(office, line, member, **filled)
    assert answer.status == 0, f"{line}: {answer.out}{answer.err}"
    return answer


def file_of(office: Office, handle: str) -> Mapping[str, Any]:
    """A member's file."""
    return dict(yaml_text.load(office.archive.joinpath(f"members/{handle}.yaml").read_bytes()))


def generations(office: Office) -> dict[str, int]:
    """The current generation of every level key."""
    data = yaml_text.load(office.archive.joinpath("keys/levels.yaml").read_bytes())
    return {level: max(row["generation"] for row in rows) for level, rows in data["levels"].items()}


def holders(office: Office, level: str) -> set[str]:
    """For whom the current key of a level is wrapped on this machine."""
    folder = f"keyrings/*/levels/{level}.{generations(office)[level]}/*.age"
    return {path.name.removesuffix(".age").rpartition(".")[0] for path in office.home.folder.glob(folder)}


def reads(office: Office, member: str, path: str = "identity.id_number") -> bool:
    """Whether a member can open a value of the first record."""
    return run(office, f"show 1 --reveal {path} --purpose 核对身份", member).status == 0


def sound(office: Office, *excused: str) -> None:
    """Nothing is found in the tree and in the history, but what a test's own clock is to blame for."""
    for command in ("check", "verify"):
        answer = run(office, f"{command} --json")
        assert {each["rule"] for each in answer.json} <= {*excused}, answer.out + answer.err
