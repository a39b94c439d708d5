"""What git keeps on this machine beside the files of the archive: what of it holds something in clear, or shows another history.

Branches and tags have names, every move of one is noted in the reflog, a fetch leaves FETCH_HEAD, a cancelled commit its message,
and textconv may be told to keep what it showed. None of it is in the archive; all of it is on the disk, and some of it is pushed.
"""

from collections.abc import Iterator, Mapping

from archivectl.checking.rules import clear_text
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.store import reader, states
from archivectl.store.states import Place
from archivectl.store.streams import text_of

_OTHERS = ("objects", "index", "lfs", "archivectl", "hooks")  # bytes of git's own, and what has its own rules
_LARGEST = 1 << 24
_REF = N_("{what} stands in the name of a branch or tag.")
_RENAME = N_("Give it another name (git branch -m OLD NEW), then: git reflog expire --expire=now --all && git gc --prune=now")
_KEPT = N_("{what} stands in what git keeps here.")
_EXPIRE = {
    "logs": N_("Let git forget it: git reflog expire --expire=now --all && git gc --prune=now"),
    "config": N_("Take it out of the settings of this clone: git config --edit"),
    "": N_("Delete this file; git makes it anew when it needs it."),
}
_MESSAGE = N_("{what} stands in the message of a commit or tag that git still has: {commit}.")
_GONE = N_("Where no branch holds it, let git forget it: git reflog expire --expire=now --all && git gc --prune=now")
_CACHE = N_("git keeps values here that it showed in clear.")
_DROP = N_("Throw them away: git update-ref -d {ref} && git gc --prune=now")
_SETTING = N_("By this setting git keeps what it shows in clear: {setting}")
_UNSET = N_("Take it back: git config --unset {name}; then: archivectl check --git")


RULE = "git"
_REPLACED = N_("git shows something else here in place of {id}; archivectl does not look at that, stock git does.")
_UNREPLACE = N_("Find out who set it; take it back with: git replace -d {id}")
_GRAFTED = N_("git shows a history here whose commits have other parents than they name; archivectl does not look at that.")
_UNGRAFT = N_("Find out who made it; delete it: {path}")
_SHALLOW = N_("This clone is shallow: it has the newest commits alone, and the history cannot be judged from its first.")
_DEEPEN = N_("Fetch the others: git fetch --unshallow")
_REPLACE = "refs/replace/"


def judge(place: Place, home: Mapping[str, str]) -> Iterator[Finding]:
    """Judge everything that git keeps beside the archive; ``home`` says where the user's own settings of git lie."""
    refs = reader.refs(place)
    for name, _id in refs:
        yield from of_name(name)
    for setting in reader.settings(place, r"^diff\..*\.cachetextconv$", home):
        name, _equals, value = setting.partition(" = ")
        if value.lower() not in {"false", "no", "off", "0"}:
            yield Finding("config", 1, 1, clear_text.RULE, _SETTING, {"setting": setting, "name": name}, _UNSET)
    yield from misleading(place)
    if states.is_shallow(place):
        yield Finding(".git/shallow", 1, 1, RULE, _SHALLOW, {}, _DEEPEN)
    yield from _files(place)
    yield from _messages(place, [target for _name, target in refs])


def misleading(place: Place) -> Iterator[Finding]:
    """What makes stock git, with which an archive is read where archivectl is not, show another history than there is."""
    for name, _id in reader.refs(place):
        if name.startswith(_REPLACE):
            yield Finding(name, 1, 1, RULE, _REPLACED, {"id": name.removeprefix(_REPLACE)}, _UNREPLACE)
    grafts = place.common_dir / "info" / "grafts"
    if grafts.is_file() and grafts.read_bytes().strip():
        yield Finding(".git/info/grafts", 1, 1, RULE, _GRAFTED, {"path": ".git/info/grafts"}, _UNGRAFT)


def of_name(ref: str) -> Iterator[Finding]:
    """Judge the name of a branch, a tag or another ref, by which git tells its own caches, too."""
    yield from clear_text.of_text(ref, ref, _REF, _RENAME)
    if ref.startswith("refs/notes/textconv/"):
        yield Finding(ref, 1, 1, clear_text.RULE, _CACHE, {"ref": ref}, _DROP)


def _files(place: Place) -> Iterator[Finding]:
    """Judge the small files of git, which are text, those of linked work trees among them."""
    waiting = [path for path in sorted(place.common_dir.iterdir()) if path.name not in _OTHERS]
    while waiting:
        path = waiting.pop()
        if path.is_symlink():
            continue
        if path.is_dir():
            waiting += sorted(path.iterdir())
        elif path.stat().st_size <= _LARGEST:
            shown = path.relative_to(place.common_dir).as_posix()
            hint = next(hint for start, hint in _EXPIRE.items() if shown.startswith(start))
            yield from clear_text.of_text(text_of(path.read_bytes()), f".git/{shown}", _KEPT, hint)


def _messages(place: Place, targets: list[str]) -> Iterator[Finding]:
    """Judge what every commit says that a ref or a reflog still leads to, and every tag."""
    names = dict.fromkeys((*targets, *reader.listed(place, "--all", "--reflog")))
    for answer in reader.objects(place, names):
        if answer and answer.kind in {"commit", "tag"}:
            text = text_of(answer.content.partition(b"\n\n")[2])
            yield from clear_text.of_text(text, answer.id[:12], _MESSAGE, _GONE, commit=answer.id[:12])
