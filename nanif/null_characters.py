r"""NUL characters in requests: PostgreSQL stores none, so any that got through would answer 500.

One place looks at everything a request brings, whatever view it is for:

- in the path, in a JSON body and in the name of a field or file: refused with 400;
- in the query string, in the value of a field and in cookies: dropped. Text that somebody pasted
  from a broken file is saved without it rather than lost.

Rich text and stream fields are sent as JSON inside a form field, where NUL is written `\u0000`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

__all__ = ["NullCharactersMiddleware"]

# `\u0000` after an even number of backslashes; after an odd one it is text about an escape.
_ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_ENCODED = re.compile("%00|\x00")


class NullCharactersMiddleware:
    """Refuses or drops NUL characters. Stands before every middleware that reads parameters."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check what is here already, and the body when somebody reads it."""
        _refuse("the path", request.path_info, request.path)
        request.META["QUERY_STRING"] = _without_encoded(request.META.get("QUERY_STRING", ""))
        for name, value in list(request.COOKIES.items()):
            if "\x00" in name or "\x00" in unquote_to_bytes(value).decode("latin-1"):
                del request.COOKIES[name]
        if request.content_type == "application/json":
            body = request.body.decode("utf-8", "replace")
            _refuse("the body", _ESCAPED.sub("\x00", body))
        else:
            _check_fields_when_read(request)
        return self.get_response(request)


def _check_fields_when_read(request: HttpRequest) -> None:
    """Have the fields cleaned as soon as Django parses the body.

    Not earlier: forms count requests and check their stamp before an upload is read. Django parses
    in one place, `_load_post_and_files`, which `request.POST` and `request.FILES` call.
    """
    parse = request._load_post_and_files

    def parse_and_clean() -> None:
        parse()
        request._post = _cleaned_fields(request._post)  # type: ignore[attr-defined]
        for field, file in _pairs(request._files):  # type: ignore[attr-defined]
            _refuse("a file", field, file.name or "", file.content_type or "")

    request._load_post_and_files = parse_and_clean  # type: ignore[method-assign]


def _cleaned_fields(fields: Any) -> Any:
    """The fields without NUL; the same object where there is none."""
    found = False
    cleaned = fields.copy()
    for field, values in fields.lists():
        _refuse("a field", field)
        new = [_without_null(value) for value in values]
        if new != values:
            found = True
            cleaned.setlist(field, new)
    if found:
        cleaned._mutable = False
        return cleaned
    return fields


def _pairs(files: MultiValueDict[str, Any]) -> list[tuple[str, Any]]:
    return [(field, file) for field, some in files.lists() for file in some]


def _without_null(value: str) -> str:
    """A field's value without NUL. Escapes count only in what looks like JSON."""
    value = value.replace("\x00", "")
    if "\\u0000" in value and value.lstrip()[:1] in {"{", "["}:
        value = _ESCAPED.sub(r"\1", value)
    return value


def _without_encoded(text: str) -> str:
    """A query string without NUL; taking one away must not make another one."""
    while _ENCODED.search(text):
        text = _ENCODED.sub("", text)
    return text


def _refuse(where: str, *texts: str) -> None:
    if any("\x00" in text for text in texts):
        raise BadRequest(f"There is a NUL character in {where}.")
