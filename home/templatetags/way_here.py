"""The way from the home page to a page, for programs."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.structured_data import json_ld
from core.templatetags.readings import title_as_read

register = template.Library()


@register.simple_tag(takes_context=True)
def way_as_data(context: Context, title: Any, page: Any) -> SafeString:
    """The breadcrumbs as a schema.org BreadcrumbList; the last item is the page itself.

    Its own address is not named: that of a private page is a secret.

    Args:
        title: of this page, where it is no page of the tree.
    """
    here = title or title_as_read(page)
    site = context["site_url"]
    items: list[dict[str, Any]] = [
        {"name": str(above["title"]), "item": f"{site}{above['url']}"}
        for above in [*context["breadcrumbs"], *(context.get("trail") or ())]
    ]
    if here:
        items.append({"name": str(here)})
    data = {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, **item}
            for position, item in enumerate(items, 1)
        ],
    }
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(json_ld(data)),  # noqa: S308 - json_ld leaves nothing that ends the script
    )
