"""What the site has read in documents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model_string


class DocumentText(models.Model):
    """The text of a document's file, page by page, as the search knows it.

    Attributes:
        file: name of the stored file that was read; another one has another name.
        parts: pairs of a label (the number of a page or slide, the name of a sheet, or nothing)
            and the text that stands there.
        problem: why nothing could be read, in English, for operators.
    """

    document = models.OneToOneField(
        get_document_model_string(),
        verbose_name=_("document"),
        on_delete=models.CASCADE,
        related_name="+",
        primary_key=True,
    )
    file = models.CharField(max_length=255)
    parts = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("text of a document")
        verbose_name_plural = _("texts of documents")

    def __str__(self) -> str:
        return str(self.document_id)
