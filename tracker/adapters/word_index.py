"""The index of words, which every database keeps in its own way: FTS5 on SQLite, a tsvector under GIN on PostgreSQL. Questions are sets of whole words.

It lies in a table that the models do not know, together with the triggers that note what has changed; both are made anew from the entries.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from tracker.db import db

TABLE, CHANGES = "search_words", "search_changes"
#: Of both databases: table → what is noted, and which columns' changes count. Bodies name no other table, so that any of them may be made anew.
WATCHED: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "dispatches": ("dispatch", "id", ("state", "number", "issued_on", "issuer", "signatory_name", "subject", "short_subject", "text", "field", "revision")),
    "tasks": ("task", "id", ("title", "text", "cancelled", "dispatch_id", "given_on")),
    "submissions": ("submission", "id", ("state", "number", "signatory", "dated_on", "note", "submitted_at")),
    "evidence": ("evidence", "id", ("file_id",)),
    # A file that is shut (a mark of secrecy was found in it).
    "files": ("file", "id", ("state",)),
    "incoming_mails": ("mail", "id", ("subject", "sender", "sender_name", "body", "unit_id", "dispatch_id", "state")),
}
#: A message that has only been taken in says nothing yet, and it changes once more when it is filed: it must cost the intake nothing.
_LATER = {"incoming_mails": "NEW.state <> 'taken'"}
#: PostgreSQL looks through so many of the newest entries one by one before it asks its index, which knows no order: a word that stands in one of a
#: hundred is answered there, and one that is rarer gives the index little to sort.
_NEWEST = 2_000
#: Any number that no other lock of ours has.
_LOCK = 7_310_011
_ACTS = ("INSERT", "UPDATE", "DELETE")
_ACTS_OF = {"files": ("UPDATE",)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question: words that must all stand, sets of which one must stand, and words of which not all may stand together, set by set.

    below: only ids smaller than it; above: only ids from it on; limit: the newest so many. windows: on PostgreSQL, whose index knows no order,
    words of ever longer stretches of time that end with the newest; the first that holds enough answers. SQLite's index is read from the newest on.
    """

    words: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    below: int | None = None
    above: int | None = None
    limit: int = 20
    windows: tuple[tuple[str, ...], ...] = ()


def install(connection: Connection) -> None:
    """Makes the index and the triggers where they are missing; nothing where the tables of search are not there (yet)."""
    known = set(inspect(connection).get_table_names())
    if CHANGES not in known:
        return
    sqlite = connection.dialect.name == "sqlite"
    if TABLE not in known:
        for statement in _SQLITE_TABLE if sqlite else _POSTGRES_TABLE:
            connection.exec_driver_sql(statement)
    for table, act in missing(connection):
        for statement in (_sqlite_trigger if sqlite else _postgres_trigger)(table, act):
            connection.exec_driver_sql(statement)


def triggers(connection: Connection) -> set[str]:
    """Names of our triggers that are there."""
    known = "select name from sqlite_master where type = 'trigger'" if connection.dialect.name == "sqlite" else "select tgname from pg_trigger"
    return {name for (name,) in connection.exec_driver_sql(known) if name.startswith("search_note_")}


def missing(connection: Connection) -> list[tuple[str, str]]:
    """Triggers that should be there and are not, as (table, act)."""
    there = triggers(connection)
    return [(table, act) for table in WATCHED for act in _ACTS_OF.get(table, _ACTS) if _name(table, act) not in there]


_SQLITE_TABLE = (
    # Sets of ids alone: no places in the text, no sizes, no copy of it.
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, content='', detail=none, columnsize=0, tokenize=\"ascii tokenchars '_'\")",
)
_POSTGRES_TABLE = (
    f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    f"CREATE INDEX ix_{TABLE}_words ON {TABLE} USING gin (words)",
)


def _name(table: str, act: str) -> str:
    return f"search_note_{table}_{act.lower()}"


def _condition(table: str, act: str, differs: str) -> str:
    columns = WATCHED[table][2]
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)
    parts = [f"({changed})"] if act == "UPDATE" else []
    if act != "DELETE" and table in _LATER:
        parts.append(_LATER[table])
    return f" WHEN ({' AND '.join(parts)})" if parts else ""


def _note(table: str, act: str) -> str:
    kind, key, _ = WATCHED[table]
    return f"INSERT INTO {CHANGES} (kind, object_id) VALUES ('{kind}', {'OLD' if act == 'DELETE' else 'NEW'}.{key});"  # noqa: S608  # constants of this module


def _sqlite_trigger(table: str, act: str) -> list[str]:
    condition = _condition(table, act, "IS NOT")
    return [f"CREATE TRIGGER {_name(table, act)} AFTER {act} ON {table} FOR EACH ROW{condition} BEGIN {_note(table, act)} END"]


def _postgres_trigger(table: str, act: str) -> list[str]:
    name, condition = _name(table, act), _condition(table, act, "IS DISTINCT FROM")
    body = f"BEGIN {_note(table, act)} RETURN NULL; END"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        f"CREATE TRIGGER {name} AFTER {act} ON {table} FOR EACH ROW{condition} EXECUTE FUNCTION {name}()",
    ]


