"""reports over any scope, versions, edits, schedules, briefing packs

Revision ID: 0006
Revises: 0005
"""
import sqlalchemy as sa
from alembic import op

import tracker.db


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

KINDS = "kind in ('report', 'briefing')"
SCOPES = "scope in ('dispatch', 'period', 'unit', 'field')"
LIVE = "state in ('queued', 'running', 'ready')"

#: A task that came in after its dispatch was issued: its first assignment tells the day (local time).
_FIRST = (
    "update tasks set given_on = (select min({day}) from events join assignments on assignments.id = events.assignment_id "
    "where assignments.task_id = tasks.id and events.kind = 'assignment.issue') where series_id is not null or dispatch_id in "
    "(select id from dispatches where revision > 1)"
)
_WITH = "update tasks set given_on = null where given_on <= (select {day} from dispatches where dispatches.id = tasks.dispatch_id)"
GIVEN = {
    'sqlite': [_FIRST.format(day="date(events.at, '+7 hours')"), _WITH.format(day="date(issued_at, '+7 hours')")],
    'postgresql': [
        _FIRST.format(day="(events.at at time zone 'Asia/Ho_Chi_Minh')::date"), _WITH.format(day="(issued_at at time zone 'Asia/Ho_Chi_Minh')::date"),
    ],
}


def scoped(batch_op, table: str) -> None:
    """What a report, or a schedule of them, is about."""
    batch_op.add_column(sa.Column('kind', sa.String(length=10), server_default='report', nullable=False))
    batch_op.add_column(sa.Column('scope', sa.String(length=10), server_default='dispatch', nullable=False))
    batch_op.add_column(sa.Column('unit_id', sa.Integer(), nullable=True))
    batch_op.add_column(sa.Column('field', sa.String(length=80), nullable=True))
    batch_op.alter_column('dispatch_id', existing_type=sa.INTEGER(), nullable=True)
    batch_op.create_foreign_key(batch_op.f(f'fk_{table}_unit_id_units'), 'units', ['unit_id'], ['id'])
    batch_op.create_check_constraint(batch_op.f(f'ck_{table}_kind'), KINDS)
    batch_op.create_check_constraint(batch_op.f(f'ck_{table}_scope'), SCOPES)
    for column in ('dispatch', 'unit', 'field'):
        name = column if column == 'field' else f'{column}_id'
        batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{column}'), f"(scope = '{column}') = ({name} is not null)")


def unscoped(batch_op, table: str) -> None:
    """Takes it back."""
    for name in ('field', 'unit', 'dispatch', 'scope', 'kind'):
        batch_op.drop_constraint(batch_op.f(f'ck_{table}_{name}'), type_='check')
    batch_op.drop_constraint(batch_op.f(f'fk_{table}_unit_id_units'), type_='foreignkey')
    batch_op.alter_column('dispatch_id', existing_type=sa.INTEGER(), nullable=False)
    for name in ('field', 'unit_id', 'scope', 'kind'):
        batch_op.drop_column(name)


