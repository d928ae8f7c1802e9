"""The database: base class, column types, and transaction(), the only place that commits."""
import select
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVarTuple

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import URL, Connection, CursorResult, DateTime, Dialect, Engine, Insert, MetaData, NullPool, create_engine, event
from sqlalchemy.exc import DataError, DisconnectionError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, registry
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.types import TypeDecorator

from tracker.domain.errors import Conflict, DomainError, Unavailable
from tracker.turns import Turn

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


PG_DISK_FULL = "53100"
PG_OUT_OF_RANGE = "22003"
#: What the databases raise for a number beyond their integers; see beyond_integers.
RANGE_ERRORS = (OverflowError, DataError)
Columns = TypeVarTuple("Columns")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; SQLite keeps no time zone, so UTC is stored and given back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UtcDateTime})
    metadata = registry.metadata


class WithId:
    """Adds the surrogate key that every noun's table has."""

    id: Mapped[int] = mapped_column(primary_key=True)


class _Session(FlaskSession):
    """On PostgreSQL a session that only reads commits each statement by itself, unless it wants one moment for all of them.

    Every statement sees its own moment anyway (READ COMMITTED), and BEGIN and ROLLBACK are two round trips of a page.
    """

    def get_bind(self, *args: Any, **names: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **names)
        if isinstance(bind, Engine) and bind.dialect.name == "postgresql" and not self.info.get("write"):
            # One reading face of the app's engine: a session holds one connection for each engine that it meets.
            kept: dict[tuple[Engine, str], Engine] = current_app.extensions.setdefault("reading_engines", {})
            level = "REPEATABLE READ" if self.info.get("one_moment") else "AUTOCOMMIT"
            return kept.get((bind, level)) or kept.setdefault((bind, level), bind.execution_options(isolation_level=level))
        return bind


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "class_": _Session})


class ReadOnlySession(RuntimeError):
    """Code tried to write outside transaction(write=True): on SQLite such a write can fail or be lost."""


@contextmanager
def transaction(write: bool = True, one_moment: bool = False) -> Iterator[Session]:
    """One transaction round one service call, opened at the edge; commits at its end or rolls all back.

    one_moment: a transaction that only reads sees all tables as they are at its beginning (on SQLite it always does).
    On SQLite a write begins IMMEDIATE, so that two writers queue rather than fail (deferred ones cannot upgrade a stale read).
    Functions given to before_commit() run at its end, those given to after_commit() once the commit has succeeded.
    Raises Conflict("stale") where another writer was faster, Unavailable("disk_full") where the database finds no room.
    """
    session = db.session()
    session.rollback()
    session.info.update(write=write, one_moment=one_moment, before_commit=[], after_commit=[])
    try:
        session.connection(execution_options={"write": write})
        yield session
        _end(session)
        session.commit()
    except BaseException as error:
        session.rollback()
        session.info.pop("before_commit", None)
        session.info["after_commit"] = []
        if refusal := _refusal(error):
            raise refusal from error
        raise
    finally:
        session.info.update(write=False, one_moment=False)
    pending, session.info["after_commit"] = session.info["after_commit"], []
    for call in pending:
        call()


def read(statement: TypedReturnsRows[*Columns], values: Mapping[str, Any] | None = None) -> CursorResult[*Columns]:
    """The rows of a select of columns, without the ORM's own handling of results: a third of what session.execute costs.

    For pages: what the session holds unwritten is not flushed first.
    """
    return db.session.connection().execute(statement, values)


def write(statement: Insert, values: Any) -> CursorResult[Any]:
    """Runs a plain insert of columns in the current transaction, as read() does. Raises ReadOnlySession outside of one."""
    session = db.session()
    if not session.info.get("write"):
        raise ReadOnlySession("write outside transaction(write=True)")
    return session.connection().execute(statement, values)


def beyond_integers(error: BaseException) -> bool:
    """Whether one of RANGE_ERRORS says that a number is no possible id."""
    return getattr(getattr(error, "orig", None), "sqlstate", "") == PG_OUT_OF_RANGE or "SQLite INTEGER" in str(error)


def holds_nul(error: BaseException) -> bool:
    """Whether one of RANGE_ERRORS says that a text holds the character that PostgreSQL keeps in no text and no keyboard makes."""
    return "NUL (0x00)" in str(getattr(error, "orig", None))


