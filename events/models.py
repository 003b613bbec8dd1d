"""Webinars, symposia and meetings: announced, held, cancelled, and what came of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.fields import StreamField
from wagtail.models import Orderable

from core.blocks import ProseBlock
from core.dates import PartialDate
from core.models import BasePage, Contact, PartialDateField, Source
from core.templatetags.facts import partial_date
from events.dates import begin_of, end_of
from events.forms import EventPageForm
from people.models import Person
from regions.models import Area
from taxonomy.models import Language, Theme

__all__ = [
    "EventIndexPage",
    "EventMaterial",
    "EventOrganiser",
    "EventPage",
    "EventSession",
    "EventSource",
    "EventSpeaker",
    "EventVersion",
]


class EventIndexPage(BasePage):
    """All events: those to come, and those of the past, by place, theme and language."""

    intro = models.TextField(_("introduction"), blank=True)

    section_name = _("Events")
    section_summary = _("Symposia, webinars and meetings: what is coming, and what took place.")
    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["events.EventPage"]
    template = "events/event_index_page.html"
    content_panels = BasePage.content_panels + BasePage.card_panels + [FieldPanel("intro")]

    class Meta:
        verbose_name = _("event index")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the events that fit the filters of the address."""
        from events.selectors import event_lists

        context = super().get_context(request, *args, **kwargs)
        context.update(event_lists(self.locale.language_code, request.GET))
        return context


