"""What a machine keeps of an archive outside of it: of a wrong shape, it is told with a way out, whatever reads it."""

from pathlib import Path

import pytest

from office import Office

COMMANDS = (("list",), ("show", "1"), ("todo",), ("verify",), ("create", "--subject", "person", "--set", "name=张三"))
HEAD = "archive: A\nfingerprint: B\ngot: given\n"
SHAPES = {
    "empty": "",
    "a list": "- 1\n",
    "no yaml": "x: [\n",
    "a text": "x\n",
    "of other keys": "x: 1\n",
    "a mark that is a number": f"{HEAD}verified: {{main: 1, access-log: null, rules: 1}}\n",
    "commits that are none": f"{HEAD}verified: {{main: null, access-log: null, rules: 1, alike: 3}}\n",
}
SETTINGS = {
    "a list": "- 1\n",
    "no yaml": "x: [\n",
    "archives in a list": "archives: [1]\n",
    "an archive that is a text": "archives: {AAAA: nas}\n",
    "remotes in a list": "archives: {AAAA: {keyrings: [1]}}\n",
}


def told(office: Office, path: Path, words: tuple[str, ...], error: str) -> None:
    answer = office.run(*words, "--json")
    assert (answer.status, answer.json["error"]) == (4, error)
    assert str(path) in answer.json["message"]
    assert "in no repository" in answer.json["hint"]
    assert "git checkout" not in answer.json["hint"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_the_machine_trusts_is_told_where_it_cannot_be_read(office: Office, shape: str, command: tuple[str, ...]) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三")
    (path,) = office.home.folder.glob("trust/*.yaml")
    path.write_text(SHAPES[shape])
    told(office, path, command, "pin-damaged")


@pytest.mark.parametrize("command", [each for each in COMMANDS if each[0] not in {"show", "verify"}], ids=lambda words: words[0])
@pytest.mark.parametrize("shape", SETTINGS)
def test_settings_of_another_shape_are_told(office: Office, shape: str, command: tuple[str, ...]) -> None:
    path = office.home.folder / "settings.yaml"
    path.write_text(SETTINGS[shape])
    told(office, path, command, "settings-damaged")


def test_the_way_out_leads_back_to_a_machine_that_knows_the_archive(office: Office) -> None:
    (path,) = office.home.folder.glob("trust/*.yaml")
    fingerprint = path.read_text().split("fingerprint: ")[1].split()[0].strip('"')
    path.write_text("")
    path.rename(path.with_name("away"))
    assert office.run("verify", "--trust", fingerprint).status == 0
    assert office.run("create", "--subject", "person", "--set", "name=张三").status == 0


def test_empty_settings_are_settings(office: Office) -> None:
    (office.home.folder / "settings.yaml").write_text("")
    assert office.run("--as", "li.na", "list").status == 0
