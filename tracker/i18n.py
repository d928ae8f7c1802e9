"""The words of every message that is not in a template: one code, one Vietnamese sentence that says what to do next."""
from datetime import date

from tracker.domain.access import Role
from tracker.domain.badges import Badge
from tracker.domain.errors import DomainError
from tracker.domain.status import State

MESSAGES: dict[str, str] = {
    # access
    "not_found": "Không tìm thấy trang hoặc hồ sơ này. Hãy quay lại danh sách và chọn lại.",
    "forbidden": "Tài khoản của bạn không có quyền làm việc này. Nếu cần, hãy nhờ quản trị viên cấp quyền.",
    "stale": "Trang này đã cũ: người khác vừa sửa. Hãy tải lại trang, xem thay đổi rồi làm lại.",
    "disk_full": "Máy chủ hết chỗ chứa nên chưa ghi được gì. Hãy báo quản trị viên rồi làm lại sau; những gì đã lưu trước đó vẫn còn.",
    # workflow
    "assignment.state": "Nhiệm vụ đã chuyển sang bước khác nên không làm được việc này nữa. Hãy tải lại trang để xem tình trạng mới.",
    "dispatch.state": "Công văn đã chuyển sang bước khác nên không làm được việc này nữa. Hãy tải lại trang để xem tình trạng mới.",
    "task.no_date": "Nhiệm vụ chưa có hạn. Hãy ghi hạn hoàn thành, hoặc chọn “không hạn” và ghi ngày xem lại.",
    "task.past_date": "Ngày {day} trước ngày ban hành {issued_on}. Hãy chọn ngày khác.",
    "task.no_units": "Nhiệm vụ chưa giao cho đơn vị nào trong nơi nhận. Hãy chọn đơn vị, hoặc xoá nhiệm vụ.",
    "task.no_lead": "Nhiệm vụ chỉ có đơn vị phối hợp, chưa có đơn vị chủ trì. Hãy chọn ít nhất một đơn vị chủ trì.",
    "finding.no_unit": "Tồn tại này chưa rõ của đơn vị nào. Hãy chọn đơn vị, hoặc xoá mục này.",
    # issue
    "dispatch.issued": "Công văn {number} đã được ban hành rồi; lần bấm này không ban hành thêm lần nữa. Hãy mở trang công văn để xem.",
    "issue.blocked": "Chưa ban hành được: còn {count} chỗ cần sửa. Chỗ đầu tiên: {first}",
    "person.unknown": "Không có người dùng nào với địa chỉ {email}. Hãy xem lại ở trang “Người dùng”.",
    "issue.obstacles": "Chưa ban hành được:\n{lines}",
    "amend.no_reason": "Hãy ghi lý do sửa đổi (nhiều nhất {limit} ký tự): các đơn vị bị ảnh hưởng nhận được lý do này.",
    "amend.nothing": "Chưa có gì thay đổi nên chưa ban hành bản sửa đổi. Hãy sửa ít nhất một chỗ, hoặc quay lại trang công văn.",
    "withdraw.no_reason": "Hãy ghi lý do thu hồi (nhiều nhất {limit} ký tự): các đơn vị nhận được lý do này.",
    "issue.no_number": "Chưa có số, ký hiệu công văn. Hãy ghi ở “Phần đầu văn bản”.",
    "issue.no_subject": "Chưa có trích yếu. Hãy ghi ở “Phần đầu văn bản”.",
    "issue.no_tasks": "Chưa có nhiệm vụ nào. Hãy thêm ít nhất một nhiệm vụ.",
    "recipients.none": "Chưa chọn đơn vị nào. Hãy chọn tất cả, một nhóm, hoặc đánh dấu từng đơn vị.",
    # intake and draft
    "intake.secret": "Văn bản có dấu mật “{mark}” nên không được đưa vào phần mềm này; máy đã xoá tệp, không giữ bản nào. Hãy xử lý văn bản này theo quy định về bảo vệ bí mật nhà nước.",
    "intake.no_text": "Chưa có nội dung. Hãy chọn tệp công văn, hoặc dán nguyên văn vào ô.",
    "intake.both": "Đã chọn tệp lại dán cả văn bản. Hãy chỉ dùng một cách.",
    "annexes.none": "Chưa chọn tệp nào. Hãy chọn phụ lục hoặc biểu mẫu rồi bấm “Thêm tệp kèm theo”.",
    "annexes.many": "Một công văn có nhiều nhất {limit} tệp kèm theo. Hãy gộp bớt tệp rồi thêm lại.",
    "draft.too_long": "Ô vừa ghi dài quá {limit} ký tự. Hãy rút gọn.",
    "finding.other_unit": "Hai tồn tại này của hai đơn vị khác nhau nên không gộp được. Hãy chọn cùng một đơn vị cho cả hai rồi gộp.",
    "draft.no_undo": "Không còn bước nào để hoàn tác.",
    "pick.empty": "Chưa chọn chữ nào trong công văn. Hãy bôi đen những chữ cần lấy rồi bấm lại.",
    "pick.day": "Không thấy ngày nào trong “{text}”. Hãy bôi đen cả ngày, tháng, năm, hoặc gõ vào ô ngày.",
    "pick.deadline": "Không thấy hạn nào trong “{text}”. Hãy bôi đen chỗ nêu ngày, hoặc mở mục ấy và gõ vào ô Hạn.",
    "draft.email": "Địa chỉ thư “{address}” viết sai. Hãy viết như vanthu@tinh.example.",
    "task.no_title": "Nhiệm vụ chưa có tên. Hãy ghi ngắn gọn việc phải làm.",
    "task.too_long": "Tên nhiệm vụ dài quá {title} ký tự hoặc nội dung dài quá {text} ký tự. Hãy rút gọn.",
    "task.precision": "Loại hạn không dùng được. Hãy chọn lại trong danh sách.",
    "task.no_next": "Đây là nhiệm vụ cuối nên không còn mục nào ở sau để gộp.",
    "task.split_nowhere": "Chưa biết tách ở đâu. Trong ô “Nội dung”, hãy để một dòng trống ở chỗ muốn tách rồi bấm “Tách”.",
    "group.unknown": "Không có nhóm nơi nhận tên “{name}”. Hãy xem tên các nhóm ở trang “Đơn vị”.",
    "date.unreadable": "Không hiểu ngày “{text}”. Hãy ghi theo kiểu ngày/tháng/năm, ví dụ 30/09/2026.",
    # sample
    "sample.loaded": "Dữ liệu mẫu đã có sẵn. Nếu muốn làm lại, hãy chạy: tracker sample remove.",
    "sample.real": "Đã có công văn hoặc địa chỉ thư thật nên không nạp dữ liệu mẫu vào đây. Hãy dùng một thư mục khác (TRACKER_HOME).",
    "sample.none": "Không có dữ liệu mẫu nào nên không cần gỡ.",
    "sample.units": "Thiếu danh sách huyện đi kèm nên không nạp được dữ liệu mẫu. Hãy chạy lệnh trên một thư mục mới.",
    # review
    "review.reason": "Chưa ghi lý do trả lại, hoặc lý do dài quá {limit} ký tự. Hãy ghi rõ cần sửa gì.",
    "review.fix_by": "Hãy chọn ngày sửa chậm nhất, từ hôm nay trở đi.",
    "review.none_chosen": "Chưa chọn nhiệm vụ nào. Hãy đánh dấu ít nhất một nhiệm vụ.",
    "review.closed": "Công văn đã kết thúc hoặc thu hồi nên không duyệt nữa. Nếu cần, hãy mở lại công văn rồi duyệt.",
    "review.told": "Thư báo cho đơn vị đã gửi đi nên không hoàn tác được nữa. Hãy trao đổi trực tiếp với đơn vị.",
    # mail
    "mail.no_address": "Đơn vị hoặc người này chưa có địa chỉ thư nên chưa gửi được. Hãy ghi hộp thư ở trang đơn vị rồi bấm “Gửi lại”.",
    "mail.bad_address": "Địa chỉ thư viết sai nên chưa gửi được. Hãy sửa địa chỉ ở trang đơn vị hoặc trang người dùng rồi bấm “Gửi lại”.",
    # signing in, people
    "login.wrong": "Thư điện tử hoặc mật khẩu chưa đúng. Hãy kiểm tra bộ gõ và phím Caps Lock rồi thử lại, hoặc bấm “Quên mật khẩu”.",
    "login.code_late": "Đã quá lâu từ lúc nhập mật khẩu. Hãy đăng nhập lại.",
    "login.out": "Đã đăng xuất.",
    "login.out_everywhere": "Đã đăng xuất ở mọi máy. Đăng nhập lại để làm tiếp.",
    "password.short": "Mật khẩu cần ít nhất {least} ký tự. Hãy chọn một câu ngắn dễ nhớ, có thể có dấu cách.",
    "password.long": "Mật khẩu dài quá {most} ký tự. Hãy chọn câu ngắn hơn.",
    "password.email": "Mật khẩu không được là địa chỉ thư của bạn. Hãy chọn câu khác.",
    "password.common": "Mật khẩu này quá dễ đoán. Hãy chọn một câu ngắn mà chỉ bạn nghĩ ra.",
    "password.old": "Mật khẩu đang dùng chưa đúng. Hãy gõ lại.",
    "password.again": "Hai lần gõ mật khẩu mới không giống nhau. Hãy gõ lại.",
    "password.changed": "Đã đổi mật khẩu. Các máy khác phải đăng nhập lại.",
    "totp.wrong": "Mã chưa đúng. Hãy chờ mã mới trên điện thoại, kiểm tra giờ của điện thoại rồi nhập lại.",
    "totp.used": "Mã này đã dùng rồi. Hãy chờ mã mới trên điện thoại rồi nhập lại.",
    "totp.done": "Đã bật xác nhận hai bước. Lần đăng nhập sau cần thêm mã trên điện thoại.",
    "totp.off": "Đã tắt xác nhận hai bước.",
    "totp.on": "Xác nhận hai bước đang bật rồi. Muốn đổi điện thoại, hãy tắt rồi bật lại.",
    "totp.must": "Quản trị viên phải dùng xác nhận hai bước nên không tắt được. Đổi điện thoại: nhờ quản trị viên khác đặt lại.",
    "link.done": "Đã lưu mật khẩu. Hãy đăng nhập.",
    "link.gone": "Đường dẫn này đã dùng, đã hết hạn hoặc không đủ ký tự. Hãy mở thư mới nhất, hoặc xin đường dẫn mới ở mục “Quên mật khẩu”.",
    "person.email": "Địa chỉ thư “{email}” viết chưa đúng. Hãy viết như ten@huyen.gov.vn.",
    "person.name": "Chưa ghi họ và tên.",
    "person.taken": "Địa chỉ {email} đã có tài khoản. Hãy tìm người đó trong danh sách và sửa ở đó.",
    "person.role": "Chưa chọn vai trò, hoặc vai trò không có.",
    "person.unit_needed": "Vai trò của huyện cần một đơn vị huyện. Hãy chọn đơn vị.",
    "person.unit_province": "Vai trò của tỉnh không thuộc huyện nào. Hãy bỏ chọn đơn vị hoặc chọn vai trò của huyện.",
    "person.unit_unknown": "Không có đơn vị mang mã hoặc tên “{unit}”. Hãy xem mã ở trang Đơn vị.",
    "person.left": "Người này đã được ghi là nghỉ rồi. Hãy tải lại trang.",
    "person.not_left": "Người này đang làm việc, không cần mở lại tài khoản. Hãy tải lại trang.",
    "person.self": "Không tự ghi mình đã nghỉ được. Hãy nhờ quản trị viên khác.",
    "person.successor_needed": "Còn {total} việc đang làm dở. Hãy chọn người nhận bàn giao, hoặc mời người mới trước.",
    "person.successor": "Người nhận bàn giao phải đang làm việc ở cùng đơn vị. Hãy chọn lại.",
    "person.invited": "Đã gửi thư mời tới {email}.",
    "person.saved": "Đã lưu thông tin của {name}.",
    "person.gone": "Đã khoá tài khoản của {name}; {total} việc dở dang đã chuyển cho người nhận bàn giao.",
    "person.gone_idle": "Đã khoá tài khoản của {name}; không có việc dở dang nào phải bàn giao.",
    "person.back": "Đã mở lại tài khoản của {name}. Thư mời chọn mật khẩu mới đang được gửi.",
    "person.totp_reset": "Đã đặt lại xác nhận hai bước của {name}. Người này đăng nhập lại bằng mật khẩu.",
    "unit.phone": "Số điện thoại dài quá 40 ký tự. Hãy rút ngắn.",
    "unit.dates": "Ngày kết thúc phải sau ngày bắt đầu. Hãy sửa một trong hai ngày.",
    "unit.saved": "Đã lưu thông tin của {name}.",
    "group.name": "Hãy đặt tên nhóm, không quá 120 ký tự.",
    "group.taken": "Đã có nhóm tên “{name}”. Hãy chọn tên khác hoặc sửa nhóm đó.",
    "group.empty": "Nhóm chưa có đơn vị nào. Hãy đánh dấu ít nhất một đơn vị.",
    "group.saved": "Đã lưu nhóm “{name}”.",
    "group.removed": "Đã xoá nhóm “{name}”. Các công văn đã ban hành không thay đổi.",
    "office.long": "Tên dài quá {most} ký tự. Hãy rút ngắn.",
    "office.day_far": "Ngày này cách nay hơn 5 năm. Hãy kiểm tra lại năm.",
    "office.day_missing": "Chưa ghi ngày. Hãy viết như 25/08/2026.",
    "office.saved": "Đã lưu cài đặt.",
    "import.type": "Chỉ đọc tệp CSV hoặc Excel (.xlsx). Hãy lưu lại bảng theo một trong hai loại đó.",
    "import.broken": "Không đọc được tệp “{name}”: tệp hỏng hoặc không phải bảng. Hãy mở bằng Excel, lưu lại dạng .xlsx rồi chọn lại.",
    "import.encoding": "Tệp CSV không phải bảng mã UTF-8. Trong Excel hãy chọn “CSV UTF-8” khi lưu, hoặc dùng tệp .xlsx.",
    "import.large": "Bảng quá lớn (hơn {most} dòng hoặc 2 MB). Hãy chia thành nhiều tệp.",
    "import.columns": "Không thấy cột {missing}. Dòng đầu của bảng phải là tên cột; hãy dùng tệp mẫu.",
    "import.no_rows": "Bảng không có dòng nào dưới dòng tên cột. Hãy kiểm tra lại tệp.",
    "import.formula": "Ô “{value}” là công thức. Hãy dán lại dạng giá trị.",
    "import.no_file": "Chưa chọn tệp. Hãy chọn bảng CSV hoặc Excel.",
    "import.left": "Người này đã nghỉ. Hãy mở lại tài khoản ở trang Người dùng trước.",
    "import.role": "Không có vai trò “{role}”. Chọn một trong: {known}.",
    "import.unit_many": "Có {count} đơn vị cùng tên “{unit}”. Hãy ghi mã đơn vị.",
    "import.twice": "Trùng với dòng {line} của bảng này. Hãy bỏ một trong hai dòng.",
    "import.nothing": "Không có dòng nào mới hoặc thay đổi nên không có gì để ghi. Hãy xem lại bảng, hoặc bỏ tệp này.",
    "import.done_people": "Đã ghi {new} người mới và {changed} người thay đổi. Thư mời đang được gửi cho người mới.",
    "import.done_mailboxes": "Đã ghi hộp thư, điện thoại của {changed} đơn vị.",
    "import.dropped": "Đã bỏ tệp, chưa ghi gì.",
    "person.last_admin": "Đây là quản trị viên cuối cùng còn đăng nhập được. Hãy mời thêm một quản trị viên trước.",
    # documents
    "document.empty": "Tệp “{name}” không có nội dung (rỗng). Hãy kiểm tra tệp rồi chọn lại.",
    "document.encrypted": "Tệp “{name}” đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi tải lên lại.",
    "document.unreadable": "Tệp “{name}” hỏng nên không đọc được. Hãy mở thử bằng phần mềm gốc, lưu lại rồi tải lên lại.",
    "document.unsupported": "Không đọc được loại tệp của “{name}”. Hãy dùng Word, PDF, ODT, RTF, HTML, thư (.eml), ảnh chụp hoặc văn bản thường.",
    "document.bomb": "Tệp “{name}” bung ra quá lớn nên không mở để giữ an toàn. Hãy lưu lại tệp từ phần mềm gốc rồi tải lên lại.",
    "document.no_text": "Không thấy chữ nào trong tệp “{name}”. Nếu là bản chụp, hãy quét lại rõ hơn hoặc dán nội dung vào.",
    "document.encoding": "Tệp “{name}” dùng bảng mã chữ lạ nên không đọc được. Hãy lưu lại bằng bảng mã Unicode (UTF-8).",
    "document.secret": "Văn bản “{name}” có dấu mật. Phần mềm này không nhận tài liệu mật; hãy xử lý theo quy định bảo vệ bí mật nhà nước.",
    "document.scanned": "Văn bản là bản chụp, chữ do máy nhận dạng. Hãy so kỹ số, ngày và tên với bản gốc.",
    "document.low_confidence": "Trang {pages} mờ, máy đọc không chắc (có trang chỉ chắc {sure}%). Hãy so từng dòng với bản gốc, hoặc quét lại rõ hơn.",
    "document.pages_unread": "Có trang là ảnh chụp mà máy chưa có Tesseract tiếng Việt nên chưa đọc được trang ấy. Hãy báo quản trị viên cài, hoặc gõ thêm phần thiếu.",
    "document.pages_cut": "Bản chụp quá dài, máy chỉ đọc {limit} trang đầu. Hãy tách tệp, hoặc gõ thêm phần còn lại.",
    "document.too_long": "Tệp “{name}” là bản chụp quá nhiều trang nên máy đọc không kịp. Hãy tách thành nhiều tệp nhỏ rồi tải lên lại, hoặc dán nội dung vào.",
    "document.numbers_lost": "Tệp .doc này quá cũ nên máy không đọc được số thứ tự tự động. Hãy so số mục với bản gốc, hoặc lưu lại thành .docx rồi tải lên.",
    "document.pdf_fallback": "Máy thiếu công cụ đọc PDF (poppler-utils) nên số và ngày có thể lạc chỗ. Hãy so với bản gốc, hoặc báo quản trị viên cài thêm.",
    "document.ocr_missing": "Tệp “{name}” là bản chụp nhưng máy chưa có Tesseract tiếng Việt. Hãy báo quản trị viên cài, hoặc dán nội dung vào.",
    "mail.no_server": "Chưa có máy chủ thư nên thư vẫn nằm chờ. Hãy chạy “tracker serve”, hoặc đặt SMTP_URL rồi làm lại.",
    # reports
    "report.as_of": "Ngày chốt số liệu phải từ {first} (ngày ban hành) đến {today}. Hãy chọn ngày khác.",
    "report.every": "Chưa rõ báo cáo mấy lâu một lần. Hãy chọn hằng tuần, hằng tháng, hằng quý hoặc tắt.",
    "report.no_address": "Công văn chưa ghi địa chỉ thư nhận báo cáo nên chưa gửi được. Hãy ghi địa chỉ ở mục “Nơi nhận báo cáo” trên trang báo cáo của công văn rồi gửi lại.",
    "report.not_ready": "Báo cáo chưa lập xong nên chưa gửi được. Hãy đợi lập xong rồi gửi.",
    "report.not_failed": "Báo cáo này không cần lập lại. Hãy tải lại trang để xem tình trạng mới.",
    "report.altered": "Số liệu đã lưu của báo cáo không khớp mã kiểm tra nên không hiện được. Hãy lập báo cáo mới và báo quản trị viên.",
    "report.failed": "Máy gặp lỗi khi lập báo cáo. Hãy bấm “Lập lại”; nếu vẫn lỗi, hãy báo quản trị viên.",
    "report.given_up": "Máy đã dừng giữa chừng nhiều lần khi lập báo cáo này. Hãy bấm “Lập lại”; nếu vẫn lỗi, hãy báo quản trị viên.",
    "report.no_dispatch": "Không có công văn “{value}” đã ban hành. Hãy xem lại số công văn hoặc mã ở trang Công văn.",
    "report.out": "Không ghi được vào thư mục “{path}”. Hãy chọn thư mục khác hoặc kiểm tra quyền ghi và chỗ trống.",
    # answers
    "answer.stale": "Bản nháp này vừa được sửa ở trang khác hoặc bởi người khác trong đơn vị. Hãy mở lại trang, xem bản mới rồi làm tiếp.",
    "answer.closed": "Công văn {number} đã kết thúc hoặc bị thu hồi nên không nộp được nữa. Bản nháp vẫn được giữ; nếu cần, hãy hỏi tỉnh.",
    "answer.moved": "Việc “{title}” đã nộp hoặc không còn phải nộp. Hãy mở lại trang để xem tình trạng mới; bản nháp vẫn còn.",
    "answer.none_chosen": "Chưa chọn việc nào để nộp. Hãy đánh dấu “Nộp lần này” ở ít nhất một việc.",
    "answer.nothing": "Việc “{title}”{more} chưa có tệp nào trả lời và chưa ghi kết quả. Hãy đánh dấu tệp, ghi kết quả, hoặc để việc đó nộp sau.",
    "answer.too_long": "Ô “{label}” dài quá {limit} ký tự. Hãy rút gọn, phần chi tiết để trong tệp đính kèm.",
    "answer.future": "Ngày văn bản {day} ở sau hôm nay. Hãy xem lại ngày.",
    "answer.too_many_files": "Một lần nộp nhận nhiều nhất {limit} tệp. Hãy nộp những việc đã xong rồi nộp tiếp phần còn lại.",
    "mail.state": "Thư này đã gửi hoặc đang chờ gửi nên không cần gửi lại. Hãy tải lại trang để xem tình trạng mới.",
    "nudge.no_unit": "Chưa chọn đơn vị nào để đôn đốc. Hãy quay lại, đánh dấu đơn vị rồi bấm “Đôn đốc”.",
    "nudge.long": "Lời nhắn dài quá {limit} ký tự. Hãy quay lại và viết ngắn hơn.",
    "nudge.twice": "Vừa đôn đốc {units} chưa đầy một phút trước nên không gửi thêm lần nữa. Nếu thật sự cần, hãy đợi một phút rồi bấm lại.",
    # files
    "files.empty": "Tệp “{name}” không có nội dung (0 byte). Hãy kiểm tra tệp rồi tải lên lại.",
    "files.too_large": "Tệp “{name}” vượt quá {limit} MB. Hãy nén ảnh hoặc chia tệp rồi tải lên lại.",
    "files.disk_full": "Máy chủ hết chỗ chứa tệp nên chưa nhận được gì. Hãy báo quản trị viên rồi tải lên lại sau.",
    "files.mismatch": "Tệp “{name}” có đuôi .{ending} nhưng nội dung bên trong là {kind}. Hãy mở tệp, lưu lại đúng loại rồi tải lên lại.",
    "files.zip": "Tệp “{name}” là tệp nén. Hãy giải nén rồi tải lên từng tệp bên trong.",
    "files.missing": "Không tìm thấy nội dung của tệp “{name}” trong kho. Hãy báo quản trị viên.",
    "files.type": "Không nhận loại tệp của “{name}”. Hãy dùng PDF, Word, Excel, ODT, ODS hoặc ảnh JPG, PNG, HEIC.",
}


