"""Dispatches of our own wording for the reader's tests."""

PROVINCE = """HỘI LÀM VƯỜN VIỆT NAM\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
HỘI LÀM VƯỜN TỈNH SÔNG LAM\tĐộc lập - Tự do - Hạnh phúc

Số: 118/HLV-KT\tSông Lam, ngày 06 tháng 7 năm 2021
V/v rà soát vườn mẫu
và quỹ quay vòng

Kính gửi:
- Hội Làm vườn các huyện, thị xã;
- Trung tâm Giống cây trồng.

Sáu tháng qua, phong trào cải tạo vườn tạp đạt kết quả khá.
Bên cạnh đó vẫn còn tồn tại, hạn chế sau:
- Sổ quỹ ghi chép chưa đầy đủ (Hội Làm vườn xã Thượng Lĩnh – Nga Sơn).
- Vài nơi chưa họp đúng kỳ (Hội Làm vườn huyện Thọ Xuân; Hội Làm vườn thị trấn Mường Lát).
Để làm tốt hơn, Thường trực Hội yêu cầu Hội Làm vườn các huyện, thị xã thực hiện các việc sau:
1. Rà soát danh sách vườn mẫu; báo cáo số liệu trước ngày 25/8/2021.
2. Thu hồi quỹ quay vòng:
a) Lập danh sách hộ còn nợ;
b) Đối chiếu với ngân hàng.
3. Mở lớp tập huấn, xong trong quý III.
Yêu cầu các đơn vị nghiêm túc triển khai thực hiện; gửi văn bản chỉ đạo về Thường trực Hội (qua Ban Kinh tế) theo địa chỉ vuonmau@songlam.example./.

Nơi nhận:\tTM. THƯỜNG TRỰC HỘI
- Như trên;\tKT. CHỦ TỊCH
- Lưu: VT.\tPHÓ CHỦ TỊCH

\tĐinh Thị Thu Hằng
"""

PARTY = """TỈNH ỦY SÔNG LAM                         ĐẢNG CỘNG SẢN VIỆT NAM
BAN DÂN VẬN
*                                        Sông Lam, ngày 03 tháng 9 năm 2021
Số 45-KH/BDVTU

KẾ HOẠCH
tổ chức hội thi tuyên truyền viên năm 2021
-----

Thực hiện chương trình công tác năm, Ban Dân vận Tỉnh ủy xây dựng kế hoạch như sau:

I- MỤC ĐÍCH, YÊU CẦU
1- Mục đích
Nâng cao kỹ năng cho tuyên truyền viên.
2- Yêu cầu
Tổ chức thiết thực, tiết kiệm.

II- NHIỆM VỤ
1- Tổ chức vòng thi cấp huyện
Hoàn thành trước ngày 15/10.
2- Tổ chức vòng thi cấp tỉnh

III- TỔ CHỨC THỰC HIỆN
1- Ban Dân vận các huyện ủy, thành ủy: mở vòng thi, gửi kết quả về Ban Dân vận Tỉnh ủy chậm nhất ngày 30/10/2021.
2- Đề nghị Tỉnh đoàn, Hội Nông dân tỉnh phối hợp tuyên truyền.
3- Giao Văn phòng Ban theo dõi, đôn đốc.

Nơi nhận:                                    TRƯỞNG BAN
- Thường trực Tỉnh ủy (b/c),
- Lưu Ban Dân vận.
                                             Nguyễn Thị Hoài An
"""

DECISION = """ỦY BAN NHÂN DÂN
TỈNH SÔNG LAM
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 222/QĐ-UBND
Sông Lam, ngày 10 tháng 02 năm 2024

QUYẾT ĐỊNH
Về việc thành lập Tổ kiểm tra đê điều

ỦY BAN NHÂN DÂN TỈNH SÔNG LAM

Căn cứ Luật Tổ chức chính quyền địa phương;
Xét đề nghị của Giám đốc Sở Nội vụ,

QUYẾT ĐỊNH:

Điều 1. Thành lập Tổ kiểm tra gồm bảy người.
Điều 2. Tổ kiểm tra có trách nhiệm kiểm tra các tuyến đê; báo cáo Ủy ban nhân dân tỉnh trước ngày 15 tháng 3 năm 2024.
Điều 3. Sở Tài chính bố trí kinh phí cho Tổ kiểm tra.
Điều 4. Quyết định này có hiệu lực kể từ ngày ký./.

Nơi nhận:
- Như Điều 3;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Trần Quốc Khánh
"""

