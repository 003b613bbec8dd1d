"""Who runs the site, and the messages that visitors write: questions, and errors on pages.

A message holds personal data (a name, an address to answer to). It is kept until it is done, and
deleted by `manage.py contact_forget` a while later.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Page

__all__ = ["MAX_TEXT", "Imprint", "Message"]

MAX_TEXT = 4000


class _InLanguage:
    """A text that is kept in two languages, in the active one; Japanese where English is empty."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, imprint: Any, owner: type | None = None) -> str:
        english = (get_language() or "").startswith("en")
        text = getattr(imprint, f"{self.name}_en") if english else ""
        return str(text or getattr(imprint, f"{self.name}_ja"))


def _pair(name: str) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(f"{name}_ja"), FieldPanel(f"{name}_en")])


@register_setting(icon="home", order=50)
class Imprint(BaseGenericSetting):
    """Who runs the site, as the law asks to say: stands at the foot of every page.

    Kept in the database, since administrators change it by themselves (a new representative, a new
    address), in two languages, with a history. What is empty is not shown; `manage.py check
    --deploy --database default` names what is missing.
    """

    operator_ja = models.CharField(_("operator (Japanese)"), max_length=200, blank=True)
    operator_en = models.CharField(_("operator (English)"), max_length=200, blank=True)
    website = models.URLField(_("the operator's own site"), blank=True)
    address_ja = models.CharField(
        _("postal address (Japanese)"),
        max_length=300,
        blank=True,
        help_text=_("With the postal code, as it stands on a letter."),
    )
    address_en = models.CharField(_("postal address (English)"), max_length=300, blank=True)
    representative_ja = models.CharField(
        _("representative (Japanese)"),
        max_length=200,
        blank=True,
        help_text=_("Title and name of whoever represents the operator."),
    )
    representative_en = models.CharField(_("representative (English)"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    mail = models.EmailField(
        _("email address for messages"),
        blank=True,
        help_text=_(
            "Messages of the contact form are sent there. It is not shown. "
            "Empty: curators get them."
        ),
    )
    privacy_desk_ja = models.CharField(
        _("desk for personal data (Japanese)"),
        max_length=200,
        blank=True,
        help_text=_(
            "The section that answers requests and complaints about personal data. It stands on "
            "the privacy page, as all that follows."
        ),
    )
    privacy_desk_en = models.CharField(
        _("desk for personal data (English)"), max_length=200, blank=True
    )
    disclosure_fee = models.PositiveIntegerField(
        _("fee for a disclosure, in yen"),
        null=True,
        blank=True,
        help_text=_("0 where there is none."),
    )
    hosting_ja = models.CharField(
        _("where data is kept (Japanese)"),
        max_length=300,
        blank=True,
        help_text=_("Country and name of the company that runs the server."),
    )
    hosting_en = models.CharField(_("where data is kept (English)"), max_length=300, blank=True)
    safety_ja = models.TextField(
        _("the operator's own security measures (Japanese)"),
        max_length=1000,
        blank=True,
        help_text=_(
            "Who is responsible, how staff is trained. What the site itself does stands on the "
            "privacy page already."
        ),
    )
    safety_en = models.TextField(
        _("the operator's own security measures (English)"), max_length=1000, blank=True
    )
    accredited_body_ja = models.CharField(
        _("accredited personal information protection organisation (Japanese)"),
        max_length=300,
        blank=True,
        help_text=_("Only where the operator belongs to one: its name and where to complain."),
    )
    accredited_body_en = models.CharField(
        _("accredited personal information protection organisation (English)"),
        max_length=300,
        blank=True,
    )

    operator = _InLanguage()
    address = _InLanguage()
    representative = _InLanguage()
    privacy_desk = _InLanguage()
    hosting = _InLanguage()
    safety = _InLanguage()
    accredited_body = _InLanguage()

    panels = [
        MultiFieldPanel(
            [
                _pair("operator"),
                FieldPanel("website"),
                _pair("address"),
                _pair("representative"),
                FieldPanel("phone"),
                FieldPanel("mail"),
            ],
            heading=_("At the foot of every page"),
        ),
        MultiFieldPanel(
            [
                _pair("privacy_desk"),
                FieldPanel("disclosure_fee"),
                _pair("hosting"),
                _pair("safety"),
                _pair("accredited_body"),
            ],
            heading=_("On the privacy page"),
        ),
    ]

    # What the site may not go public without; the telephone and an accredited body are optional.
    NEEDED = (
        *("operator_ja", "operator_en", "address_ja", "address_en"),
        *("representative_ja", "representative_en", "mail", "privacy_desk_ja", "privacy_desk_en"),
        *("disclosure_fee", "hosting_ja", "hosting_en", "safety_ja", "safety_en"),
    )

    class Meta:
        verbose_name = _("imprint")

    @property
    def missing(self) -> list[str]:
        """Names of the fields that are needed and empty."""
        return [name for name in self.NEEDED if getattr(self, name) in ("", None)]


class Message(models.Model):
    """What a visitor wrote, by the contact form or about an error on a page.

    Attributes:
        form_key: of the form with which it was sent, so that sending twice stores it once.
        page: the page that it is about, so that its region sees it; empty for other messages.
        path: address of what it is about, also where that is no page of the tree.
        title: of it, as it was when the message was sent.
        told_at: when whoever answers was told by mail.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        QUESTION = "question", _("A question about this site")
        ERROR = "error", _("Something wrong or out of date")
        WITHHOLD = "withhold", _("Something that should not be public")
        PERSONAL_DATA = "personal-data", _("A request about my personal data")
        NETWORK = "network", _("Taking part in the network")
        PRESS = "press", _("A media enquiry")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        """How far it is."""

        NEW = "new", _("to do")
        DONE = "done", _("done")

    form_key = models.UUIDField(_("key of the form"), unique=True)
    kind = models.CharField(_("subject"), max_length=20, choices=Kind)
    locale = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    name = models.CharField(_("your name"), max_length=100, blank=True)
    address = models.EmailField(_("your email address"), blank=True)
    text = models.TextField(_("message"), max_length=MAX_TEXT)
    page = models.ForeignKey(
        Page,
        verbose_name=_("page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    path = models.CharField(_("address of the page"), max_length=1000, blank=True)
    title = models.CharField(_("title of the page"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    told_at = models.DateTimeField(_("passed on at"), null=True, blank=True)
    receipt_at = models.DateTimeField(_("receipt sent at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    note = models.TextField(_("internal note"), max_length=2000, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-sent_at"]
        # Rights come from regions and curators, see contact.selectors.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_kind_display()}"

    @property
    def is_new(self) -> bool:
        """Whether somebody has still to look after it."""
        return self.state == self.State.NEW