def words(error: DomainError) -> str:
    """The sentence for an error, in Vietnamese, dates as dd/mm/yyyy."""
    return say(error.code, **error.params)


def say(code: str, **params: object) -> str:
    """The sentence for a code with its values filled in; raises KeyError for an unknown code (a test finds those)."""
    return MESSAGES[code].format(**{key: _shown(value) for key, value in params.items()})


def _shown(value: object) -> object:
    if isinstance(value, DomainError):
        return words(value)
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value


_BADGES = {
    "new": "chưa tiếp nhận", "ack": "đã tiếp nhận", "wait": "chờ duyệt", "ret": "trả lại", "done": "hoàn thành",
    "none": "không hạn", "pause": "tạm dừng", "ask": "đề nghị xem lại", "dlate": "hoàn thành muộn {days} ngày", "over": "quá hạn {days} ngày", "soon": "còn {days} ngày",
}
_BADGES_SHORT = _BADGES | {
    "new": "chưa nhận", "ack": "đã nhận", "done": "xong", "dlate": "xong muộn {days}", "over": "quá hạn {days}",
}


def badge_words(badge: Badge, short: bool = False) -> str:
    """The words of a badge: short ones for the matrix, long ones for lists and mails."""
    if badge.kind == "done" and badge.dated:
        return "đúng hạn" if short else "hoàn thành đúng hạn"
    if badge.kind == "soon" and not badge.days:
        return "hạn hôm nay"
    return (_BADGES_SHORT if short else _BADGES)[badge.kind].format(days=badge.days)


