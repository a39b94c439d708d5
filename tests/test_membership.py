"""Taking on members: whose keys open what, and who may not become one."""

import subprocess

import pytest

from archivectl import yaml_text
from office import Office


def add(office: Office, handle: str, *words: str, member: str = "li.na") -> tuple[int, str]:
    answer = office.run("member", "add", handle, "--name", "新人", *words, "--generate-keys", "--json", member=member)
    return answer.status, answer.out


def readers(office: Office) -> dict[str, list[str]]:
    """The handles for which each level key is wrapped."""
    found: dict[str, list[str]] = {}
    for path in sorted(office.home.folder.glob("keyrings/*/levels/*/*.age")):
        found.setdefault(path.parent.name.partition(".")[0], []).append(path.name.removesuffix(".age").rpartition(".")[0])
    return found


def test_a_new_member_reads_up_to_their_clearance_and_no_record_is_touched(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", "identity.id_number=11010519491231002X")
    assert add(office, "new", "--role", "clerk", "--clearance", "confidential")[0] == 0
    changed = subprocess.run(
        ["git", "-C", str(office.archive), "show", "--name-only", "--format=%s"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert changed == ["member.add:", "new", "members/new.yaml"]
    assert {level for level, handles in readers(office).items() if "new" in handles} == {"confidential"}
    assert office.run("show", "1", "--reveal", "name", "--purpose", "核对", "--json", member="new").json["name"] == "张三"
    assert office.run("show", "1", "--reveal", "identity.id_number", "--purpose", "核对", member="new").status == 3


def test_a_role_gives_the_post_of_its_name_and_a_post_stands_alone(office: Office) -> None:
    add(office, "new", "--role", "clerk", "--role", "auditor", "--post", "supervisor")
    data = yaml_text.load(office.archive.joinpath("members/new.yaml").read_bytes())
    assert (data["posts"], data["roles"], data["clearance"]) == (["supervisor", "clerk"], ["clerk", "auditor"], "internal")
    assert [row["made_by"] for row in (*data["age"], *data["signing"])] == ["li.na", "li.na"]


def test_what_the_admin_cannot_open_is_left_for_someone_cleared(office: Office) -> None:
    add(office, "boss", "--role", "admin", "--clearance", "confidential")
    status, out = add(office, "new", "--role", "clerk", "--clearance", "top-secret", member="boss")
    assert (status, yaml_text.load(out)["unshared"]) == (0, ["secret", "top-secret"])
    assert {level for level, handles in readers(office).items() if "new" in handles} == {"confidential"}


HANDLES = [
    "../x",
    "a/b",
    "Li.Na",
    "李娜",
    "con",
    "nul.x",
    ".hidden",
    "x.",
    "",
    "a\nb",
    "recovery",
    "outside",
    "li.na",
    "wang.wei",
]


@pytest.mark.parametrize("handle", HANDLES)
def test_a_handle_that_is_taken_or_cannot_be_a_file_is_refused(office: Office, handle: str) -> None:
    before = sorted(office.archive.joinpath("members").iterdir())
    assert add(office, handle)[0] == 2
    assert sorted(office.archive.joinpath("members").iterdir()) == before
    assert len(list(office.home.folder.glob("identities/*/*.age"))) == 5


@pytest.mark.parametrize(
    ("words", "member", "status"),
    [
        (("--role", "boss"), "li.na", 2),
        (("--post", "director"), "li.na", 2),
        (("--role", "clerk", "--clearance", "huge"), "li.na", 2),
        (("--role", "clerk"), "wang.wei", 3),
        (("--role", "clerk"), "chen.jing", 3),
    ],
)
def test_who_may_not_be_taken_on_is_refused(office: Office, words: tuple[str, ...], member: str, status: int) -> None:
    assert add(office, "new", *words, member=member)[0] == status
    assert not office.archive.joinpath("members/new.yaml").exists()
