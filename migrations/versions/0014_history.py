"""what one person did, and what was done on a day, without reading all that ever was

Revision ID: 0014
Revises: 0013
"""
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_events_person_id', 'events', ['person_id', 'id'])
    op.create_index('ix_events_at', 'events', ['at', 'id'])


def downgrade() -> None:
    op.drop_index('ix_events_at', table_name='events')
    op.drop_index('ix_events_person_id', table_name='events')
