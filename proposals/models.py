"""What organisations without an account propose, until a region turns it into a draft or declines.

Personal data (who sent it, and the mail address) is kept for the way of the proposal alone and
deleted by `manage.py proposals_forget`.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from core.models import Contact, PartialDateField
from core.visibility import publicly_visible_pages
from proposals.private_files import PrivateFiles
from regions.models import Area

__all__ = ["MAX_FILES", "Attachment", "Proposal"]

MAX_FILES = 3


class Proposal(Contact):
    """A case study in the short form of the template, as somebody outside wrote it.

    Attributes:
        key: stands in the private link; a new one makes all older links worthless.
        form_key: of the form with which it was sent, so that sending twice stores it once.
        version: grows with every change, so that nobody overwrites what they have not seen.
    """

    class State(models.TextChoices):
        """How far the proposal is."""

        WAITING = "waiting", _("waiting")
        TAKEN_UP = "taken-up", _("accepted as a draft")
        DECLINED = "declined", _("declined")

    key = models.UUIDField(_("key of the private link"), default=uuid.uuid4, unique=True)
    form_key = models.UUIDField(_("key of the form"), unique=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    locale = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)

    title = models.CharField(_("title"), max_length=60)
    summary = models.CharField(_("summary in one sentence"), max_length=300, blank=True)
    overview = models.TextField(_("overview"), max_length=1200)
    area = models.ForeignKey(
        Area, verbose_name=_("place"), on_delete=models.PROTECT, related_name="proposals"
    )
    place_note = models.CharField(_("note on the place"), max_length=100, blank=True)
    organisation = models.CharField(_("lead organisation"), max_length=200)
    actor_type = models.ForeignKey(
        "taxonomy.ActorType",
        verbose_name=_("type of organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    bridging = models.TextField(
        _("who connected foreign and Japanese residents, and how"), max_length=1000, blank=True
    )
    themes = models.ManyToManyField("taxonomy.Theme", verbose_name=_("themes"), related_name="+")
    target_groups = models.ManyToManyField(
        "taxonomy.TargetGroup", verbose_name=_("who it is for"), blank=True, related_name="+"
    )
    started = PartialDateField(_("started"))
    status = models.ForeignKey(
        "taxonomy.CaseStatus",
        verbose_name=_("status"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    context = models.TextField(_("background and challenge"), max_length=3000, blank=True)
    goal = models.TextField(_("goal"), max_length=3000, blank=True)
    actions = models.TextField(_("what was done"), max_length=5000)
    outcomes = models.TextField(_("results achieved"), max_length=3000, blank=True)
    participation_level = models.ForeignKey(
        "taxonomy.ParticipationLevel",
        verbose_name=_("involvement of foreign residents"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    source_title = models.CharField(_("name of the source"), max_length=300, blank=True)
    source_url = models.URLField(_("link to the source"), max_length=600, blank=True)

    proposer_name = models.CharField(_("your name"), max_length=100, blank=True)
    proposer_mail = models.EmailField(_("your email address"), blank=True)
    consented_at = models.DateTimeField(_("consent to publish given at"))
    people_consented = models.BooleanField(_("people shown have agreed"), default=False)

    sent_at = models.DateTimeField(_("sent at"))
    amended_at = models.DateTimeField(_("amended at"), null=True, blank=True)
    receipt_at = models.DateTimeField(_("receipt sent at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    page = models.ForeignKey(
        CaseStudyPage,
        verbose_name=_("draft page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-sent_at"]
        # Rights come from regions and curators, see proposals.selectors.
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be amended, taken up or declined."""
        return self.state == self.State.WAITING

    @property
    def published_page(self) -> Page | None:
        """The public page that came of it, if there is one."""
        return self.page if self.page and publicly_visible_pages([self.page]) else None


class Attachment(models.Model):
    """A picture or PDF file, checked and made safe before it is stored.

    Without a proposal it was sent with a form that had a mistake, and waits for the form to come
    back; `manage.py proposals_forget` deletes it after three hours.
    """

    class Kind(models.TextChoices):
        """What it is."""

        IMAGE = "image", _("picture")
        PDF = "pdf", _("PDF file")

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True)
    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="attachments",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    file = models.FileField(_("file"), storage=PrivateFiles(), upload_to="proposals/%Y/%m")
    size = models.PositiveIntegerField(_("size in bytes"))
    stored_at = models.DateTimeField(_("stored at"), auto_now_add=True)

    class Meta:
        verbose_name = _("attachment of a proposal")
        verbose_name_plural = _("attachments of proposals")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
