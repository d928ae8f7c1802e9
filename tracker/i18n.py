"""The words of every message that is not in a template: one code, one Vietnamese sentence that says what to do next."""
from datetime import date

from tracker.domain.access import Role
from tracker.domain.badges import Badge
from tracker.domain.errors import DomainError
from tracker.domain.policies import Rank, Urgency
from tracker.domain.status import State
from tracker.domain.wording import tr, worded
from tracker.messages import backup, documents, feeds, figures, mail, people, plan, questions, requests, search, unit_reports

#: What is said about larger nouns stands in a module of tracker.messages for each.
_NOUNS = (people, documents, requests, plan, mail, backup, unit_reports, feeds, figures, questions, search)
MESSAGES: dict[str, str] = {code: text for noun in _NOUNS for code, text in noun.MESSAGES.items()} | {
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
    "rhythm.day": "Ngày của việc định kỳ phải từ 1 đến {most}. Hãy ghi lại.",
    "rhythm.month": "Tháng đến hạn không nằm trong kỳ. Hãy chọn lại ở ô “Đến hạn vào”.",
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
    "mail.no_server": "Chưa có máy chủ thư nên thư vẫn nằm chờ. Hãy chạy “tracker serve”, hoặc đặt SMTP_URL rồi làm lại.",
    # reports
    "report.as_of": "Ngày chốt số liệu phải từ {first} (ngày ban hành) đến {today}. Hãy chọn ngày khác.",
    "report.every": "Chưa rõ báo cáo mấy lâu một lần. Hãy chọn hằng tuần, tháng, quý, nửa năm hoặc năm.",
    "report.cut_day": "Ngày chốt phải là thứ trong tuần (1 đến 7) hoặc ngày trong tháng (1 đến 28). Để trống nếu chốt vào ngày cuối kỳ.",
    "report.send_after": "Số ngày làm việc sau khi chốt phải từ 0 đến {most}. Hãy ghi lại.",
    "report.same_schedule": "Đã có lịch giống hệt đang chạy. Hãy tắt lịch cũ trước, hoặc đổi ngày, địa chỉ.",
    "report.met": "Buổi giao ban đã qua. Hãy ghi giờ họp sắp tới, hoặc để trống để lập gói ngay.",
    "report.meeting": "Chưa rõ buổi giao ban. Hãy ghi ngày họp, giờ họp (ví dụ 08:00) và lập trước mấy giờ, từ 0 đến {most}.",
    "report.no_address": "Báo cáo chưa có địa chỉ thư nhận nên chưa gửi được. Hãy ghi địa chỉ khi bấm gửi, hoặc ở mục “Nơi nhận báo cáo” trên trang báo cáo của công văn.",
    "report.not_ready": "Báo cáo chưa lập xong nên chưa gửi được. Hãy đợi lập xong rồi gửi.",
    "report.period": "Khoảng ngày của báo cáo chưa đúng. Hãy chọn từ ngày không sau đến ngày, không quá một năm và không bắt đầu sau {today}.",
    "report.cut_off": "Ngày chốt số liệu phải từ {first} (ngày đầu kỳ) đến {today}. Hãy chọn ngày khác.",
    "report.unit": "Chưa chọn đơn vị. Hãy chọn một đơn vị trong danh sách.",
    "report.field": "Chưa chọn lĩnh vực. Hãy chọn một lĩnh vực đã ghi ở các công văn.",
    "report.nothing": "Đến ngày đó chưa có công văn nào được ban hành nên chưa có gì để lập. Hãy chọn ngày sau.",
    "report.reason": "Chưa ghi vì sao lập lại. Hãy ghi lý do, nhiều nhất {limit} chữ cái.",
    "report.replaced": "Báo cáo này đã có bản mới hơn. Hãy mở bản mới nhất ở mục “Các bản” rồi làm trên bản đó.",
    "report.over": "Báo cáo này đã lập xong hoặc đã dừng. Hãy tải lại trang để xem tình trạng mới.",
    "report.sentence": "Có câu dài quá {limit} chữ cái. Hãy viết gọn lại.",
    "report.number": "Số của báo cáo dài quá 60 chữ cái. Hãy viết gọn lại.",
    "report.signed_on": "Ngày ký không thể trước ngày chốt số liệu {first}. Hãy chọn ngày khác.",
    "report.field_long": "Tên lĩnh vực dài quá {limit} chữ cái. Hãy viết gọn lại.",
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
    # formal letters
    "letter.kind": "Chưa rõ là công văn đôn đốc, nhắc nhở hay phê bình. Hãy chọn một loại.",
    "letter.nobody": "Không có đơn vị nào quá hạn trong số đã chọn nên chưa soạn được công văn. Hãy chọn ít nhất một đơn vị đang quá hạn.",
    "letter.nobody_left": "Các đơn vị trong công văn này không còn việc nào quá hạn. Hãy bỏ dự thảo.",
    "letter.issued": "Công văn {number} đã ban hành nên không sửa được nữa. Hãy tải lại trang để xem bản đã ban hành.",
    "letter.draft": "Công văn này chưa ban hành nên chưa đính kèm bản ký được. Hãy ban hành trước.",
    "letter.long": "Ô vừa ghi dài quá {limit} ký tự. Hãy rút gọn.",
    "letter.body": "Trích yếu và nội dung không được để trống, nội dung nhiều nhất {limit} ký tự. Hãy ghi lại.",
    "letter.no_number": "Chưa có số công văn. Hãy lấy số ở sổ văn thư rồi ghi vào ô “Số”.",
    "letter.no_day": "Chưa có ngày ban hành. Hãy ghi ngày ký công văn.",
    "letter.no_signer": "Chưa có người ký. Hãy ghi chức vụ và họ tên người ký.",
    "letter.day": "Ngày công văn phải từ {first} đến {today}. Hãy ghi lại.",
    "letter.reply_by": "Ngày báo cáo phải từ ngày ký ({day}) trở đi. Hãy ghi lại ô “Báo cáo chậm nhất”.",
    "letter.no_file": "Chưa chọn tệp. Hãy chọn bản chụp của công văn đã ký.",
    "letter.outdated": "Từ lúc lấy số liệu đến nay đã có {count} việc được nộp hoặc không còn quá hạn. Hãy bấm “Cập nhật số liệu” rồi ban hành.",
    # files
    "incoming.no_mailbox": "Chưa khai hộp thư nào để đọc. Hãy đặt biến IMAP_URL rồi chạy lại.",
    "incoming.withheld": "Máy chủ thư có thư này nhưng không đưa ra được (hộp {mailbox}, số {uid}). Hãy mở hộp thư đó để xem.",
    "incoming.failed": "Máy chưa xử lý được thư này ({problem}).",
    "incoming.nothing_owed": "Đơn vị không còn nhiệm vụ nào chờ nộp ở công văn này.",
    "incoming.too_large": "Thư quá lớn nên chỉ giữ được phần đầu; tệp đính kèm chưa nhận được. Hãy nộp trên trang web hoặc chia nhỏ tệp.",
    "incoming.unreadable": "Không mở được cấu trúc của thư; bản gốc vẫn được giữ.",
    "incoming.units_disagree": "Các dấu hiệu trong thư chỉ về những đơn vị khác nhau.",
    "incoming.no_unit": "Chưa biết thư này của đơn vị nào.",
    "incoming.unknown_sender": "Địa chỉ gửi chưa thuộc đơn vị nào.",
    "incoming.no_dispatch": "Chưa biết thư này trả lời công văn nào.",
    "incoming.several_dispatches": "Thư có thể trả lời nhiều công văn.",
    "incoming.dispatches_disagree": "Các dấu hiệu trong thư chỉ về những công văn khác nhau.",
    "incoming.ended": "Công văn này đã kết thúc theo dõi hoặc bị thu hồi.",
    "incoming.no_file": "Thư không có tệp nào nhận được.",
    "incoming.confirm": "Địa chỉ gửi là của đơn vị, nhưng chưa chắc thư đúng là do địa chỉ đó gửi nên cần đơn vị xác nhận.",
    "incoming.copy": "Bản sao của một thư đã nhận.",
    "incoming.is_automatic": "Thư trả lời tự động.",
    "incoming.is_bounce": "Thư báo không gửi được.",
    "incoming.is_list": "Thư của danh sách gửi chung.",
    "incoming.is_own": "Thư do chính phần mềm gửi.",
    "incoming.decided": "Thư này đã được xử lý rồi, không cần làm gì thêm.",
    "incoming.old_link": "Liên kết xác nhận này đã cũ hoặc không đúng. Hãy đăng nhập để nộp, hoặc gọi văn phòng.",
    # pauses
    "retention.period": "Thời hạn phải là 0 (giữ vĩnh viễn) hoặc từ {least} đến {most}. Hãy ghi lại.",
    "retention.kind": "Chưa chọn loại tài liệu. Hãy mở lại trang thời hạn bảo quản rồi chọn.",
    "retention.changed": "Danh sách hết thời hạn đã thay đổi từ khi mở trang. Hãy xem lại rồi bấm lần nữa.",
    "office.review_days": "Số ngày làm việc phải từ 1 đến {most}. Hãy ghi lại.",
    "calendar.no_lines": "Chưa có dòng nào. Hãy dán các dòng, hoặc chọn bảng.",
    "calendar.many": "Nhiều hơn {most} dòng. Hãy chỉ ghi những ngày khác tuần thường của một năm.",
    "calendar.other_year": "Ngày {day} không thuộc năm {year}. Hãy xem lại năm, hoặc nhập ở trang của năm ấy.",
    "calendar.kind": "“{kind}” chưa rõ là nghỉ hay làm bù. Hãy ghi “nghỉ” hoặc “làm bù” ở giữa hai dấu chấm phẩy.",
    "calendar.twice": "Ngày này đã có ở dòng {line}. Hãy bỏ một trong hai dòng.",
    "calendar.works_anyway": "Ngày {day} vốn là ngày làm việc nên không cần làm bù. Hãy xem lại ngày.",
    "calendar.errors": "Còn {count} dòng sai nên chưa ghi dòng nào. Hãy sửa rồi xem trước lại.",
    "calendar.nothing": "Các dòng này đều đã có trong lịch nên không có gì để ghi. Hãy xem lại các dòng.",
    "pause.no_day": "Chưa ghi ngày. Hãy viết như 25/08/2026.",
    "pause.back": "Chỉ tạm dừng lùi về được nhiều nhất {most} ngày trước hôm nay. Hãy chọn ngày sau hơn.",
    "pause.long": "Mỗi lần tạm dừng dài nhất {most} ngày. Hãy chọn ngày gần hơn; khi cần, dời ngày kết thúc sau.",
    "pause.order": "Ngày kết thúc ở trước ngày bắt đầu. Hãy xem lại hai ngày.",
    "pause.until_past": "Ngày kết thúc đã qua. Hãy chọn từ hôm nay trở đi, hoặc bấm “Kết thúc ngay”.",
    "pause.category": "Chưa chọn loại lý do. Hãy chọn một trong danh sách.",
    "pause.reason": "Hãy ghi lý do tạm dừng (nhiều nhất {limit} ký tự): các đơn vị nhận được lý do này.",
    "pause.twice": "Đã có một lần tạm dừng giống hệt (cùng đơn vị, công văn và ngày). Hãy mở lần đó ở trang Tạm dừng để sửa.",
    "pause.ended": "Lần tạm dừng này đã kết thúc nên không sửa được nữa. Hãy tải lại trang; nếu cần, lập lần tạm dừng mới.",
    "files.empty": "Tệp “{name}” không có nội dung (0 byte). Hãy kiểm tra tệp rồi tải lên lại.",
    "files.too_large": "Tệp “{name}” vượt quá {limit} MB. Hãy nén ảnh hoặc chia tệp rồi tải lên lại.",
    "files.disk_full": "Máy chủ hết chỗ chứa tệp nên chưa nhận được gì. Hãy báo quản trị viên rồi tải lên lại sau.",
    "files.mismatch": "Tệp “{name}” có đuôi .{ending} nhưng nội dung bên trong là {kind}. Hãy mở tệp, lưu lại đúng loại rồi tải lên lại.",
    "files.zip": "Tệp “{name}” là tệp nén. Hãy giải nén rồi tải lên từng tệp bên trong.",
    "files.infected": "Tệp “{name}” có mã độc ({found}) nên không nhận và không giữ lại. Hãy quét vi-rút máy đã tạo tệp, làm lại tệp sạch rồi gửi lại.",
    "files.unscannable": "Tệp “{name}” không quét được vi-rút (quá lớn hoặc hỏng) nên chưa nhận. Hãy lưu lại thành PDF hoặc chia nhỏ rồi gửi lại.",
    "files.scan_later": "Máy quét vi-rút tạm không trả lời nên chưa nhận tệp “{name}”. Hãy thử lại sau vài phút; nếu vẫn vậy, báo quản trị viên.",
    "files.missing": "Không tìm thấy nội dung của tệp “{name}” trong kho. Hãy báo quản trị viên.",
    "files.type": "Không nhận loại tệp của “{name}”. Hãy dùng PDF, Word, Excel, ODT, ODS hoặc ảnh JPG, PNG, HEIC.",
}


