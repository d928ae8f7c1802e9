"""One PostgreSQL database for all tests of a process, emptied after each: making and dropping one a test took longer than most tests."""
from uuid import uuid4

from sqlalchemy import NullPool, create_engine, text

TEMPLATE = "template_tracker"
#: Rows of small tables are deleted; what grew beyond half a megabyte is truncated, which makes new files.
EMPTY = """
DO $$
DECLARE one regclass;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    LOOP
        IF pg_relation_size(one) > 500000 THEN EXECUTE format('TRUNCATE %s CASCADE', one);
        ELSE EXECUTE format('DELETE FROM %s', one);
        END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL;
END $$"""

CATALOGUES = ("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_trigger", "pg_proc", "pg_extension")
#: What a change of tables, columns, constraints, triggers or functions changes: its last transaction and how many there are.
SHAPE = " UNION ALL ".join([
    *(f"SELECT count(*), max(xmin::text::bigint)::text FROM {one}" for one in CATALOGUES),  # noqa: S608  # the names above
    "SELECT 0, version_num FROM alembic_version",
])

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def admin(server: str, statement: str) -> None:
    """Runs a statement that must stand outside of a transaction."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


def on(server: str, database: str) -> str:
    """The server's URL with another database in it."""
    head, _, tail = server.partition("?")
    return head.rsplit("/", 1)[0] + "/" + database + ("?" + tail if tail else "")


class Lent:
    """A migrated, empty database that is lent to one test after the other."""

    def __init__(self, server: str) -> None:
        self._server, self._name = server, ""
        self._shape: list[tuple[int, str]] = []

    def take(self) -> str:
        """Its URL."""
        if not self._name:
            self._name = f"t{uuid4().hex}"
            admin(self._server, f'CREATE DATABASE "{self._name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')
            self._shape = self._emptied()
        return on(self._server, self._name)

    def give_back(self) -> None:
        """Empties it; one whose tables a test has changed is dropped."""
        try:
            same = self._emptied() == self._shape
        except Exception:
            same = False
        if not same:
            admin(self._server, f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
            self._name = ""

    def _emptied(self) -> list[tuple[int, str]]:
        engine = create_engine(on(self._server, self._name), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(OTHERS))
            shape = [(count, last) for count, last in connection.execute(text(SHAPE))]
            connection.execute(text("SET lock_timeout = '20s'"))
            connection.execute(text(EMPTY))
        return shape
