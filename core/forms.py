"""Forms of the admin that every section may use."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.models import Page

PUBLICATION = ["live", "live_revision", "first_published_at", "last_published_at", "expired"]


class PageForm(WagtailAdminPageForm):
    """Saves a draft without undoing what was published since the request began.

    Wagtail stores the whole row of a draft as it was read; saving by itself runs beside approvals.
    """

    def save(self, commit: bool = True) -> Any:
        """Store the form; where the page has become public meanwhile, as a draft of it alone."""
        page = self.instance
        with transaction.atomic():
            if commit and page.pk and Page.objects.select_for_update().get(pk=page.pk).live:
                page.refresh_from_db(fields=PUBLICATION)
                commit = False
            return super().save(commit)


class FixedCodeForm(WagtailAdminModelForm):
    """The code can be chosen for a new record and never changed: addresses and exports carry it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding and "code" in self.fields:
            self.fields["code"].disabled = True
