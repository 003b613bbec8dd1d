"""The form of a grant in the admin."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminModelForm

from core.pickers.fields import set_reader


class GrantForm(WagtailAdminModelForm):
    """The identifier can be chosen for a new grant and never changed: published data carry it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_reader(self, self.for_user)
        if self.instance.pk and "identifier" in self.fields:
            self.fields["identifier"].disabled = True
