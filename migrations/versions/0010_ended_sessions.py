"""sessions that were signed out of

Revision ID: 0010
Revises: 0009
"""
import sqlalchemy as sa
from alembic import op

import tracker.db


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ended_sessions',
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('ended_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ended_sessions'))
    )
    op.create_index('ix_ended_sessions_key_hash', 'ended_sessions', ['key_hash'])


def downgrade() -> None:
    op.drop_index('ix_ended_sessions_key_hash', table_name='ended_sessions')
    op.drop_table('ended_sessions')
