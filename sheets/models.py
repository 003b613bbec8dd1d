"""What was uploaded and waits for somebody's confirmation."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT_FOR = datetime.timedelta(hours=2)


class SheetUpload(models.Model):
    """The records read from one file, between preview and confirmation; bound to one user.

    Attributes:
        records: row numbers and canonical texts by column.
        problems, remarks: what reading the file found, for the preview.
        seen: digest of what the preview showed; empty before it was shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sheet_uploads"
    )
    importer = models.CharField(_("kind of sheet"), max_length=60)
    file_name = models.CharField(_("file"), max_length=255)
    created_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    records = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    seen = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("uploaded spreadsheet")
        verbose_name_plural = _("uploaded spreadsheets")
        indexes = [models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_expired(self) -> bool:
        """Whether it can no longer be confirmed."""
        return self.created_at < timezone.now() - KEPT_FOR
