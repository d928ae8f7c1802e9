"""Settings are read once, checked, and told in the README."""

import stat
from pathlib import Path

import pytest

from tracker.config import ENV_NAMES, ConfigError, Settings

ROOT = Path(__file__).resolve().parents[2]


def read(home: Path, **env: str) -> Settings:
    return Settings.from_env({"TRACKER_HOME": str(home), **env})


def test_defaults_need_nothing_but_a_home(tmp_path: Path) -> None:
    settings = read(tmp_path / "new")
    assert settings.database_url == f"sqlite:///{tmp_path}/new/tracker.db"
    assert (settings.redis_url, settings.smtp_url, settings.embedded) == (None, None, False)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.upload_limit == 25 * 1024 * 1024
    assert not settings.session_cookie_secure


def test_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    assert read(tmp_path).secret_key == read(tmp_path).secret_key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_addresses_name_the_driver(tmp_path: Path, scheme: str) -> None:
    assert read(tmp_path, DATABASE_URL=f"{scheme}://u:p@h/d").database_url == "postgresql+psycopg://u:p@h/d"


def test_https_address_makes_cookies_secure(tmp_path: Path) -> None:
    settings = read(tmp_path, PUBLIC_URL="https://dondoc.tinh.example/")
    assert settings.public_url == "https://dondoc.tinh.example"
    assert settings.session_cookie_secure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "tám nghìn"),
        ("PUBLIC_URL", "dondoc.tinh.vn"),
        ("PUBLIC_URL", "https://h/?a=1"),
        ("DATABASE_URL", "mysql://h/d"),
        ("REDIS_URL", "http://h"),
        ("REDIS_URL", "redis://h:port"),
        ("SMTP_URL", "mail.example"),
        ("MAIL_FROM", "không có địa chỉ"),
        ("MAIL_LISTEN", "http://127.0.0.1:8024"),
        ("MAIL_LISTEN", "lmtp://127.0.0.1"),
        ("MAIL_LISTEN", "lmtp://thu.example:8024"),
        ("MAIL_LISTEN", "lmtp://0.0.0.0:8025"),
        ("MAIL_LISTEN", "lmtp://0.0.0.0:8025?from=thu.example"),
        ("SECRET_KEY", "ngắn"),
        ("UPLOAD_LIMIT_MB", "-1"),
        ("ALLOW_ZIP", "yes"),
        ("MAIL_ATTACH_LIMIT_MB", "1.5"),
        ("WEB_WORKERS", "0"),
        ("WEB_THREADS", "x"),
        ("WORKER_CONCURRENCY", """ """ + "0"),
        ("TRUSTED_PROXIES", "9"),
        ("TRACKER_EMBEDDED", "2"),
    ],
)
def test_bad_value_is_refused_with_its_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        read(tmp_path, **{name: value})


def test_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match=r"TRACKER_HOME.*hãy chọn thư mục khác"):
        read(tmp_path / "file" / "home")


def test_readme_names_every_setting_and_its_default() -> None:
    rows = [line.split("|")[1:3] for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| `") and line.count("|") == 4]
    told = {name.strip().strip("`"): default.strip().strip("`") for name, default in rows}
    fields = Settings.__dataclass_fields__.values()
    assert told == {field.metadata["env"]: field.metadata["shown"] for field in fields}
    assert len(set(ENV_NAMES.values())) == len(ENV_NAMES)
