"""The README's real installation: nginx with its text, PostgreSQL with its rights, Redis, two web processes and two workers; parts are killed."""
import configparser
import http.client
import io
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import create_engine, text

from tests.databases import admin, on
from tests.mail_server import MailServer, eventually
from tests.setup.https import Visitor
from tests.setup.processes import ROOT, environment, free_port, until
from tracker import clock
from tracker.adapters import sample_files
from tracker.services.sample import TEXT

HOST, ADMIN, PASSWORD = "dondoc.tinh.gov.vn", "quantri@tinh.example", "ruộng bậc thang mùa gặt"
CLERK, OFFICER = "vanthu@tinh.example", "canbo@hatrung.example"


def block(first: str) -> str:
    """The README's example whose first line says so, without its place in a list."""
    found = re.search(rf"```\w+\n( *){re.escape(first)}\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert found, first
    return re.sub(rf"(?m)^{found[1]}", "", found[2])


class Office:
    """The processes that systemd and Debian would keep running; each unit's command is the README's."""

    def __init__(self, home: Path, database: str, owner: str, redis: str, mail: str) -> None:
        self.home, self.owner, self.https, self.webs = home, owner, free_port(), (free_port(), free_port())
        values = dict(line.split("=", 1) for line in block("# /etc/dondoc/env").splitlines())
        values |= {"DATABASE_URL": database, "REDIS_URL": redis, "SMTP_URL": mail, "IMAP_URL": "", "SECRET_KEY": "k" * 40, "PUBLIC_URL": f"https://{HOST}"}
        self.env = {**environment(home, free_port()), **{name: value.strip('"') for name, value in values.items()}, "TRACKER_HOME": str(home)}
        self.units: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *words: str, stdin: str = "", owner: bool = False, **more: str) -> str:
        """One command, as /usr/local/bin/dondoc runs it; owner is CHU=1."""
        env = self.env | ({"DATABASE_URL": self.owner} if owner else {}) | more
        done = subprocess.run([sys.executable, "-m", "tracker", *words], cwd=ROOT, env=env, input=stdin, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, unit: str, words: list[str], **more: str) -> None:
        """What `systemctl start` does."""
        with (self.home / f"{unit}.log").open("wb") as log:
            self.units[unit] = subprocess.Popen(words, cwd=ROOT, env=self.env | more, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)

    def begin(self) -> None:
        """Two web processes, two workers, beat and nginx."""
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment, method-assign]
        unit.read_string(block("# dondoc-web@.service"))
        command = unit["Service"]["ExecStart"].removeprefix("/usr/local/lib/dondoc/.venv/bin/tracker").split()
        assert unit["Service"]["Environment"] == "PORT=%i" and unit["Service"]["Restart"] == "always"
        for n, port in enumerate(self.webs):
            self.start(f"web{n}", [sys.executable, "-m", "tracker", *command], PORT=str(port))
        for part in ("worker0", "worker1", "beat"):
            self.start(part, [sys.executable, "-m", "tracker", part.rstrip("01")])
        self.start("nginx", ["/usr/sbin/nginx", "-p", str(self.home), "-c", str(self.home / "nginx.conf")])
        until(lambda: [_status(port) for port in self.webs] == [200, 200], 60)

    def nginx(self) -> None:
        """The README's text on free ports, with a certificate of this test."""
        name = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
        key = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", *name]
        subprocess.run([*key, "-keyout", self.home / "key.pem", "-out", self.home / "cert.pem"], check=True, capture_output=True)
        said = block("# /etc/nginx/conf.d/dondoc.conf")
        changes = {
            "listen 80;": f"listen 127.0.0.1:{free_port()};", "listen 443 ": f"listen 127.0.0.1:{self.https} ",
            "/etc/ssl/dondoc/fullchain.pem": f"{self.home}/cert.pem", "/etc/ssl/dondoc/privkey.pem": f"{self.home}/key.pem",
            "127.0.0.1:8001": f"127.0.0.1:{self.webs[0]}", "127.0.0.1:8002": f"127.0.0.1:{self.webs[1]}",
        }
        for was, now in changes.items():
            assert was in said, was
            said = said.replace(was, now)
        folders = "".join(f"{kind}_temp_path {self.home}/nginx-{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        head = "user root;\n" if os.getuid() == 0 else ""  # else its workers, as nobody, cannot enter the folder of a test
        head += f"daemon off;\nworker_processes 2;\npid {self.home}/nginx.pid;\nerror_log {self.home}/nginx-error.log;\nevents {{}}\n"
        (self.home / "nginx.conf").write_text(f"{head}http {{\naccess_log off;\n{folders}{said}}}\n")

    def kill(self, unit: str) -> None:
        """kill -9 of the whole unit, as when the machine has run out of memory."""
        process = psutil.Process(self.units[unit].pid)
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.units.pop(unit).wait(10)

    def end(self) -> None:
        for process in self.units.values():
            process.terminate()
        for process in self.units.values():
            process.wait(30)

    def visitor(self, source: str = "127.0.0.1") -> Visitor:
        """A browser on another address of the loopback network."""
        trust = ssl.create_default_context(cafile=str(self.home / "cert.pem"))
        return Visitor(HOST, self.https, trust, source)


def _status(port: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        except OSError:
            return 0


def database(server: str, tag: str) -> tuple[str, str]:
    """The README's statements under names of this test; gives the address to work with and the owner's."""
    at, names = server, {"dondoc_chu": f"{tag}_chu", "dondoc": tag}
    for line in block("-- cơ sở dữ liệu").splitlines():
        said = re.sub(r"\bdondoc(_chu)?\b", lambda word: names[word[0]], line)
        if said.startswith("\\c "):
            at = on(server, said.split()[1])
        else:
            admin(at, said.replace("mật-khẩu", "secret"))
    return tuple(re.sub(r"//[^@/]*@", f"//{user}@", on(server, tag)) for user in (tag, f"{tag}_chu"))  # type: ignore[return-value]


@pytest.fixture
def office(tmp_path: Path, postgres_server: str, redis_url: str) -> Iterator[tuple[Office, MailServer]]:
    """A new installation that runs."""
    tag = f"o{uuid4().hex[:8]}"
    with MailServer() as mail:
        (tmp_path / "home").mkdir()
        office = Office(tmp_path / "home", *database(postgres_server, tag), redis_url, mail.url)
        try:
            office.nginx()
            office.run("init", "--email", ADMIN, "--name", "Phạm Văn Quản", "--password-stdin", stdin=PASSWORD, owner=True)
            office.begin()
            yield office, mail
        finally:
            office.end()
            admin(postgres_server, f"DROP DATABASE {tag} WITH (FORCE)")


def fill(office: Office, folder: Path) -> None:
    """A clerk, an officer and a dispatch to all districts, with the rights of every day."""
    for words in ((CLERK, "--role", "province_clerk"), (OFFICER, "--role", "district_officer", "--unit", "392")):
        office.run("create-user", *words, "--password-stdin", stdin=PASSWORD)
    day = clock.today()
    paper = folder / "951.docx"
    paper.write_bytes(sample_files.dispatch(TEXT.read_text(encoding="utf-8").format(day=day.day, month=day.month, year=day.year)))
    office.run("issue", str(paper), "--as", CLERK, "--to", "all", "--review-on", f"{day.replace(year=day.year + 1, day=1):%d/%m/%Y}")


def test_the_readmes_installation_stands_what_offices_meet(office: tuple[Office, MailServer], tmp_path: Path, postgres_server: str) -> None:
    place, mail = office
    fill(place, tmp_path)
    officer = place.visitor()
    _cookies_and_headers(officer)
    upload(officer)
    _true_addresses(place.visitor)
    place.kill("web0")
    place.kill("worker1")
    assert [officer.get("/")[0] for _ in range(4)] == [200] * 4
    upload(officer)
    place.visitor("127.0.0.9").post("/forgot", email=OFFICER)
    eventually(lambda: any(OFFICER in str(one["To"]) and "mật khẩu" in str(one["Subject"]) for one in mail.messages()), 60)
    _moved(place, tmp_path, postgres_server)
    place.kill("web1")
    status, page = officer.get("/")
    assert status == 503 and "đang khởi động lại" in page


def _cookies_and_headers(visitor: Visitor) -> None:
    """Signing in over https: the cookie keeps to this host and to https, and pages say so."""
    visitor.sign_in(OFFICER, PASSWORD)
    assert re.search(r"__Host-session=[^;]+;.*Secure.*HttpOnly", visitor.set_cookie), visitor.set_cookie
    assert "max-age" in visitor.headers["Strict-Transport-Security"]
    assert visitor.tls in ("TLSv1.2", "TLSv1.3")


def upload(visitor: Visitor) -> None:
    """20 MB through nginx, as evidence."""
    head = '------load\r\nContent-Disposition: form-data; name="files"; filename="van-ban.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    body = head.encode() + b"%PDF-1.4\n" + uuid4().bytes * (20 * 65536) + b"\r\n------load--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=----load", "X-Upload": "1", "X-CSRFToken": visitor.csrf}
    status, page = visitor.send("POST", "/dispatches/1/answer/files", body, kind)
    assert status in (200, 204), page
    assert "van-ban.pdf" in visitor.get("/dispatches/1/answer")[1]


def _true_addresses(visitor: Callable[[str], Visitor]) -> None:
    """Eight wrong passwords shut one address out, whatever it claims to be, and no other."""
    guesser = visitor("127.0.0.7")
    told = [guesser.sign_in(OFFICER, "sai", {"X-Forwarded-For": f"10.9.8.{n}", "X-Forwarded-Host": "x.example"}) for n in range(10)]
    assert told[:8] == [told[0]] * 8 and told[0] != 429 and told[8:] == [429, 429]
    assert visitor("127.0.0.8").sign_in(OFFICER, PASSWORD, {"X-Forwarded-For": "127.0.0.7"}) == 302


def _moved(place: Office, folder: Path, server: str) -> None:
    """A backup of the running installation comes up on another database, compared by its hashes."""
    kept, tag = folder / "kept.zip", f"o{uuid4().hex[:8]}"
    place.run("backup", str(kept))
    work, owner = database(server, tag)
    other = folder / "other"
    said = place.run("restore", str(kept), owner=True, TRACKER_HOME=str(other), DATABASE_URL=owner)
    assert re.search(r"mã băm|khớp|đã so", said), said
    engine = create_engine(work)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM assignments")).scalar_one() > 200
        hashes = connection.execute(text("SELECT sha256 FROM files WHERE size > 20000000")).scalars().all()
    engine.dispose()
    assert len(hashes) == 2 and all((other / "files" / one[:2] / one).stat().st_size > 20_000_000 for one in hashes)
    admin(server, f"DROP DATABASE {tag} WITH (FORCE)")


def test_units_and_environment_are_what_systemd_reads() -> None:
    for name in ("# dondoc-web@.service", "# dondoc-backup.service", "# dondoc-backup.timer"):
        parsed = configparser.ConfigParser(strict=False, interpolation=None)
        parsed.read_file(io.StringIO(block(name)))
        assert parsed.sections(), name
    assert "CREATE DATABASE" in block("-- cơ sở dữ liệu")
