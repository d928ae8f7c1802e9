"""indicators: the catalogue, forms, periods, sheets, every change of a figure, requests to correct

Revision ID: 0005
Revises: 0004
"""
import sqlalchemy as sa
from alembic import op

import tracker.db


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('indicator_groups',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_groups')),
    sa.UniqueConstraint('name', name=op.f('uq_indicator_groups_name'))
    )
    op.create_table('indicators',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('folded', sa.String(length=250), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('measure', sa.String(length=10), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('scale', sa.String(length=10), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('direction', sa.String(length=10), nullable=False),
    sa.Column('decimals', sa.Integer(), nullable=False),
    sa.Column('formula', sa.String(length=300), nullable=True),
    sa.Column('equals', sa.String(length=300), nullable=True),
    sa.Column('summed', sa.Boolean(), nullable=False),
    sa.Column('flows', sa.Boolean(), nullable=False),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('retired_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("direction in ('more', 'less', 'neutral')", name=op.f('ck_indicators_direction')),
    sa.CheckConstraint("measure in ('money', 'count', 'percent')", name=op.f('ck_indicators_measure')),
    sa.CheckConstraint("period in ('once', 'month', 'quarter', 'half', 'year')", name=op.f('ck_indicators_period')),
    sa.CheckConstraint("scale = 'one' or measure = 'money'", name=op.f('ck_indicators_scale_of_money')),
    sa.CheckConstraint("scale in ('one', 'million', 'billion')", name=op.f('ck_indicators_scale')),
    sa.CheckConstraint('decimals between 0 and 6', name=op.f('ck_indicators_decimals')),
    sa.CheckConstraint('formula is null or equals is null', name=op.f('ck_indicators_formula')),
    sa.ForeignKeyConstraint(['group_id'], ['indicator_groups.id'], name=op.f('fk_indicators_group_id_indicator_groups')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicators')),
    sa.UniqueConstraint('code', name=op.f('uq_indicators_code'))
    )
    with op.batch_alter_table('indicators', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_indicators_group_id'), ['group_id'], unique=False)

    op.create_table('figure_forms',
    sa.Column('dispatch_id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('rhythm', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('lock_days', sa.Integer(), nullable=False),
    sa.Column('jump', sa.Integer(), nullable=False),
    sa.Column('sign', sa.String(length=10), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("sign in ('officer', 'leader')", name=op.f('ck_figure_forms_sign')),
    sa.CheckConstraint('jump between 1 and 1000', name=op.f('ck_figure_forms_jump')),
    sa.CheckConstraint('lock_days between 0 and 90', name=op.f('ck_figure_forms_lock_days')),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_figure_forms_created_by_id_people')),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_figure_forms_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_figure_forms_task_id_tasks'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_forms'))
    )
    with op.batch_alter_table('figure_forms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figure_forms_dispatch_id'), ['dispatch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_figure_forms_task_id'), ['task_id'], unique=False)

    op.create_table('figure_form_indicators',
    sa.Column('form_id', sa.Integer(), nullable=False),
    sa.Column('indicator_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('definition', sa.JSON(), nullable=False),
    sa.Column('added_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['form_id'], ['figure_forms.id'], name=op.f('fk_figure_form_indicators_form_id_figure_forms'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicators.id'], name=op.f('fk_figure_form_indicators_indicator_id_indicators')),
    sa.PrimaryKeyConstraint('form_id', 'indicator_id', name=op.f('pk_figure_form_indicators'))
    )
    with op.batch_alter_table('figure_form_indicators', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figure_form_indicators_indicator_id'), ['indicator_id'], unique=False)

    op.create_table('figure_periods',
    sa.Column('form_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=10), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('cut_off_on', sa.Date(), nullable=False),
    sa.Column('opened_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('cut_off_on >= due_on', name=op.f('ck_figure_periods_cut_off')),
    sa.ForeignKeyConstraint(['form_id'], ['figure_forms.id'], name=op.f('fk_figure_periods_form_id_figure_forms'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_periods')),
    sa.UniqueConstraint('form_id', 'key', name=op.f('uq_figure_periods_form_id_key'))
    )
    with op.batch_alter_table('figure_periods', schema=None) as batch_op:
        batch_op.create_index('ix_figure_periods_due_on', ['due_on'], unique=False)

    op.create_table('figure_hand_ins',
    sa.Column('period_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('by_person_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=120), nullable=False),
    sa.Column('signed_by_id', sa.Integer(), nullable=True),
    sa.Column('signed_by_name', sa.String(length=120), nullable=False),
    sa.Column('at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_person_id'], ['people.id'], name=op.f('fk_figure_hand_ins_by_person_id_people')),
    sa.ForeignKeyConstraint(['period_id'], ['figure_periods.id'], name=op.f('fk_figure_hand_ins_period_id_figure_periods'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['signed_by_id'], ['people.id'], name=op.f('fk_figure_hand_ins_signed_by_id_people')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_figure_hand_ins_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_hand_ins'))
    )
    with op.batch_alter_table('figure_hand_ins', schema=None) as batch_op:
        batch_op.create_index('ix_figure_hand_ins_period_id', ['period_id', 'unit_id', 'id'], unique=False)
        batch_op.create_index('ix_figure_hand_ins_unit_id', ['unit_id'], unique=False)

    op.create_table('figure_reminders',
    sa.Column('period_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=20), nullable=False),
    sa.Column('step', sa.String(length=10), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['mail_id'], ['mails.id'], name=op.f('fk_figure_reminders_mail_id_mails'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['period_id'], ['figure_periods.id'], name=op.f('fk_figure_reminders_period_id_figure_periods'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_figure_reminders_unit_id_units')),
    sa.PrimaryKeyConstraint('period_id', 'unit_id', 'recipient', 'step', name=op.f('pk_figure_reminders'))
    )
    with op.batch_alter_table('figure_reminders', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figure_reminders_mail_id'), ['mail_id'], unique=False)

    op.create_table('figure_requests',
    sa.Column('period_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_by_name', sa.String(length=120), nullable=False),
    sa.Column('asked_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=1000), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by_name', sa.String(length=120), nullable=False),
    sa.Column('decided_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'asked') = (decided_at is null)", name=op.f('ck_figure_requests_decided_at')),
    sa.CheckConstraint("state in ('asked', 'granted', 'refused', 'withdrawn')", name=op.f('ck_figure_requests_state')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_figure_requests_asked_by_id_people')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_figure_requests_decided_by_id_people')),
    sa.ForeignKeyConstraint(['period_id'], ['figure_periods.id'], name=op.f('fk_figure_requests_period_id_figure_periods'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_figure_requests_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_requests'))
    )
    with op.batch_alter_table('figure_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figure_requests_period_id'), ['period_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_figure_requests_unit_id'), ['unit_id'], unique=False)

    op.create_table('figure_sheets',
    sa.Column('period_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('draft', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('editor', sa.String(length=40), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('to_sign_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('communes_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['period_id'], ['figure_periods.id'], name=op.f('fk_figure_sheets_period_id_figure_periods'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_figure_sheets_unit_id_units')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['people.id'], name=op.f('fk_figure_sheets_updated_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_sheets')),
    sa.UniqueConstraint('period_id', 'unit_id', name=op.f('uq_figure_sheets_period_id_unit_id'))
    )
    with op.batch_alter_table('figure_sheets', schema=None) as batch_op:
        batch_op.create_index('ix_figure_sheets_unit_id', ['unit_id', 'period_id'], unique=False)

    op.create_table('figure_changes',
    sa.Column('form_id', sa.Integer(), nullable=False),
    sa.Column('period_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('indicator_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('before', sa.String(length=40), nullable=True),
    sa.Column('after', sa.String(length=40), nullable=True),
    sa.Column('explanation', sa.String(length=1000), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('span_start', sa.Integer(), nullable=True),
    sa.Column('span_end', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('by_person_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=120), nullable=False),
    sa.Column('at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("field in ('plan', 'same', 'actual', 'cumulative', 'baseline', 'bank')", name=op.f('ck_figure_changes_field')),
    sa.CheckConstraint("kind <> 'correction' or reason <> ''", name=op.f('ck_figure_changes_reason')),
    sa.CheckConstraint("kind in ('given', 'handed_in', 'correction')", name=op.f('ck_figure_changes_kind')),
    sa.CheckConstraint('(span_start is null) = (span_end is null)', name=op.f('ck_figure_changes_span')),
    sa.ForeignKeyConstraint(['by_person_id'], ['people.id'], name=op.f('fk_figure_changes_by_person_id_people')),
    sa.ForeignKeyConstraint(['form_id'], ['figure_forms.id'], name=op.f('fk_figure_changes_form_id_figure_forms'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicators.id'], name=op.f('fk_figure_changes_indicator_id_indicators')),
    sa.ForeignKeyConstraint(['period_id'], ['figure_periods.id'], name=op.f('fk_figure_changes_period_id_figure_periods'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['request_id'], ['figure_requests.id'], name=op.f('fk_figure_changes_request_id_figure_requests'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_figure_changes_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_changes'))
    )
    with op.batch_alter_table('figure_changes', schema=None) as batch_op:
        batch_op.create_index('ix_figure_changes_cell', ['form_id', 'period_id', 'unit_id', 'indicator_id', 'field', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_figure_changes_indicator_id'), ['indicator_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_figure_changes_period_id'), ['period_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_figure_changes_unit_id'), ['unit_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('figure_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_figure_changes_unit_id'))
        batch_op.drop_index(batch_op.f('ix_figure_changes_period_id'))
        batch_op.drop_index(batch_op.f('ix_figure_changes_indicator_id'))
        batch_op.drop_index('ix_figure_changes_cell')

    op.drop_table('figure_changes')
    with op.batch_alter_table('figure_sheets', schema=None) as batch_op:
        batch_op.drop_index('ix_figure_sheets_unit_id')

    op.drop_table('figure_sheets')
    with op.batch_alter_table('figure_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_figure_requests_unit_id'))
        batch_op.drop_index(batch_op.f('ix_figure_requests_period_id'))

    op.drop_table('figure_requests')
    with op.batch_alter_table('figure_reminders', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_figure_reminders_mail_id'))

    op.drop_table('figure_reminders')
    with op.batch_alter_table('figure_hand_ins', schema=None) as batch_op:
        batch_op.drop_index('ix_figure_hand_ins_unit_id')
        batch_op.drop_index('ix_figure_hand_ins_period_id')

    op.drop_table('figure_hand_ins')
    with op.batch_alter_table('figure_periods', schema=None) as batch_op:
        batch_op.drop_index('ix_figure_periods_due_on')

    op.drop_table('figure_periods')
    with op.batch_alter_table('figure_form_indicators', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_figure_form_indicators_indicator_id'))

    op.drop_table('figure_form_indicators')
    with op.batch_alter_table('figure_forms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_figure_forms_task_id'))
        batch_op.drop_index(batch_op.f('ix_figure_forms_dispatch_id'))

    op.drop_table('figure_forms')
    with op.batch_alter_table('indicators', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_indicators_group_id'))

    op.drop_table('indicators')
    op.drop_table('indicator_groups')
