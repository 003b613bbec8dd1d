"""Reads of what was uploaded."""

from __future__ import annotations

import uuid
from typing import Any

from sheets.models import SheetUpload

__all__ = ["upload_of"]


def upload_of(user: Any, importer: str, key: uuid.UUID) -> SheetUpload | None:
    """Somebody's own upload that can still be confirmed; None where it is gone or expired."""
    upload = SheetUpload.objects.filter(pk=key, user=user, importer=importer).first()
    return None if upload is None or upload.is_expired else upload
