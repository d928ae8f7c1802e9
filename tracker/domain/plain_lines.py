"""Which connections leave this machine and its own network without encryption: they carry passwords, mails and what offices hand in."""
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

#: Names that no public name server knows (RFC 6761, 6762, 8375; .internal is kept for this by ICANN), beside names of one word.
_OWN_NETWORK = (".localhost", ".local", ".lan", ".internal", ".home.arpa")
_SSL = {"require", "verify-ca", "verify-full"}


def is_near(host: str) -> bool:
    """Whether a machine is this one or stands in the own network, as far as its name or address tells."""
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.startswith("/") or host.lower().endswith(_OWN_NETWORK)
    return address.is_loopback or address.is_private or address.is_link_local


def in_clear(url: str) -> str | None:
    """The machine elsewhere to which this address speaks without TLS, None where it speaks with TLS or to a near one."""
    parts = urlsplit(url)
    asked, scheme = parse_qs(parts.query), parts.scheme.partition("+")[0]
    safe = {"smtp": asked.get("starttls") == ["1"], "imap": asked.get("starttls") == ["1"], "postgresql": bool(_SSL & set(asked.get("sslmode", ())))}
    host = parts.hostname or asked.get("host", [""])[0]
    clear = scheme in ("redis", "tcp") or not safe.get(scheme, True)
    return host if clear and not is_near(host) else None
