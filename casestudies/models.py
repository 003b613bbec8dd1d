"""Case studies: who bridged foreign and Japanese residents, how, at what cost, with what result.

Facts are fields, prose is StreamField. The numbers in comments are those of the template in
docs/reference/case-template.md. Where a field appears is declared in `casestudies/fields.py`.
"""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Orderable

from casestudies.fields import CASE_FIELDS, Tab, fields_of_element, panels_of
from casestudies.forms import CaseStudyForm, missing_fields
from casestudies.panels import CompletenessPanel
from core.addresses import absolute_url
from core.blocks import ProseBlock, StepBlock
from core.dates import PartialDate, ends_before_start
from core.dossier import CASES_HOOK, sections
from core.models import (
    BasePage,
    ConfirmationContactMixin,
    Contact,
    PartialDateField,
    PlainJapaneseMixin,
    Source,
)
from core.readings import in_ordinary_reading
from core.templatetags.facts import theme_group
from organisations.models import OrganisationPage
from regions.models import Area
from taxonomy.models import CostBand, Keyword

__all__ = [
    "CaseActor",
    "CaseAdoption",
    "CaseIdentifier",
    "CaseKeyword",
    "CaseOrigin",
    "CasePlace",
    "CaseResult",
    "CaseSource",
    "CaseStudyIndexPage",
    "CaseStudyPage",
    "CasesFromPage",
]

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
# Short lists are chosen from in the form itself, without a dialogue of their own.
_ONE = forms.Select


