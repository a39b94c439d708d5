"""What waits for somebody, asked of the index alone; nothing else is read, and no rule is looked up."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Query = Callable[..., Any]
STATES = ("overdue", "due", "coming")

# The days and times of each state, in the order in which they are told: a range of an index, so that nothing else is looked at.
_RANGES = (
    ("overdue", "due < :now AND due <> :today"),
    ("due", "due = :today"),
    ("due", "due >= :now AND due < :after"),
    ("due", "due IS NULL"),
    ("coming", "due >= :after AND shown <= :until"),
)
# Which rows wait, what each is about, and what comes first among those of one day.
_TABLES = {"entries": ("step IS NOT NULL", "id", "1"), "duties": ("1", "label", "rank")}
_NEXT_WHO = """
WITH RECURSIVE each(who) AS (SELECT min(who) FROM {table} WHERE {open} UNION ALL
    SELECT (SELECT min(who) FROM {table} WHERE {open} AND who > each.who) FROM each WHERE who IS NOT NULL)
SELECT who FROM each WHERE who IS NOT NULL"""
_OF = {
    "entries": "SELECT kind || '.' || step, id, due, say, how, clause, kind, path FROM entries WHERE rowid = ?",
    "duties": """SELECT duty, coalesce(number, duties.uid), due, say, how, clause, '', duties.uid
        FROM duties LEFT JOIN records USING (uid) WHERE duties.rowid = ?""",
}
_RECORDS = {
    "entries": """SELECT coalesce(number, uid), name, count(*) OVER () FROM records
        WHERE uid IN (SELECT uid FROM about WHERE entry = ?) ORDER BY 1 LIMIT 3""",
    "duties": "SELECT coalesce(number, uid), name, 1 FROM records WHERE uid = ?",
}


class Open(NamedTuple):
    """One thing that waits: ``state`` is one of STATES, ``say`` plain data, ``records`` three of ``total`` numbers with names."""

    state: str
    duty: str
    about: str
    due: str | None
    say: Mapping[str, Any]
    how: str
    clause: str
    kind: str
    records: tuple[tuple[str, str | None], ...]
    total: int


class Asked(NamedTuple):
    """Who asks (``titles`` None: everybody's), as of when, and until which day; ``exactly`` are entries known to be theirs.

    Without a handle and titles it is nobody, whom nothing waits for.
    """

    handle: str
    titles: frozenset[str] | None
    now: str
    until: str
    exactly: tuple[str, ...] = ()

    def asks(self, who: str) -> bool:
        """Whether those who are asked (words between commas) are the one who asks."""
        words = set(who.split(","))
        mine = {"anyone", f"@{self.handle}", *(self.titles or ())} if self.handle else set[str]()
        return self.titles is None or (not words.isdisjoint(mine) and f"!{self.handle}" not in words)


class _Part(NamedTuple):
    """Rows of a table that wait for the same people."""

    table: str
    condition: str
    values: Mapping[str, str]

    def selected(self, what: str, days: str) -> str:
        """A query for what waits on some days."""
        return f"SELECT {what} FROM {self.table} WHERE {_TABLES[self.table][0]} AND {self.condition} AND {days}"  # noqa: S608 - ours


def counted(query: Query, asked: Asked) -> dict[str, int]:
    """How much waits, by state."""
    found = dict.fromkeys(STATES, 0)
    for part in _parts(query, asked):
        for state, days in _RANGES:
            found[state] += query(part.selected("count(*)", days), part.values).fetchone()[0]
    return found


def waiting_for(query: Query, asked: Asked, most: int = -1) -> Iterator[Open]:
    """What waits, the most urgent first; up to so many, or all where that is negative."""
    parts = _parts(query, asked)
    for state, days in _RANGES:
        rows = []
        for part in parts:
            _open, about, rank = _TABLES[part.table]
            order = f"due, {about}" if rank == "1" else f"due, {rank}, {about}"
            text = f"{part.selected(f'due, {rank}, {about}, rowid', days)} ORDER BY {order} LIMIT :most"
            rows += [(*row, part.table) for row in query(text, {**part.values, "most": most})]
        rows.sort(key=lambda row: (row[0] or "", *row[1:]))
        for _due, _rank, _about, at, table in rows[:most] if most >= 0 else rows:
            yield _opened(query, state, table, at)
        most -= min(len(rows), most) if most >= 0 else 0


def _opened(query: Query, state: str, table: str, at: int) -> Open:
    duty, about, due, say, how, clause, kind, key = query(_OF[table], (at,)).fetchone()
    found = query(_RECORDS[table], (key,)).fetchall()
    records, count = tuple((number, name) for number, name, _count in found), found[0][2] if found else 0
    return Open(state, duty, about or "—", due, json.loads(say), how, clause, kind, records, count)


def _parts(query: Query, asked: Asked) -> list[_Part]:
    """What is theirs: the few groups of people that are asked at all are looked through, each once."""
    values = {"now": asked.now, "today": asked.now[:10], "after": f"{asked.now[:10]}U", "until": asked.until}  # U follows T
    found = [
        _Part(table, "who = :who", {**values, "who": who})
        for table, (open_, *_rest) in _TABLES.items()
        for who in _groups(query, table, open_)
        if asked.asks(who)
    ]
    if asked.exactly:
        condition = "uid IN (SELECT value FROM json_each(:exactly))"
        found.append(_Part("entries", condition, {**values, "exactly": json.dumps(asked.exactly)}))
    return found


def _groups(query: Query, table: str, open_: str) -> list[str]:
    return [who for (who,) in query(_NEXT_WHO.format(table=table, open=open_))]


def acts_for_others(query: Query, handle: str) -> bool:
    """Whether a delegation in force names a member: of entries that wait for nothing, only these name anybody."""
    found = query("SELECT 1 FROM entries WHERE step IS NULL AND who > '' AND instr(who, ?) LIMIT 1", (f",@{handle},",))
    return found.fetchone() is not None


def uncertain(query: Query, asked: Asked, delegated: Iterable[str] = ()) -> list[str]:
    """The entries of which only they themselves and the members tell whether they wait for the one who asks."""
    own, others = asked.titles or frozenset(), set(delegated)
    groups = [who for who in _groups(query, "entries", _TABLES["entries"][0]) if not asked.asks(who)]
    found = [who for who in groups if any(_may_be(word, own, others) for word in who.split(","))]
    text = "SELECT uid FROM entries WHERE step IS NOT NULL AND who IN (SELECT value FROM json_each(?))"
    return [uid for (uid,) in query(text, (json.dumps(found),))] if found else []


def _may_be(word: str, own: Iterable[str], delegated: Iterable[str]) -> bool:
    post, of, _whom = word.partition(" of ")
    return post in delegated or bool(of and post in own)
