"""Forms of events: the admin's, and the filters of the list."""

from __future__ import annotations

from typing import Any

from core.forms import PageForm


class EventPageForm(PageForm):
    """A new event below a regional platform begins with the platform's places."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.parent_page.specific if self.parent_page is not None else None
        areas = getattr(parent, "areas", None)
        if self.instance.pk is None and areas is not None and "areas" in self.fields:
            self.initial["areas"] = list(areas.all())