def _refusal(error: BaseException) -> DomainError | None:
    """What a person can be told of the database's own refusal; None for everything else."""
    if isinstance(error, StaleDataError):
        return Conflict("stale")
    if isinstance(error, OperationalError) and ("disk is full" in str(error.orig) or getattr(error.orig, "sqlstate", "") == PG_DISK_FULL):
        return Unavailable("disk_full")
    return None


def _end(session: Session) -> None:
    if calls := session.info.pop("before_commit"):
        session.flush()
        for call in calls:
            call()


@contextmanager
def keeping_loaded() -> Iterator[None]:
    """Keeps what the session loads meanwhile, so that a row asked for again by its id (one dispatch of many messages) is not read again."""
    held: list[object] = []

    def hold(_: Session, loaded: object) -> None:
        held.append(loaded)

    session = db.session()
    event.listen(session, "loaded_as_persistent", hold)
    try:
        yield
    finally:
        event.remove(session, "loaded_as_persistent", hold)


def before_commit(call: Callable[[], None]) -> None:
    """Runs call at the end of the current transaction, when everything else is written; a rollback drops it."""
    db.session().info["before_commit"].append(call)


def after_commit(call: Callable[[], None]) -> None:
    """Runs call once the current transaction has committed; a rollback drops it."""
    db.session().info.setdefault("after_commit", []).append(call)


@contextmanager
def snapshot() -> Iterator[Connection]:
    """All tables as they are at one moment, for reading only; writers neither wait for it nor change what it sees.

    On SQLite a reading transaction of the write-ahead log is such a moment, on PostgreSQL REPEATABLE READ.
    """
    sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        if not sqlite:
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection
        connection.rollback()


@contextmanager
def rebuilding(url: URL) -> Iterator[Connection]:
    """One transaction in which tables may be dropped, made and filled: kept whole at its end, or not at all.

    SQLite's foreign keys are not held meanwhile; whoever fills looks at them before the end. PostgreSQL waits ten seconds for tables in use.
    """
    engine = create_engine(url, poolclass=NullPool)
    prepare_engine(engine)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                # The pragma counts only outside of a transaction, so it goes to the driver's own connection.
                connection.connection.execute("PRAGMA foreign_keys=OFF").close()
                connection = connection.execution_options(write=True)
            else:
                connection.exec_driver_sql("SET lock_timeout = '10s'")
            yield connection
            connection.commit()
    finally:
        engine.dispose()


def _refuse_unguarded_flush(session: Session, *_: Any) -> None:
    if not session.info.get("write") and (session.new or session.dirty or session.deleted):
        raise ReadOnlySession("flush outside transaction(write=True)")


def _refuse_unguarded_statement(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get("write"):
        raise ReadOnlySession("write outside transaction(write=True)")


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "cache_size=-65536", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Any) -> None:
    immediate = connection.get_execution_options().get("write")
    if immediate and connection.engine.url.database:
        connection.connection.record_info["turn"] = Turn(connection.engine.url.database)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _end_turn(_: Any, record: Any) -> None:
    """A connection that comes back to the pool has committed or rolled back: the event named commit comes before the writing itself."""
    if turn := record.record_info.pop("turn", None):
        turn.end()


def _refuse_dead_connection(connection: Any, _record: Any, _proxy: Any) -> None:
    """An idle connection on which the server has spoken was closed by it; looking costs nothing, asking "select 1" a round trip a page."""
    if connection.closed:
        raise DisconnectionError("closed")
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    if poll.poll(0):
        raise DisconnectionError("closed by the server")


def prepare_engine(engine: Engine) -> None:
    """Gives a SQLite engine the modes that keep concurrent writers from losing updates, and PostgreSQL connections a look before use."""
    if engine.dialect.name == "postgresql" and not event.contains(engine, "checkout", _refuse_dead_connection):
        event.listen(engine, "checkout", _refuse_dead_connection)
    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _begin_sqlite):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkin", _end_turn)


event.listen(Session, "before_flush", _refuse_unguarded_flush)
event.listen(Session, "do_orm_execute", _refuse_unguarded_statement)
