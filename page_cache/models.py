"""The version of everything that a visitor could see."""

from __future__ import annotations

import secrets

from django.db import models


class ContentChange(models.Model):
    """One transaction that changed something public.

    Written in the same transaction as the change, so both are there or neither is. The rows that
    are there name a version of the content; see `page_cache.versions`.
    """

    token = models.CharField(max_length=64, default=secrets.token_hex)

    def __str__(self) -> str:
        """Return its number."""
        return str(self.pk)
