"""folded words to search, and saved views

Revision ID: 0011
Revises: 0010
"""
import sqlalchemy as sa
from alembic import op

import tracker.db
from tracker.adapters import word_index

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

# What is there already is noted as changed, so that a worker enters it, the newest first.
KINDS = {'incoming_mails': 'mail', 'evidence': 'evidence', 'tasks': 'task', 'dispatches': 'dispatch'}


def upgrade() -> None:
    op.create_table('search_entries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('dispatch_id', sa.Integer(), nullable=True),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('marks', sa.Text(), nullable=False),
    sa.Column('file_state', sa.String(length=8), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('mail', 'evidence', 'task', 'dispatch')", name=op.f('ck_search_entries_kind')),
    sa.CheckConstraint("file_state in ('waits', 'done', 'failed', 'secret')", name=op.f('ck_search_entries_file_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entries')),
    sa.UniqueConstraint('kind', 'object_id', name=op.f('uq_search_entries_kind_object_id'))
    )
    op.create_index('ix_search_entries_dispatch_id', 'search_entries', ['dispatch_id'])
    op.create_index('ix_search_entries_unread', 'search_entries', ['id'], sqlite_where=sa.text("file_state = 'waits'"), postgresql_where=sa.text("file_state = 'waits'"))
    op.create_table('search_changes',
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_changes'))
    )
    op.create_table('saved_views',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('path', sa.String(length=500), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_saved_views_person_id_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_saved_views_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views'))
    )
    op.create_index('ix_saved_views_person_id', 'saved_views', ['person_id'])
    op.create_index('ix_saved_views_unit_id', 'saved_views', ['unit_id', 'shared'])
    for table, kind in KINDS.items():
        op.execute(f"INSERT INTO search_changes (kind, object_id) SELECT '{kind}', id FROM {table} ORDER BY id")  # noqa: S608  # both are constants of this module


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == 'sqlite'
    for name in word_index.triggers(op.get_bind()):
        table = name.removeprefix('search_note_').rpartition('_')[0]
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.execute("DROP TABLE IF EXISTS search_words")
    op.drop_table('saved_views')
    op.drop_table('search_changes')
    op.drop_table('search_entries')
