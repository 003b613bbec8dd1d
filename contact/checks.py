"""System check: what only the operator can say, and has not said yet, before the site is public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from contact.models import Imprint


@register(Tags.database, deploy=True)
def check_imprint(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Name the fields of the imprint that are empty; warn, too, where it cannot be read.

    Reads the database, so it runs where one is named, as Django's own checks of databases do.
    """
    if not databases:
        return []
    try:
        imprint = Imprint.objects.first() or Imprint()
    except DatabaseError:
        return [Warning("The imprint cannot be read.", hint="Run migrate.", id="contact.W002")]
    if not imprint.missing:
        return []
    return [
        Warning(
            f"The imprint lacks: {', '.join(imprint.missing)}. The law asks who runs the site and "
            "how personal data is handled.",
            hint="An administrator fills it in in the admin: Settings, Imprint.",
            id="contact.W001",
        )
    ]
