"""incoming mail: mailboxes, messages, where they were found, their files, known senders

Revision ID: 0003
Revises: 0002
"""
import sqlalchemy as sa
from alembic import op

import tracker.db


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mailboxes',
    sa.Column('name', sa.String(length=254), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=True),
    sa.Column('last_uid', sa.BigInteger(), nullable=False),
    sa.Column('polled_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.String(length=500), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailboxes')),
    sa.UniqueConstraint('name', name=op.f('uq_mailboxes_name'))
    )
    op.create_table('known_senders',
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('by_person_id', sa.Integer(), nullable=True),
    sa.Column('at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_person_id'], ['people.id'], name=op.f('fk_known_senders_by_person_id_people')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_known_senders_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_senders')),
    sa.UniqueConstraint('address', name=op.f('uq_known_senders_address'))
    )
    op.create_table('incoming_mails',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('message_id', sa.String(length=300), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('received_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sender', sa.String(length=254), nullable=False),
    sa.Column('sender_name', sa.String(length=200), nullable=False),
    sa.Column('subject', sa.String(length=500), nullable=False),
    sa.Column('sent_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('nature', sa.String(length=12), nullable=True),
    sa.Column('trust', sa.String(length=10), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('dispatch_id', sa.Integer(), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('submission_id', sa.Integer(), nullable=True),
    sa.Column('signals', sa.JSON(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('rest', sa.Text(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('claimed_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("nature in ('answer', 'automatic', 'bounce', 'list', 'own', 'unreadable')", name=op.f('ck_incoming_mails_nature')),
    sa.CheckConstraint("source in ('imap', 'lmtp', 'hand')", name=op.f('ck_incoming_mails_source')),
    sa.CheckConstraint("state <> 'filed' or (unit_id is not null and dispatch_id is not null)", name=op.f('ck_incoming_mails_filed')),
    sa.CheckConstraint("state in ('taken', 'filed', 'confirm', 'triage', 'aside')", name=op.f('ck_incoming_mails_state')),
    sa.CheckConstraint("trust in ('token', 'signed', 'known', 'none')", name=op.f('ck_incoming_mails_trust')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_incoming_mails_decided_by_id_people')),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_incoming_mails_dispatch_id_dispatches'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mail_id'], ['mails.id'], name=op.f('fk_incoming_mails_mail_id_mails'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_incoming_mails_submission_id_submissions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_incoming_mails_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incoming_mails')),
    sa.UniqueConstraint('sha256', 'message_id', name=op.f('uq_incoming_mails_sha256_message_id'))
    )
    with op.batch_alter_table('incoming_mails', schema=None) as batch_op:
        batch_op.create_index('ix_incoming_mails_dispatch_id', ['dispatch_id', 'id'], unique=False)
        batch_op.create_index('ix_incoming_mails_message_id', ['message_id'], unique=False)
        batch_op.create_index('ix_incoming_mails_taken', ['id'], unique=False, sqlite_where=sa.text("state = 'taken'"), postgresql_where=sa.text("state = 'taken'"))
        batch_op.create_index('ix_incoming_mails_unit_id', ['unit_id', 'id'], unique=False)
        batch_op.create_index('ix_incoming_mails_state', ['state', 'id'], unique=False)

    op.create_table('found_mails',
    sa.Column('mailbox_id', sa.Integer(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.BigInteger(), nullable=False),
    sa.Column('incoming_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['incoming_id'], ['incoming_mails.id'], name=op.f('fk_found_mails_incoming_id_incoming_mails'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailboxes.id'], name=op.f('fk_found_mails_mailbox_id_mailboxes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_found_mails')),
    sa.UniqueConstraint('mailbox_id', 'uidvalidity', 'uid', name=op.f('uq_found_mails_mailbox_id_uidvalidity_uid'))
    )
    with op.batch_alter_table('found_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_found_mails_incoming_id'), ['incoming_id'], unique=False)

    op.create_table('incoming_files',
    sa.Column('incoming_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('refusal', sa.String(length=500), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(file_id is null) = (refusal is not null)', name=op.f('ck_incoming_files_refusal')),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_incoming_files_file_id_files')),
    sa.ForeignKeyConstraint(['incoming_id'], ['incoming_mails.id'], name=op.f('fk_incoming_files_incoming_id_incoming_mails'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incoming_files'))
    )
    with op.batch_alter_table('incoming_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incoming_files_incoming_id'), ['incoming_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('incoming_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incoming_files_incoming_id'))

    op.drop_table('incoming_files')
    with op.batch_alter_table('found_mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_found_mails_incoming_id'))

    op.drop_table('found_mails')
    with op.batch_alter_table('incoming_mails', schema=None) as batch_op:
        batch_op.drop_index('ix_incoming_mails_state')
        batch_op.drop_index('ix_incoming_mails_unit_id')
        batch_op.drop_index('ix_incoming_mails_taken', sqlite_where=sa.text("state = 'taken'"), postgresql_where=sa.text("state = 'taken'"))
        batch_op.drop_index('ix_incoming_mails_message_id')
        batch_op.drop_index('ix_incoming_mails_dispatch_id')

    op.drop_table('incoming_mails')
    op.drop_table('known_senders')
    op.drop_table('mailboxes')
