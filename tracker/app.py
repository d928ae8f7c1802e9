"""create_app(): the application with its guards and pages on top of tracker.base; decides nothing."""
from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.base import ROOT, connect
from tracker.config import Settings
from tracker.services import sessions
from tracker.web import (
    access_links,
    account,
    asking,
    assets,
    calendar,
    contests,
    errors,
    figure_forms,
    figures,
    filters,
    groups,
    guards,
    headers,
    health,
    help,
    history,
    imports,
    incoming,
    incoming_links,
    indicators,
    language,
    ledger,
    mail_links,
    matrix_dispatches,
    nav,
    people,
    quiet,
    registers,
    reminders,
    requests,
    reviews,
    search,
    sent_mail,
    session,
    two_factor,
    units,
)
from tracker.web.absences import blueprint as absences_pages
from tracker.web.assignments import blueprint as assignments_pages
from tracker.web.deadlines import blueprint as deadlines_pages
from tracker.web.dispatches_pages import blueprint as dispatches_pages
from tracker.web.district_reports_sign import blueprint as district_reports_pages
from tracker.web.files import blueprint as files_pages
from tracker.web.home import blueprint as home_pages
from tracker.web.letters import blueprint as letters_pages
from tracker.web.limits import limiter
from tracker.web.pauses import blueprint as pauses_pages
from tracker.web.plan import blueprint as plan_pages
from tracker.web.policies import blueprint as policies_pages
from tracker.web.questions import blueprint as questions_pages
from tracker.web.report_schedules import blueprint as reports_pages
from tracker.web.retention import blueprint as settings_pages
from tracker.web.saved_views import blueprint as saved_views_pages
from tracker.web.submissions import blueprint as submissions_pages
from tracker.web.translating import BilingualEnvironment

BLUEPRINTS = (
    health.blueprint,
    files_pages,
    home_pages,
    dispatches_pages,
    matrix_dispatches.blueprint,
    history.blueprint,
    assignments_pages,
    submissions_pages,
    reports_pages,
    district_reports_pages,
    letters_pages,
    account.blueprint,
    access_links.blueprint,
    two_factor.blueprint,
    people.blueprint,
    units.blueprint,
    groups.blueprint,
    settings_pages,
    calendar.blueprint,
    imports.blueprint,
    reviews.blueprint,
    asking.blueprint,
    requests.blueprint,
    contests.blueprint,
    pauses_pages,
    search.blueprint,
    saved_views_pages,
    reminders.blueprint,
    quiet.blueprint,
    plan_pages,
    policies_pages,
    absences_pages,
    sent_mail.blueprint,
    mail_links.blueprint,
    ledger.blueprint,
    registers.blueprint,
    deadlines_pages,
    questions_pages,
    incoming_links.blueprint,
    figures.blueprint,
    figure_forms.blueprint,
    indicators.blueprint,
    language.blueprint,
    help.blueprint,
)

csrf = CSRFProtect()


def create_app(settings: Settings | None = None) -> Flask:
    """The wired application; settings default to the environment's. Raises ConfigError for a bad setting."""
    settings = settings or Settings.from_env()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "tracker/web/static"))
    app.jinja_environment = BilingualEnvironment
    app.config.from_mapping(_flask_config(settings))
    connect(app, settings)
    for part in (language, session, guards, assets, headers, errors, filters, nav, requests, reviews, incoming, figures, help):
        part.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_old),
        "MAX_CONTENT_LENGTH": settings.upload_limit * 8,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        # The prefix makes browsers refuse a cookie of this name that another host, path or an unencrypted line has planted.
        "SESSION_COOKIE_NAME": "__Host-session" if settings.session_cookie_secure else "session",
        "SESSION_COOKIE_SECURE": settings.session_cookie_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": sessions.IDLE,
        "WTF_CSRF_TIME_LIMIT": None,
        "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
        # Without Redis each process counts for itself: guessing must not become free because the queue is down.
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_SWALLOW_ERRORS": True,
        "RATELIMIT_HEADERS_ENABLED": False,
    }
