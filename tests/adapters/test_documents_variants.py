"""One dispatch in every format: the same tasks, deadlines and letterhead; a scan of it loses at most one task in twenty."""

import random
import time
from email.message import EmailMessage
from html import escape
from pathlib import Path

import pillow_heif
import pypdfium2
import pytest
import typst
from PIL import Image, ImageChops, ImageFilter

from tests.adapters.documents_made import office
from tests.bench.plans import plan_text
from tracker.adapters import documents, sample_files
from tracker.adapters.documents import slow
from tracker.reading import Reading, read
from tracker.services.sample import TEXT

OFFICE = ("doc", "odt", "rtf", "pdf", "html")


@pytest.fixture(scope="module")
def text() -> str:
    """The shipped sample with deadlines of several kinds, so that there is something to lose."""
    sample = TEXT.read_text(encoding="utf-8").format(day=11, month=8, year=2026)
    sample = sample.replace("của NHCSXH.\n\n2.", "của NHCSXH, xong trước ngày 30/9/2026.\n\n2.")
    sample = sample.replace("thì làm ngay.", "thì làm ngay, báo cáo chậm nhất ngày 15 tháng 10.")
    return sample.replace("chưa được tập huấn.", "chưa được tập huấn, trong quý IV năm 2026.").replace("của xã.\n", "của xã; định kỳ hàng quý báo cáo.\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, text: str) -> Path:
    made = tmp_path_factory.mktemp("variants")
    (made / "a.txt").write_text(text, encoding="utf-8")
    (made / "a.docx").write_bytes(sample_files.dispatch(text))
    return made


def variant(folder: Path, suffix: str) -> Path:
    path = folder / f"a.{suffix}"
    return path if path.exists() else office(folder / "a.docx", suffix)


def told(reading: Reading) -> dict[str, object]:
    """What must not depend on the format; the spans do."""
    one_line = [" ".join(task.text.split()) for task in reading.tasks]
    head = (reading.kind, reading.number, reading.issued_on, reading.issuer, reading.parent, reading.subject, reading.place)
    values = [getattr(value, "value", value) for value in head]
    signed = reading.signatory
    return {
        "tasks": one_line,
        "deadlines": [(d.kind, d.date, d.every, d.task) for d in reading.deadlines],
        "head": [" ".join(value.split()) if isinstance(value, str) else value for value in values],
        "recipients": [found.value for found in reading.recipients],
        "signed": (signed.name and signed.name.value, signed.title and signed.title.value) if signed else None,
        "report_to": [email.value for email in reading.report_to.emails] if reading.report_to else None,
        "findings": [(found.unit, found.code) for found in reading.findings],
    }


def test_the_text_itself_holds_all_of_it(folder: Path) -> None:
    found = told(read(documents.extract(folder / "a.txt").text))
    assert len(found["tasks"]) == 8 and len(found["deadlines"]) >= 4  # type: ignore[arg-type]
    assert None not in found["head"] and found["signed"] and found["report_to"]  # type: ignore[operator]


@pytest.mark.parametrize("suffix", ["docx", *OFFICE])
def test_every_format_gives_the_same(folder: Path, suffix: str) -> None:
    found, expected = (documents.extract(path) for path in (variant(folder, suffix), folder / "a.txt"))
    assert told(read(found.text)) == told(read(expected.text))
    assert not found.warnings


def test_a_web_page_and_a_mail_give_the_same(tmp_path: Path, folder: Path, text: str) -> None:
    body = "".join(f"<p>{escape(line)}</p>\n" for line in text.split("\n") if line.strip())
    (tmp_path / "a.html").write_text(f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Cổng</title></head><body><nav>Menu</nav>{body}</body></html>")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@xa.example", "b@huyen.example", "Chuyển văn bản"
    message.set_content("Kính chuyển.")
    message.add_attachment((folder / "a.docx").read_bytes(), maintype="application", subtype="octet-stream", filename="cv.docx")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    for name in ("a.html", "a.eml"):
        assert told(read(documents.extract(tmp_path / name).text)) == told(read(text))


@pytest.fixture(scope="module")
def sheets(folder: Path) -> list[Image.Image]:
    """The pages as a scanner sees them: grey, a little crooked, with specks."""
    with pypdfium2.PdfDocument(variant(folder, "pdf")) as document:
        drawn = [page.render(scale=200 / 72, grayscale=True).to_pil() for page in document]
    return [scanned(sheet, 0.8 - number, number) for number, sheet in enumerate(drawn)]


def scanned(sheet: Image.Image, turn: float, seed: int) -> Image.Image:
    sheet = sheet.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=245).filter(ImageFilter.GaussianBlur(0.5))
    specks = Image.new("L", sheet.size, 255)
    dice = random.Random(seed)
    for _ in range(400):
        specks.putpixel((dice.randrange(sheet.width), dice.randrange(sheet.height)), dice.randrange(120))
    return ImageChops.darker(sheet, specks)


def lost(text: str, found: documents.Extracted) -> int:
    """How many tasks do not begin where they should."""
    begins = [read(one).tasks for one in (text, found.text)]
    expected, there = ([fold_start(task.text) for task in tasks] for tasks in begins)
    return sum(start not in there for start in expected) + max(len(there) - len(expected), 0)


def fold_start(words: str) -> str:
    """The first letters of a task, without what OCR may mistake."""
    return "".join(c for c in words.lower() if c.isascii() and c.isalpha())[:8]


def test_a_scan_loses_hardly_a_task(tmp_path: Path, sheets: list[Image.Image], text: str) -> None:
    sheets[0].save(tmp_path / "a.pdf", save_all=True, append_images=sheets[1:], resolution=200)
    told: list[tuple[int, int]] = []
    found = documents.extract(tmp_path / "a.pdf", progress=lambda done, of: told.append((done, of)))
    assert lost(text, found) <= len(read(text).tasks) // 20
    assert found.warnings == ("document.scanned",) and min(found.confidence) > 80
    assert told == [(number, len(sheets)) for number in range(1, len(sheets) + 1)]


@pytest.mark.parametrize(("suffix", "turn"), [("jpg", 3.0), ("heic", -2.5), ("png", 90.0)])
def test_a_photo_is_set_upright_first(tmp_path: Path, sheets: list[Image.Image], text: str, suffix: str, turn: float) -> None:
    photo = sheets[0].rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=225).convert("RGB")
    path = tmp_path / f"a.{suffix}"
    if suffix == "heic":
        pillow_heif.from_pillow(photo).save(path, quality=70)
    else:
        photo.save(path)
    straight = tmp_path / "straight.png"
    sheets[0].save(straight)
    found, level = documents.extract(path), documents.extract(straight)
    assert "931-CV/HNDT" in found.text and "Thanh H" in found.text
    assert lost(level.text, found) <= len(read(level.text).tasks) // 20


