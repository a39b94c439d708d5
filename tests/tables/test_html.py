"""Pages as HTML: everything filled in is escaped, every layout renders."""

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from archivectl import i18n
from archivectl.tables.html import WORDS, render
from archivectl.tables.page import Page, Sign, Table

EVIL = '<script>alert("1")</script>&'
VOID = {"meta"}


class Elements(HTMLParser):
    """The elements and texts of a page; every element must be closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.seen.append(tag)
        if tag not in VOID and tag != "rect":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        del attrs
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: str) -> Elements:
    found = Elements()
    found.feed(html)
    found.close()
    assert found.open == []
    return found


def page(layout: str) -> Page:
    table = Table(EVIL, (EVIL, EVIL), ((EVIL, EVIL),))
    facts, signs = ((EVIL, EVIL),) * 3, (Sign(EVIL), Sign(EVIL, (EVIL,)))
    return Page(layout, EVIL, EVIL, facts, (table,), signs, EVIL, "SH-000001", (EVIL,), (table,))


@pytest.mark.parametrize("layout", ["card", "slip", "ledger", "letter", "label"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_is_filled_in_is_text_and_never_markup(layout: str, language: str) -> None:
    i18n.speak(language)
    found = read(render([page(layout)]))
    assert "script" not in found.seen
    assert any(EVIL in text for text in found.texts)
    assert "svg" in found.seen


def test_every_word_of_the_templates_is_marked_for_translation() -> None:
    layouts = (files("archivectl.tables") / "layouts").iterdir()
    said = {word for each in layouts for word in re.findall(r'_\("([^"]*)"\)', each.read_text(encoding="utf-8"))}
    assert said == {*WORDS}


def test_a_page_is_a4_and_says_its_language() -> None:
    i18n.speak("zh")
    html = render([page("card"), page("ledger")])
    assert "size: A4;" in html
    assert "size: A4 landscape" in html
    assert '<html lang="zh">' in html
    assert html.count("<section") == 2


def test_a_box_shows_who_signed_or_leaves_room_for_a_pen_and_a_day() -> None:
    i18n.speak("zh")
    signed = render([page("slip")._replace(signs=(Sign("批准人", ("陈静 2026-03-02 电子签名",)),))])
    assert "陈静 2026-03-02 电子签名" in signed
    assert "年" not in signed
    assert "月" in render([page("slip")._replace(signs=(Sign("批准人"),))])


def test_a_table_without_rows_leaves_one_to_write_in() -> None:
    assert 'class="blank"' in render([page("slip")._replace(tables=(Table("", ("a", "b"), ()),))])
