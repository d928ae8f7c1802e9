"""a person's language and second factor

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

def upgrade() -> None:
    op.add_column('people', sa.Column('language', sa.String(length=2), nullable=True))

def downgrade() -> None:
    op.drop_column('people', 'language')
