"""The web server's own lines, in the form of all others."""
from gunicorn.config import Config
from gunicorn.glogging import Logger

from tracker.adapters import logs


class ServerLog(Logger):
    """What gunicorn says of starts, ends and crashes of its processes."""

    def setup(self, cfg: Config) -> None:
        """Sets up gunicorn's loggers, then gives their lines our form."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.formatter())
