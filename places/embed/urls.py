"""Addresses of the widget, and of the page that writes the code for it.

What is shown stands in the address alone, the reading too: the widget knows no cookies, and each of
its forms is a page that the page cache keeps.
"""

from __future__ import annotations

from django.urls import path, register_converter

from places.embed.choice import ChoiceConverter, ReadingConverter
from places.embed.views import embed_code, widget, widget_as_json

register_converter(ChoiceConverter, "embed-choice")
register_converter(ReadingConverter, "embed-reading")

urlpatterns = [
    path("", embed_code, name="embed-code"),
    path(
        "<embed-reading:is_plain>region/<slug:place>/<embed-choice:choice>",
        widget,
        name="embed",
    ),
    path(
        "<embed-reading:is_plain>region/<slug:place>/<embed-choice:choice>news.json",
        widget_as_json,
        name="embed-json",
    ),
]