def upgrade() -> None:
    with op.batch_alter_table('dispatches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('field', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('field_set_at', tracker.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('tasks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('given_on', sa.Date(), nullable=True))
    for statement in GIVEN[op.get_bind().dialect.name]:
        op.execute(statement)

    with op.batch_alter_table('report_schedules', schema=None) as batch_op:
        scoped(batch_op, 'report_schedules')
        batch_op.add_column(sa.Column('cut_day', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('send_after', sa.Integer(), server_default=sa.text('1'), nullable=False))
        batch_op.add_column(sa.Column('meeting_time', sa.Time(), nullable=True))
        batch_op.add_column(sa.Column('hours_before', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('address', sa.String(length=254), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_report_schedules_dispatch_id'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_report_schedules_dispatch_id_kind'), ['dispatch_id', 'kind'])
        batch_op.drop_constraint(batch_op.f('ck_report_schedules_every'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_report_schedules_every'), "every in ('weekly', 'monthly', 'quarterly', 'half_year', 'year')")
        batch_op.create_check_constraint(batch_op.f('ck_report_schedules_cut_day'), 'cut_day between 1 and 28')
        batch_op.create_check_constraint(batch_op.f('ck_report_schedules_send_after'), 'send_after between 0 and 30')

    with op.batch_alter_table('reports', schema=None) as batch_op:
        scoped(batch_op, 'reports')
        batch_op.add_column(sa.Column('period_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('period_to', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('meeting_at', tracker.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False))
        batch_op.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column('changes', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('number', sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column('signed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('prepared_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('cancel_wanted', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('next_attempt_at', tracker.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('tries', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('mail_to', sa.String(length=254), nullable=True))
        batch_op.drop_constraint(batch_op.f('ck_reports_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_reports_state'), "state in ('queued', 'running', 'ready', 'failed', 'cancelled')")
        batch_op.create_check_constraint(
            batch_op.f('ck_reports_period'), "scope = 'dispatch' or (period_from is not null and period_to is not null)")
        batch_op.create_check_constraint(batch_op.f('ck_reports_days'), 'period_from <= period_to')
        batch_op.create_foreign_key(batch_op.f('fk_reports_replaces_id_reports'), 'reports', ['replaces_id'], ['id'], ondelete='SET NULL')
        batch_op.create_index('ix_reports_unit_id', ['unit_id'], unique=False)
        batch_op.create_index('uq_reports_replaces_id', ['replaces_id'], unique=True, sqlite_where=sa.text(LIVE), postgresql_where=sa.text(LIVE))

    with op.batch_alter_table('report_files', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_report_files_format'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_report_files_format'), "format in ('docx', 'pdf', 'xlsx', 'csv')")

    op.create_table('report_edits',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('drafted', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_report_edits_person_id_people')),
    sa.ForeignKeyConstraint(['report_id'], ['reports.id'], name=op.f('fk_report_edits_report_id_reports'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_edits')),
    sa.UniqueConstraint('report_id', 'key', name=op.f('uq_report_edits_report_id_key'))
    )


def downgrade() -> None:
    op.drop_table('report_edits')

    # What the older program has no place for goes: reports over several dispatches, packs, .csv files.
    op.execute("delete from report_files where format = 'csv' or report_id in (select id from reports where scope <> 'dispatch' or kind <> 'report')")
    op.execute("update reports set replaces_id = null")
    op.execute("delete from reports where scope <> 'dispatch' or kind <> 'report'")
    op.execute("update reports set state = 'failed' where state = 'cancelled'")
    op.execute(
        "update reports set schedule_id = null where schedule_id in (select id from report_schedules where scope <> 'dispatch' or kind <> 'report' "
        "or every in ('half_year', 'year'))")
    op.execute("delete from report_schedules where scope <> 'dispatch' or kind <> 'report' or every in ('half_year', 'year')")

    with op.batch_alter_table('report_files', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_report_files_format'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_report_files_format'), "format in ('docx', 'pdf', 'xlsx')")

    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.drop_index('uq_reports_replaces_id', sqlite_where=sa.text(LIVE), postgresql_where=sa.text(LIVE))
        batch_op.drop_index('ix_reports_unit_id')
        batch_op.drop_constraint(batch_op.f('fk_reports_replaces_id_reports'), type_='foreignkey')
        for name in ('days', 'period', 'state'):
            batch_op.drop_constraint(batch_op.f(f'ck_reports_{name}'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_reports_state'), "state in ('queued', 'running', 'ready', 'failed')")
        for name in ('mail_to', 'tries', 'next_attempt_at', 'cancel_wanted', 'prepared_on', 'signed_on', 'number', 'changes', 'reason', 'replaces_id', 'version',
                     'meeting_at', 'period_to', 'period_from'):
            batch_op.drop_column(name)
        unscoped(batch_op, 'reports')

    with op.batch_alter_table('report_schedules', schema=None) as batch_op:
        for name in ('send_after', 'cut_day', 'every'):
            batch_op.drop_constraint(batch_op.f(f'ck_report_schedules_{name}'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_report_schedules_every'), "every in ('weekly', 'monthly', 'quarterly')")
        batch_op.drop_constraint(batch_op.f('uq_report_schedules_dispatch_id_kind'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_report_schedules_dispatch_id'), ['dispatch_id'])
        for name in ('address', 'hours_before', 'meeting_time', 'send_after', 'cut_day'):
            batch_op.drop_column(name)
        unscoped(batch_op, 'report_schedules')

    with op.batch_alter_table('tasks', schema=None) as batch_op:
        batch_op.drop_column('given_on')

    with op.batch_alter_table('dispatches', schema=None) as batch_op:
        batch_op.drop_column('field_set_at')
        batch_op.drop_column('field')
