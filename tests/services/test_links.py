"""Links in mails lead to pages that exist."""
import re

import pytest
from flask import Flask

from tracker.services import links


@pytest.mark.parametrize("name", links.PATHS)
def test_every_link_is_a_page_of_the_app(sqlite_app: Flask, name: str) -> None:
    values = {key: 7 if key == "id" else "abc" for key in re.findall(r"{(\w+)}", links.PATHS[name])}
    endpoint, arguments = sqlite_app.url_map.bind("any.example").match(links.path(name, **values), method="GET")
    assert endpoint != "static"
    assert list(arguments.values()) == list(values.values())


def test_a_link_begins_with_the_public_address_and_escapes_its_values(sqlite_app: Flask) -> None:
    base = sqlite_app.extensions["settings"].public_url
    assert links.absolute("dispatch", id=5) == f"{base}/dispatches/5"
    assert links.absolute("reset", token="a/../b?c") == f"{base}/reset/a%2F..%2Fb%3Fc"
    with pytest.raises(KeyError):
        links.absolute("nowhere")
    with pytest.raises(KeyError):
        links.absolute("dispatch")