class CaseStudyIndexPage(BasePage):
    """Entry to all case studies: newest, by region, by theme."""

    intro = models.TextField(_("introduction"), blank=True)

    section_name = _("Case studies")
    section_summary = _("What communities with foreign residents have done, each with its sources.")
    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["casestudies.CasesFromPage"]
    template = "casestudies/case_study_index_page.html"
    content_panels = BasePage.content_panels + BasePage.card_panels + [FieldPanel("intro")]

    class Meta:
        verbose_name = _("case-study index")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add one page of the cases that fit the filters of the address."""
        from casestudies.case_list import case_index

        context = super().get_context(request, *args, **kwargs)
        context.update(case_index(self, request.GET))
        if context["cases"].number == 1:
            context["sections"] = sections(CASES_HOOK, index=self, request=request)
        return context


class CasesFromPage(BasePage):
    """The case studies that one region keeps up: a boundary for permissions, and part of addresses.

    Readers find the cases on the page of the place, to which the address of this page leads.
    """

    # Empty in a draft alone: no page is published without it.
    area = models.ForeignKey(
        Area, verbose_name=_("area"), null=True, on_delete=models.PROTECT, related_name="case_pages"
    )

    parent_page_types = ["casestudies.CaseStudyIndexPage"]
    subpage_types = ["casestudies.CaseStudyPage"]
    content_panels = BasePage.content_panels + [FieldPanel("area")] + BasePage.card_panels
    # Nothing of its own to look at.
    preview_modes: ClassVar[list[tuple[str, Any]]] = []

    class Meta:
        verbose_name = _("cases from a region")
        verbose_name_plural = _("cases from regions")

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The address of the cases on the page of the place, in the language of this page."""
        parts = super().get_url_parts(request)
        if not parts or not parts[2] or not self.area_id:
            return parts
        with override(self.locale.language_code):
            place = reverse("area", args=[self.area_id])
        return (*parts[:2], f"{place}#cases")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead for good to the page of the place."""
        if not self.area_id:
            raise Http404
        return redirect(self.get_url(request), permanent=True)


class CaseKeyword(ItemBase):
    """A keyword on a case study."""

    tag = models.ForeignKey(
        Keyword, on_delete=models.CASCADE, related_name="casestudies_casekeyword_items"
    )
    content_object = ParentalKey(
        "casestudies.CaseStudyPage", on_delete=models.CASCADE, related_name="keyword_items"
    )


class CaseStudyPage(PlainJapaneseMixin, BasePage, Contact, ConfirmationContactMixin):
    """One case study.

    Two provenances: `compiled` from public sources by the editors, or `reported` by the body in
    charge. What publishing needs differs (nobody can be asked for the contact desk of a compiled
    case), see `missing_for_publication` and docs/decisions/0005.
    """

    class Provenance(models.TextChoices):
        """Who wrote the case."""

        COMPILED = "compiled", _("compiled from public sources")
        REPORTED = "reported", _("reported by the lead organisation")

    class CostPeriod(models.TextChoices):
        """What a cost covers."""

        TOTAL = "total", _("in total")
        YEAR = "year", _("per year")

    class Licence(models.TextChoices):
        """Licences under which the text of a case may be reused."""

        CC_BY = "CC-BY-4.0", "CC BY 4.0"
        CC_BY_SA = "CC-BY-SA-4.0", "CC BY-SA 4.0"
        CC0 = "CC0-1.0", "CC0 1.0"

    provenance = models.CharField(
        _("who wrote this"), max_length=20, choices=Provenance, default=Provenance.REPORTED
    )
    # Of the curators: nobody else may write it, see `CaseStudyForm`.
    chosen_because = models.CharField(
        _("why it was chosen"),
        max_length=200,
        blank=True,
        help_text=_("One sentence of the curators to readers, below the summary."),
    )
    # 3 summary (1 title and 2 one-line summary are the page's own)
    overview = models.TextField(_("overview"), max_length=1200, blank=True)
    # 6 actors by type, 7 see CaseActor, and who bridged
    actor_types = ParentalManyToManyField(
        "taxonomy.ActorType", verbose_name=_("types of organisation"), blank=True
    )
    bridging = models.TextField(
        _("who connected foreign and Japanese residents, and how"), max_length=1000, blank=True
    )
    bridging_roles = ParentalManyToManyField(
        "taxonomy.BridgingRole", verbose_name=_("bridging roles"), blank=True
    )
    # 8–11
    themes = ParentalManyToManyField("taxonomy.Theme", verbose_name=_("themes"), blank=True)
    target_groups = ParentalManyToManyField(
        "taxonomy.TargetGroup", verbose_name=_("who it is for"), blank=True
    )
    residence_status_groups = ParentalManyToManyField(
        "taxonomy.ResidenceStatusGroup", verbose_name=_("residence statuses"), blank=True
    )
    target_note = models.CharField(_("note on the target group"), max_length=300, blank=True)
    reached_planned = models.PositiveIntegerField(_("people to reach"), null=True, blank=True)
    reached_actual = models.PositiveIntegerField(_("people reached"), null=True, blank=True)
    reached_unit = models.CharField(_("unit of people reached"), max_length=120, blank=True)
    reached_date = PartialDateField(_("when they were reached"))
    reached_source = models.URLField(_("source of people reached"), max_length=600, blank=True)
    languages = ParentalManyToManyField(
        "taxonomy.Language", verbose_name=_("languages of support"), blank=True
    )
    # 12
    started = PartialDateField(_("started"))
    ended = PartialDateField(_("ended"))
    status = models.ForeignKey(
        "taxonomy.CaseStatus",
        verbose_name=_("status"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # 13–16
    context = StreamField(ProseBlock(), verbose_name=_("background and challenge"), blank=True)
    goal = StreamField(ProseBlock(), verbose_name=_("goal"), blank=True)
    actions = StreamField(ProseBlock(), verbose_name=_("what was done"), blank=True)
    steps = StreamField([("step", StepBlock())], verbose_name=_("step by step"), blank=True)
    # 17–20
    legal_basis = models.CharField(_("legal or policy basis"), max_length=400, blank=True)
    legal_basis_url = models.URLField(_("address of the basis"), max_length=600, blank=True)
    cost_total = models.PositiveBigIntegerField(_("cost in yen"), null=True, blank=True)
    cost_period = models.CharField(_("the cost is"), max_length=10, choices=CostPeriod, blank=True)
    cost_is_approximate = models.BooleanField(
        _("the cost is approximate"),
        default=False,
        help_text=_("It then reads “about” wherever it stands."),
    )
    cost_date = PartialDateField(_("date of the cost"))
    cost_note = models.CharField(_("what the cost covers"), max_length=400, blank=True)
    cost_source = models.URLField(_("source of the cost"), max_length=600, blank=True)
    cost_band = models.ForeignKey(
        "taxonomy.CostBand",
        verbose_name=_("cost band"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    funding = models.CharField(_("funding"), max_length=500, blank=True)
    staff = models.PositiveIntegerField(_("staff (people)"), null=True, blank=True)
    volunteers = models.PositiveIntegerField(_("volunteers (people)"), null=True, blank=True)
    staffing_note = models.CharField(_("note on staff and hours"), max_length=300, blank=True)
    staffing_source = models.URLField(_("source of staff and hours"), max_length=600, blank=True)
    # 22–28 (21 see CaseResult)
    outcomes = StreamField(ProseBlock(), verbose_name=_("results achieved"), blank=True)
    evidence_grade = models.ForeignKey(
        "taxonomy.EvidenceGrade",
        verbose_name=_("evidence grade"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    did_not_work = StreamField(ProseBlock(), verbose_name=_("what did not work"), blank=True)
    success_factors = StreamField(ProseBlock(), verbose_name=_("why it worked"), blank=True)
    remaining_problems = StreamField(
        ProseBlock(), verbose_name=_("remaining challenges"), blank=True
    )
    conditions = StreamField(ProseBlock(), verbose_name=_("what others would need"), blank=True)
    # 29–30
    participation_level = models.ForeignKey(
        "taxonomy.ParticipationLevel",
        verbose_name=_("involvement of foreign residents"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    participation_note = models.TextField(_("how foreign residents took part"), blank=True)
    receiving_community = models.TextField(_("how the local community took part"), blank=True)
    # 35
    related_cases = ParentalManyToManyField(
        "self", verbose_name=_("related cases"), blank=True, symmetrical=False
    )
    keywords = ClusterTaggableManager(through=CaseKeyword, verbose_name=_("keywords"), blank=True)
    hide_exact_location = models.BooleanField(
        _("do not show the exact place"),
        default=False,
        help_text=_("The map then shows the prefecture only."),
    )
    # 38, 40, 41
    internal_note = models.TextField(_("internal note"), blank=True)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.CC_BY)
    easy_body = models.TextField(_("main points in plain Japanese"), blank=True)

    shared_texts = [field.name for field in CASE_FIELDS if field.is_shared_text]
    # Keywords are words of one language.
    rows_of_each_language = ["keyword_items"]
    withholding_fields = ["hide_exact_location"]
    falls_back_to_original = [field.name for field in CASE_FIELDS if field.falls_back]
    # Who adapted it, and from whom, is a story of the original.
    exclude_fields_in_copy = [*BasePage.exclude_fields_in_copy, "origins", "adoptions"]

    base_form_class = CaseStudyForm
    parent_page_types = ["casestudies.CasesFromPage"]
    subpage_types: list[str] = []
    template = "casestudies/case_study_page.html"

    edit_handler = TabbedInterface(
        [
            ObjectList([CompletenessPanel(), *panels_of(Tab.SHORT)], heading=_("Short form")),
            ObjectList(panels_of(Tab.FULL), heading=_("Full form")),
            ObjectList(
                panels_of(Tab.EASY),
                heading=_("Plain Japanese"),
                help_text=PlainJapaneseMixin.plain_japanese_note,
            ),
            ObjectList(
                # The last ones: dates of publication, and comments on fields.
                [
                    *panels_of(Tab.PUBLISHING),
                    *BasePage.promote_panels,
                    *ConfirmationContactMixin.desk_panels,
                    *BasePage.settings_panels,
                ],
                heading=_("Licence and address"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")

    @property
    def start_year(self) -> int | None:
        """Year in which the practice started, if a source says so."""
        return PartialDate.year_of(self.started)

    @property
    def is_compiled(self) -> bool:
        """Whether editors compiled the case from public sources."""
        return self.provenance == self.Provenance.COMPILED

    @property
    def identifier_code(self) -> str:
        """The code of its persistent identifier, which its translations and stand-ins share."""
        shown = self.alias_of if self.alias_of_id else self
        return CaseIdentifier.code_of(shown.translation_key)

    @property
    def identifier_url(self) -> str:
        """Its persistent identifier: an address that stays when the page is renamed or moved."""
        return absolute_url(reverse("case-identifier", args=[self.identifier_code]))

    @property
    def has_plain_japanese(self) -> bool:
        """Whether the words of the page can be read in plain Japanese."""
        return bool(self.easy_summary or self.easy_body)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The editor previews the page itself, its other language, and its plain Japanese."""
        return [
            ("", _("This page")),
            ("translation", _("In the other language")),
            ("easy", _("Plain Japanese")),
        ]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the draft in the way that was chosen.

        A page without a translation is shown as it stands in the other language: with its own
        words, labelled.
        """
        if mode_name != "translation":
            return super().serve_preview(request, mode_name)
        other = next(
            (page for page in self.get_translations().select_related("locale")
             if page.alias_of_id is None),
            None,
        )  # fmt: skip
        shown = other.get_latest_revision_as_object() if other else self
        codes = [code for code, _name in settings.LANGUAGES if code != self.locale.language_code]
        with in_ordinary_reading(codes[0]):
            return shown.rendered_preview(request)

    def missing_for_publication(self) -> dict[str, Any]:
        """What must be filled before this case may be published: {field name: what to do}."""
        return missing_fields(
            self.is_filled, is_compiled=self.is_compiled, is_translation=self.is_translation
        )

    def has_element(self, code: str) -> bool:
        """Whether the case has that element of a complete record."""
        return any(map(self.is_filled, fields_of_element(code)))

    def is_filled(self, name: str) -> bool:
        """Whether a field, or the rows or choices of that name, say something.

        `casestudies.completeness` asks the database the same.
        """
        if name == "actors":
            return any(actor.part == CaseActor.Part.LEAD for actor in self.actors.all())
        if name == "contact_name":
            return self.has_contact
        if name == "cost_band":
            return self.cost_band_id not in {None, CostBand.UNKNOWN}
        value = getattr(self, name)
        if hasattr(value, "all"):
            return bool(value.all())
        return value == 0 or bool(value)

    def clean(self) -> None:
        """Check the facts against each other: period, cost, number of themes."""
        super().clean()
        errors: dict[str, str] = {}
        if ends_before_start(self.started, self.ended):
            errors["ended"] = gettext("The end lies before the start. Correct one of the two.")
        if self.cost_total is not None and not self.cost_period:
            errors["cost_period"] = gettext("Say whether the cost is in total or a year.")
        if errors:
            raise ValidationError(errors)

    def share_facts(self) -> dict[str, str]:
        """For the picture beside its link on other sites: the place, and the result that says most.

        A change says more than a number alone.
        """
        places = [place.area.label for place in self.places.select_related("area")[:2]]
        facts = {
            "above": gettext(", ").join(places),
            "theme": theme_group(next((theme.code for theme in self.themes.all()), "1")),
        }
        results = sorted(self.results.all(), key=lambda result: not result.before)
        if not results:
            return facts
        best = results[0]
        space = " " if best.unit[:1].isascii() and best.unit[:1].isalpha() else ""
        change = f"{best.before} → {best.after}" if best.before else best.after
        return facts | {"number": f"{change}{space}{best.unit}", "note": best.indicator}

    def structured_data(self) -> dict[str, Any]:
        """The case as a schema.org Article."""
        from casestudies.article import article

        return super().structured_data() | article(self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the case page shows, each part from one selector."""
        from casestudies.selectors import case_context, read_for_page

        read_for_page(self)
        context = super().get_context(request, *args, **kwargs)
        context.update(case_context(self, getattr(request, "user", None)))
        return context


