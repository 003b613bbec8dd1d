"""NUL characters on PostgreSQL, which stores none: no address answers with an error of the server.

Parameters are not listed here: those of the API stand in its own description, those of pages are
read in the source, and addresses come from the site's own list.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.sources import APPS, modules, tree

NUL = "a%00b"
# What a form of the site sends; any other name is treated alike.
FIELDS = ["address", "search", "frequency", "title", "overview", "stamp", "proposer_mail", "answer",
          "words", "action", "username", "password", "next", "email", "text", "locale"]  # fmt: skip


def routes(resolver: Any, before: str = "") -> Iterator[str]:
    """All addresses of the site, with `<slug:code>` where something stands in them."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def public_paths(placeholder: str) -> list[str]:
    """Public addresses; regular expressions and the editors' side are left out."""
    # Parts of addresses that are among a few words, or nothing.
    chosen = {"<chart:kind>": "csv", "<embed-reading:is_plain>": "", "<embed-choice:choice>": ""}
    plain = {
        re.sub(r"<[^>]+>", lambda part: chosen.get(part[0], placeholder), route)
        for route in routes(get_resolver())
        if not re.search(r"[\^$?(]", route) and not route.startswith("admin/")
    }
    return sorted(plain | {"admin/login/", "admin/password_reset/", "cases/", "organisations/"})


def parameters_read_by_views() -> list[str]:
    """Names that any view reads from an address: `request.GET.get("year")` and the like."""
    names = set()
    for path in modules(*APPS):
        for node in ast.walk(tree(path)):
            source = node.func if isinstance(node, ast.Call) else node
            value = getattr(source, "value", None)
            if not (isinstance(value, ast.Attribute) and value.attr == "GET"):
                continue
            first = node.args[:1] if isinstance(node, ast.Call) else [getattr(node, "slice", None)]
            names |= {one.value for one in first if isinstance(one, ast.Constant)}
    return sorted(str(name) for name in names)


def api_parameters(address: str) -> list[tuple[str, str, str]]:
    """Path, name and place of every parameter of the API."""
    described = requests.get(f"{address}/api/v1/openapi.json", timeout=30).json()
    return [
        (path, parameter["name"], parameter["in"])
        for path, operations in described["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
    ]


def problems(answers: Iterator[tuple[str, requests.Response]]) -> list[str]:
    return [
        f"{name}: {answer.status_code}" for name, answer in answers if answer.status_code >= 500
    ]


def test_no_parameter_of_the_api_breaks(address: str) -> None:
    found = api_parameters(address)
    assert len(found) > 20

    def ask() -> Iterator[tuple[str, requests.Response]]:
        for path, name, place in found:
            filled = re.sub(r"\{\w+\}", "x", path.replace(f"{{{name}}}", NUL))
            query = f"?{name}={NUL}" if place == "query" else ""
            yield f"{path} {name}", requests.get(f"{address}{filled}{query}", timeout=30)

    assert not problems(ask())


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_no_parameter_of_a_page_breaks(address: str, prefix: str) -> None:
    names = parameters_read_by_views()
    assert {"page", "q"} <= set(names)
    named = {name for _path, name, place in api_parameters(address) if place == "query"}
    query = "&".join(f"{name}={NUL}" for name in sorted({*names, *named}))

    def ask() -> Iterator[tuple[str, requests.Response]]:
        for path in public_paths("x"):
            for tail in (f"?{query}", "?%00=%00"):
                yield path, requests.get(f"{address}/{prefix}{path}{tail}", timeout=60)
        for path in public_paths(NUL):
            answer = requests.get(f"{address}/{prefix}{path}", timeout=60)
            yield path, answer
            assert answer.status_code == 400 or "%00" not in path

    assert not problems(ask())


def test_no_field_and_no_cookie_breaks(address: str) -> None:
    fields = dict.fromkeys(FIELDS, "a\x00b")
    cookies = {"Cookie": r'sessionid="a\000b"; django_language="\000"; csrftoken="\000"'}

    def ask() -> Iterator[tuple[str, requests.Response]]:
        for path in public_paths("x"):
            url = f"{address}/{path}"
            yield f"POST {path}", requests.post(url, data=fields, timeout=60)
            yield f"cookies {path}", requests.get(url, headers=cookies, timeout=60)

    assert not problems(ask())
