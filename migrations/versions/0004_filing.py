"""what triage still needs: what attachments say, the submissions of a message, who is away

Revision ID: 0004
Revises: 0003
"""
import sqlalchemy as sa
from alembic import op

import tracker.db


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

WANTS = sa.text('attention is not null')
UNREAD = sa.text("read_state in ('waits', 'reads')")
OPEN = sa.text('ended_at is null')
RECEIPTS = sa.text("kind = 'receipt'")


def upgrade() -> None:
    with op.batch_alter_table('incoming_mails', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attention', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('proposed', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('turn', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.create_index('ix_incoming_mails_attention', ['id'], unique=False, sqlite_where=WANTS, postgresql_where=WANTS)

    with op.batch_alter_table('incoming_files', schema=None) as batch_op:
        batch_op.add_column(sa.Column('read_state', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('read_at', tracker.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('read_tries', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('read_problem', sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column('reading', sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_index('ix_incoming_files_unread', ['id'], unique=False, sqlite_where=UNREAD, postgresql_where=UNREAD)

    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('machine_read', sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.create_index('ix_mails_receipts', ['created_at', 'address'], unique=False, sqlite_where=RECEIPTS, postgresql_where=RECEIPTS)

    op.create_table('filings',
    sa.Column('incoming_id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['incoming_id'], ['incoming_mails.id'], name=op.f('fk_filings_incoming_id_incoming_mails'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_filings_submission_id_submissions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('incoming_id', 'submission_id', name=op.f('pk_filings'))
    )
    with op.batch_alter_table('filings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_filings_submission_id'), ['submission_id'], unique=False)
    op.execute("INSERT INTO filings (incoming_id, submission_id) SELECT id, submission_id FROM incoming_mails WHERE submission_id IS NOT NULL")

    op.create_table('away_notes',
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('incoming_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ended_by_id'], ['people.id'], name=op.f('fk_away_notes_ended_by_id_people')),
    sa.ForeignKeyConstraint(['incoming_id'], ['incoming_mails.id'], name=op.f('fk_away_notes_incoming_id_incoming_mails'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_away_notes_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_away_notes')),
    sa.UniqueConstraint('incoming_id', name=op.f('uq_away_notes_incoming_id'))
    )
    with op.batch_alter_table('away_notes', schema=None) as batch_op:
        batch_op.create_index('ix_away_notes_open', ['unit_id', 'ends_on'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.drop_index('ix_mails_receipts')

    with op.batch_alter_table('away_notes', schema=None) as batch_op:
        batch_op.drop_index('ix_away_notes_open', sqlite_where=OPEN, postgresql_where=OPEN)

    op.drop_table('away_notes')
    with op.batch_alter_table('filings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_filings_submission_id'))

    op.drop_table('filings')
    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.drop_column('machine_read')

    with op.batch_alter_table('incoming_files', schema=None) as batch_op:
        batch_op.drop_index('ix_incoming_files_unread', sqlite_where=UNREAD, postgresql_where=UNREAD)
        batch_op.drop_column('reading')
        batch_op.drop_column('read_problem')
        batch_op.drop_column('read_tries')
        batch_op.drop_column('read_at')
        batch_op.drop_column('read_state')

    with op.batch_alter_table('incoming_mails', schema=None) as batch_op:
        batch_op.drop_index('ix_incoming_mails_attention', sqlite_where=WANTS, postgresql_where=WANTS)
        batch_op.drop_column('turn')
        batch_op.drop_column('proposed')
        batch_op.drop_column('attention')
