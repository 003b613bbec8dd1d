"""The network's programmes: what they are for, who takes part, what happened, and their grants.

What the network knows of a programme is kept as rows, each with where it was read: `ProgrammeFact`
(facts, meetings, visits, outputs, recommendations: whatever has a text and perhaps a day),
`ProgrammeBody` (partners, supporters, members), `ProgrammeCall`, `ProgrammeComparison`. A grant is
a record of its own and belongs to both languages: docs/decisions/0011.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from casestudies.models import CaseStudyPage
from core.blocks import ProseBlock
from core.dates import PartialDate, ends_before_start
from core.models import (
    BasePage,
    Cited,
    Contact,
    PartialDateField,
    PlainJapaneseMixin,
    in_language,
)
from organisations.models import OrganisationPage
from people.models import Person
from programmes.blocks import GuideStepBlock
from regions.models import Area

__all__ = [
    "FunderCall",
    "Grant",
    "ProgrammeBody",
    "ProgrammeCall",
    "ProgrammeComparison",
    "ProgrammeFact",
    "ProgrammeIndexPage",
    "ProgrammePage",
    "SynthesisPage",
]


class ProgrammeIndexPage(BasePage):
    """Home of the programmes, with a timeline of the network's work."""

    intro = models.TextField(_("introduction"), blank=True)

    section_name = _("Programmes")
    section_summary = _(
        "The network’s programmes, grants, exchanges and roundtable, with their sources."
    )
    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["programmes.ProgrammePage"]
    template = "programmes/programme_index_page.html"
    content_panels = BasePage.content_panels + BasePage.card_panels + [FieldPanel("intro")]

    class Meta:
        verbose_name = _("programme index")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the programmes, the calls that are open, and one page of the timeline."""
        from programmes.selectors import index_context

        context = super().get_context(request, *args, **kwargs)
        context.update(index_context(self, request.GET))
        return context


class ProgrammePage(PlainJapaneseMixin, BasePage, Contact):
    """A programme of the network.

    `kind` decides which parts the page shows beside those that every programme has; a part without
    data is left out.
    """

    class Kind(models.TextChoices):
        """What sort of work the programme is."""

        NETWORK = "network", _("regional network")
        STUDY = "study", _("study")
        SURVEY = "survey", _("survey")
        GRANTS = "grants", _("grant programme")
        AID = "aid", _("emergency grants")
        EXCHANGE = "exchange", _("exchange")
        ROUNDTABLE = "roundtable", _("roundtable")

    class State(models.TextChoices):
        """Whether the programme goes on; where its dates tell, they count."""

        ONGOING = "ongoing", _("in progress")
        ENDED = "ended", _("finished")
        UNKNOWN = "unknown", _("as its dates say")

    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    formal_name = models.CharField(_("full name"), max_length=300, blank=True)
    other_name = models.CharField(_("name in the other language"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.UNKNOWN)
    started = PartialDateField(_("started"))
    ended = PartialDateField(_("ended"))
    period_note = models.CharField(_("period as the sources say it"), max_length=300, blank=True)
    aim = StreamField(ProseBlock(), verbose_name=_("aim"), blank=True)
    themes = ParentalManyToManyField("taxonomy.Theme", verbose_name=_("themes"), blank=True)
    areas = ParentalManyToManyField(
        Area, verbose_name=_("places"), blank=True, related_name="programmes"
    )
    languages = ParentalManyToManyField(
        "taxonomy.Language",
        verbose_name=_("languages of the aid"),
        blank=True,
        help_text=_("Empty where the sources do not say."),
    )
    total_amount = models.PositiveBigIntegerField(
        _("total of the grants, in yen"), null=True, blank=True
    )
    amount_note = models.CharField(_("amount as the sources say it"), max_length=300, blank=True)
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows the programme"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="followed_by",
    )
    cases = ParentalManyToManyField(
        CaseStudyPage, verbose_name=_("case studies"), blank=True, related_name="+"
    )
    steps = StreamField([("step", GuideStepBlock())], verbose_name=_("how to start"), blank=True)
    internal_note = models.TextField(
        _("internal note"),
        blank=True,
        help_text=_("For editors alone: what is still to be asked or confirmed."),
    )

    parent_page_types = ["programmes.ProgrammeIndexPage"]
    subpage_types = ["programmes.SynthesisPage"]
    template = "programmes/programme_page.html"
    only_summary_is_plain = True
    content_panels = (
        BasePage.content_panels
        + BasePage.card_panels
        + [
            MultiFieldPanel(
                [
                    FieldPanel("short_name"),
                    FieldPanel("formal_name"),
                    FieldPanel("other_name"),
                    FieldPanel("kind"),
                    FieldPanel("state"),
                    FieldPanel("started"),
                    FieldPanel("ended"),
                    FieldPanel("period_note"),
                    FieldPanel("follows"),
                ],
                heading=_("Facts"),
            ),
            FieldPanel("aim"),
            *PlainJapaneseMixin.plain_japanese_panels,
            MultiFieldPanel(
                [
                    FieldPanel("total_amount"),
                    FieldPanel("amount_note"),
                    FieldPanel("themes"),
                    FieldPanel("areas"),
                    FieldPanel("languages"),
                ],
                heading=_("Amount, themes and places"),
            ),
            InlinePanel("calls", label=_("Call"), heading=_("Calls for applications")),
            InlinePanel("facts", label=_("Entry"), heading=_("Facts, meetings and outputs")),
            InlinePanel("bodies", label=_("Body"), heading=_("Partners, supporters and members")),
            InlinePanel("comparisons", label=_("Topic"), heading=_("Japan and Korea by topic")),
            FieldPanel("cases"),
            FieldPanel("steps"),
            FieldPanel("internal_note"),
            *Contact.contact_panels,
        ]
    )

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    @property
    def name(self) -> str:
        """The short name where there is one, else the title."""
        return self.short_name or self.title

    @property
    def current_state(self) -> str:
        """What its dates say today: a `State`, or empty where they and the editors say nothing.

        A last day that has passed ends a programme, whatever was written before; one to come keeps
        it going.
        """
        last, first = PartialDate.stored(self.ended), PartialDate.stored(self.started)
        today = timezone.localdate()
        if last is not None:
            if last.last_day < today:
                return self.State.ENDED
            if first is not None and first.first_day <= today:
                return self.State.ONGOING
        return "" if self.state == self.State.UNKNOWN else self.state

    @property
    def current_state_label(self) -> str:
        """The same in words."""
        return str(self.State(self.current_state).label) if self.current_state else ""

    @property
    def gives_grants(self) -> bool:
        """Whether grants are part of the programme."""
        return self.kind in {self.Kind.GRANTS, self.Kind.AID}

    def structured_data(self) -> dict[str, Any]:
        """The programme as a schema.org FundingScheme or Project."""
        data = super().structured_data()
        data["@type"] = "FundingScheme" if self.gives_grants else "Project"
        if not self.gives_grants and self.started:
            data["foundingDate"] = self.started
        if self.other_name:
            data["alternateName"] = self.other_name
        supporters = [
            {"@type": "Organization", "name": body.name}
            for body in self.bodies.all()
            if body.part == ProgrammeBody.Part.SUPPORTER
        ]
        if supporters:
            data["funder"] = supporters
        return data

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the rows by their kind, the grants, and what other sections contribute."""
        from programmes.selectors import programme_context, read_for_page

        read_for_page(self)
        context = super().get_context(request, *args, **kwargs)
        context.update(programme_context(self, request))
        return context