ROLES = {
    Role.CLERK: "Chuyên viên tỉnh", Role.LEADER: "Lãnh đạo tỉnh", Role.OFFICER: "Cán bộ huyện", Role.DISTRICT_LEADER: "Lãnh đạo huyện",
    Role.ADMIN: "Quản trị viên", Role.AUDITOR: "Kiểm tra, giám sát",
}
STATES = {
    State.ASSIGNED: "chưa tiếp nhận", State.ACKNOWLEDGED: "đã tiếp nhận", State.SUBMITTED: "chờ duyệt", State.RETURNED: "trả lại",
    State.ACCEPTED: "hoàn thành", State.OBJECTED: "đang đề nghị xem lại", State.PAUSED: "tạm dừng", State.CANCELLED: "đã huỷ",
}
EVIDENCE = {
    "implementing_document": "Văn bản chỉ đạo của huyện", "report": "Báo cáo", "minutes": "Biên bản", "photo": "Ảnh", "table": "Bảng số liệu",
    "other": "Tài liệu khác",
}


def reminder_step(key: str) -> str:
    """The words of a step of the reminder ladder (domain.deadlines.Step.key), or of one by hand."""
    kind, _, days = key.partition("-")
    return {
        "before": f"trước ngày hẹn {days} ngày làm việc", "on": "đến ngày hẹn", "late": f"quá ngày hẹn {days} ngày làm việc",
        "nudge": "đôn đốc thêm",
    }[kind]


def mail_advice(code: int | None) -> str:
    """What to do about a mail that a server refused for good, by the code it answered (RFC 5321, 4.2.3)."""
    if code is None or code < 500:
        return "Đã thử nhiều lần trong bốn ngày mà không được. Hãy kiểm tra máy chủ thư (tracker doctor) rồi bấm “Gửi lại”."
    if code in (550, 551, 553):
        return "Địa chỉ này không nhận thư. Hãy kiểm tra và sửa địa chỉ rồi bấm “Gửi lại”."
    if code in (523, 552):
        return "Thư quá lớn hoặc hộp thư nhận đã đầy. Hãy gọi đơn vị dọn hộp thư rồi bấm “Gửi lại”."
    return "Máy chủ thư từ chối. Hãy gửi câu trả lời dưới đây cho người quản trị thư điện tử của tỉnh, rồi bấm “Gửi lại”."
