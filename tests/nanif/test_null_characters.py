r"""NUL characters in a request are refused or dropped before any view sees them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from nanif.null_characters import NullCharactersMiddleware

FACTORY = RequestFactory()


def seen_by_view(request: HttpRequest) -> HttpRequest:
    """The request as a view gets it, its fields read."""
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        str(request.POST), str(request.FILES)
        return HttpResponse()

    NullCharactersMiddleware(view)(request)
    return seen[0]


@pytest.mark.parametrize("address", ["/%00", "/cases/x%00y/", "/api/v1/cases/%00", "/admin/%00/"])
def test_path_is_refused(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 400


def test_query_string_comes_without() -> None:
    request = seen_by_view(FACTORY.get("/search/?q=a%00b&%00theme=%0%0000x&page=1"))
    assert request.GET.dict() == {"q": "ab", "theme": "0x", "page": "1"}
    assert "%00" not in request.get_full_path()


def test_fields_come_without_and_nothing_else_changes() -> None:
    fields = {"title": "a\x00b", "themes": ["1\x00", "2"], "plain": r"the escape \u0000"}
    assert dict(seen_by_view(FACTORY.post("/", fields)).POST.lists()) == {
        "title": ["ab"], "themes": ["1", "2"], "plain": [r"the escape \u0000"],
    }  # fmt: skip


def test_json_in_a_field_comes_without() -> None:
    """Rich text and stream fields of the admin."""
    text = json.dumps({"blocks": [{"text": "a\x00b"}, {"text": r"the escape \u0000"}]})
    body = seen_by_view(FACTORY.post("/", {"body": text})).POST["body"]
    assert json.loads(body) == {"blocks": [{"text": "ab"}, {"text": r"the escape \u0000"}]}


def test_json_body_and_names_of_fields_are_refused() -> None:
    with pytest.raises(BadRequest):
        seen_by_view(FACTORY.post("/", r'{"a": "\u0000"}', "application/json"))
    with pytest.raises(BadRequest):
        seen_by_view(FACTORY.post("/", {"na\x00me": "x"}))
    seen_by_view(FACTORY.post("/", json.dumps({"a": r"\u0000"}), "application/json"))


def test_file_names_come_without_or_are_refused() -> None:
    request = FACTORY.post("/", {"file": SimpleUploadedFile("a\x00.pdf", b"%PDF-\x00")})
    file = seen_by_view(request).FILES["file"]
    assert file.name == "a.pdf"
    assert file.read() == b"%PDF-\x00", "what is in the file is for its reader to judge"


def test_cookies_with_it_are_dropped() -> None:
    request = FACTORY.get("/", HTTP_COOKIE=r'a=1; sessionid="x\000y"; django_language=j%00a')
    assert seen_by_view(request).COOKIES == {"a": "1"}


def test_body_is_not_read_before_the_view_asks_for_it() -> None:
    request = FACTORY.post("/", {"file": SimpleUploadedFile("a.txt", b"x")})

    def view(request: Any) -> HttpResponse:
        assert not hasattr(request, "_post")
        return HttpResponse()

    assert NullCharactersMiddleware(view)(request).status_code == 200


def test_pasted_text_is_saved(client: Client, db: None) -> None:
    response = client.post("/admin/login/", {"username": "a\x00b", "password": "x", "next": "\x00"})
    assert response.status_code == 200
