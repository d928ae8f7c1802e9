"""extensions, objections, pauses, reminder policies, signed links, letters, absences, recurring tasks

Revision ID: 0002
Revises: 0001
"""
import sqlalchemy as sa
from alembic import op

import tracker.db


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

HELD = "(state in ('objected', 'paused')) = (held_state is not null) and (held_state is null) = (held_on is null)"


def upgrade() -> None:
    op.create_table('policies',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=True),
    sa.Column('urgency', sa.String(length=12), nullable=True),
    sa.Column('own', sa.Boolean(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("urgency in ('urgent', 'very_urgent', 'flash')", name=op.f('ck_policies_urgency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policies'))
    )
    with op.batch_alter_table('policies', schema=None) as batch_op:
        batch_op.create_index('uq_policies_kind_urgency', ['kind', 'urgency', 'own'], unique=False)

    op.create_table('absences',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('stand_in_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('from_on <= until_on', name=op.f('ck_absences_days')),
    sa.CheckConstraint('person_id <> stand_in_id', name=op.f('ck_absences_other')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_absences_person_id_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['stand_in_id'], ['people.id'], name=op.f('fk_absences_stand_in_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absences'))
    )
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_absences_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_absences_until_on'), ['until_on'], unique=False)

    op.create_table('letters',
    sa.Column('dispatch_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=True),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('signer_title', sa.String(length=200), nullable=False),
    sa.Column('signer_name', sa.String(length=120), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('reply_by', sa.Date(), nullable=True),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('docx_file_id', sa.Integer(), nullable=True),
    sa.Column('pdf_file_id', sa.Integer(), nullable=True),
    sa.Column('signed_file_id', sa.Integer(), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('issued_by_id', sa.Integer(), nullable=True),
    sa.Column('issued_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'issued') = (issued_at is not null)", name=op.f('ck_letters_issued_at')),
    sa.CheckConstraint("kind in ('urge', 'remind', 'criticise')", name=op.f('ck_letters_kind')),
    sa.CheckConstraint("state = 'draft' or (number is not null and dated_on is not null and pdf_file_id is not null)", name=op.f('ck_letters_issued')),
    sa.CheckConstraint("state in ('draft', 'issued')", name=op.f('ck_letters_state')),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_letters_created_by_id_people')),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_letters_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['docx_file_id'], ['files.id'], name=op.f('fk_letters_docx_file_id_files')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['people.id'], name=op.f('fk_letters_issued_by_id_people')),
    sa.ForeignKeyConstraint(['pdf_file_id'], ['files.id'], name=op.f('fk_letters_pdf_file_id_files')),
    sa.ForeignKeyConstraint(['signed_file_id'], ['files.id'], name=op.f('fk_letters_signed_file_id_files')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters'))
    )
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.create_index('ix_letters_dispatch_id', ['dispatch_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_docx_file_id'), ['docx_file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_pdf_file_id'), ['pdf_file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_signed_file_id'), ['signed_file_id'], unique=False)

    op.create_table('letter_units',
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('fk_letter_units_letter_id_letters'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_letter_units_unit_id_units')),
    sa.PrimaryKeyConstraint('letter_id', 'unit_id', name=op.f('pk_letter_units'))
    )
    with op.batch_alter_table('letter_units', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_units_unit_id'), ['unit_id'], unique=False)

    op.create_table('pauses',
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('dispatch_id', sa.Integer(), nullable=True),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('begun_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('assignments', sa.Integer(), server_default=sa.text("0"), nullable=False),
    sa.Column('units', sa.Integer(), server_default=sa.text("0"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("category in ('storm', 'epidemic', 'waiting_province', 'other')", name=op.f('ck_pauses_category')),
    sa.CheckConstraint('from_on <= until_on', name=op.f('ck_pauses_days')),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_pauses_created_by_id_people')),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_pauses_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['ended_by_id'], ['people.id'], name=op.f('fk_pauses_ended_by_id_people')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_pauses_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pauses'))
    )
    with op.batch_alter_table('pauses', schema=None) as batch_op:
        batch_op.create_index('ix_pauses_running', ['until_on', 'id'], unique=False, sqlite_where=sa.text('ended_on is null'), postgresql_where=sa.text('ended_on is null'))

    op.create_table('mail_links',
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('dispatch_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=12), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('opened_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('used_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("purpose in ('acknowledge', 'upload', 'extend', 'object')", name=op.f('ck_mail_links_purpose')),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_mail_links_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mail_id'], ['mails.id'], name=op.f('fk_mail_links_mail_id_mails'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_mail_links_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_links')),
    sa.UniqueConstraint('key', name=op.f('uq_mail_links_key'))
    )
    with op.batch_alter_table('mail_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_links_dispatch_id'), ['dispatch_id'], unique=False)
        batch_op.create_index('ix_mail_links_mail_id', ['mail_id', 'dispatch_id'], unique=False)
        batch_op.create_index('ix_mail_links_unit_id', ['unit_id', 'dispatch_id'], unique=False)

    op.create_table('extensions',
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('dispatch_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('batch', sa.String(length=40), nullable=False),
    sa.Column('due_before', sa.Date(), nullable=False),
    sa.Column('late_before', sa.Integer(), nullable=False),
    sa.Column('wished_on', sa.Date(), nullable=False),
    sa.Column('category', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=2000), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('granted_on', sa.Date(), nullable=True),
    sa.Column('replaced_on', sa.Date(), nullable=True),
    sa.Column('decision', sa.String(length=2000), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'asked') = (decided_at is null)", name=op.f('ck_extensions_decided')),
    sa.CheckConstraint("(state = 'granted') = (granted_on is not null) and (granted_on is null) = (replaced_on is null)", name=op.f('ck_extensions_granted')),
    sa.CheckConstraint("category in ('weather', 'staff', 'waiting', 'data', 'workload', 'other')", name=op.f('ck_extensions_category')),
    sa.CheckConstraint("channel in ('web', 'mail', 'link')", name=op.f('ck_extensions_channel')),
    sa.CheckConstraint("state <> 'refused' or decision is not null", name=op.f('ck_extensions_refused')),
    sa.CheckConstraint("state in ('asked', 'granted', 'refused', 'taken_back')", name=op.f('ck_extensions_state')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_extensions_asked_by_id_people')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_extensions_assignment_id_assignments'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_extensions_decided_by_id_people')),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_extensions_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_extensions_file_id_files')),
    sa.ForeignKeyConstraint(['mail_id'], ['mails.id'], name=op.f('fk_extensions_mail_id_mails')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_extensions_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extensions'))
    )
    with op.batch_alter_table('extensions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extensions_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index('ix_extensions_decided_at', ['decided_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_extensions_dispatch_id'), ['dispatch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_extensions_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_extensions_mail_id'), ['mail_id'], unique=False)
        batch_op.create_index('ix_extensions_waiting', ['asked_at', 'id'], unique=False, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
        batch_op.create_index('uq_extensions_asked', ['assignment_id'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))

    op.create_table('objections',
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('dispatch_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=2000), nullable=False),
    sa.Column('suggestion', sa.String(length=300), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('raised_by_id', sa.Integer(), nullable=True),
    sa.Column('raised_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decider_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.String(length=2000), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'raised') = (decided_at is null)", name=op.f('ck_objections_decided')),
    sa.CheckConstraint("channel in ('web', 'mail', 'link')", name=op.f('ck_objections_channel')),
    sa.CheckConstraint("state <> 'dismissed' or decision is not null", name=op.f('ck_objections_dismissed')),
    sa.CheckConstraint("state in ('raised', 'upheld', 'dismissed', 'taken_back')", name=op.f('ck_objections_state')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_objections_assignment_id_assignments'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_objections_decided_by_id_people')),
    sa.ForeignKeyConstraint(['decider_id'], ['people.id'], name=op.f('fk_objections_decider_id_people')),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_objections_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_objections_file_id_files')),
    sa.ForeignKeyConstraint(['mail_id'], ['mails.id'], name=op.f('fk_objections_mail_id_mails')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['people.id'], name=op.f('fk_objections_raised_by_id_people')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_objections_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objections'))
    )
    with op.batch_alter_table('objections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_objections_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index('ix_objections_decided_at', ['decided_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_objections_dispatch_id'), ['dispatch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_objections_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_objections_mail_id'), ['mail_id'], unique=False)
        batch_op.create_index('ix_objections_waiting', ['raised_at', 'id'], unique=False, sqlite_where=sa.text("state = 'raised'"), postgresql_where=sa.text("state = 'raised'"))
        batch_op.create_index('uq_objections_raised', ['assignment_id'], unique=True, sqlite_where=sa.text("state = 'raised'"), postgresql_where=sa.text("state = 'raised'"))

    op.create_table('paused_assignments',
    sa.Column('pause_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('resumed_on', sa.Date(), nullable=True),
    sa.Column('shifted_days', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_paused_assignments_assignment_id_assignments'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pause_id'], ['pauses.id'], name=op.f('fk_paused_assignments_pause_id_pauses'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paused_assignments')),
    sa.UniqueConstraint('pause_id', 'assignment_id', 'from_on', name=op.f('uq_paused_assignments_pause_id_assignment_id_from_on'))
    )
    with op.batch_alter_table('paused_assignments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paused_assignments_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index('ix_paused_assignments_open', ['pause_id', 'id'], unique=False, sqlite_where=sa.text('resumed_on is null'), postgresql_where=sa.text('resumed_on is null'))
        batch_op.create_index('uq_paused_assignments_open', ['assignment_id'], unique=True, sqlite_where=sa.text('resumed_on is null'), postgresql_where=sa.text('resumed_on is null'))

    with op.batch_alter_table('reminders', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminders_mail_id'))
        batch_op.create_index('ix_reminders_mail_id', ['mail_id', 'step'], unique=False)
        batch_op.create_index('ix_reminders_unmailed', ['unit_id', 'on_day'], unique=False, sqlite_where=sa.text('mail_id is null'), postgresql_where=sa.text('mail_id is null'))
        batch_op.create_index('ix_reminders_listed', ['recipient', 'dispatch_id'], unique=False, sqlite_where=sa.text("recipient in ('letter', 'criticism')"), postgresql_where=sa.text("recipient in ('letter', 'criticism')"))

    op.create_table('plan_holds',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('drop', sa.Boolean(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('dispatch_id', sa.Integer(), nullable=True),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_plan_holds_assignment_id_assignments'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_plan_holds_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_plan_holds_person_id_people')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_plan_holds_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_holds'))
    )
    with op.batch_alter_table('plan_holds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_holds_day'), ['day'], unique=False)

    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_state', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('held_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('upheld', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('late_before', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_assignments_held'), HELD)
        batch_op.create_index('ix_assignments_undated', ['dispatch_id', 'unit_id', 'submitted_on'], unique=False, sqlite_where=sa.text('chase_on is not null and due_on is null'), postgresql_where=sa.text('chase_on is not null and due_on is null'))

    with op.batch_alter_table('dispatches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('urgency', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('policy_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('extension_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('extension_times', sa.Integer(), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_dispatches_urgency'), "urgency in ('urgent', 'very_urgent', 'flash')")
        batch_op.create_index(batch_op.f('ix_dispatches_policy_id'), ['policy_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_dispatches_policy_id_policies'), 'policies', ['policy_id'], ['id'])

    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bounced_at', tracker.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('bounce', sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', tracker.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f('ix_mails_unit_id'))
        batch_op.create_index('ix_mails_unit_id', ['unit_id', 'id'], unique=False)
        batch_op.create_index('ix_mails_bounced', ['unit_id', 'bounced_at'], unique=False, sqlite_where=sa.text('bounced_at is not null'), postgresql_where=sa.text('bounced_at is not null'))

    with op.batch_alter_table('tasks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rhythm', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('series_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('period', sa.String(length=10), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_tasks_period'), 'series_id is null or period is not null')
        batch_op.create_unique_constraint(batch_op.f('uq_tasks_series_id_period'), ['series_id', 'period'])
        batch_op.create_foreign_key(batch_op.f('fk_tasks_series_id_tasks'), 'tasks', ['series_id'], ['id'], ondelete='CASCADE')
        batch_op.create_index('ix_tasks_rhythm', ['dispatch_id'], unique=False, sqlite_where=sa.text('rhythm is not null'), postgresql_where=sa.text('rhythm is not null'))



def downgrade() -> None:
    with op.batch_alter_table('tasks', schema=None) as batch_op:
        batch_op.drop_index('ix_tasks_rhythm', sqlite_where=sa.text('rhythm is not null'), postgresql_where=sa.text('rhythm is not null'))
        batch_op.drop_constraint(batch_op.f('fk_tasks_series_id_tasks'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_tasks_series_id_period'), type_='unique')
        batch_op.drop_constraint(batch_op.f('ck_tasks_period'), type_='check')
        batch_op.drop_column('period')
        batch_op.drop_column('series_id')
        batch_op.drop_column('rhythm')

    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.drop_index('ix_mails_bounced', sqlite_where=sa.text('bounced_at is not null'), postgresql_where=sa.text('bounced_at is not null'))
        batch_op.drop_index('ix_mails_unit_id')
        batch_op.create_index(batch_op.f('ix_mails_unit_id'), ['unit_id'], unique=False)
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('bounce')
        batch_op.drop_column('bounced_at')

    with op.batch_alter_table('dispatches', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_dispatches_policy_id_policies'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_dispatches_policy_id'))
        batch_op.drop_constraint(batch_op.f('ck_dispatches_urgency'), type_='check')
        batch_op.drop_column('extension_times')
        batch_op.drop_column('extension_days')
        batch_op.drop_column('policy_id')
        batch_op.drop_column('urgency')

    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.drop_index('ix_assignments_undated', sqlite_where=sa.text('chase_on is not null and due_on is null'), postgresql_where=sa.text('chase_on is not null and due_on is null'))
        batch_op.drop_constraint(batch_op.f('ck_assignments_held'), type_='check')
        batch_op.drop_column('late_before')
        batch_op.drop_column('upheld')
        batch_op.drop_column('held_on')
        batch_op.drop_column('held_state')

    with op.batch_alter_table('reminders', schema=None) as batch_op:
        batch_op.drop_index('ix_reminders_unmailed', sqlite_where=sa.text('mail_id is null'), postgresql_where=sa.text('mail_id is null'))
        batch_op.drop_index('ix_reminders_mail_id')
        batch_op.create_index(batch_op.f('ix_reminders_mail_id'), ['mail_id'], unique=False)
        batch_op.drop_index('ix_reminders_listed', sqlite_where=sa.text("recipient in ('letter', 'criticism')"), postgresql_where=sa.text("recipient in ('letter', 'criticism')"))

    with op.batch_alter_table('plan_holds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_holds_day'))

    op.drop_table('plan_holds')
    with op.batch_alter_table('paused_assignments', schema=None) as batch_op:
        batch_op.drop_index('uq_paused_assignments_open', sqlite_where=sa.text('resumed_on is null'), postgresql_where=sa.text('resumed_on is null'))
        batch_op.drop_index('ix_paused_assignments_open', sqlite_where=sa.text('resumed_on is null'), postgresql_where=sa.text('resumed_on is null'))
        batch_op.drop_index(batch_op.f('ix_paused_assignments_assignment_id'))

    op.drop_table('paused_assignments')
    with op.batch_alter_table('objections', schema=None) as batch_op:
        batch_op.drop_index('uq_objections_raised', sqlite_where=sa.text("state = 'raised'"), postgresql_where=sa.text("state = 'raised'"))
        batch_op.drop_index('ix_objections_waiting', sqlite_where=sa.text("state = 'raised'"), postgresql_where=sa.text("state = 'raised'"))
        batch_op.drop_index(batch_op.f('ix_objections_mail_id'))
        batch_op.drop_index(batch_op.f('ix_objections_file_id'))
        batch_op.drop_index(batch_op.f('ix_objections_dispatch_id'))
        batch_op.drop_index('ix_objections_decided_at')
        batch_op.drop_index(batch_op.f('ix_objections_assignment_id'))

    op.drop_table('objections')
    with op.batch_alter_table('extensions', schema=None) as batch_op:
        batch_op.drop_index('uq_extensions_asked', sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
        batch_op.drop_index('ix_extensions_waiting', sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
        batch_op.drop_index(batch_op.f('ix_extensions_mail_id'))
        batch_op.drop_index(batch_op.f('ix_extensions_file_id'))
        batch_op.drop_index(batch_op.f('ix_extensions_dispatch_id'))
        batch_op.drop_index('ix_extensions_decided_at')
        batch_op.drop_index(batch_op.f('ix_extensions_assignment_id'))

    op.drop_table('extensions')
    with op.batch_alter_table('mail_links', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_links_unit_id')
        batch_op.drop_index('ix_mail_links_mail_id')
        batch_op.drop_index(batch_op.f('ix_mail_links_dispatch_id'))

    op.drop_table('mail_links')
    with op.batch_alter_table('pauses', schema=None) as batch_op:
        batch_op.drop_index('ix_pauses_running', sqlite_where=sa.text('ended_on is null'), postgresql_where=sa.text('ended_on is null'))

    op.drop_table('pauses')
    with op.batch_alter_table('letter_units', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_units_unit_id'))

    op.drop_table('letter_units')
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letters_signed_file_id'))
        batch_op.drop_index(batch_op.f('ix_letters_pdf_file_id'))
        batch_op.drop_index(batch_op.f('ix_letters_docx_file_id'))
        batch_op.drop_index('ix_letters_dispatch_id')

    op.drop_table('letters')
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_absences_until_on'))
        batch_op.drop_index(batch_op.f('ix_absences_person_id'))

    op.drop_table('absences')
    with op.batch_alter_table('policies', schema=None) as batch_op:
        batch_op.drop_index('uq_policies_kind_urgency')

    op.drop_table('policies')