class CaseIdentifier(models.Model):
    """The persistent identifier of a case that is public or was: for ever, and for no other case.

    A row is made when a case first becomes public, so whatever never was has none; rows are not
    deleted. The code is made of the key that the translations of a case share, so nobody needs to
    look it up. Kept by `casestudies.identifiers`.
    """

    code = models.CharField(_("code"), max_length=10, primary_key=True)
    translation_key = models.UUIDField(_("key of its translations"), unique=True)
    is_public = models.BooleanField(_("public"), default=True)
    changed_at = models.DateTimeField(
        _("published, changed or withdrawn on"),
        db_index=True,
        help_text=_("What harvesters are told as the date of the record."),
    )

    class Meta:
        verbose_name = _("identifier of a case study")
        verbose_name_plural = _("identifiers of case studies")

    def __str__(self) -> str:
        return self.code

    @staticmethod
    def code_of(key: UUID) -> str:
        """Ten letters and digits, none of which is mistaken for another (Crockford's base 32)."""
        number = int.from_bytes(hashlib.sha256(key.bytes).digest()[:8], "big") >> 14
        return "".join(_LETTERS[number >> shift & 31] for shift in range(45, -1, -5))


class CasePlace(Orderable):
    """A place where the practice happens."""

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="places")
    area = models.ForeignKey(
        Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="case_places"
    )
    note = models.CharField(_("note on the place"), max_length=100, blank=True)

    panels = [FieldPanel("area"), FieldPanel("note")]

    class Meta(Orderable.Meta):
        verbose_name = _("place")


