"""base_app(): the application without its pages: settings, database and adapters, which is all that commands, workers and the mail parts need."""
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from tracker import models  # noqa: F401  # registers every table
from tracker.adapters import files, jobs, logs, memory, scanner
from tracker.config import Settings
from tracker.db import db, prepare_engine

ROOT = Path(__file__).resolve().parent.parent
#: Seconds: so that a firewall between the machines does not drop an idle connection unseen (libpq, connection parameters).
KEEPALIVE = {"keepalives_idle": 60, "keepalives_interval": 15, "keepalives_count": 4}

migrate = Migrate(directory=str(ROOT / "migrations"), render_as_batch=True)


def base_app(settings: Settings | None = None) -> Flask:
    """An application that answers no requests; settings default to the environment's. Raises ConfigError for a bad setting."""
    app = Flask(__name__, static_folder=None)
    connect(app, settings or Settings.from_env())
    return app


def connect(app: Flask, settings: Settings) -> None:
    """Gives an application its settings, database and adapters."""
    memory.give_back()
    logs.init()
    app.extensions["settings"] = settings
    sqlite = settings.database_url.startswith("sqlite")
    # Fewer than threads: those that wait for a slow line hold no connection (web.guards). On SQLite who waits to write holds one, and nobody who
    # reads must wait for them.
    pool: dict[str, object] = {"pool_size": min(settings.web_threads, 8), "max_overflow": settings.web_threads if sqlite else 8}
    if not sqlite:
        pool["connect_args"] = KEEPALIVE
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key, SQLALCHEMY_DATABASE_URI=settings.database_url, SQLALCHEMY_ENGINE_OPTIONS=pool,
    )
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        prepare_engine(db.engine)
    files.init_app(app, settings.files_dir)
    scanner.init_app(app, settings.clamd_url)
    jobs.init_app(app, settings.redis_url)
