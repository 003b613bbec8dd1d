"""Questions to the bodies in charge, and what is known of the links of sources."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

__all__ = ["Confirmation", "LinkCheck"]


class Confirmation(models.Model):
    """A question to a body whether a page is still right, and what it answered.

    There is one for the Japanese page and its translations together. It is open until it is
    answered, or closed without an answer: by the next year's question, or since the page was
    confirmed otherwise. An answer that asks for a change is a task until somebody has done it.
    """

    class Answer(models.TextChoices):
        """What a body can answer."""

        RIGHT = "right", _("still correct")
        CHANGED = "changed", _("something has changed")
        ENDED = "ended", _("finished")

    page = models.ForeignKey(
        Page, verbose_name=_("page"), on_delete=models.CASCADE, related_name="confirmations"
    )
    address = models.EmailField(_("email address"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    asked_at = models.DateTimeField(_("asked on"))
    mails = models.PositiveSmallIntegerField(_("mails sent"), default=0)
    mailed_at = models.DateTimeField(_("last mail on"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("refused mails"), default=0)
    told_at = models.DateTimeField(_("curators told on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed without an answer on"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    words = models.TextField(_("what the organisation wrote"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=models.Q(answered_at=None, closed_at=None),
                name="one_open_question_a_page",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.page_id}"

    @property
    def is_open(self) -> bool:
        """Whether an answer is still waited for."""
        return self.answered_at is None and self.closed_at is None

    @property
    def is_task(self) -> bool:
        """Whether the answer asks for something that nobody has done yet."""
        return self.answered_at is not None and self.done_at is None


class LinkCheck(models.Model):
    """What was found at the address of a source when `links_check` asked last."""

    class Problem(models.TextChoices):
        """Why a link cannot be followed."""

        GONE = "gone", _("page is gone")
        REFUSED = "refused", _("server refuses programs")
        BROKEN = "broken", _("server has an error")
        UNREACHABLE = "unreachable", _("no connection")
        UNSAFE = "unsafe", _("address is not a public one")

    url = models.URLField(_("address"), max_length=600, unique=True)
    checked_at = models.DateTimeField(_("checked on"))
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=12, choices=Problem, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)

    class Meta:
        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")

    def __str__(self) -> str:
        return self.url
