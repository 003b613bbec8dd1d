"""What the kernel adds to the admin: the endpoint of the pickers, and words kept while typing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.rich_text.feature_registry import FeatureRegistry

from core.kept_text import confirm_stored, kept_text_account, kept_text_scripts
from core.page_links import VisiblePageLinkHandler
from core.pickers.views import picker_options


@hooks.register("register_admin_urls")
def add_picker_endpoint() -> list[URLPattern]:
    """One address for the pickers of all models; Wagtail asks for the right to enter the admin."""
    return [path("pickers/<slug:name>/", picker_options, name="picker_options")]


@hooks.register("register_admin_urls")
def add_kept_text_address() -> list[URLPattern]:
    """Where the browser learns whose words it keeps."""
    return [path("kept-text/", kept_text_account, name="kept_text_account")]


@hooks.register("insert_global_admin_js")
def add_kept_text_scripts() -> SafeString:
    """Keep what is typed in every form of the admin, and send each form once."""
    return kept_text_scripts(is_admin=True)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def tell_that_it_is_stored(request: HttpRequest, record: Any) -> None:
    """What was sent is stored; the browser may forget it."""
    confirm_stored(request)


@hooks.register("insert_global_admin_js")
def keep_typed_dates() -> SafeString:
    """Keep date pickers from rewriting what was typed."""
    return format_html('<script src="{}"></script>', static("js/date-pickers.js"))


@hooks.register("register_rich_text_features", order=1)
def hide_addresses_of_withheld_pages(features: FeatureRegistry) -> None:
    """Replace Wagtail's own handler of links to pages, which is registered before."""
    features.register_link_type(VisiblePageLinkHandler)
