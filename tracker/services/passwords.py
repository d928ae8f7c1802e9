"""Passwords: the rule for a new one, and Argon2id hashes that grow stronger as the library's advice does."""
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from tracker.domain.errors import BadInput

SHORTEST = 10
LONGEST = 200
#: What people choose when asked for ten characters; compared without case.
_EVERYBODYS = """1234567890 0123456789 12345678910 123456789a a123456789 0987654321 9876543210 1122334455 1234512345 1q2w3e4r5t qwertyuiop qwerty1234
qwerty12345 qwerty123456 asdfghjkl1 password12 password123 password1234 passw0rd123 iloveyou123 matkhau123 matkhau1234 matkhau12345
matkhau123456 matkhaumoi thanhhoa36 thanhhoa123 thanhhoa2020 thanhhoa2026 thanhhoa1234 hoinongdan hoinongdan1
hoinongdan123 hoinongdan2026 vanphong123 uybannhandan ubndtinh123 ubndhuyen123 admin12345 admin123456 administrator quantrivien
quantri123 vietnam123 vietnam1945 vietnam2026 anhyeuem123 emyeuanh123 khongbiet123 dondoc1234 dondoc12345 doimatkhau"""
COMMON = frozenset(_EVERYBODYS.split())
_hasher = PasswordHasher()


def _plain(password: str) -> str:
    """One spelling for what Vietnamese keyboards write in two ways (composed or not)."""
    return unicodedata.normalize("NFC", password)


def check_rule(password: str, email: str) -> None:
    """Raises BadInput where a new password is too short, too long, the person's own e-mail, or one that everybody tries."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise BadInput("password.short", field="password", least=SHORTEST)
    if len(plain) > LONGEST:
        raise BadInput("password.long", field="password", most=LONGEST)
    lowered = plain.casefold()
    if lowered in (email.casefold(), email.casefold().partition("@")[0]):
        raise BadInput("password.email", field="password")
    if lowered in COMMON or len(set(lowered)) < 5:
        raise BadInput("password.common", field="password")


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
        _hasher.verify(stored or _nobody(), _plain(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


def refreshed(stored: str, password: str) -> str | None:
    """A new hash where the kept one was made with weaker parameters, else None. Only for a password that matched."""
    return _hasher.hash(_plain(password)) if _hasher.check_needs_rehash(stored) else None
