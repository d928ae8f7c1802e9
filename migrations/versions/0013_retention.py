"""how long what is kept

Revision ID: 0013
Revises: 0012
"""
import sqlalchemy as sa
from alembic import op

import tracker.db

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('destructions',
    sa.Column('at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('by_person_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('listed', sa.JSON(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('secret', 'dispatch', 'mail', 'sent')", name=op.f('ck_destructions_kind')),
    sa.ForeignKeyConstraint(['by_person_id'], ['people.id'], name=op.f('fk_destructions_by_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_destructions'))
    )
    with op.batch_alter_table('incoming_mails') as batch:
        batch.add_column(sa.Column('secret_at', tracker.db.UtcDateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column('removed_at', tracker.db.UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table('dispatches') as batch:
        batch.add_column(sa.Column('destroyed_at', tracker.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('dispatches') as batch:
        batch.drop_column('destroyed_at')
    with op.batch_alter_table('incoming_mails') as batch:
        batch.drop_column('removed_at')
        batch.drop_column('secret_at')
    op.drop_table('destructions')
