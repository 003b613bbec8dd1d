"""What has been loaded from the content files, so that loading again repeats nothing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedRecord(models.Model):
    """One record of a content file: the digest of what was loaded, and the page it became."""

    file = models.CharField(_("file"), max_length=100)
    key = models.CharField(_("key"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64)
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("loaded record")
        verbose_name_plural = _("loaded records")
        constraints = [models.UniqueConstraint(fields=["file", "key"], name="content_record_once")]

    def __str__(self) -> str:
        return f"{self.file}: {self.key}"
