"""A plan as long as wanted, in the words of no real one: head, sections, items with deadlines and units, an annex table, signature."""

from tracker.adapters.documents.numbers import written

HEAD = """ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
HUYỆN TAM GIANG\tĐộc lập - Tự do - Hạnh phúc
Số: 45/KH-UBND\tTam Giang, ngày 12 tháng 01 năm 2026

KẾ HOẠCH
Sửa đường, nạo vét kênh mương và trồng cây năm 2026

Thực hiện chương trình công tác năm, Ủy ban nhân dân huyện ban hành kế hoạch như sau:

Ủy ban nhân dân huyện yêu cầu các phòng và Ủy ban nhân dân các xã thực hiện các nhiệm vụ sau:
"""
ITEM = """{n}. Giao Ủy ban nhân dân xã số {n} chủ trì, phối hợp với Phòng Nông nghiệp sửa {m} km đường liên thôn và nạo vét {k},{r} km kênh trên địa bàn, \
huy động người dân cùng làm theo phương châm dân biết, dân bàn, dân làm, dân kiểm tra; xong trước ngày {day}/{month}/2026.
a) Lập danh sách đoạn đường hỏng, ước kinh phí {money} triệu đồng (tăng {r},{k}% so với năm trước), lấy ý kiến từng thôn và niêm yết tại nhà văn hóa.
b) Cử người theo dõi từng đoạn; định kỳ hàng tháng báo cáo tiến độ về Phòng Nông nghiệp (qua địa chỉ xaso{n}@tamgiang.example).
- Nơi nào vướng mặt bằng thì họp dân bàn cách gỡ, ghi biên bản và báo cáo chậm nhất ngày {day} tháng {month}.
- Cây trồng ven đường chọn loại rễ cọc, mỗi hộ nhận chăm sóc một đoạn dài chừng {k}0 mét trước cửa nhà mình.
"""
TAIL = """
Các phòng và Ủy ban nhân dân các xã nghiêm túc thực hiện, báo cáo kết quả về Ủy ban nhân dân huyện trước ngày 15/12/2026./.

Nơi nhận:\tTM. ỦY BAN NHÂN DÂN
- Như trên;\tCHỦ TỊCH
- Lưu: VT.
\tTrần Văn Lúa
"""
#: Items that fill a page of A4.
PER_PAGE = 4
PER_SECTION = 20


def plan_text(pages: int) -> str:
    """A plan of about so many pages."""
    count = pages * PER_PAGE
    sections = []
    for number, begin in enumerate(range(0, count, PER_SECTION), 1):
        items = [
            ITEM.format(n=n, m=2 + n % 7, k=1 + n % 9, r=n % 10, day=1 + n % 28, month=2 + n % 10, money=100 + 7 * n)
            for n in range(1, min(PER_SECTION, count - begin) + 1)
        ]
        sections.append(f"{written(number, 'upperRoman')}. NHÓM VIỆC THỨ {number}\n" + "\n".join(items))
    return HEAD + "\n".join(sections) + TAIL