def test_a_faint_page_is_told(tmp_path: Path, sheets: list[Image.Image]) -> None:
    faint = sheets[0].resize((sheets[0].width * 2 // 9, sheets[0].height * 2 // 9)).filter(ImageFilter.GaussianBlur(0.8))
    faint.resize(sheets[0].size).save(tmp_path / "a.png")
    found = documents.extract(tmp_path / "a.png")
    assert found.warnings == ("document.scanned", "document.low_confidence")
    (notice,) = [one for one in documents.notices(found) if one.code == "document.low_confidence"]
    assert "Trang 1 mờ" in notice.text and f"{found.confidence[0]}%" in notice.text


def test_pages_with_and_without_text_in_one_pdf(tmp_path: Path, folder: Path, sheets: list[Image.Image], text: str) -> None:
    """A signed first page that was scanned, before pages that were printed to PDF: only the picture goes through OCR."""
    sheets[0].save(tmp_path / "first.pdf", resolution=200)
    whole = pypdfium2.PdfDocument.new()
    with whole, pypdfium2.PdfDocument(tmp_path / "first.pdf") as first, pypdfium2.PdfDocument(variant(folder, "pdf")) as printed:
        whole.import_pages(first)
        whole.import_pages(printed, list(range(1, len(printed))))
        whole.save(tmp_path / "a.pdf")
        count = len(whole)
    told: list[tuple[int, int]] = []
    found = documents.extract(tmp_path / "a.pdf", progress=lambda done, of: told.append((done, of)))
    assert count > 1 and told == [(1, 1)] and found.method == "pdftotext+tesseract:vie" and found.confidence[1] == 100
    assert lost(text, found) == 0


def test_words_that_a_scanner_guessed_without_accents_are_not_trusted(tmp_path: Path, sheets: list[Image.Image], text: str) -> None:
    sheets[0].save(tmp_path / "p.png")
    guessed = " ".join(["CQNG HOA XA HOl CHU NGHlA VlET NAM Doc lap Tu do Hanh phuc"] * 8)
    source = '#set page(margin: 0pt)\n#place(image("p.png", width: 100%))\n#place(text(fill: white, size: 4pt)[' + guessed + "])"
    (tmp_path / "a.typ").write_text(source)
    (tmp_path / "a.pdf").write_bytes(typst.compile(str(tmp_path / "a.typ"), root=str(tmp_path)))
    found = documents.extract(tmp_path / "a.pdf")
    assert slow.is_slow((tmp_path / "a.pdf").read_bytes(), found.media_type)
    assert found.method == "tesseract:vie" and "931-CV/HNDT" in found.text and "CQNG" not in found.text


def test_a_plan_of_twenty_pages_is_one_dispatch_of_many_tasks() -> None:
    assert len(read(plan_text(20)).tasks) == 81


def test_a_plan_takes_time_in_step_with_its_length() -> None:
    def seconds(text: str) -> float:
        begun = time.perf_counter()
        read(text)
        return time.perf_counter() - begun

    short, long = plan_text(10), plan_text(40)
    assert min(seconds(long) for _ in range(3)) < 8 * min(seconds(short) for _ in range(3))
