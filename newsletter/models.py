"""The issues of the newsletter. Who gets it is an alert (`alerts.Alert`) of that subject."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["NewsletterIssue"]


class NewsletterIssue(models.Model):
    """A month of the newsletter: the editors' words and, once sent, what it told of.

    What an issue tells of is read from the site until it is sent. Then `contents` keeps the keys of
    the pages and calls and the national figure, so that the archive shows what was sent, as far as
    it is still public.
    """

    month = models.CharField(
        _("month"),
        max_length=7,
        unique=True,
        validators=[RegexValidator(r"^20\d{2}-(0[1-9]|1[0-2])$", _("Write it as 2026-11."))],
        help_text=_("Of which it tells, as 2026-11. It is sent at the beginning of the next one."),
    )
    word_ja = models.TextField(
        _("editors’ words (Japanese)"),
        max_length=2_000,
        blank=True,
        help_text=_("They stand at the top of the mail and in the archive. May be empty."),
    )
    word_en = models.TextField(_("editors’ words (English)"), max_length=2_000, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    contents = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("newsletter issue")
        verbose_name_plural = _("newsletter")
        ordering = ["-month"]

    def __str__(self) -> str:
        return self.month

    def clean(self) -> None:
        """Keep an issue that was sent as it was sent."""
        super().clean()
        stored = NewsletterIssue.objects.filter(pk=self.pk, sent_at__isnull=False).first()
        if stored is None:
            return
        for name in ("month", "word_ja", "word_en"):
            if getattr(stored, name) != getattr(self, name):
                raise ValidationError(
                    {name: _("This issue has been sent and cannot be changed any more.")}
                )
