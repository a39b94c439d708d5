"""What an archive consists of: the kind of every path that may stand in one, and the schema of its content."""

import re

from archivectl.records import leaks

_SLUG = "[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
_KINDS = {
    "record": r"customers/.+\.yaml",
    "entry": r"registers/.+\.yaml",
    "interactions": r"interactions/.+\.yaml",
    "object": r"objects/[0-9a-f]{2}/[0-9a-f]{64}\.age",
    "archive": r"archive\.yaml",
    "levels": r"keys/levels\.yaml",
    "recovery": r"members/recovery\.yaml",
    "member": r"members/[^/]+\.yaml",
    "regime": rf"regime/(?:calendar/|registers/)?{_SLUG}\.yaml",
    "schema": r"schemas/[a-z]+\.schema\.json",
    "attributes": r"\.gitattributes",
    "page": r"READ-WITHOUT-ARCHIVECTL\.md",
    # What is not the archive's own, but stands in many repositories.
    "repository": r"README\.md|\.gitignore|\.gitlab-ci\.yml|\.pre-commit-config\.yaml|\.(?:github|gitea)/.+",
}
_PATH = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))
DEMANDED = ("archive.yaml", "keys/levels.yaml", ".gitattributes", "READ-WITHOUT-ARCHIVECTL.md")
SCHEMAS = {
    "record": "customer",
    "entry": "entry",
    "interactions": "interactions",
    "archive": "archive",
    "levels": "levels",
    "recovery": "recovery",
    "member": "member",
}


def kind_of(path: str) -> str:
    """``record``, ``entry``, ``member`` ...; empty for a path that has no place in an archive."""
    found = _PATH.fullmatch(path)
    return str(found.lastgroup) if found else ""


def modeline(path: str) -> str:
    """The first line of a file that has a schema: it names it, relative to the file."""
    above = "../" * path.count("/")
    return f"# yaml-language-server: $schema={above}schemas/{SCHEMAS[kind_of(path)]}.schema.json"


def shown(path: str) -> str:
    """A path as it can be printed anywhere: what is no printable UTF-8 is escaped, what identifies a person has no digits."""
    text = leaks.masked(path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
