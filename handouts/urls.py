"""Addresses of hand-outs and casebooks; the address alone says the reading of a file."""

from __future__ import annotations

from django.urls import path, register_converter

from handouts.chosen import FORMATS
from handouts.views import casebook, casebook_file, handout


class PlainConverter:
    """`easy/` for plain Japanese, or nothing."""

    regex = r"(?:easy/)?"

    def to_python(self, value: str) -> bool:
        """Whether the file is in plain Japanese."""
        return bool(value)

    def to_url(self, value: bool) -> str:
        """As it stands in an address."""
        return "easy/" if value else ""


class BookConverter:
    """The endings of the files of a casebook."""

    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        """The ending as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The ending as it stands."""
        return value


register_converter(PlainConverter, "handout-reading")
register_converter(BookConverter, "book")

urlpatterns = [
    path("handouts/<handout-reading:is_plain><slug:slug>.pdf", handout, name="handout"),
    path("casebook/", casebook, name="casebook"),
    path(
        "casebook/<handout-reading:is_plain>casebook.<book:book>",
        casebook_file,
        name="casebook-file",
    ),
]
