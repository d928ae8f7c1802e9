"""Nothing that belongs to one machine or one person stands in the tree: no path, no foreign address, no secret, no real mailbox."""
import re
import subprocess
from functools import cache

from tests.house.source import ROOT

#: Names of XML vocabularies are not addresses; example names, loopback and what config tells as examples lead nowhere.
HARMLESS = re.compile(
    r"https?://(schemas\.(openxmlformats|microsoft)\.(org|com)|www\.w3\.org|purl\.org)/"
    r"|[a-z+]+://([^/@\s]*@)?(127\.0\.0\.1|localhost|[\w.-]*\.example|dondoc(\.tinh\.gov\.vn)?|máy|h|tên|u|x)\b|smtps://…"
    r"|[a-z+]+://[{<$\\]|redis://:"
)
ADDRESS = re.compile(r"\b(?:https?|ftp|redis|smtps?|postgresql)://[^\s\"'`<>)]+")
PATHS = re.compile(r"(?<![\w.])/(work|root|home|Users|mnt|opt|srv)/[\w.-]+|(?<![\w.])/tmp/[\w-]")
MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
#: Domains under which nobody lives, and those that the texts show as a pattern to follow.
NOBODY = re.compile(r"@([\w-]+\.)*(example|invalid|localhost|h|test)$|@(huyen|tinh)\.gov\.vn$|@127\.0\.0\.1$")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bsk-[A-Za-z0-9]{20,}|\bxox[abp]-|\bglpat-"
)
#: A value that stands beside such a name; tests make up passwords of their own.
NAMED_SECRET = re.compile(r"(?i)\b(?:password|secret_key|api_key|token)\s*[:=]\s*[\"'][A-Za-z0-9/+_-]{12,}[\"']")
FOREIGN = ("tracker/web/static/vendor/", "tracker/data/fonts/")


@cache
def lines() -> list[tuple[str, str]]:
    """(file:line, text) of every line of ours under version control."""
    found = subprocess.run(["git", "grep", "-nI", "", "--", ".", *(f":!{folder}" for folder in FOREIGN)], cwd=ROOT, capture_output=True, check=True)
    parts = (line.split(":", 2) for line in found.stdout.decode().splitlines())
    return [(f"{part[0]}:{part[1]}", part[2]) for part in parts if len(part) == 3 and part[0] != "tests/house/test_tree.py"]


def test_no_address_of_another_machine() -> None:
    assert [(where, url) for where, text in lines() for url in ADDRESS.findall(text) if not HARMLESS.match(url)] == []


def test_no_path_of_this_machine() -> None:
    assert [(where, text.strip()[:100]) for where, text in lines() if PATHS.search(text)] == []


def test_no_secret() -> None:
    assert [where for where, text in lines() if SECRET.search(text)] == []
    assert [where for where, text in lines() if not where.startswith("tests/") and NAMED_SECRET.search(text)] == []


def test_no_mailbox_of_a_real_person() -> None:
    found = [(where, address) for where, text in lines() for address in MAILBOX.findall(text)]
    assert [(where, address) for where, address in found if not NOBODY.search(address)] == []