class ProgrammeFact(Cited, Orderable):
    """Something the sources say of a programme: a fact, a meeting, a visit, an output."""

    class Kind(models.TextChoices):
        """What the entry is; the page shows each kind in a part of its own."""

        FACT = "fact", _("milestone")
        MEETING = "meeting", _("meeting")
        SYMPOSIUM = "symposium", _("symposium")
        HANDOVER = "handover", _("recommendations submitted")
        VISIT = "visit", _("visit")
        AID = "aid", _("type of support")
        OUTPUT = "output", _("output")
        RECOMMENDATION = "recommendation", _("recommendation")

    page = ParentalKey(ProgrammePage, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.FACT)
    date = PartialDateField(_("date"))
    until = PartialDateField(_("last day"))
    title = models.CharField(_("title"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    attendance = models.CharField(_("who took part"), max_length=200, blank=True)
    url = models.URLField(_("address of the document"), max_length=600, blank=True)

    panels = [
        FieldPanel("kind"),
        FieldPanel("date"),
        FieldPanel("until"),
        FieldPanel("title"),
        FieldPanel("text"),
        FieldPanel("place"),
        FieldPanel("attendance"),
        FieldPanel("url"),
        FieldPanel("sources"),
        FieldPanel("accessed"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("entry")

    def __str__(self) -> str:
        return self.title or self.text[:80]

    def clean(self) -> None:
        """An entry says something."""
        super().clean()
        if not self.title and not self.text:
            raise ValidationError({"text": gettext("Write a title or a text.")})


class ProgrammeBody(Cited, Orderable):
    """A body or a public role that takes part in a programme, with its sector."""

    class Part(models.TextChoices):
        """The part that it takes."""

        RUNNER = "runner", _("runs it")
        PARTNER = "partner", _("partner")
        SUPPORTER = "supporter", _("supporter")
        MEMBER = "member", _("member")

    page = ParentalKey(ProgrammePage, on_delete=models.CASCADE, related_name="bodies")
    part = models.CharField(_("part"), max_length=20, choices=Part, default=Part.PARTNER)
    sector = models.CharField(_("sector"), max_length=100, blank=True)
    name = models.CharField(
        _("name or public role"),
        max_length=300,
        help_text=_("A body, or the office that somebody holds; never a private person."),
    )
    organisation = models.ForeignKey(
        OrganisationPage,
        verbose_name=_("page in the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="programme_bodies",
    )
    person = models.ForeignKey(
        Person,
        verbose_name=_("person in this public role"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="programme_bodies",
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    panels = [
        FieldPanel("part"),
        FieldPanel("sector"),
        FieldPanel("name"),
        FieldPanel("organisation"),
        FieldPanel("person"),
        FieldPanel("note"),
        FieldPanel("sources"),
        FieldPanel("accessed"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("body")

    def __str__(self) -> str:
        return self.name


class CallDates(models.Model):
    """Abstract: when a call opens and closes; it does at the end of its last day, Japanese time.

    `uid` names the call in calendars and alerts: it stays when the days change.
    """

    # Where it stands at the moment; set by `calls.with_state`.
    state: Any

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    opens = PartialDateField(_("opens"))
    closes = PartialDateField(_("last day"))
    closes_at = models.TimeField(
        _("closes at"), null=True, blank=True, help_text=_("Japanese time; empty: end of the day.")
    )

    class Meta:
        abstract = True

    @property
    def has_deadline_to_come(self) -> bool:
        """Whether there is a last day to put into a calendar."""
        closes = PartialDate.stored(self.closes)
        today = timezone.localdate()
        return closes is not None and closes.is_day and closes.first_day >= today

    def clean(self) -> None:
        """A call ends after it began; a time needs a day."""
        super().clean()
        if ends_before_start(self.opens, self.closes):
            raise ValidationError(
                {"closes": gettext("The last day lies before the first. Correct one of the two.")}
            )
        closes = PartialDate.stored(self.closes)
        if self.closes_at and not (closes and closes.is_day):
            raise ValidationError(
                {"closes_at": gettext("A time needs a full last day, such as 2026-12-25.")}
            )


class ProgrammeCall(CallDates, Cited, Orderable):
    """A call for applications of one of the network's programmes."""

    page = ParentalKey(ProgrammePage, on_delete=models.CASCADE, related_name="calls")
    title = models.CharField(_("title"), max_length=300)
    amount = models.CharField(_("amount"), max_length=300, blank=True)
    eligibility = models.TextField(_("who can apply"), blank=True)
    applications = models.PositiveIntegerField(_("applications"), null=True, blank=True)
    selected = models.PositiveIntegerField(_("selected"), null=True, blank=True)
    url = models.URLField(_("how to apply"), max_length=600, blank=True)

    panels = [
        FieldPanel("title"),
        FieldPanel("opens"),
        FieldPanel("closes"),
        FieldPanel("closes_at"),
        FieldPanel("amount"),
        FieldPanel("eligibility"),
        FieldPanel("applications"),
        FieldPanel("selected"),
        FieldPanel("url"),
        FieldPanel("sources"),
        FieldPanel("accessed"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("call")

    def __str__(self) -> str:
        return self.title

    @property
    def public_url(self) -> str:
        """Full address of the programme."""
        return self.page.public_url

    @property
    def changed_at(self) -> datetime.datetime | None:
        """When readers last saw something new of it."""
        return self.page.last_published_at


class FunderCall(CallDates, Cited):
    """A call of somebody else: a ministry, CLAIR, a foundation. One record for both languages.

    Editors enter it as its source has it; what no source says stays empty.
    """

    title_ja = models.CharField(_("title (Japanese)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    funder_ja = models.CharField(_("funder (Japanese)"), max_length=200)
    funder_en = models.CharField(_("funder (English)"), max_length=200, blank=True)
    url = models.URLField(_("page of the call"), max_length=600)
    amount_ja = models.CharField(_("amount (Japanese)"), max_length=300, blank=True)
    amount_en = models.CharField(_("amount (English)"), max_length=300, blank=True)
    eligibility_ja = models.TextField(_("who can apply (Japanese)"), blank=True)
    eligibility_en = models.TextField(_("who can apply (English)"), blank=True)
    follows = models.ForeignKey(
        "self",
        verbose_name=_("round before this one"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="followed_by",
        help_text=_("Two rounds or more tell readers when the next one usually opens."),
    )
    modified = models.DateTimeField(_("changed on"), auto_now=True)

    title = in_language("title")
    funder = in_language("funder")
    amount = in_language("amount")
    eligibility = in_language("eligibility")

    class Meta:
        verbose_name = _("call of another funder")
        verbose_name_plural = _("calls of other funders")
        ordering = ["-closes", "-opens", "pk"]

    def __str__(self) -> str:
        return f"{self.title} ({self.funder})"

    @property
    def public_url(self) -> str:
        """Address of the funder's own page."""
        return self.url

    @property
    def changed_at(self) -> datetime.datetime | None:
        """When it was last saved."""
        return self.modified

    def clean(self) -> None:
        """A call has a day, the day on which it was checked, and never comes before itself."""
        super().clean()
        problems = {}
        if not self.opens and not self.closes:
            problems["closes"] = gettext("Enter the last day, or the day on which the call opens.")
        if not self.accessed:
            problems["accessed"] = gettext("Enter the day on which you checked the source.")
        earlier = self.follows
        while earlier is not None:
            if self.pk is not None and earlier.pk == self.pk:
                problems["follows"] = gettext("A call cannot come before itself. Choose another.")
                break
            earlier = earlier.follows
        if problems:
            raise ValidationError(problems)


class ProgrammeComparison(Orderable):
    """One topic side by side: what Japan does and what Korea does, each with its source."""

    page = ParentalKey(ProgrammePage, on_delete=models.CASCADE, related_name="comparisons")
    topic = models.CharField(_("topic"), max_length=120)
    japan = models.TextField(_("In Japan"))
    japan_sources = models.TextField(
        _("sources for Japan"), help_text=_("Addresses, or names of documents, one a line.")
    )
    japan_case = models.ForeignKey(
        CaseStudyPage,
        verbose_name=_("Japanese case study"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    korea = models.TextField(_("In Korea"))
    korea_sources = models.TextField(
        _("sources for Korea"), help_text=_("Addresses, or names of documents, one a line.")
    )
    korea_case = models.ForeignKey(
        CaseStudyPage,
        verbose_name=_("Korean case study"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    shared_texts = ["japan_sources", "korea_sources"]

    panels = [
        FieldPanel("topic"),
        FieldPanel("japan"),
        FieldPanel("japan_sources"),
        FieldPanel("japan_case"),
        FieldPanel("korea"),
        FieldPanel("korea_sources"),
        FieldPanel("korea_case"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("topic")

    def __str__(self) -> str:
        return self.topic


class SynthesisPage(BasePage):
    """What the case studies of a study say together: roles, actors and regions, counted."""

    intro = models.TextField(_("introduction"), blank=True)

    parent_page_types = ["programmes.ProgrammePage"]
    subpage_types: list[str] = []
    template = "programmes/synthesis_page.html"
    content_panels = BasePage.content_panels + BasePage.card_panels + [FieldPanel("intro")]

    class Meta:
        verbose_name = _("synthesis page")
        verbose_name_plural = _("synthesis pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the numbers, counted here and now."""
        from programmes.selectors import synthesis

        context = super().get_context(request, *args, **kwargs)
        context.update(synthesis(self.locale.language_code))
        return context


class Grant(Cited):
    """A grant: one record for both languages, in the words of the 360Giving Data Standard.

    Amounts are whole yen. `identifier` is this site's own number; published with the prefix of
    `programmes.giving.PREFIX`. Pages are those of the Japanese tree; readers see their translation.
    """

    # The programme in the reader's language; set by `selectors.with_programme_pages`.
    programme_page: ProgrammePage

    identifier = models.CharField(
        _("identifier"),
        max_length=80,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
                _("Small letters, digits and single hyphens only, as in hamis-2021-03."),
            )
        ],
        help_text=_("Stays for ever: the grant's address and the published data carry it."),
    )
    programme = models.ForeignKey(
        ProgrammePage, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="grants"
    )
    grantee = models.ForeignKey(
        OrganisationPage,
        verbose_name=_("grantee's page in the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="grants_received",
    )
    grantee_name = models.CharField(_("grantee as the source names it"), max_length=200)
    funder = models.ForeignKey(
        OrganisationPage,
        verbose_name=_("funder's page in the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="grants_made",
    )
    funder_name = models.CharField(_("funder"), max_length=200)
    title_ja = models.CharField(_("title (Japanese)"), max_length=140, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=140, blank=True)
    description_ja = models.TextField(_("activity (Japanese)"), blank=True)
    description_en = models.TextField(_("activity (English)"), blank=True)
    amount = models.PositiveBigIntegerField(_("amount in yen"), null=True, blank=True)
    amount_note = models.CharField(_("amount as the source says it"), max_length=200, blank=True)
    award_date = PartialDateField(_("award date"), help_text=_("Day of the decision."))
    starts = PartialDateField(_("starts"))
    ends = PartialDateField(_("ends"))
    areas = models.ManyToManyField(
        Area, verbose_name=_("places"), blank=True, related_name="grants"
    )
    themes = models.ManyToManyField(
        "taxonomy.Theme", verbose_name=_("themes (kinds of support)"), blank=True
    )
    cases = models.ManyToManyField(
        CaseStudyPage,
        verbose_name=_("case studies that came of it"),
        blank=True,
        related_name="+",
    )
    note_ja = models.CharField(_("note (Japanese)"), max_length=500, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=500, blank=True)
    created = models.DateTimeField(_("entered on"), auto_now_add=True)
    modified = models.DateTimeField(_("changed on"), auto_now=True)

    title = in_language("title")
    description = in_language("description")
    note = in_language("note")

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["-award_date", "-starts", "identifier"]
        indexes = [models.Index(fields=["programme", "starts"])]

    def __str__(self) -> str:
        return self.heading

    def get_absolute_url(self) -> str:
        """Address of the grant in the active language."""
        return reverse("grant", args=[self.identifier])

    @property
    def heading(self) -> str:
        """The title, or whom the grant went to."""
        return self.title or gettext("Grant to %(name)s") % {"name": self.grantee_name}

    @property
    def year(self) -> int | None:
        """Year of the award, else of the start; None where neither is known."""
        return PartialDate.year_of(self.award_date or self.starts)

    @property
    def public_url(self) -> str:
        """Full address under SITE_URL."""
        return f"{settings.SITE_URL}{self.get_absolute_url()}"

    def clean(self) -> None:
        """A period ends after it began."""
        super().clean()
        if ends_before_start(self.starts, self.ends):
            raise ValidationError(
                {"ends": gettext("The end lies before the start. Correct one of the two.")}
            )
