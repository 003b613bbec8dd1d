"""A panel of the editor's form of a case: what its record has, and what it lacks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from casestudies.fields import ELEMENTS

__all__ = ["CompletenessPanel"]


class CompletenessPanel(Panel):
    """The elements of a complete record, as the case has them where it was saved last."""

    class BoundPanel(Panel.BoundPanel):
        """The panel of one case."""

        template_name = "casestudies/admin/completeness_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """What is there and what is missing, in the order in which a case is told."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            for name, wanted in (("present", True), ("missing", False)):
                context[name] = _(", ").join(
                    str(label)
                    for code, label in ELEMENTS.items()
                    if self.instance.has_element(code) is wanted
                )
            return context

        def is_shown(self) -> bool:
            """Only of a case that has been saved."""
            return self.instance.pk is not None and super().is_shown()
