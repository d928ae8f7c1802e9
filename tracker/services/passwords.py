"""Passwords: the rule for a new one, and Argon2id hashes that grow stronger as the library's advice does."""
import os
import re
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from tracker.domain.errors import BadInput

SHORTEST = 10
LONGEST = 200
#: What an attacker tries first here: the product, the office, its province and roles, and what Vietnamese people choose, without accents. A password
#: that is little more than one of these with a year or a few signs is refused, as is one that is little more than a leaked or a common word.
WORDS = """dondoc don doc hoinongdan hoi nong dan thanhhoa thanh hoa nongdan ubnd ubndtinh ubndhuyen uyban uybannhandan nhandan vanphong vanthu chuyenvien
quantri quantrivien hethong phanmem congvan nhiemvu baocao donvi tinh huyen hanoi vietnam doimatkhau matkhau matkhaumoi batmi bimat dangnhap taikhoan
anhyeuem emyeuanh iloveyou khongbiet xinchao hoilhpn lamson sontinh saigon hochiminh bacho dangcongsan chucmungnammoi giadinh conyeu bome nguyen nguyenvan
nguyenthi tranvan levan phamvan hoangvan admin administrator tracker""".split()
#: Fewer guesses than this and a password is refused: at eight wrong tries in ten minutes an address needs centuries for so many.
LEAST_GUESSES = 10**8
#: Of a longer password the beginning is weighed; the weighing takes longer with length.
WEIGHED = 64
_hasher = PasswordHasher()
#: So many at a time in one process (two processes serve the web unless told otherwise): on the first morning everybody signs in at once, each check
#: takes 64 MB and four threads outside of Python's turn-taking, and whoever is in already must not wait for them.
_turns = BoundedSemaphore(max(1, len(os.sched_getaffinity(0)) // 2))


def _plain(password: str) -> str:
    """One spelling for what Vietnamese keyboards write in two ways (composed or not)."""
    return unicodedata.normalize("NFC", password)


def check_rule(password: str, email: str) -> None:
    """Raises BadInput where a new password is too short, too long, the person's own e-mail, or one that is soon guessed."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise BadInput("password.short", field="password", least=SHORTEST)
    if len(plain) > LONGEST:
        raise BadInput("password.long", field="password", most=LONGEST)
    lowered = plain.casefold()
    if lowered in (email.casefold(), email.casefold().partition("@")[0]):
        raise BadInput("password.email", field="password")
    own = [part for part in re.split(r"[\W_]+", email.casefold()) if len(part) > 1]
    own.append("".join(re.findall(r"\w+", email.casefold().partition("@")[0])))
    if len(set(lowered)) < 5 or any(_guesses(one, own) < LEAST_GUESSES for one in (plain, _bare(plain))):
        raise BadInput("password.common", field="password")


def _bare(password: str) -> str:
    """Without accents and spaces: "mật khẩu" is the word "matkhau" of the lists."""
    letters = (c for c in unicodedata.normalize("NFD", password) if not unicodedata.combining(c) and not c.isspace())
    return "".join(letters).replace("đ", "d").replace("Đ", "D")


def _guesses(password: str, own: list[str]) -> float:
    """How many guesses a patient attacker needs, by zxcvbn: 30 000 leaked passwords, 80 000 names and words, keyboards, dates, repeats, l33t."""
    return float(zxcvbn(password[:WEIGHED], user_inputs=[*WORDS, *own])["guesses"]) if password else 0.0


def hashed(password: str, email: str) -> str:
    """The hash to keep of a new password. Raises BadInput where it breaks the rule. Slow by intent: call it outside a transaction."""
    check_rule(password, email)
    return _hasher.hash(_plain(password))


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one kept; takes as long for nobody's (None) as for somebody's, so that time tells nothing."""
    if len(password) > LONGEST:
        return False
    try:
        with _turns:
            _hasher.verify(stored or _nobody(), _plain(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


def refreshed(stored: str, password: str) -> str | None:
    """A new hash where the kept one was made with weaker parameters, else None. Only for a password that matched."""
    return _hasher.hash(_plain(password)) if _hasher.check_needs_rehash(stored) else None
