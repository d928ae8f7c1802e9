"""Whole tables as lines of JSON that read the same from SQLite and PostgreSQL, and back: the database is asked what they are, not the models."""
import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Float,
    Inspector,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    Time,
    bindparam,
    cast,
    collate,
    func,
    insert,
    inspect,
    select,
    text,
    type_coerce,
    types,
)
from sqlalchemy.schema import AddConstraint, DropConstraint
from sqlalchemy.types import TypeEngine

from tracker.db import UtcDateTime

ROWS = 1000
#: What the database calls a column's type → the kind that stands in the manifest. The first that fits counts.
KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (types.JSON, "json"), (types.Boolean, "bool"), (types.Integer, "int"), (types.Float, "float"), (types.Numeric, "decimal"),
    (types.DateTime, "moment"), (types.Date, "date"), (types.Time, "time"), (types.LargeBinary, "bytes"), (types.String, "text"),
)
#: Kind → the type by which its values pass on either database. JSON passes as the text that it is stored as.
TYPES: dict[str, Callable[[], TypeEngine[Any]]] = {
    "json": Text, "bool": Boolean, "int": BigInteger, "float": Float, "decimal": lambda: Numeric(asdecimal=False), "moment": UtcDateTime,
    "date": Date, "time": Time, "bytes": LargeBinary, "text": Text,
}
_BACK: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat, "bytes": base64.b64decode,
}
#: Kinds whose values stand in JSON as they are.
PLAIN = {"json", "bool", "int", "text"}
#: Kept by the migrations themselves.
VERSION_TABLE = "alembic_version"
#: Tables that follow from the others: a worker fills them again from what is restored, since every restored row is noted as changed.
DERIVED = "search_"


