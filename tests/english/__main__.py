"""make messages: brings tracker/messages/en into step with the sources; new messages get an empty translation, those no longer said go."""
import polib

from tests.english.collect import AREAS, area, everything
from tracker.adapters.catalogue import FOLDER

HEAD = """English words of the pages. msgid is the Vietnamese text as it stands in templates and code; msgstr what an English page shows.
Places must stay: {0} or {name} is a value, <b>…</b> a tag round some words; order may change. {0|task|tasks} chooses by whether the value is 1.
Official documents, mails and reports are always Vietnamese.
Words: công văn = dispatch; nhiệm vụ, việc = task; giao = assign; phần việc = assignment; đơn vị = unit; huyện = district; xã = commune;
tỉnh = province; minh chứng = evidence; đôn đốc = chase, follow up; nhắc việc = reminder; nộp = hand in; trả lại = return; duyệt = review, accept;
tiếp nhận = acknowledge; gia hạn = extension; tạm dừng = pause; tồn tại = finding; thu hồi = withdraw (a dispatch), revoke (a link);
chốt số liệu = cut-off; biểu số liệu = figures form; chỉ tiêu = indicator; giao ban = briefing; hỏi đáp = questions; hạn = due date;
số văn bản đi / đến = register of outgoing / incoming documents; thư chờ xử lý = mail to sort; ban hành = issue; trích yếu = subject;
dự thảo = draft (dispatch, letter); bản nháp = draft (answer); nơi nhận = recipients; chuyên viên = clerk; cán bộ = officer; lãnh đạo = leader."""


def refresh() -> dict[str, tuple[int, int]]:
    """File → (messages, of them untranslated), after the files were brought into step."""
    found = everything()
    files = {name: _opened(name) for name in AREAS}
    have = {entry.msgid: name for name, file in files.items() for entry in file}
    for name, file in files.items():
        before = str(file)
        for entry in [entry for entry in file if entry.msgid not in found.messages]:
            file.remove(entry)
        for text, sources in found.messages.items():
            if text not in have and area(sources) == name:
                file.append(polib.POEntry(msgid=text, msgstr="", occurrences=[(source, "") for source in sorted(sources)]))
        file.header = HEAD
        if str(file) != before and (len(file) or (FOLDER / f"{name}.po").exists()):
            file.save(str(FOLDER / f"{name}.po"), newline="\n")
    return {name: (len(file), sum(not entry.msgstr for entry in file)) for name, file in files.items()}


def _opened(name: str) -> polib.POFile:
    path = FOLDER / f"{name}.po"
    if path.exists():
        return polib.pofile(str(path), encoding="utf-8", wrapwidth=100_000)
    made = polib.POFile(encoding="utf-8", wrapwidth=100_000)
    made.metadata = {"Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit", "Language": "en"}
    return made


if __name__ == "__main__":
    for name, (count, open_) in refresh().items():
        print(f"{name}.po: {count} messages, {open_} without a translation")
