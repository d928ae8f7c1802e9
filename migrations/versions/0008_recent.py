"""what happened lately, found without reading history: reviews and submissions by their time

Revision ID: 0008
Revises: 0007
"""
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_reviews_at', 'reviews', ['at'])
    op.create_index('ix_submissions_submitted_at', 'submissions', ['submitted_at'])


def downgrade() -> None:
    op.drop_index('ix_submissions_submitted_at', table_name='submissions')
    op.drop_index('ix_reviews_at', table_name='reviews')