@dataclass(frozen=True)
class Form:
    """What a table looks like: its columns with their kinds, and the columns by which its rows are put in order."""

    name: str
    columns: list[tuple[str, str]]
    key: list[str]

    def told(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


def form(told: dict[str, Any]) -> Form:
    """A form from the manifest. Raises KeyError, TypeError or ValueError for one that is none."""
    columns = [(str(name), str(kind)) for name, kind in told["columns"]]
    if not columns or not {kind for _, kind in columns} <= set(TYPES):
        raise ValueError(told["name"])
    return Form(str(told["name"]), columns, [str(name) for name in told["key"]])


def forms(connection: Connection) -> list[Form]:
    """Every table of the database but the migrations' own and those that follow from others, by name."""
    looked = inspect(connection)
    return [_form(looked, name) for name in sorted(looked.get_table_names()) if name != VERSION_TABLE and not name.startswith(DERIVED)]


def _form(looked: Inspector, name: str) -> Form:
    columns = [(column["name"], _kind(name, column["type"])) for column in looked.get_columns(name)]
    return Form(name, columns, list(looked.get_pk_constraint(name)["constrained_columns"]) or [column for column, _ in columns])


def _kind(table: str, found: TypeEngine[Any]) -> str:
    for known, kind in KINDS:
        if isinstance(found, known):
            return kind
    raise TypeError(f"{table}: a column of type {found!r} has no form in a backup; give it one in KINDS")


def revision(connection: Connection) -> str | None:
    """The migration that the tables stand at; None where there are none."""
    if VERSION_TABLE not in inspect(connection).get_table_names():
        return None
    found: str | None = connection.scalar(text("select version_num from alembic_version"))
    return found


def count(connection: Connection, form: Form) -> int:
    """How many rows the table has."""
    return connection.scalar(select(func.count()).select_from(_table(form))) or 0


def lines(connection: Connection, form: Form, seen: Callable[[dict[str, Any]], None] | None = None) -> Iterator[bytes]:
    """Every row as one line, in the order of its key, which is the same on both databases; each row is shown to `seen` too."""
    table = _table(form)
    names, odd = [name for name, _ in form.columns], [(at, kind) for at, (_, kind) in enumerate(form.columns) if kind not in PLAIN]
    written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    wanted = select(*(_out(connection, table.c[name], kind) for name, kind in form.columns))
    wanted = wanted.order_by(*(_ordered(connection, table.c[name]) for name in form.key))
    with connection.execute(wanted, execution_options={"stream_results": True, "yield_per": ROWS}) as found:
        for row in found:
            values = list(row)
            for at, kind in odd:
                if values[at] is not None:
                    values[at] = _told(kind, values[at])
            if seen is not None:
                seen(dict(zip(names, values, strict=True)))
            yield written(values).encode() + b"\n"


def fill(connection: Connection, form: Form, rows: Iterable[bytes]) -> int:
    """Puts the lines of one table into it; gives how many there were. Raises ValueError for a line that is none."""
    table, done, source = _table(form), 0, iter(rows)
    kinds = dict(form.columns)
    into = insert(table).values({name: _in(connection, name, kind) for name, kind in form.columns})
    while some := list(islice(source, ROWS)):
        connection.execute(into, [_values(kinds, line) for line in some])
        done += len(some)
    return done


def _values(kinds: dict[str, str], line: bytes) -> dict[str, Any]:
    values = dict(zip(kinds, json.loads(line), strict=True))
    for name, kind in kinds.items():
        if kind in _BACK and values[name] is not None:
            values[name] = _BACK[kind](values[name])
    return values


def _table(form: Form) -> Table:
    return Table(form.name, MetaData(), *(Column(name, TYPES[kind]()) for name, kind in form.columns))


def _out(connection: Connection, column: Column[Any], kind: str) -> ColumnElement[Any]:
    """JSON is read as its text, so that a null inside it and a missing value stay apart."""
    if kind == "json":
        return cast(column, Text) if connection.dialect.name == "postgresql" else type_coerce(column, Text)
    return column


def _in(connection: Connection, name: str, kind: str) -> ColumnElement[Any]:
    value = bindparam(name, type_=TYPES[kind]())
    return cast(value, JSON) if kind == "json" and connection.dialect.name == "postgresql" else value


def _ordered(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """Texts by their bytes: what an office's PostgreSQL takes for the alphabet differs from machine to machine."""
    return collate(column, "C") if isinstance(column.type, Text) and connection.dialect.name == "postgresql" else column


def _told(kind: str, value: Any) -> Any:
    if isinstance(value, date | time):  # a datetime is a date too
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return float(value) if isinstance(value, Decimal) or kind in ("float", "decimal") else value


def drop_everything(connection: Connection) -> None:
    """Takes all tables away, whatever they are and whichever points to which."""
    looked = inspect(connection)
    ending = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for name in looked.get_table_names():
        # Some go with another: the tables inside of an index of words.
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {connection.dialect.identifier_preparer.quote(name)}{ending}")


def free_keys(connection: Connection) -> Callable[[], None]:
    """Takes the foreign keys away, so that rows may come in any order; what it gives puts them back and checks every row.

    SQLite's are not held in such a transaction (db.rebuilding). Raises sqlalchemy's IntegrityError, or ValueError on SQLite, where a row
    points to nothing.
    """
    if connection.dialect.name == "sqlite":
        return lambda: _check_sqlite(connection)
    known = MetaData()
    known.reflect(connection)
    keys = [key for table in known.tables.values() for key in table.foreign_key_constraints]
    for key in keys:
        connection.execute(DropConstraint(key))

    def back() -> None:
        for key in keys:
            connection.execute(AddConstraint(key, isolate_from_table=False))

    return back


def _check_sqlite(connection: Connection) -> None:
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5):
        raise ValueError(f"rows without what they point to: {[tuple(row) for row in broken]}")


def set_counters(connection: Connection, form: Form) -> None:
    """The next row's id comes after those that were put in; SQLite sees that by itself."""
    if connection.dialect.name != "postgresql" or form.key != ["id"]:
        return
    named = {"table": connection.dialect.identifier_preparer.quote(form.name)}
    if counter := connection.scalar(text("select pg_get_serial_sequence(:table, 'id')"), named):
        table = _table(form)
        highest = connection.scalar(select(func.max(table.c.id)))
        connection.execute(select(func.setval(counter, highest or 1, highest is not None)))