class EventPage(Contact, BasePage):
    """One event: when, where, in which languages, with whom, how to join, and what came of it.

    Dates are as precise as their source. `begins_at` and `ends_at` are the moments between which
    the event may take place; they are stored to sort and compare by. `sequence` and the like for
    calendars hang on the page as `EventVersion`, outside of its revisions.
    """

    class Kind(models.TextChoices):
        """Kinds of event."""

        SYMPOSIUM = "symposium", _("symposium")
        SEMINAR = "seminar", _("seminar")
        WEBINAR = "webinar", _("webinar")
        BRIEFING = "briefing", _("briefing")
        MEETING = "meeting", pgettext_lazy("kind of event", "meeting")
        VISIT = "visit", _("visit")
        OTHER = "other", _("other event")

    class Status(models.TextChoices):
        """What is known about whether it takes place."""

        PLANNED = "planned", _("Planned")
        HELD = "held", _("Finished")
        CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")
        POSTPONED = "postponed", _("Postponed")

    class Zone(models.TextChoices):
        """Time zones of the places where the network's events are."""

        JAPAN = "Asia/Tokyo", _("Japan time")
        KOREA = "Asia/Seoul", _("Korea time")
        UTC = "Etc/UTC", _("UTC")
        NEW_YORK = "America/New_York", _("New York time")
        LONDON = "Europe/London", _("London time")
        BERLIN = "Europe/Berlin", _("Central European time")
        SYDNEY = "Australia/Sydney", _("Sydney time")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.SYMPOSIUM)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=Status,
        default=Status.PLANNED,
        help_text=_(
            "Cancelled and postponed events stay published, so that calendars learn of it. "
            "“Held” needs a source or your own knowledge."
        ),
    )
    status_note = models.CharField(
        _("note on the status"),
        max_length=300,
        blank=True,
        help_text=_("Why it was cancelled, or when a new date will be named."),
    )
    original_title = models.CharField(
        _("title in its own language"),
        max_length=300,
        blank=True,
        help_text=_("Where the title above is the editors' own translation."),
    )
    starts_on = PartialDateField(
        _("first day"), blank=False, help_text=_("2024-05-31; 2024-05 or 2024 if no more is known")
    )
    start_time = models.TimeField(_("begins at"), null=True, blank=True)
    ends_on = PartialDateField(
        _("last day"), help_text=_("Only where it is not the first day as well.")
    )
    end_time = models.TimeField(_("ends at"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, choices=Zone, default=Zone.JAPAN)
    begins_at = models.DateTimeField(editable=False, db_index=True)
    ends_at = models.DateTimeField(editable=False, db_index=True)
    areas = ParentalManyToManyField(Area, verbose_name=_("places"), blank=True, related_name="+")
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    address = models.CharField(_("postal address of the venue"), max_length=300, blank=True)
    is_online = models.BooleanField(_("online"), default=False)
    themes = ParentalManyToManyField(
        Theme, verbose_name=_("themes"), blank=True, related_name="events"
    )
    languages = ParentalManyToManyField(
        Language, verbose_name=_("languages"), blank=True, related_name="+"
    )
    interpretation = ParentalManyToManyField(
        Language, verbose_name=_("interpreted into"), blank=True, related_name="+"
    )
    access_note = models.CharField(
        _("note on interpretation and access"),
        max_length=300,
        blank=True,
        help_text=_("Sign language, captions, step-free access, childcare."),
    )
    body = StreamField(ProseBlock(), verbose_name=_("what it is about"), blank=True)
    caveat = models.CharField(_("note for readers"), max_length=500, blank=True)
    programme = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    join_text = models.TextField(_("how to join"), blank=True)
    join_url = models.URLField(_("page for registration"), max_length=600, blank=True)
    join_until = models.DateField(_("registration closes on"), null=True, blank=True)
    fee = models.CharField(_("fee"), max_length=200, blank=True)
    capacity = models.PositiveIntegerField(_("places available"), null=True, blank=True)
    attendance = models.CharField(
        _("attendance as stated"), max_length=100, blank=True, help_text=_("In the source's words.")
    )

    # A copy announces another event, of which nothing has happened yet.
    exclude_fields_in_copy = [
        *BasePage.exclude_fields_in_copy,
        *("status", "status_note", "attendance", "materials"),
    ]

    parent_page_types = ["events.EventIndexPage", "regions.RegionalPlatformPage"]
    subpage_types: list[str] = []
    template = "events/event_page.html"
    base_form_class = EventPageForm
    content_panels = (
        BasePage.content_panels
        + BasePage.card_panels
        + [
            FieldPanel("original_title"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("status")]),
            FieldPanel("status_note"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("start_time")]),
                    FieldRowPanel([FieldPanel("ends_on"), FieldPanel("end_time")]),
                    FieldPanel("time_zone"),
                ],
                heading=pgettext_lazy("event", "Date and time"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("is_online"),
                    FieldPanel("areas"),
                    FieldPanel("venue"),
                    FieldPanel("address"),
                ],
                heading=_("Where"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("languages"),
                    FieldPanel("interpretation"),
                    FieldPanel("access_note"),
                ],
                heading=_("Languages and access"),
            ),
            FieldPanel("themes"),
            PageChooserPanel("programme"),
            FieldPanel("body"),
            InlinePanel("organisers", label=_("Organiser"), heading=_("Organisers")),
            InlinePanel(
                "sessions",
                label=_("Part of the programme"),
                heading=pgettext_lazy("event", "Programme"),
            ),
            InlinePanel("speakers", label=_("Speaker"), heading=_("Speakers")),
            MultiFieldPanel(
                [
                    FieldPanel("join_text"),
                    FieldPanel("join_url"),
                    FieldPanel("join_until"),
                    FieldRowPanel([FieldPanel("fee"), FieldPanel("capacity")]),
                ],
                heading=_("How to join"),
            ),
            *Contact.contact_panels,
            MultiFieldPanel([FieldPanel("attendance")], heading=_("Afterwards")),
            InlinePanel("materials", label=_("Recording or paper"), heading=_("Materials")),
            FieldPanel("caveat"),
            InlinePanel("sources", label=_("Source"), heading=_("Sources")),
        ]
    )

    class Meta:
        verbose_name = _("event page")
        verbose_name_plural = _("event pages")

    def clean(self) -> None:
        """Check the dates against each other."""
        super().clean()
        errors: dict[str, Any] = {}
        first = PartialDate.stored(self.starts_on)
        last = PartialDate.stored(self.ends_on or self.starts_on)
        # What is no date is refused by its field.
        if first and last:
            if last.is_before(first):
                errors["ends_on"] = _("The last day is before the first.")
            if self.start_time and not first.is_day:
                errors["start_time"] = _("A time needs a first day that is known to the day.")
            if self.end_time and not last.is_day:
                errors["end_time"] = _("A time needs a last day that is known to the day.")
            if (
                self.start_time
                and self.end_time
                and (self.ends_on or self.starts_on) == self.starts_on
                and self.end_time <= self.start_time
            ):
                errors["end_time"] = _("It ends before it begins.")
        if errors:
            raise ValidationError(errors)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Work out the moments first, which are required and no field of the form."""
        self._set_moments()
        super().full_clean(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the moments in step with the dates."""
        self._set_moments()
        super().save(*args, **kwargs)

    def _set_moments(self) -> None:
        try:
            self.begins_at = begin_of(self.starts_on, self.start_time, self.time_zone)
            self.ends_at = end_of(self.starts_on, self.ends_on, self.end_time, self.time_zone)
        except (TypeError, ValueError, KeyError):
            # A draft may have no date, or one that `clean` refuses.
            self.begins_at = self.begins_at or timezone.now()
            self.ends_at = self.ends_at or self.begins_at

    @property
    def is_past(self) -> bool:
        """Whether it is over for certain."""
        return self.ends_at <= timezone.now()

    @property
    def is_off(self) -> bool:
        """Whether it does not take place on its date."""
        return self.status in {self.Status.CANCELLED, self.Status.POSTPONED}

    @property
    def has_days(self) -> bool:
        """Whether its days are known, which a calendar needs."""
        first = PartialDate.stored(self.starts_on)
        last = PartialDate.stored(self.ends_on or self.starts_on)
        return first is not None and first.is_day and last is not None and last.is_day

    @property
    def day(self) -> datetime.date | None:
        """The first day, where it is known."""
        first = PartialDate.stored(self.starts_on)
        return first.first_day if first and first.is_day else None

    @property
    def is_open_to_join(self) -> bool:
        """Whether one can still register."""
        closed = self.join_until is not None and self.join_until < timezone.localdate()
        return not (self.is_past or self.is_off or closed)

    def share_facts(self) -> dict[str, str]:
        """For the picture beside its link on other sites: kind and day."""
        return {
            "above": str(self.get_kind_display()),
            "number": partial_date(self.starts_on),
        }

    def structured_data(self) -> dict[str, Any]:
        """The event as a schema.org Event."""
        from events.selectors import event_as_schema

        return super().structured_data() | event_as_schema(self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the rows, linked to pages in this page's language."""
        from events.selectors import event_context, read_for_page

        read_for_page(self)
        context = super().get_context(request, *args, **kwargs)
        context.update(event_context(self))
        return context


class EventOrganiser(Orderable):
    """A body behind an event; linked where it has a page in the directory."""

    class Part(models.TextChoices):
        """What the body does for the event."""

        ORGANISER = "organiser", _("organiser")
        CO_ORGANISER = "co-organiser", _("co-organiser")
        SUPPORTER = "supporter", pgettext_lazy("part in an event", "supporter")
        FUNDER = "funder", _("funder")

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="organisers")
    organisation = models.ForeignKey(
        "organisations.OrganisationPage",
        verbose_name=_("page in the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events_organised",
    )
    name = models.CharField(
        _("name"), max_length=200, blank=True, help_text=_("Where it has no page.")
    )
    part = models.CharField(_("part"), max_length=20, choices=Part, default=Part.ORGANISER)

    panels = [FieldPanel("organisation"), FieldPanel("name"), FieldPanel("part")]

    class Meta(Orderable.Meta):
        verbose_name = _("organiser")

    def clean(self) -> None:
        """An organiser needs a page or a name."""
        super().clean()
        if not self.name and not self.organisation_id:
            raise ValidationError({"name": _("Choose a page, or write the name.")})


class EventSession(Orderable):
    """A part of an event's programme."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="sessions")
    time = models.TimeField(_("time"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)

    panels = [FieldPanel("time"), FieldPanel("title"), FieldPanel("description")]

    class Meta(Orderable.Meta):
        verbose_name = _("part of the programme")


class EventSpeaker(Orderable):
    """Somebody who speaks at an event, with the source that says so."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="speakers")
    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    role = models.CharField(
        _("part and role on that day"),
        max_length=200,
        blank=True,
        help_text=_("Speaker, chair; office at the time, where it has changed since."),
    )
    source_url = models.URLField(
        _("link to the source"), max_length=600, help_text=_("Where this was announced.")
    )
    source_accessed = PartialDateField(_("source accessed on"), blank=False)

    panels = [
        FieldPanel("person"),
        FieldPanel("role"),
        FieldPanel("source_url"),
        FieldPanel("source_accessed"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("speaker")


class EventMaterial(Orderable):
    """A recording, slides or a report: on this site or elsewhere."""

    class Kind(models.TextChoices):
        """Kinds of material."""

        RECORDING = "recording", _("recording")
        SLIDES = "slides", _("slides")
        REPORT = "report", _("report")
        PAPER = "paper", _("paper")

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="materials")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.REPORT)
    title = models.CharField(_("title"), max_length=300)
    url = models.URLField(_("address"), max_length=600, blank=True)
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    language = models.ForeignKey(
        Language,
        verbose_name=_("language"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    panels = [
        FieldPanel("kind"),
        FieldPanel("title"),
        FieldPanel("url"),
        FieldPanel("document"),
        FieldPanel("language"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("material")

    def clean(self) -> None:
        """A material needs an address or a document."""
        super().clean()
        if not self.url and not self.document_id:
            raise ValidationError({"url": _("Give an address, or choose a document.")})

    @property
    def address(self) -> str:
        """Where it can be had."""
        return str(self.document.url) if self.document is not None else self.url


class EventSource(Source):
    """Where a fact about an event was read."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="sources")


class EventVersion(models.Model):
    """What calendars must know of an event's changes; outside of revisions, which go back.

    `sequence` is raised with each publication that changes what calendars show.
    """

    page = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="version")
    sequence = models.PositiveIntegerField(_("number of changes"), default=0)
    digest = models.CharField(max_length=64, editable=False)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("version of an event")
        verbose_name_plural = _("versions of events")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.sequence}"
