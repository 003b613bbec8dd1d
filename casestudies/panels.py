"""A panel of the editor's form of a case: what its record has, and what it lacks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from casestudies.fields import ELEMENTS

__all__ = ["CompletenessPanel"]


class CompletenessPanel(Panel):
    """What the case lacks where it was saved last, as a list that leads to the fields."""

    class BoundPanel(Panel.BoundPanel):
        """The panel of one case."""

        template_name = "casestudies/admin/completeness_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """What is missing, each with the way to its field, and what is there."""
            # Models name their panels; what reads the database imports the models.
            from casestudies.completeness import missing_in

            context: dict[str, Any] = super().get_context_data(parent_context)
            missing = missing_in(self.instance)
            context["needed"] = [one for one in missing if one.is_needed]
            context["wanted"] = [one for one in missing if not one.is_needed]
            context["present"] = _(", ").join(
                str(label) for code, label in ELEMENTS.items() if self.instance.has_element(code)
            )
            return context

        def is_shown(self) -> bool:
            """Only of a case that has been saved."""
            return self.instance.pk is not None and super().is_shown()
