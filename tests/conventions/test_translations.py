"""Every English sentence of the program has its Chinese one, with the same placeholders and Chinese punctuation."""

import ast
import json
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from archivectl import yaml_text
from project import PACKAGE, sources

MARKERS = {"_", "N_"}
CHINESE = r"[\u3400-\u9fff]"
FILLED_IN = re.compile(
    r"(?<![A-Z_-])(?:BACKUP|COMMIT|COPY|DAY|DIR|FILE|FINGERPRINT|FOLDER|HANDLE|ID|IDENTITY|KEY|KIND|MEMBER|NAME|NEW|NUMBER|OLD|POST|REMOTE|"
    r"SLUG|TEXT|VALUE|WHO)(?![A-Z_-])"
)
# A Chinese word, and the English of which it is not the translation: a thing has one word. Forms print 档号 above numbers.
# What a member is cleared for is 可阅密级, as in the member's file.
ONE_WORD = {
    "账号": re.compile("handle", re.IGNORECASE),
    "档号": re.compile("^(?!.*archive number|File number$)", re.DOTALL),
    "涉密等级": re.compile(""),
}
WESTERN_PUNCTUATION = re.compile(rf"{CHINESE}\s*[,.;:!?]\s*{CHINESE}")


def text(node: ast.AST | None) -> str | None:
    """The sentence that a literal holds, if it is one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def called(node: ast.Call) -> str:
    """The last word of what is called: ``_`` for ``i18n._(…)``."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def errors(node: ast.ClassDef) -> Iterator[str | None]:
    """The ``message`` and ``hint`` of a class of refusals."""
    for line in node.body:
        targets = line.targets if isinstance(line, ast.Assign) else [line.target] if isinstance(line, ast.AnnAssign) else []
        if any(isinstance(target, ast.Name) and target.id in {"message", "hint"} for target in targets):
            yield text(getattr(line, "value", None))


def sentences(module: str, source: str) -> Iterator[str]:
    """Every sentence of a module that a person may read."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            yield from (sentence for sentence in errors(node) if sentence)
        elif isinstance(node, ast.Call) and called(node) in MARKERS and node.args:
            yield from filter(None, [text(node.args[0])])
        elif isinstance(node, ast.Call) and module.startswith("archivectl.cli"):
            yield from (sentence for each in node.keywords if each.arg in {"help", "metavar"} and (sentence := text(each.value)))
        elif isinstance(node, ast.FunctionDef) and {"command", "callback"} & {
            called(each) for each in calls(node.decorator_list)
        }:
            yield from filter(None, [ast.get_docstring(node)])


def calls(nodes: list[ast.expr]) -> Iterator[ast.Call]:
    """Those of the nodes that call something."""
    return (node for node in nodes if isinstance(node, ast.Call))


def words(kind: dict[str, Any]) -> Iterator[str]:
    """The words of a kind of register that a person may read: its states, and its steps alone and with the kind before them."""
    for name, step in kind["steps"].items():
        yield from (name, f"{kind['kind']}.{name}", *filter(None, [step.get("to")]))


def own_words(kind: dict[str, Any]) -> set[str]:
    """States that may be called otherwise in one kind than in the others."""
    return {f"{kind['kind']}.{step['to']}" for step in kind["steps"].values() if "to" in step}


def built(module: str, source: str) -> Iterator[str]:
    """Sentences put together before they are looked up: no catalogue can hold them."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and called(node) in MARKERS
            and node.args
            and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        ):
            yield f"{module}:{node.lineno} {ast.unparse(node)}"


def placeholders(sentence: str) -> set[str]:
    """The names of what is filled in."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.fixture(scope="module")
def english() -> set[str]:
    found = {sentence for name, source in sources().items() for sentence in sentences(name, source)}
    return found | {word for kind in kinds() for word in words(kind)}


def kinds() -> list[dict[str, Any]]:
    """Every kind of register that comes with the tool."""
    return [yaml_text.load(path.read_bytes(), path.name) for path in sorted(PACKAGE.glob("registers/*.yaml"))]


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    catalogue: dict[str, str] = json.loads(PACKAGE.joinpath("locale/zh.json").read_text(encoding="utf-8"))
    return catalogue


def test_every_sentence_has_a_translation(english: set[str], chinese: dict[str, str]) -> None:
    assert sorted(english - {sentence for sentence, translation in chinese.items() if translation}) == []


def test_no_translation_is_left_over(english: set[str], chinese: dict[str, str]) -> None:
    assert sorted(set(chinese) - english - {word for kind in kinds() for word in own_words(kind)}) == []


def test_a_translation_has_the_placeholders_of_its_sentence(chinese: dict[str, str]) -> None:
    assert [sentence for sentence, translation in chinese.items() if placeholders(sentence) != placeholders(translation)] == []


def test_chinese_sentences_have_chinese_punctuation(chinese: dict[str, str]) -> None:
    assert [translation for translation in chinese.values() if WESTERN_PUNCTUATION.search(translation)] == []


def test_what_is_to_be_filled_in_is_said_in_chinese(chinese: dict[str, str]) -> None:
    assert [translation for translation in chinese.values() if FILLED_IN.search(translation)] == []


@pytest.mark.parametrize("word", ONE_WORD)
def test_a_thing_has_one_word_in_chinese(word: str, chinese: dict[str, str]) -> None:
    assert [text for sentence, text in chinese.items() if word in text and ONE_WORD[word].search(sentence)] == []


def test_no_sentence_is_put_together_before_it_is_looked_up() -> None:
    assert [place for name, source in sources().items() for place in built(name, source)] == []


def test_every_way_to_write_a_sentence_is_found() -> None:
    source = '''
class OnLoan(Refused):
    message = "On loan to {borrower}."
    hint: ClassVar[str] = "Return it: " "archivectl return {entry}"
    status = "no sentence"
print(_("Done."), i18n._("Again."), N_("Later."), plain("no sentence"))
app.command(help="Lend a file.", metavar="NUMBER")
@app.command(epilog="no sentence")
def lend():
    """Lend it."""
def other():
    """No sentence."""
'''
    found = {"On loan to {borrower}.", "Return it: archivectl return {entry}", "Done.", "Again.", "Later.", "Lend it."}
    assert set(sentences("archivectl.loans", source)) == found
    assert set(sentences("archivectl.cli.lend", source)) == {*found, "Lend a file.", "NUMBER"}


def test_the_words_of_a_register_are_found() -> None:
    kind = {"kind": "loan", "steps": {"renew": {"to": "lent"}, "note": {}}}
    assert set(words(kind)) == {"renew", "loan.renew", "lent", "note", "loan.note"}
    assert own_words(kind) == {"loan.lent"}


@pytest.mark.parametrize("source", ['_(f"{n} rows")', '_("Lent to " + name)', '_("%s rows" % n)'])
def test_a_built_sentence_is_found(source: str) -> None:
    assert len(list(built("archivectl.loans", source))) == 1


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("不予借出,请先归还。", True),
        ("已借出. 请签字", True),
        ("不予借出，请先归还。", False),
        ("见 README.md 的说明", False),
        ("共 1,024 件", False),
    ],
)
def test_western_punctuation_is_found_only_between_chinese_characters(sentence: str, found: bool) -> None:  # noqa: FBT001 - a table
    assert bool(WESTERN_PUNCTUATION.search(sentence)) is found
