"""Forms of the admin that every section may use."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminModelForm


class FixedCodeForm(WagtailAdminModelForm):
    """The code can be chosen for a new record and never changed: addresses and exports carry it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding and "code" in self.fields:
            self.fields["code"].disabled = True