class CaseActor(Orderable):
    """An actor of a case: the part it takes, and how it bridges residents where it does."""

    class Part(models.TextChoices):
        """The part an actor takes."""

        LEAD = "lead", _("lead organisation")
        PARTNER = "partner", _("partner")
        BRIDGE = "bridge", _("bridging role")
        FUNDER = "funder", _("funder")

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="actors")
    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.PARTNER)
    organisation = models.ForeignKey(
        OrganisationPage,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="case_actors",
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        blank=True,
        help_text=_("Only where there is no page for the organisation."),
    )
    actor_type = models.ForeignKey(
        "taxonomy.ActorType",
        verbose_name=_("type of organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    bridging_role = models.ForeignKey(
        "taxonomy.BridgingRole",
        verbose_name=_("bridging role"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    contribution = models.CharField(_("what it does"), max_length=300, blank=True)

    panels = [
        FieldPanel("part"),
        FieldPanel("organisation"),
        FieldPanel("name"),
        FieldPanel("actor_type", widget=_ONE),
        FieldPanel("bridging_role", widget=_ONE),
        FieldPanel("contribution"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("organisation or person")

    def clean(self) -> None:
        """An actor needs a page of the directory or a name."""
        super().clean()
        if not self.organisation_id and not self.name:
            raise ValidationError({"name": gettext("Choose an organisation or write its name.")})


class CaseResult(Orderable):
    """A result in numbers: indicator, before, after, date and source."""

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="results")
    indicator = models.CharField(_("indicator"), max_length=200)
    before = models.CharField(_("before"), max_length=60, blank=True)
    after = models.CharField(_("after"), max_length=60)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    date = PartialDateField(_("date"))
    source = models.CharField(_("source"), max_length=300, blank=True)

    shared_texts = ["before", "after"]

    panels = [
        FieldPanel("indicator"),
        FieldPanel("before"),
        FieldPanel("after"),
        FieldPanel("unit"),
        FieldPanel("date"),
        FieldPanel("source"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("result in numbers")


class CaseSource(Source):
    """Where a case was read, how it was evaluated, or further reading."""

    class Kind(models.TextChoices):
        """What the source is for."""

        SOURCE = "source", _("source")
        EVALUATION = "evaluation", _("evaluation")
        REFERENCE = "reference", _("further reading")

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="sources")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.SOURCE)

    panels = [FieldPanel("kind"), *Source.panels]


class Uptake(Orderable):
    """Abstract: that a practice was adapted elsewhere, and what became of it there."""

    kept = models.TextField(_("what was kept"), max_length=600, blank=True)
    changed = models.TextField(_("what was changed"), max_length=600, blank=True)
    dropped = models.TextField(_("what was left out"), max_length=600, blank=True)
    result = models.TextField(_("what came of it"), max_length=600, blank=True)
    date = PartialDateField(_("adapted in"))
    source_title = models.CharField(
        _("where this is said"), max_length=300, help_text=_("A document, or the body itself.")
    )
    source_url = models.URLField(_("address"), max_length=600, blank=True)

    uptake_panels = [
        FieldPanel("date"),
        FieldPanel("kept"),
        FieldPanel("changed"),
        FieldPanel("dropped"),
        FieldPanel("result"),
        FieldPanel("source_title"),
        FieldPanel("source_url"),
    ]

    class Meta(Orderable.Meta):
        abstract = True


class CaseOrigin(Uptake):
    """What this case adapted: a case, or a practice that has no page here.

    It stands with the adapting case, whose editors know.
    """

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="origins")
    origin = models.ForeignKey(
        CaseStudyPage,
        verbose_name=_("adapted case"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    name = models.CharField(
        _("name"), max_length=200, blank=True, help_text=_("Where it has no page here.")
    )

    panels = [FieldPanel("origin"), FieldPanel("name"), *Uptake.uptake_panels]

    class Meta(Uptake.Meta):
        verbose_name = _("case that was adapted")

    def clean(self) -> None:
        """Something is named; a case cannot descend from itself, not even by way of others."""
        super().clean()
        if not self.origin_id and not self.name:
            raise ValidationError({"name": gettext("Choose a case, or write a name.")})
        if self.origin is None or not self.page_id:
            return
        own = self.page.translation_key
        seen, above = set(), {self.origin.translation_key}
        while above:
            if own in above:
                raise ValidationError(
                    {"origin": gettext("This case itself was adapted from the one at hand.")}
                )
            seen |= above
            rows = CaseOrigin.objects.filter(page__translation_key__in=above, origin__isnull=False)
            above = set(rows.values_list("origin__translation_key", flat=True)) - seen


class CaseAdoption(Uptake):
    """Somebody who adapted this case and has no page here."""

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="adoptions")
    organisation = models.ForeignKey(
        OrganisationPage,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    area = models.ForeignKey(
        Area,
        verbose_name=_("area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        blank=True,
        help_text=_("Only where there is no page for the organisation."),
    )

    panels = [
        FieldPanel("organisation"),
        FieldPanel("area"),
        FieldPanel("name"),
        *Uptake.uptake_panels,
    ]

    class Meta(Uptake.Meta):
        verbose_name = _("adaptation elsewhere")

    def clean(self) -> None:
        """Somebody must be named."""
        super().clean()
        if not (self.organisation_id or self.area_id or self.name):
            raise ValidationError(
                {"name": gettext("Choose an organisation or an area, or write a name.")}
            )
