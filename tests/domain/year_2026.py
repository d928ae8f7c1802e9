"""The office's year 2026 as the government fixed it: Tết Bính Ngọ, giỗ Tổ, the swapped Saturday before the National Day."""
from datetime import date, timedelta

from tracker.domain.calendar import Calendar

TET = {date(2026, 2, 14) + timedelta(n): False for n in range(9)}  # Saturday 14 to Sunday 22 February
OFFICE = Calendar({
    date(2026, 1, 1): False,
    **TET,
    date(2026, 4, 26): False, date(2026, 4, 27): False, date(2026, 4, 30): False, date(2026, 5, 1): False,
    date(2026, 8, 22): True, date(2026, 8, 31): False, date(2026, 9, 1): False, date(2026, 9, 2): False,
})
