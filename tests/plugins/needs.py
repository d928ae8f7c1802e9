"""What a machine lacks: tests that need a program from Debian are skipped with the package's name, never red for that reason."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")

#: Tests, by the beginning of their name, that look at the machine itself; those that open a browser are known by their fixture.
NEEDS: dict[str, tuple[str, ...]] = {
    "tests/adapters/test_documents.py::test_an_empty_picture": ("tesseract-ocr-vie",),
    "tests/adapters/test_documents.py::test_pdf_with_text": ("poppler-utils",),
    "tests/adapters/test_documents.py::test_progress_is_told": ("tesseract-ocr-vie",),
    "tests/adapters/test_documents.py::test_scans_are_read": ("tesseract-ocr-vie",),
    "tests/adapters/test_documents_mail.py::test_a_scan_is_read": ("tesseract-ocr-vie",),
    "tests/adapters/test_documents_pdf.py": ("tesseract-ocr-vie", "poppler-utils"),
    "tests/adapters/test_documents_shapes.py": ("poppler-utils",),
    "tests/adapters/test_documents_variants.py": ("poppler-utils",),
    "tests/adapters/test_pdf_docx_xlsx.py": ("poppler-utils",),
    "tests/adapters/test_scanner.py": ("clamav-daemon",),
    "tests/house/test_rooms.py::test_the_top_level": ("git",),
    "tests/house/test_tree.py": ("git",),
    "tests/services/test_intake.py::test_a_scan_waits": ("tesseract-ocr-vie",),
    "tests/services/test_scanning.py": ("clamav-daemon",),
    "tests/setup/test_real_install.py::test_the_readmes": ("nginx", "openssl"),
    "tests/setup/test_serve.py::test_doctor": ("tesseract-ocr-vie", "poppler-utils"),
}


@cache
def is_there(package: str) -> bool:
    """Whether the machine has what that Debian package brings."""
    if package == "chromium":
        return CHROMIUM.exists()
    if package == "tesseract-ocr-vie":
        program = shutil.which("tesseract")
        return bool(program) and "vie" in subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False).stdout.split()
    if package == "nginx":
        return Path("/usr/sbin/nginx").exists()
    if package == "openssl":
        return bool(shutil.which("openssl"))
    if package == "git":
        return bool(shutil.which("git")) and (ROOT / ".git").exists()
    if package == "clamav-daemon":
        return Path("/usr/sbin/clamd").exists()
    return bool(shutil.which("pdftotext"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips before any fixture is made."""
    wanted = [package for start, packages in NEEDS.items() if item.nodeid.startswith(start) for package in packages]
    if "chromium" in getattr(item, "fixturenames", ()):
        wanted.append("chromium")
    if missing := [package for package in wanted if not is_there(package)]:
        pytest.skip(f"this machine lacks {', '.join(missing)}")
