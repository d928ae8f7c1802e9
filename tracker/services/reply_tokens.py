"""Signed reply addresses: hop-thu+TOKEN@… names the mail that is answered, so that a reply finds its place whatever the program drops.

An office whose box takes no such addresses but is read gets a signed tag at the end of the subject instead; it recognises, and never trusts.
"""
import base64
import re
from email.utils import parseaddr

from flask import current_app

from tracker.config import Settings
from tracker.services import keys

LABEL = b"reply"
_HEX = re.compile(r"<([0-9a-f]{32})@")
#: 16 bytes of the Message-ID and 4 of signature: 32 letters, which a local part of 64 still has room for.
_SIGNED = 4
_TOKEN = re.compile(r"\+([a-z2-7]{32})@")
#: The same in short for a subject, where people see it: 8 bytes and 2 are 16 letters.
_TAGGED, _TAG_SIGNED = 8, 2
_TAG = re.compile(r"\s*\[DD-([A-Z2-7]{16})\]", re.IGNORECASE)


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
            if keys.proves(LABEL, made[:-_SIGNED], made[-_SIGNED:], _SIGNED):
                return f"<{made[:-_SIGNED].hex()}@"
    return None


def with_tag(subject: str, message_id: str) -> str:
    """The subject of an outgoing mail, with its tag where replies are read but no signed address can be given."""
    settings: Settings = current_app.extensions["settings"]
    found = _HEX.match(message_id)
    if settings.reply_to or not (settings.imap_urls or settings.mail_listen) or not found:
        return subject
    made = bytes.fromhex(found[1])[:_TAGGED]
    return f"{subject} [DD-{base64.b32encode(made + _signature(made)[:_TAG_SIGNED]).decode()}]"


def read_tag(subject: str) -> str | None:
    """The beginning of the Message-ID that a tag in the subject names, None for none or a forged one."""
    for found in _TAG.finditer(subject):
        made = base64.b32decode(found[1].upper())
        if keys.proves(LABEL, made[:_TAGGED], made[_TAGGED:], _TAG_SIGNED):
            return f"<{made[:_TAGGED].hex()}"
    return None


def without_tag(subject: str) -> str:
    """The subject as it was before a tag was added."""
    return _TAG.sub("", subject)


def _signature(made: bytes) -> bytes:
    return keys.mac(LABEL, made)[:_SIGNED]