def words(error: DomainError) -> str:
    """The sentence for an error, in Vietnamese, dates as dd/mm/yyyy."""
    return say(error.code, **error.params)


def say(code: str, **params: object) -> str:
    """The sentence for a code with its values filled in; raises KeyError for an unknown code (a test finds those)."""
    return tr(MESSAGES[code], **{key: _shown(value) for key, value in params.items()})


def _shown(value: object) -> object:
    if isinstance(value, DomainError):
        return words(value)
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value


_BADGES = worded({
    "new": "chưa tiếp nhận", "ack": "đã tiếp nhận", "wait": "chờ duyệt", "ret": "trả lại", "done": "hoàn thành",
    "none": "không hạn", "pause": "tạm dừng", "ask": "đề nghị xem lại", "dlate": "hoàn thành muộn {days} ngày", "over": "quá hạn {days} ngày", "soon": "còn {days} ngày",
})
_BADGES_SHORT = _BADGES | worded({
    "new": "chưa nhận", "ack": "đã nhận", "done": "xong", "dlate": "xong muộn {days}", "over": "quá hạn {days}",
})


def badge_words(badge: Badge, short: bool = False) -> str:
    """The words of a badge: short ones for the matrix, long ones for lists and mails."""
    if badge.kind == "done" and badge.dated:
        return tr("đúng hạn") if short else tr("hoàn thành đúng hạn")
    if badge.kind == "soon" and not badge.days:
        return tr("hạn hôm nay")
    return tr((_BADGES_SHORT if short else _BADGES)[badge.kind], days=badge.days)


