"""Help with writing in the admin: hints beside the editor, warnings, what waits for translation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from users.roles import is_translator
from writing.checks import personal_data
from writing.selectors import outdated_translations, untranslated_pages
from writing.views import page_address, page_hints


@hooks.register("register_admin_urls")
def register_hints() -> list[URLPattern]:
    """Where the side panel fetches hints, and the form an address for the title."""
    return [
        path("writing/<int:page_id>/", page_hints, name="writing_hints"),
        path("writing/address/<int:parent_id>/", page_address, name="writing_address"),
    ]


@hooks.register("insert_editor_js")
def add_script() -> SafeString:
    """The scripts that fetch hints when the draft has been saved, and the address of a page."""
    return format_html_join(
        "\n",
        '<script src="{}" type="module"></script>',
        [(static("js/writing.js"),), (static("js/page-address.js"),)],
    )


@hooks.register("after_publish_page")
def warn_of_personal_data(request: HttpRequest, page: Page) -> None:
    """Say loudly when private data may have become public."""
    found = personal_data(page.specific)
    if found:
        words = ", ".join(dict.fromkeys(f"{hint.label}: {hint.excerpt}" for hint in found))
        messages.warning(
            request,
            _("This page is public now, and may hold private data: %(words)s. Please look at it.")
            % {"words": words},
        )


class TranslationsPanel(Component):
    """On the dashboard of translators and curators: translations that are older than originals."""

    name = "translations"
    template_name = "writing/admin/translations_panel.html"
    order = 170

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The oldest ones, and how many there are."""
        outdated = outdated_translations()
        return {
            "total": outdated.count(),
            "pages": outdated[:8],
            "untranslated": untranslated_pages().count(),
        }


@hooks.register("construct_homepage_panels")
def add_translations(request: HttpRequest, panels: list[Any]) -> None:
    """Show translators what has changed since it was translated."""
    if is_translator(request.user):
        panels.append(TranslationsPanel())
