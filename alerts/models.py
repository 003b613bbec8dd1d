"""Who is told of new pages by mail, and which pages were there already.

An address is kept only for its alerts: without a confirmation for three days, else until it is
stopped.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Alert", "FindablePage"]


class FindablePage(models.Model):
    """A page that could be found once, in whatever language: from then on it is not new.

    Rows are numbered in the order in which pages became findable, so an alert only remembers how
    far it has looked. A call for applications has a row by its `uid`.
    """

    translation_key = models.UUIDField(_("key of the page's translations"), unique=True)
    noted_at = models.DateTimeField(_("noted at"), auto_now_add=True)

    class Meta:
        verbose_name = _("page that can be found")
        verbose_name_plural = _("pages that can be found")

    def __str__(self) -> str:
        return str(self.translation_key)


class Alert(models.Model):
    """What is sent to an address: new pages of a search, new calls, or the newsletter."""

    class Subject(models.TextChoices):
        """What it tells of."""

        SEARCH = "search", _("new pages of a search")
        CALLS = "calls", _("calls for applications")
        NEWSLETTER = "newsletter", _("newsletter")

    class Frequency(models.TextChoices):
        """How often a mail is sent at most."""

        WEEKLY = "weekly", _("once a week")
        DAILY = "daily", _("once a day")
        MONTHLY = "monthly", _("once a month")

    address = models.EmailField(_("email address"))
    locale = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=10, choices=Subject, default=Subject.SEARCH)
    query = models.CharField(
        _("search"), max_length=2_000, blank=True, help_text=_("Parameters of the search page.")
    )
    frequency = models.CharField(
        _("how often"), max_length=10, choices=Frequency, default=Frequency.WEEKLY
    )
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by_mail_at = models.DateTimeField(_("confirmation sent at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("last sent at"), null=True, blank=True)
    seen_until = models.PositiveBigIntegerField(_("last page it has looked at"), default=0)
    failures = models.PositiveSmallIntegerField(_("refused mails in a row"), default=0)

    class Meta:
        verbose_name = _("email alert")
        verbose_name_plural = _("email alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["address", "locale", "subject", "query"], name="one_alert_a_search"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.query}"
