"""registers of documents, calendar feeds, questions and answers

Revision ID: 0009
Revises: 0008
"""
import sqlalchemy as sa
from alembic import op

import tracker.db


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_feeds',
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_calendar_feeds_created_by_id_people'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_calendar_feeds_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_calendar_feeds_secret_hash'))
    )
    with op.batch_alter_table('calendar_feeds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_feeds_unit_id'), ['unit_id'], unique=False)

    op.create_table('arrivals',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=True),
    sa.Column('dispatch_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('unit_name', sa.String(length=200), nullable=False),
    sa.Column('arrived_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('document_number', sa.String(length=60), nullable=True),
    sa.Column('document_date', sa.Date(), nullable=True),
    sa.Column('signatory', sa.String(length=120), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('recipient', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_arrivals_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_arrivals_submission_id_submissions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_arrivals_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrivals')),
    sa.UniqueConstraint('submission_id', name=op.f('uq_arrivals_submission_id')),
    sa.UniqueConstraint('year', 'number', name=op.f('uq_arrivals_year_number'))
    )
    with op.batch_alter_table('arrivals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_arrivals_arrived_at'), ['arrived_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_arrivals_dispatch_id'), ['dispatch_id'], unique=False)
        batch_op.create_index('ix_arrivals_kind', ['year', 'kind', 'number'], unique=False)
        batch_op.create_index('ix_arrivals_unit_id', ['unit_id', 'year', 'number'], unique=False)

    op.create_table('questions',
    sa.Column('dispatch_id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', sa.String(length=120), nullable=False),
    sa.Column('asked_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answered_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('open', 'answered', 'withdrawn')", name=op.f('ck_questions_state')),
    sa.CheckConstraint("(state = 'answered') = (answered_at is not null)", name=op.f('ck_questions_answered_at')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_questions_asked_by_id_people'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_questions_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_questions_task_id_tasks'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_questions_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questions'))
    )
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.create_index('ix_questions_dispatch_id', ['dispatch_id', 'id'], unique=False)
        batch_op.create_index('ix_questions_open', ['asked_at', 'id'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index(batch_op.f('ix_questions_task_id'), ['task_id'], unique=False)
        batch_op.create_index('ix_questions_unit_id', ['unit_id', 'id'], unique=False)

    op.create_table('question_answers',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=4000), nullable=False),
    sa.Column('audience', sa.String(length=4), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.Column('at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=120), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("audience in ('unit', 'all')", name=op.f('ck_question_answers_audience')),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_question_answers_by_id_people'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_question_answers_question_id_questions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_answers'))
    )
    with op.batch_alter_table('question_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_answers_question_id'), ['question_id'], unique=False)
        batch_op.create_index('uq_question_answers_current', ['question_id'], unique=True, sqlite_where=sa.text('ended_at is null'), postgresql_where=sa.text('ended_at is null'))

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.create_index('ix_letters_dated_on', ['dated_on', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_index('ix_letters_dated_on')

    with op.batch_alter_table('question_answers', schema=None) as batch_op:
        batch_op.drop_index('uq_question_answers_current', sqlite_where=sa.text('ended_at is null'), postgresql_where=sa.text('ended_at is null'))
        batch_op.drop_index(batch_op.f('ix_question_answers_question_id'))

    op.drop_table('question_answers')
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.drop_index('ix_questions_unit_id')
        batch_op.drop_index(batch_op.f('ix_questions_task_id'))
        batch_op.drop_index('ix_questions_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index('ix_questions_dispatch_id')

    op.drop_table('questions')
    with op.batch_alter_table('arrivals', schema=None) as batch_op:
        batch_op.drop_index('ix_arrivals_unit_id')
        batch_op.drop_index('ix_arrivals_kind')
        batch_op.drop_index(batch_op.f('ix_arrivals_dispatch_id'))
        batch_op.drop_index(batch_op.f('ix_arrivals_arrived_at'))

    op.drop_table('arrivals')
    with op.batch_alter_table('calendar_feeds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_feeds_unit_id'))

    op.drop_table('calendar_feeds')
