"""What the kernel adds to the admin: the endpoint of the pickers."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks

from core.pickers.views import picker_options


@hooks.register("register_admin_urls")
def add_picker_endpoint() -> list[URLPattern]:
    """One address for the pickers of all models; Wagtail asks for the right to enter the admin."""
    return [path("pickers/<slug:name>/", picker_options, name="picker_options")]
