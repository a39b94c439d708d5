"""The formats of findings by name: a file each, with a function from findings to a text."""

from collections.abc import Callable, Mapping, Sequence

from archivectl.checking.formats import github, gitlab, json, junit, sarif, text
from archivectl.finding import Finding

Format = Callable[[Sequence[Finding]], str]

FORMATS: Mapping[str, Format] = {
    "text": text.written,
    "json": json.written,
    "sarif": sarif.written,
    "junit": junit.written,
    "github": github.written,
    "gitlab": gitlab.written,
}