ROLES = worded({
    Role.CLERK: "Chuyên viên tỉnh", Role.LEADER: "Lãnh đạo tỉnh", Role.OFFICER: "Cán bộ huyện", Role.DISTRICT_LEADER: "Lãnh đạo huyện",
    Role.ADMIN: "Quản trị viên", Role.AUDITOR: "Kiểm tra, giám sát",
})
#: How urgent a dispatch is; "" for the usual.
URGENCIES = worded({"": "Thường", Urgency.URGENT: "Khẩn", Urgency.VERY_URGENT: "Thượng khẩn", Urgency.FLASH: "Hoả tốc"})
RANKS = worded({
    Rank.OFFICER: "Cán bộ", Rank.DISTRICT_LEADER: "Lãnh đạo đơn vị", Rank.PROVINCE_LEADER: "Lãnh đạo tỉnh", Rank.LETTER: "Danh sách công văn đôn đốc",
    Rank.CRITICISM: "Danh sách phê bình",
})
STATES = worded({
    State.ASSIGNED: "chưa tiếp nhận", State.ACKNOWLEDGED: "đã tiếp nhận", State.SUBMITTED: "chờ duyệt", State.RETURNED: "trả lại",
    State.ACCEPTED: "hoàn thành", State.OBJECTED: "đang đề nghị xem lại", State.PAUSED: "tạm dừng", State.CANCELLED: "đã huỷ",
})
EVIDENCE = worded({
    "implementing_document": "Văn bản chỉ đạo của huyện", "report": "Báo cáo", "minutes": "Biên bản", "photo": "Ảnh", "table": "Bảng số liệu",
    "other": "Tài liệu khác",
})


