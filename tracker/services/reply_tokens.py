"""Signed reply addresses: hop-thu+TOKEN@… names the mail that is answered, so that a reply finds its place whatever the program drops."""
import base64
import hashlib
import hmac
import re
from email.utils import parseaddr

from flask import current_app

_HEX = re.compile(r"<([0-9a-f]{32})@")
#: 16 bytes of the Message-ID and 4 of signature: 32 letters, which a local part of 64 still has room for.
_SIGNED = 4
_TOKEN = re.compile(r"\+([a-z2-7]{32})@")


def address(message_id: str, box: str = "") -> str:
    """The Reply-To of the mail with this Message-ID, empty where the office has no box for replies."""
    box, found = box or current_app.extensions["settings"].reply_to, _HEX.match(message_id)
    if not box or not found:
        return ""
    name, plain = parseaddr(box)
    local, _, domain = plain.rpartition("@")
    made = bytes.fromhex(found[1])
    token = base64.b32encode(made + _signature(made)).decode().lower()
    return f"{name} <{local}+{token}@{domain}>" if name else f"{local}+{token}@{domain}"


def read(recipients: tuple[str, ...]) -> str | None:
    """The beginning of the Message-ID ('<…@') that a signed address among the recipients names, None for none or a forged one."""
    for recipient in recipients:
        found = _TOKEN.search(recipient.lower())
        if found:
            made = base64.b32decode(found[1].upper())
            if hmac.compare_digest(_signature(made[:-_SIGNED]), made[-_SIGNED:]):
                return f"<{made[:-_SIGNED].hex()}@"
    return None


def _signature(made: bytes) -> bytes:
    key: str = current_app.extensions["settings"].secret_key
    return hmac.new(key.encode(), b"reply:" + made, hashlib.sha256).digest()[:_SIGNED]