WRAPPED = """   ỦY BAN NHÂN DÂN              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
   HUYỆN TAM GIANG                   Độc lập - Tự do - Hạnh phúc

   Số: 1024 /UBND-VP               Tam Giang, ngày 9 tháng 6 năm 2023
  V/v phòng cháy rừng
     mùa khô

                 Kính gửi: Chủ tịch UBND các xã, thị trấn

      Thời gian qua nắng nóng kéo dài, nguy cơ cháy rừng rất cao. Để chủ động phòng
cháy, chữa cháy, Chủ tịch UBND huyện yêu cầu Chủ tịch UBND các xã, thị trấn thực
hiện các việc sau:
      1. Kiểm tra các chủ rừng theo quy định tại Nghị định số
156/2018/NĐ-CP và các văn bản hướng dẫn; lập biên bản từng nơi, niêm yết công khai
tại nhà văn hoá để người dân cùng biết.
      2. Trực gác ngày đêm trong những ngày nắng nóng cấp IV, cấp V; ghi sổ trực
                                      2

theo mẫu của Hạt Kiểm lâm.
      3. Báo cáo hằng tuần về UBND huyện./.

Nơi nhận:                                                CHỦ TỊCH
- Như trên;
- Lưu: VT.
                                                     Lò Văn Pháng
"""

TABLE = """UBND HUYỆN TAM GIANG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 3/KH-UBND\tTam Giang, ngày 1 tháng 2 năm 2022

KẾ HOẠCH
Trồng cây đầu xuân

I. MỤC ĐÍCH
Làm xanh làng xóm.
II. PHÂN CÔNG NHIỆM VỤ
STT\tNội dung công việc\tĐơn vị chủ trì\tĐơn vị phối hợp\tThời gian hoàn thành
1\tChuẩn bị cây giống\tTrạm Khuyến nông\tUBND các xã\t15/02/2022
2\tPhát động trồng cây\tVăn phòng UBND huyện\tHuyện đoàn\tTrước ngày 20/02/2022
3\tChăm sóc cây sau trồng\tUBND các xã\t\tQuý II/2022

Nơi nhận:
- Lưu: VT.
CHỦ TỊCH
Trần Quốc Khánh
"""

TELEGRAM = """THỦ TƯỚNG CHÍNH PHỦ                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                                         Độc lập - Tự do - Hạnh phúc
   Số: 55/CĐ-TTg                       Hà Nội, ngày 21 tháng 8 năm 2023

                                 CÔNG ĐIỆN
                     Về việc phòng cháy chợ dân sinh

                         THỦ TƯỚNG CHÍNH PHỦ điện:
      - Bộ trưởng các bộ;
      - Chủ tịch Ủy ban nhân dân các tỉnh, thành phố.

      Thời gian vừa qua nhiều chợ dân sinh bị cháy. Để chủ động phòng ngừa, Thủ tướng
Chính phủ yêu cầu:
      1. Chủ tịch Ủy ban nhân dân các tỉnh, thành phố:
      a) Tổng kiểm tra các chợ trên địa bàn; kết quả gửi Bộ Công an trước ngày 15
tháng 9 năm 2023;
      b) Xử lý nghiêm các vi phạm.
      2. Bộ Công an chủ trì, phối hợp với Bộ Công Thương và các địa phương hướng
dẫn thực hiện./.

Nơi nhận:                                            KT. THỦ TƯỚNG
- Như trên;                                         PHÓ THỦ TƯỚNG
- Lưu: VT, NC (2b).
                                                     Lê Văn Bốn
"""

NARROW = """ỦY BAN NHÂN DÂN
TỈNH SÔNG LAM
-------
|
CỘNG HÒA XÃ HỘI
CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
|
Số:
06/2024/CT-UBND
|
Sông Lam, ngày 25
tháng 01 năm 2024
|
CHỈ THỊ
VỀ VIỆC CHỐNG RÉT CHO TRÂU BÒ

Rét đậm kéo dài. Chủ tịch UBND tỉnh yêu cầu:
1. UBND các huyện hướng dẫn che chắn chuồng trại.
2. Sở Nông nghiệp và Phát triển nông thôn dự trữ rơm.

Nơi nhận:
- Lưu: VT.
|
CHỦ TỊCH
Trần Quốc Khánh
"""