#: What the page behind a signed link is called, by the link's purpose.
LINK_TITLES = worded({
    "acknowledge": "Tiếp nhận công văn", "upload": "Gửi kết quả", "extend": "Xin gia hạn", "object": "Báo việc không thuộc trách nhiệm",
})
#: What was done through a link, for the ledger of mails.
LINK_DONE = worded({
    "acknowledge": "tiếp nhận", "upload": "gửi kết quả", "extend": "xin gia hạn", "object": "báo việc không thuộc trách nhiệm,",
})
#: What a mail was, by its kind, for the ledger of mails.
MAIL_KINDS = worded({
    "issued": "Gửi công văn", "amended": "Sửa đổi công văn", "withdrawn": "Thu hồi công văn", "nudge": "Đôn đốc thêm", "digest": "Thư nhắc việc",
    "flash": "Thư nhắc hoả tốc", "leader_digest": "Thư nhắc gửi lãnh đạo", "reviewed": "Kết quả duyệt", "extended": "Trả lời gia hạn",
    "objected": "Trả lời đề nghị xem lại", "paused": "Báo tạm dừng", "period": "Mở kỳ mới", "letter": "Công văn đôn đốc, nhắc nhở, phê bình",
    "receipt": "Báo đã nhận thư", "question": "Báo có câu hỏi", "answered": "Trả lời câu hỏi", "figures": "Nhắc nộp biểu số liệu", "figures_decided": "Trả lời đề nghị sửa số liệu", "report": "Báo cáo", "report_wanted": "Nhắc nộp báo cáo", "sign_off": "Trình ký báo cáo", "unit_report": "Báo cáo của huyện",
    "report_line": "Phần của đơn vị trong báo cáo", "contest": "Ý kiến về báo cáo",
})
#: Why the clock stands still, in the order shown.
PAUSE_REASONS = worded({"storm": "Bão, lụt, thiên tai", "epidemic": "Dịch bệnh", "waiting_province": "Chờ tỉnh", "other": "Lý do khác"})
EXTENSION_REASONS = worded({
    "weather": "Thiên tai, thời tiết", "staff": "Thay đổi hoặc thiếu cán bộ", "waiting": "Chờ cơ quan khác", "data": "Chưa đủ số liệu",
    "workload": "Nhiều việc cùng lúc", "other": "Lý do khác",
})


