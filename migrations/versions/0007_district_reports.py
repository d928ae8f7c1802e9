"""the districts' own reports, standing and contests

Revision ID: 0007
Revises: 0006
"""
import sqlalchemy as sa
from alembic import op

import tracker.db


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('district_reports',
    sa.Column('dispatch_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=True),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('signer_title', sa.String(length=200), nullable=False),
    sa.Column('signer_name', sa.String(length=120), nullable=False),
    sa.Column('sections', sa.JSON(), nullable=False),
    sa.Column('drafted', sa.JSON(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('sent_back', sa.Text(), nullable=True),
    sa.Column('sent_back_by_id', sa.Integer(), nullable=True),
    sa.Column('sent_back_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('docx_file_id', sa.Integer(), nullable=True),
    sa.Column('pdf_file_id', sa.Integer(), nullable=True),
    sa.Column('sent_by_id', sa.Integer(), nullable=True),
    sa.Column('sent_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('signed_for', sa.Boolean(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'sent') = (sent_at is not null)", name=op.f('ck_district_reports_sent_at')),
    sa.CheckConstraint("state <> 'sent' or (number is not null and dated_on is not null "
    "and docx_file_id is not null and pdf_file_id is not null and sha256 is not null)", name=op.f('ck_district_reports_sent')),
    sa.CheckConstraint("state <> 'waiting' or asked_at is not null", name=op.f('ck_district_reports_asked_at')),
    sa.CheckConstraint("state in ('draft', 'waiting', 'sent')", name=op.f('ck_district_reports_state')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_district_reports_asked_by_id_people')),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_district_reports_created_by_id_people')),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_district_reports_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['docx_file_id'], ['files.id'], name=op.f('fk_district_reports_docx_file_id_files')),
    sa.ForeignKeyConstraint(['mail_id'], ['mails.id'], name=op.f('fk_district_reports_mail_id_mails')),
    sa.ForeignKeyConstraint(['pdf_file_id'], ['files.id'], name=op.f('fk_district_reports_pdf_file_id_files')),
    sa.ForeignKeyConstraint(['sent_back_by_id'], ['people.id'], name=op.f('fk_district_reports_sent_back_by_id_people')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['people.id'], name=op.f('fk_district_reports_sent_by_id_people')),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_district_reports_submission_id_submissions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_district_reports_unit_id_units')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['people.id'], name=op.f('fk_district_reports_updated_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_district_reports')),
    sa.UniqueConstraint('dispatch_id', 'unit_id', 'edition', name=op.f('uq_district_reports_dispatch_id_unit_id_edition'))
    )
    op.create_index(op.f('ix_district_reports_docx_file_id'), 'district_reports', ['docx_file_id'], unique=False)
    op.create_index(op.f('ix_district_reports_mail_id'), 'district_reports', ['mail_id'], unique=False)
    op.create_index(op.f('ix_district_reports_pdf_file_id'), 'district_reports', ['pdf_file_id'], unique=False)
    op.create_index(op.f('ix_district_reports_submission_id'), 'district_reports', ['submission_id'], unique=False)
    op.create_index('ix_district_reports_waiting', 'district_reports', ['unit_id', 'id'], unique=False,
    sqlite_where=sa.text("state <> 'sent'"), postgresql_where=sa.text("state <> 'sent'"))
    op.create_index('uq_district_reports_open', 'district_reports', ['dispatch_id', 'unit_id'], unique=True,
    sqlite_where=sa.text("state <> 'sent'"), postgresql_where=sa.text("state <> 'sent'"))
    op.create_table('district_report_scans',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('added_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['people.id'], name=op.f('fk_district_report_scans_added_by_id_people')),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_district_report_scans_file_id_files')),
    sa.ForeignKeyConstraint(['report_id'], ['district_reports.id'], name=op.f('fk_district_report_scans_report_id_district_reports'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_district_report_scans'))
    )
    op.create_index(op.f('ix_district_report_scans_file_id'), 'district_report_scans', ['file_id'], unique=False)
    op.create_index(op.f('ix_district_report_scans_report_id'), 'district_report_scans', ['report_id'], unique=False)
    op.create_table('report_notices',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('told_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('told_by_id', sa.Integer(), nullable=True),
    sa.Column('contest_until', sa.Date(), nullable=False),
    sa.Column('answerer_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['answerer_id'], ['people.id'], name=op.f('fk_report_notices_answerer_id_people')),
    sa.ForeignKeyConstraint(['report_id'], ['reports.id'], name=op.f('fk_report_notices_report_id_reports'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['told_by_id'], ['people.id'], name=op.f('fk_report_notices_told_by_id_people')),
    sa.PrimaryKeyConstraint('report_id', name=op.f('pk_report_notices'))
    )
    op.create_table('unit_notices',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('of_units', sa.Integer(), nullable=False),
    sa.Column('remarks', sa.JSON(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['mail_id'], ['mails.id'], name=op.f('fk_unit_notices_mail_id_mails')),
    sa.ForeignKeyConstraint(['report_id'], ['report_notices.report_id'], name=op.f('fk_unit_notices_report_id_report_notices'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_unit_notices_unit_id_units')),
    sa.PrimaryKeyConstraint('report_id', 'unit_id', name=op.f('pk_unit_notices'))
    )
    op.create_index(op.f('ix_unit_notices_mail_id'), 'unit_notices', ['mail_id'], unique=False)
    op.create_index(op.f('ix_unit_notices_unit_id'), 'unit_notices', ['unit_id'], unique=False)
    op.create_table('contests',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('dispatch_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=2000), nullable=False),
    sa.Column('raised_by_id', sa.Integer(), nullable=True),
    sa.Column('raised_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('target_on', sa.Date(), nullable=False),
    sa.Column('answerer_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(length=2000), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (answered_at is null)", name=op.f('ck_contests_answered_at')),
    sa.CheckConstraint("state = 'open' or answer is not null", name=op.f('ck_contests_answer')),
    sa.CheckConstraint("state in ('open', 'upheld', 'dismissed')", name=op.f('ck_contests_state')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['people.id'], name=op.f('fk_contests_answered_by_id_people')),
    sa.ForeignKeyConstraint(['answerer_id'], ['people.id'], name=op.f('fk_contests_answerer_id_people')),
    sa.ForeignKeyConstraint(['dispatch_id'], ['dispatches.id'], name=op.f('fk_contests_dispatch_id_dispatches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mail_id'], ['mails.id'], name=op.f('fk_contests_mail_id_mails')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['people.id'], name=op.f('fk_contests_raised_by_id_people')),
    sa.ForeignKeyConstraint(['report_id'], ['report_notices.report_id'], name=op.f('fk_contests_report_id_report_notices'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_contests_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contests'))
    )
    op.create_index('ix_contests_answered_at', 'contests', ['answered_at'], unique=False)
    op.create_index(op.f('ix_contests_dispatch_id'), 'contests', ['dispatch_id'], unique=False)
    op.create_index(op.f('ix_contests_mail_id'), 'contests', ['mail_id'], unique=False)
    op.create_index('ix_contests_report_id', 'contests', ['report_id', 'unit_id'], unique=False)
    op.create_index('ix_contests_waiting', 'contests', ['target_on', 'id'], unique=False,
    sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_index('uq_contests_open', 'contests', ['report_id', 'unit_id'], unique=True,
    sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))


def downgrade() -> None:
    op.drop_table('contests')
    op.drop_table('unit_notices')
    op.drop_table('report_notices')
    op.drop_table('district_report_scans')
    op.drop_table('district_reports')
