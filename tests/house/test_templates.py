"""Every template is shown somewhere, what is named is there, and every mail has its three parts."""
import ast
import re

from tests.house.source import calls, in_layers, literals, modules, templates, tree

NAMED = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+[\"']([\w/.-]+)[\"']")


def in_templates() -> set[str]:
    """What templates name; the mails' own loader begins in their folder."""
    return {("email/" if where.startswith("email/") else "") + name for where, file in templates().items() for name in NAMED.findall(file.read_text())}


def in_code() -> set[str]:
    """Names of pages in the code's own literals."""
    return {text for name in modules() for text in literals(tree(name)) if re.fullmatch(r"[\w/-]+\.(html|txt|typ)", text)}


def mails() -> set[str]:
    """Kinds of mail: the folders of the mail templates."""
    return {name.split("/")[1] for name in templates() if name.startswith("email/") and name.count("/") == 2}


def test_every_template_is_used() -> None:
    used = in_templates() | in_code()
    assert [name for name in templates() if name not in used and name.split("/")[0] != "email"] == []


def test_every_template_that_is_named_is_there() -> None:
    assert sorted(name for name in in_templates() | {text for text in in_code() if text.endswith(".html") and "/" in text} if name not in templates()) == []


def test_every_mail_has_its_three_parts() -> None:
    found = {kind: {name.split("/")[2] for name in templates() if name.startswith(f"email/{kind}/")} for kind in mails()}
    assert {kind: parts for kind, parts in found.items() if parts != {"subject.txt", "body.txt", "body.html"}} == {}


def test_every_mail_is_sent_and_every_sent_mail_has_templates() -> None:
    told = {text for name in modules() for text in literals(tree(name))}
    assert mails() - told == set()
    queueing = [call.args[0] for name in in_layers("services") for called, call in calls(name) if called == "queue" and call.args]
    assert {kind.value for kind in queueing if isinstance(kind, ast.Constant)} - mails() == set()


def test_pages_carry_no_script_style_or_handler_of_their_own() -> None:
    """The pages' policy forbids them, so they would silently not work. (A mail may carry styles: a mail program knows no other.)"""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=[\"']|href=[\"']javascript:", re.IGNORECASE)
    pages = {name: file.read_text() for name, file in templates().items() if name.split("/")[0] != "email"}
    assert {name: inline.findall(text) for name, text in pages.items() if inline.search(text)} == {}


def test_pages_load_nothing_from_elsewhere() -> None:
    outside = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.IGNORECASE)
    assert [name for name, file in templates().items() if outside.search(file.read_text())] == []


def test_no_page_switches_escaping_off() -> None:
    """"safe" may stand only behind a literal of the template itself: values are put into it by %, which escapes them."""
    off = re.compile(r"autoescape\s+false|(?<!')\s*\|\s*safe\b")
    assert [name for name, file in templates().items() if off.search(file.read_text())] == []


def test_every_form_that_changes_something_carries_its_token() -> None:
    forms = re.compile(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", re.IGNORECASE | re.DOTALL)
    bare = [(name, form[:80]) for name, file in templates().items() for form in forms.findall(file.read_text()) if "csrf" not in form and "token" not in form]
    assert bare == []
