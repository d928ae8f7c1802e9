"""a person's language and second factor

Revision ID: 0012
Revises: 0011
"""
import sqlalchemy as sa
from alembic import op

import tracker.db


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('people', sa.Column('language', sa.String(length=2), nullable=True))
    op.create_table('sign_ins',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('browser', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('began_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sign_ins_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ins')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_sign_ins_key_hash'))
    )
    op.create_index('ix_sign_ins_person_id', 'sign_ins', ['person_id'])
    op.create_table('recovery_codes',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('start', sa.String(length=4), nullable=False),
    sa.Column('code_hash', sa.String(length=200), nullable=False),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_recovery_codes_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes'))
    )
    op.create_index('ix_recovery_codes_person_id', 'recovery_codes', ['person_id'])
    # Sessions that ended are told by sign_ins; cookies of the earlier release are signed otherwise and open nothing any more.
    op.drop_index('ix_ended_sessions_key_hash', table_name='ended_sessions')
    op.drop_table('ended_sessions')


def downgrade() -> None:
    op.drop_column('people', 'language')
    op.create_table('ended_sessions',
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('ended_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ended_sessions'))
    )
    op.create_index('ix_ended_sessions_key_hash', 'ended_sessions', ['key_hash'])
    # A second factor that was sealed cannot be read by the earlier release: it is set up anew.
    op.execute("UPDATE people SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL WHERE length(totp_secret) = 64")
    op.drop_index('ix_recovery_codes_person_id', table_name='recovery_codes')
    op.drop_table('recovery_codes')
    op.drop_index('ix_sign_ins_person_id', table_name='sign_ins')
    op.drop_table('sign_ins')
