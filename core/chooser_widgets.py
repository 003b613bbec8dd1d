"""Wagtail's choosers without the inline script that Wagtail writes behind each.

The content security policy of the admin refuses scripts inside a page. `static/js/admin-widgets.js`
starts the same chooser from data attributes.
"""

from __future__ import annotations

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser

__all__ = ["replace_inline_scripts"]

_ELEMENT = (
    '{}<span hidden data-controller="admin-widget" data-admin-widget-kind-value="{}"'
    ' data-admin-widget-input-value="{}" data-admin-widget-options-value="{}"></span>'
)


def replace_inline_scripts() -> None:
    """Have every chooser rendered by `_render`. Wagtail offers no other place to change this."""
    BaseChooser.render = _render


def _render(
    self: BaseChooser, name: str, value: Any, attrs: Any = None, renderer: Any = None
) -> SafeString:
    """As `BaseChooser.render`, but what its script says stands in data attributes."""
    id_ = attrs["id"]
    value_data = self.get_value_data(value)
    html = self.render_html(name, value_data, attrs)
    kind = "createTaskChooser" if isinstance(self, AdminTaskChooser) else self.js_constructor
    options = json.dumps(self.get_js_init_options(id_, name, value_data))
    return format_html(_ELEMENT, html, kind, id_, options)
