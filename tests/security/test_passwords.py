"""Which passwords are refused: leaked and common ones, words of the place with a little more; anything else may be one."""
import itertools

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from tracker.domain.errors import BadInput
from tracker.services import passwords

MADE_LONGER = ("123", "1234", "2026", "12345")


def refused(password: str, email: str = "lan.tran@tinh.example") -> bool:
    try:
        passwords.check_rule(password, email)
    except BadInput as error:
        assert error.code in ("password.common", "password.email")
        return True
    return False


def test_three_thousand_common_passwords_are_refused() -> None:
    leaked = list(FREQUENCY_LISTS["passwords"])
    long = [word for word in leaked if len(word) >= passwords.SHORTEST]
    longer = [word + ending for word, ending in itertools.product(leaked[:1500], MADE_LONGER) if len(word + ending) >= passwords.SHORTEST]
    tried = dict.fromkeys([*long, *longer])
    assert len(tried) >= 3000
    assert [word for word in tried if not refused(word)] == []


@pytest.mark.parametrize("password", [
    "Matkhau@2026", "ThanhHoa2026!", "dondoc@123456", "nongdan@123", "quantri123456", "lantran2026", "hoinongdan2026", "doimatkhau1", "mật khẩu 12",
])
def test_words_of_the_place_with_a_little_more_are_refused(password: str) -> None:
    assert refused(password)


@pytest.mark.parametrize("password", [
    "khoai lang mật ngọt", "ngay-mai-troi-lai-sang", "một" * 2 + " bếp lửa chờn vờn", "日本語の長いパスワード", "🐃🌾🚜🐓🧺🪷🎋🍚🐟🛶",
    "ruộng bậc thang " * 12 + "mùa nước",
])
def test_any_characters_and_any_length_up_to_two_hundred(password: str) -> None:
    assert len(password) <= passwords.LONGEST and not refused(password)
    assert passwords.matches(passwords.hashed(password, ""), password)
