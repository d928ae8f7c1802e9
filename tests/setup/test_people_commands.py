"""`tracker init` and `tracker create-user`, as typed on a machine that has nothing yet."""
import re
import subprocess
import sys
from pathlib import Path

from tests.setup.processes import ROOT, environment, tracker
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import db
from tracker.domain.access import Role
from tracker.models.people import Person
from tracker.services import access_links, sign_in

PASSWORD = "lúa chín vàng đồng"


def with_password(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command with the password on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "tracker", *words, "--password-stdin"], cwd=ROOT, env=environment(home, 8000, PYTHONUTF8="1"), input=PASSWORD + "\n",
        capture_output=True, text=True, timeout=120,
    )


def test_an_empty_installation_and_its_first_people(tmp_path: Path) -> None:
    first = tracker(tmp_path, 8000, "init", "--email", "QT@tinh.example", "--name", "Quản Trị")
    assert first.returncode == 0 and "Đã nạp 587 đơn vị" in first.stdout
    token = re.search(r"/invite/(\S+)", first.stdout)
    again = tracker(tmp_path, 8000, "init", "--email", "x@tinh.example", "--name", "X")
    assert (again.returncode, again.stdout) == (1, "") and "đã có người dùng" in again.stderr
    made = with_password(tmp_path, "create-user", "ht@huyen.example", "--role", "district_officer", "--unit", "392", "--name", "Lê Thị Đào")
    assert (made.returncode, made.stdout) == (0, "Đã thêm ht@huyen.example: Cán bộ huyện.\n")
    for words, said in (
        (("ht@huyen.example", "--role", "auditor"), "đã có tài khoản"), (("a@b.example", "--role", "district_officer"), "cần một đơn vị"),
        (("a@b.example", "--role", "district_officer", "--unit", "9"), "“9”"), (("khong-phai-thu", "--role", "auditor"), "viết chưa đúng"),
    ):
        refused = tracker(tmp_path, 8000, "create-user", *words)
        assert refused.returncode == 1 and said in refused.stderr and "Traceback" not in refused.stderr
    lost = tracker(tmp_path, 8000, "reset-two-factor", "ht@huyen.example")
    assert lost.returncode == 0 and "Đã bỏ xác nhận hai bước của ht@huyen.example" in lost.stdout
    nobody = tracker(tmp_path, 8000, "reset-two-factor", "ai@huyen.example")
    assert nobody.returncode == 1 and "Không có ai mang địa chỉ ai@huyen.example" in nobody.stderr and "Traceback" not in nobody.stderr
    wrong = tracker(tmp_path, 8000, "create-user", "a@b.example", "--role", "vua")
    assert wrong.returncode == 2 and "province_clerk" in wrong.stderr and "is not" not in wrong.stderr
    app = create_app(Settings.from_env({"TRACKER_HOME": str(tmp_path)}))
    with app.app_context():
        assert token and access_links.owner(access_links.INVITE, token[1]).email == "qt@tinh.example"
        proof = sign_in.by_password("ht@huyen.example", PASSWORD)
        people = {person.email: Role(person.role) for person in db.session.scalars(db.select(Person))}
        assert proof and people == {"qt@tinh.example": Role.ADMIN, "ht@huyen.example": Role.OFFICER}
        db.session.remove()
        db.engine.dispose()
