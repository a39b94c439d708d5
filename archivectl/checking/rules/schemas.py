"""The schemas in the archive are byte copies of those of the release that archive.yaml names; the tool judges by its own."""

import hashlib
from collections.abc import Iterator

from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import schema
from archivectl.yaml_text import Mark

RULE = "schemas"
_MISSING = N_("The schema is missing.")
_DIFFERS = N_("From this line on, the schema is not the one that the tool judges by.")
_NOT_THAT = N_("This is not the schema of release {release}, which archive.yaml names.")
_UNKNOWN = N_("The tool knows no such schema.")
_NO_RELEASE = N_("The tool knows no release {release} of the schemas.")
_REMOVE = N_("Take it away: git rm {file}")
_HINT = N_("Editors would go by it. Take it back from history, or use the release that wrote it.")
_NEWER = N_("Use the version of archivectl that knows it; this one knows: {known}")


def of_tree(tree: Tree, _facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    named = str((tree.file("archive.yaml").data or {}).get("schemas", schema.RELEASE))
    release = schema.releases().get(named)
    if release is None:
        values = {"release": named, "known": ", ".join(schema.releases())}
        yield tree.file("archive.yaml").finding(RULE, _NO_RELEASE, ("schemas",), _NEWER, **values)
        return
    shipped = {f"schemas/{name}": digest for name, digest in release.items()}
    here = tree.of_kind("schema")
    for path in sorted({*shipped, *here}):
        if path not in here:
            yield Finding(path, 1, 1, RULE, _MISSING, hint=_HINT)
            continue
        file = tree.file(path)
        if path not in shipped:
            yield file.finding(RULE, _UNKNOWN, hint=_REMOVE)
        elif hashlib.sha256(file.text).hexdigest() != shipped[path] and not file.unreadable:
            if named == schema.RELEASE:
                own = (schema.folder() / path.removeprefix("schemas/")).read_bytes()
                yield file.finding(RULE, _DIFFERS, Mark(file.difference(own), 1), _HINT)
            else:
                yield file.finding(RULE, _NOT_THAT, Mark(1, 1), _HINT, release=named)
