"""The `tracker` command: which file holds which command. A command's file is loaded only when it is used, so that each starts fast."""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper

import click

from tracker.cli import words

#: name → (module, function, line for the list of commands); hidden where the line is empty.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "serve": ("tracker.cli.serve", "serve", "Chạy tất cả trong một cửa sổ; dừng bằng Ctrl-C."),
    "web": ("tracker.cli.serve", "web", "Chỉ chạy trang web (cần REDIS_URL)."),
    "worker": ("tracker.cli.serve", "worker", "Chỉ chạy việc nền (cần REDIS_URL)."),
    "beat": ("tracker.cli.serve", "beat", "Chỉ chạy lịch việc (cần REDIS_URL)."),
    "migrate": ("tracker.cli.data", "migrate", "Đưa cơ sở dữ liệu về dạng mới nhất."),
    "prepare": ("tracker.cli.data", "prepare", ""),
    "init": ("tracker.cli.init", "init", "Chuẩn bị một bản cài đặt thật: đơn vị và quản trị viên đầu tiên, không có dữ liệu mẫu."),
    "sample": ("tracker.cli.sample", "sample", "Nạp (load) hoặc gỡ (remove) dữ liệu mẫu."),
    "reset-two-factor": ("tracker.cli.people", "reset_two_factor", "Bỏ xác nhận hai bước của một người đã mất điện thoại."),
    "create-user": ("tracker.cli.people", "create_user", "Thêm một người dùng và in đường dẫn để chọn mật khẩu."),
    "read": ("tracker.cli.read", "read", "Đọc một công văn và in ra những gì đọc được."),
    "reader-score": ("tracker.cli.reader_score", "reader_score", "Máy đọc đúng bao nhiêu, trên công văn đã ban hành của cơ quan."),
    "issue": ("tracker.cli.issue", "issue", "Đọc một tệp công văn rồi ban hành."),
    "report": ("tracker.cli.report", "report", "Lập báo cáo của một công văn ra thư mục (.docx, .pdf, .xlsx)."),
    "remind": ("tracker.cli.remind", "remind", "Lập kế hoạch nhắc việc của một ngày, hoặc xem trước."),
    "send-mail": ("tracker.cli.mail", "send_mail", "Gửi ngay mọi thư đã đến lượt."),
    "fetch-mail": ("tracker.cli.incoming", "fetch_mail", "Đọc các hộp thư một lần và xếp thư mới."),
    "mail-wait": ("tracker.cli.listening", "mail_wait", "Chờ thư mới ở các hộp thư và gọi việc đọc thư ngay (cần REDIS_URL)."),
    "listen": ("tracker.cli.listening", "listen", "Cửa nhận thư LMTP hoặc SMTP cho máy chủ thư của cơ quan."),
    "file-mail": ("tracker.cli.incoming", "file_mail", "Xếp một thư từ tệp .eml."),
    "backup": ("tracker.cli.backup", "backup", "Sao lưu cơ sở dữ liệu, tệp và khoá vào một tệp, ngay cả khi đang chạy."),
    "restore": ("tracker.cli.backup", "restore", "Phục hồi từ tệp sao lưu, có kiểm mã băm."),
    "doctor": ("tracker.cli.doctor", "doctor", "Kiểm tra từng phần; phần nào hỏng thì nói cách sửa."),
}


class Tracker(words.Group):
    """The group of all commands, read from the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return [name for name, (_, _, line) in COMMANDS.items() if line]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; an unknown name is a usage error in plain words."""
        if cmd_name not in COMMANDS:
            raise click.UsageError(f"không có lệnh “{cmd_name}”.", ctx)
        module, function, _ = COMMANDS[cmd_name]
        return words.in_vietnamese(getattr(import_module(module), function))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading any."""
        with formatter.section("Lệnh"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items() if line])


tracker = Tracker(
    "tracker",
    help="Đôn Đốc: biến công văn của tỉnh thành nhiệm vụ theo dõi được, đôn đốc và tổng hợp báo cáo.",
    subcommand_metavar="LỆNH [THAM SỐ]...",
)


def main() -> None:
    """Run the command line and leave with its exit code; a terminal that lacks Vietnamese letters shows question marks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(words.run(lambda: tracker.main(prog_name="tracker", standalone_mode=False)))


if __name__ == "__main__":
    main()
