"""What the one secret key makes for each purpose: signatures of links and replies, and seals for secrets that must be read again.

A key that was changed goes on proving what it signed as long as it stands in SECRET_KEY_OLD; everything new is made with the present one.
"""
import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from tracker.config import Settings

#: AES-256-GCM: the bytes of a nonce, which is random for each sealing (NIST SP 800-38D allows 2**32 of them a key; there are some hundreds).
NONCE = 12
#: Links that earlier releases mailed are signed with HMAC-SHA-1; they are taken until they expire, new ones are not made so.
_EARLIER = [{"digest_method": hashlib.sha1}]


def signing() -> list[str]:
    """The keys a signature may have been made with, the present one last, as itsdangerous wants them."""
    settings: Settings = current_app.extensions["settings"]
    return [*settings.secret_key_old, settings.secret_key]


def link_signing() -> dict[str, Any]:
    """How the serializers of mailed links sign: HMAC-SHA-256, and the earlier way taken too."""
    return {"secret_key": signing(), "signer_kwargs": {"digest_method": hashlib.sha256}, "fallback_signers": _EARLIER}


def mac(label: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 of a message under the present key; the label keeps one use from passing for another."""
    return _mac(signing()[-1], label, message)


def proves(label: bytes, message: bytes, said: bytes, length: int) -> bool:
    """Whether said is the first length bytes of the mac of the message, under the present or an earlier key."""
    return any([hmac.compare_digest(_mac(key, label, message)[:length], said) for key in signing()])


def _mac(key: str, label: bytes, message: bytes) -> bytes:
    return hmac.new(key.encode(), label + b":" + message, hashlib.sha256).digest()


def seal(purpose: str, owner: int, secret: bytes) -> str:
    """The secret so that only this purpose, owner and key read it again: AES-256-GCM under a key derived for the purpose; base64 of nonce and text."""
    nonce = os.urandom(NONCE)
    return b64encode(nonce + AESGCM(_derived(signing()[-1], purpose)).encrypt(nonce, secret, _bound(purpose, owner))).decode()


def unseal(purpose: str, owner: int, sealed: str) -> tuple[bytes, bool] | None:
    """The secret, and whether the present key sealed it (else an earlier one); None for what neither opens."""
    try:
        raw = b64decode(sealed, validate=True)
    except (NotBase64, ValueError):
        return None
    for back, key in enumerate(reversed(signing())):
        try:
            return AESGCM(_derived(key, purpose)).decrypt(raw[:NONCE], raw[NONCE:], _bound(purpose, owner)), back == 0
        except (InvalidTag, ValueError):
            continue
    return None


def _derived(key: str, purpose: str) -> bytes:
    """A key of its own for each purpose (RFC 5869), so that what one use gives away tells nothing about another."""
    return HKDF(SHA256(), 32, None, f"tracker seal {purpose}".encode()).derive(key.encode())


def _bound(purpose: str, owner: int) -> bytes:
    return f"{purpose} {owner}".encode()