def put(rows: Sequence[tuple[int, Iterable[str]]]) -> None:
    """Enters new ids with their words."""
    if not rows:
        return
    values = [{"id": id, "words": " ".join(sorted(words))} for id, words in rows]
    if _sqlite():
        db.session.connection().execute(text("INSERT INTO search_words (rowid, words) VALUES (:id, :words)"), values)
    else:
        entered = "INSERT INTO search_words (id, words) VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))" \
            " ON CONFLICT (id) DO UPDATE SET words = excluded.words"
        db.session.connection().execute(text(entered), values)


def remove(rows: Sequence[tuple[int, Iterable[str]]]) -> None:
    """Takes ids out; on SQLite their words must be named as they were entered."""
    if not rows:
        return
    if _sqlite():
        values = [{"id": id, "words": " ".join(sorted(words))} for id, words in rows]
        db.session.connection().execute(text("INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', :id, :words)"), values)
    else:
        db.session.connection().execute(text("DELETE FROM search_words WHERE id = :id"), [{"id": id} for id, _ in rows])


def alone() -> bool:
    """Whether the current transaction may change the index: on PostgreSQL one at a time, until it ends; on SQLite one writes at a time anyway."""
    return _sqlite() or bool(db.session.scalar(text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")))


def find(questions: Sequence[tuple[str, Wanted]]) -> dict[str, list[int]]:
    """The newest ids that answer each question, all asked in one statement: name → ids, newest first."""
    found: dict[str, list[int]] = {name: [] for name, _ in questions}
    if not questions:
        return found
    select, selects, values = _sqlite_select if _sqlite() else _postgres_select, list[str](), dict[str, object]()
    for n, (_, wanted) in enumerate(questions):
        selects.append(select(n, wanted, values))
    for n, id in db.session.connection().execute(text(" UNION ALL ".join(selects)), values):
        found[questions[n][0]].append(id)
    return {name: sorted(ids, reverse=True) for name, ids in found.items()}


def _sqlite_select(n: int, wanted: Wanted, values: dict[str, object]) -> str:
    parts = [f'"{word}"' for word in wanted.words] + [f"({' OR '.join(_quoted(some))})" for some in wanted.one_of]
    asked = f"({' AND '.join(parts)})" + "".join(f" NOT ({' AND '.join(_quoted(some))})" for some in wanted.without)
    values |= {f"q{n}": asked, f"n{n}": wanted.limit}
    found = f"SELECT {n} AS n, rowid AS id FROM {TABLE} WHERE {TABLE} MATCH :q{n}{_bounds('rowid', n, wanted, values)}"  # noqa: S608  # numbers only
    return f"SELECT * FROM ({found} ORDER BY rowid DESC LIMIT :n{n})"  # noqa: S608


def _postgres_select(n: int, wanted: Wanted, values: dict[str, object]) -> str:
    """The newest entries, then window after window in one statement: a longer one is not looked into where the one before has enough."""
    parts = list(wanted.words) + [f"({' | '.join(some)})" for some in wanted.one_of] + [f"!({' & '.join(some)})" for some in wanted.without]
    values[f"n{n}"] = wanted.limit
    bounds, before = _bounds("id", n, wanted, values), f"w{n}_newest"
    values[f"q{n}"] = " & ".join(parts)
    newest = f"SELECT id, words FROM {TABLE} WHERE true{bounds} ORDER BY id DESC LIMIT {_NEWEST}"  # noqa: S608
    stages = [f"{before} AS MATERIALIZED (SELECT id FROM ({newest}) AS newest WHERE words @@ CAST(:q{n} AS tsquery) ORDER BY id DESC LIMIT :n{n})"]  # noqa: S608
    for w, words in enumerate((*wanted.windows, ())):
        values[f"q{n}_{w}"] = " & ".join([*parts, *([f"({' | '.join(words)})"] if words else [])])
        enough = f"(SELECT count(*) FROM {before}) < :n{n}"  # noqa: S608
        found = f"SELECT id FROM {TABLE} WHERE {enough} AND words @@ CAST(:q{n}_{w} AS tsquery){bounds}"  # noqa: S608
        # Ordering by a sum keeps the planner from walking the primary key in the hope of meeting enough matches soon.
        stages.append(f"w{n}_{w} AS MATERIALIZED ({found} ORDER BY (id + 0) DESC LIMIT :n{n})")
        before = f"w{n}_{w}"
    every = " UNION ".join(f"SELECT id FROM {stage.partition(' ')[0]}" for stage in stages)  # noqa: S608
    return f"SELECT * FROM (WITH {', '.join(stages)} SELECT {n} AS n, id FROM ({every}) AS every{n} ORDER BY id DESC LIMIT :n{n}) AS some{n}"  # noqa: S608


def _bounds(column: str, n: int, wanted: Wanted, values: dict[str, object]) -> str:
    told = ""
    if wanted.below is not None:
        told += f" AND {column} < :b{n}"
        values[f"b{n}"] = wanted.below
    if wanted.above is not None:
        told += f" AND {column} >= :a{n}"
        values[f"a{n}"] = wanted.above
    return told


def _quoted(words: Iterable[str]) -> list[str]:
    return [f'"{word}"' for word in words]


def _sqlite() -> bool:
    return db.session.connection().dialect.name == "sqlite"
