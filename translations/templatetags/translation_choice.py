"""The question that every screen asks which withdraws or moves a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from translations.choice import ASKED, TICKED
from translations.counterparts import followers

register = template.Library()

# Where the form for the action ends: at its first button.
_FORM = re.compile(
    r'<form\b[^>]*\bmethod="post".*?(?=<input[^>]*type="submit"|<button[^>]*type="submit"|</form>)',
    re.IGNORECASE | re.DOTALL,
)


@register.inclusion_tag("translations/choice.html")
def translation_choice(pages: Any) -> dict[str, Any]:
    """The checkbox, ticked, with the translations by name; nothing where there are none.

    Args:
        pages: a page, or the items of a bulk action.
    """
    return {"translations": followers(_pages(pages)), "asked": ASKED, "ticked": TICKED}


@register.inclusion_tag("translations/choice.html")
def translations_follow(page: Any) -> dict[str, Any]:
    """The translations by name, to which the same will apply in any case.

    Args:
        page: a page, or another kind of object with the same screen, which has none.
    """
    return {"translations": followers(_pages(page if isinstance(page, Page) else None))}


@register.simple_block_tag
def with_translation_choice(content: str, pages: Any) -> SafeString:
    """Put the checkbox into the form of a screen whose form leaves no block for it."""
    choice = render_to_string("translations/choice.html", translation_choice(pages))
    found = _FORM.search(content)
    if not choice.strip() or found is None:
        return mark_safe(content)  # noqa: S308 - rendered by Wagtail's template
    whole = content[: found.end()] + choice + content[found.end() :]
    return mark_safe(whole)  # noqa: S308 - both parts come from templates


def _pages(pages: Any) -> Iterable[Page]:
    items = [pages] if isinstance(pages, Page) else [item["item"] for item in pages or ()]
    return [page for page in items if isinstance(page, Page) and page.pk]
