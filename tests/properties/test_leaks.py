"""Nothing sensitive lies in clear anywhere: in no git object, reachable or not, no index, cache, name, message or log."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from archivectl.cli import console
from archivectl.cli.options import Options
from office import Office

CLEAR = "上海公开备注"
VALUES = [
    "张三丰", "zhangsanfeng", "李四光", "王五六", "11010519491231002X", "110105194912310021", "13800138000", "13900139000",
    "zhang@example.cn", "浦东大道九十九号", "借阅者甲", "诉讼取证用途", "反对的意见", "复核所见", "停用的缘由", "销毁的缘由",
    "纸上签字人", "扫描件内容", "导入人名", "13700137000", "AGE-SECRET-KEY-1", "PRIVATE KEY",
]  # fmt: skip
PERSON = {
    "name": "张三丰", "identity.id_number": "11010519491231002X", "phone": "13800138000", "email": "zhang@example.cn",
    "address.street": "浦东大道九十九号", "contacts[cAAAAA].name": "李四光", "contacts[cAAAAA].phone": "13900139000",
}  # fmt: skip


def life(office: Office) -> None:
    """Everything the program does with what is sensitive, refused attempts included."""
    paper, table = office.run.folder / "slip.pdf", office.run.folder / "new.csv"
    paper.write_text("扫描件内容", encoding="utf-8")
    table.write_text("客户名称,客户类型,联系电话\n导入人名,个人,13700137000\n", encoding="utf-8")
    given = [word for path, value in PERSON.items() for word in ("--set", f"{path}={value}")]
    create, update = ("create", "--subject", "person"), ("update", "1", "--reason", "更正")
    signed = ("--purpose", "核对")
    acts: list[tuple[tuple[str, ...], str, set[int]]] = [
        ((*create, *given), "wang.wei", {0}),
        (("create", "--subject", "organisation", "--set", "name=甲", "--set", f"note={CLEAR}"), "li.na", {0}),
        ((*create, "--set", "name=王五六"), "li.na", {0}),
        ((*create, "--set", "name=张三丰", "--set", "identity.id_number=110105194912310021"), "li.na", {2}),
        ((*update, "--set", "phone=13900139000"), "wang.wei", {3}),
        ((*update, "--set", "phone=13900139000"), "li.na", {0}),
        (("update", "1", "--set", "name=李四光", "--reason", "改为李四光"), "li.na", {3}),
        (("update", "1", "--set", "note=x", "--reason", "电话 13800138000"), "li.na", {3}),
        ((*update, "--set", "13800138000=1"), "li.na", {2}),
        (("show", "13800138000"), "li.na", {2}),
        (("show", "1", "--reveal", *signed), "li.na", {0}),
        (("show", "1", "--reveal", "--purpose", "与张三丰核对"), "li.na", {3}),
        (("list",), "li.na", {0}),
        (("search", "zhangsanfeng"), "li.na", {0}),
        (("search", "13800138000"), "li.na", {0}),
        (("update", "2", "--set", "secrecy=secret", "--reason", "涉诉"), "li.na", {0}),
        (("lend", "2", "--to", "借阅者甲", "--purpose", "诉讼取证用途"), "wang.wei", {0}),
        (("reject", "JY-1", "--reason", "反对的意见"), "chen.jing", {0}),
        (("lend", "2", "--to", "借阅者甲", "--purpose", "诉讼取证用途"), "wang.wei", {0}),
        (("approve", "JY-2", "--by", "纸上签字人", "--paper", str(paper)), "li.na", {0}),
        (("register", "show", "JY-2"), "li.na", {0}),
        (("review", "2", "--outcome", "rectify", "--note", "复核所见"), "wang.wei", {0}),
        (("hold", "1", "--reason", "停用的缘由"), "li.na", {0}),
        (("key", "export", "3", *signed), "li.na", {0}),
        (("import", str(table), "--yes"), "li.na", {0}),
        (("destroy", "propose", "3", "--reason", "销毁的缘由"), "li.na", {0}),
        (("approve", "XH-1"), "chen.jing", {0}),
        (("destroy", "supervise", "XH-1"), "zhao.lei", {0}),
        (("destroy", "supervise", "XH-1"), "sun.yan", {0}),
        (("destroy", "execute", "XH-1"), "li.na", {0}),
        (("destroy", "certificate", "XH-1"), "li.na", {0}),
        (("todo",), "li.na", {0}),
        (("check",), "li.na", {0}),
        (("verify",), "li.na", {0}),
    ]
    for words, member, statuses in acts:
        answer = office.run(*words, member=member)
        assert answer.status in statuses, (words, answer)


def traces(office: Office) -> Iterator[tuple[str, bytes]]:
    """Everything the archive and the home hold, by what to call it; git's objects unpacked, with those nothing refers to."""
    git = ["git", "-C", str(office.archive), "cat-file", "--batch-all-objects", "--unordered", "--batch=%(objectname)"]
    yield "git objects", subprocess.run(git, capture_output=True, check=True).stdout
    private = office.home.folder / "identities", office.home.folder / "recovery"
    for top in (office.archive, office.home.folder):
        for path in top.rglob("*"):
            yield f"the name {path.name!r}", path.name.encode()
            if path.is_file() and not any(path.is_relative_to(folder) for folder in private):
                yield str(path), path.read_bytes()


def found(office: Office, value: str) -> list[str]:
    forms = {value.encode(), value.encode("utf-16-le"), value.encode("unicode-escape"), value.encode("gb18030")}
    return [name for name, content in traces(office) if any(form in content for form in forms)]


def test_nothing_sensitive_lies_anywhere_in_clear(office: Office) -> None:
    life(office)
    console.ended(ValueError("13800138000"), Options(home=str(office.home.folder)))
    assert list(Path(office.home.folder, "logs").iterdir())
    assert {value: found(office, value) for value in VALUES if found(office, value)} == {}
    places = found(office, CLEAR)
    assert "git objects" in places
    assert any(place.endswith(".yaml") for place in places)