def reminder_step(key: str) -> str:
    """The words of a step of the reminder ladder (domain.policies.PolicyStep.key), or of one by hand."""
    kind, _, days = key.partition("-")
    return {
        "before": tr("trước ngày hẹn {days} ngày làm việc", days=days), "on": tr("đến ngày hẹn"), "late": tr("quá ngày hẹn {days} ngày làm việc", days=days),
        "nudge": tr("đôn đốc thêm"), "letter": tr("công văn đôn đốc, nhắc nhở, phê bình"),
    }[kind]


def mail_advice(code: int | None) -> str:
    """What to do about a mail that a server refused for good, by the code it answered (RFC 5321, 4.2.3)."""
    if code is None or code < 500:
        return tr("Đã thử nhiều lần trong bốn ngày mà không được. Hãy kiểm tra máy chủ thư (tracker doctor) rồi bấm “Gửi lại”.")
    if code in (550, 551, 553):
        return tr("Địa chỉ này không nhận thư. Hãy kiểm tra và sửa địa chỉ rồi bấm “Gửi lại”.")
    if code in (523, 552):
        return tr("Thư quá lớn hoặc hộp thư nhận đã đầy. Hãy gọi đơn vị dọn hộp thư rồi bấm “Gửi lại”.")
    return tr("Máy chủ thư từ chối. Hãy gửi câu trả lời dưới đây cho người quản trị thư điện tử của tỉnh, rồi bấm “Gửi lại”.")
