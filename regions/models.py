"""Places of Japan, the pages of the regional platforms, and consultation desks."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from core.blocks import ProseBlock
from core.dates import PartialDate
from core.models import (
    STALE_AFTER,
    BasePage,
    Cited,
    ConfirmationContactMixin,
    Contact,
    PartialDateField,
    PlainJapaneseMixin,
    Source,
    in_language,
)

__all__ = [
    "Area",
    "ConsultationDesk",
    "DeskPhone",
    "PlatformMember",
    "PlatformSource",
    "Region",
    "RegionIndexPage",
    "RegionPage",
    "RegionalPlatformPage",
]


class Area(models.Model):
    """A place: block, prefecture, municipality or ward of Japan, or a country and its provinces.

    The code is the primary key: a block's own word (`kanto`), a prefecture's two digits (`13`), a
    municipality's six digits with check digit (`131041`), `KR` or `KR-41` abroad. An area that no
    longer exists keeps its row, with `valid_to` (last day) and its successors.
    """

    class Kind(models.TextChoices):
        """Kinds of place; the municipal kinds are those of the local-government system."""

        COUNTRY = "country", _("country")
        BLOCK = "block", _("region of Japan")
        PREFECTURE = "prefecture", _("prefecture")
        DESIGNATED_CITY = "designated-city", _("designated city")
        CORE_CITY = "core-city", _("core city")
        CITY = "city", _("city")
        SPECIAL_WARD = "special-ward", _("special ward")
        TOWN = "town", _("town")
        VILLAGE = "village", _("village")
        WARD = "ward", _("ward of a designated city")
        PROVINCE = "province", _("province")

    # What an area is part of needs no entry among its "uses"; writing them takes 4 s for all areas.
    wagtail_reference_index_ignore = True

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    name_ja = models.CharField(_("name"), max_length=100)
    kana = models.CharField(_("kana"), max_length=150, blank=True)
    name_en = models.CharField(_("name in Latin letters"), max_length=150)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    website = models.URLField(_("official site"), max_length=600, blank=True)
    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_to = models.DateField(_("existed until"), null=True, blank=True)
    successors = models.ManyToManyField(
        "self",
        verbose_name=_("succeeded by"),
        symmetrical=False,
        blank=True,
        related_name="predecessors",
    )
    shape = models.TextField(
        _("shape"), blank=True, help_text=_("SVG path in the coordinates of its prefecture.")
    )
    viewbox = models.CharField(_("view box of the shapes"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["order", "code"]
        indexes = [models.Index(fields=["kind", "order"])]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_ja

    @property
    def prefecture_code(self) -> str:
        """Two-digit code of the prefecture that this area is or lies in, or an empty text."""
        return self.code[:2] if self.code[:2].isdigit() else ""


class RegionIndexPage(BasePage):
    """All regional platforms, on a map and as a list."""

    intro = models.TextField(_("introduction"), blank=True)

    section_name = _("Regions")
    section_summary = _(
        "Regional platforms and councils that discuss the acceptance and settlement of "
        "foreign residents."
    )
    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["regions.RegionalPlatformPage"]
    content_panels = BasePage.content_panels + BasePage.card_panels + [FieldPanel("intro")]
    template = "regions/region_index_page.html"

    class Meta:
        verbose_name = _("region index")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the platforms of this language and the map of how many cover each prefecture."""
        from regions.selectors import national_map, platform_counts, platforms_by_index

        context = super().get_context(request, *args, **kwargs)
        platforms = platforms_by_index(self)
        context["platforms"] = platforms
        context["map"] = national_map(
            platform_counts(platforms),
            title=_("Regional platforms by prefecture"),
            caption=_("A platform in several prefectures counts in each."),
            map_id="regions-map",
        )
        return context


class RegionalPlatformPage(PlainJapaneseMixin, BasePage, Contact, ConfirmationContactMixin):
    """A platform on which a region talks about the acceptance and settlement of foreign residents.

    The region owns this page and its free child pages; the dossier below them fills itself from
    other sections of the site through the hook `nanif_region_sections`.
    """

    class Kind(models.TextChoices):
        """What sort of body the platform is."""

        NANIF = "nanif-regional", _("NANIF regional platform")
        COUNCIL = "council", _("council")
        MUNICIPAL_COUNCIL = "municipal-council", _("council of one municipality")
        NETWORK = "network", _("network")
        ASSOCIATIONS = "intl-assoc-block", _("group of international associations")
        CHARTER = "charter", _("network around a charter or declaration")
        WORKING_GROUP = "working-group", _("working group")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind, default=Kind.NANIF)
    areas = ParentalManyToManyField(
        Area,
        verbose_name=_("areas covered"),
        related_name="platforms",
        help_text=_("One or several prefectures, or municipalities."),
    )
    founded = models.PositiveSmallIntegerField(_("year of founding"), null=True, blank=True)
    status = models.ForeignKey(
        "taxonomy.CaseStatus",
        verbose_name=_("status"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    body = StreamField(ProseBlock(), verbose_name=_("what the platform is"), blank=True)
    caveat = models.CharField(
        _("note for readers"),
        max_length=300,
        blank=True,
        help_text=_("Shown as a note, for instance: the members are those of 2023."),
    )

    parent_page_types = ["regions.RegionIndexPage"]
    subpage_types = ["regions.RegionPage", "events.EventPage"]
    template = "regions/regional_platform_page.html"
    only_summary_is_plain = True
    content_panels = (
        BasePage.content_panels
        + BasePage.card_panels
        + [
            MultiFieldPanel(
                [
                    FieldPanel("kind"),
                    FieldPanel("areas"),
                    FieldPanel("founded"),
                    FieldPanel("status"),
                ],
                heading=_("Facts"),
            ),
            FieldPanel("body"),
            *PlainJapaneseMixin.plain_japanese_panels,
            InlinePanel("members", label=_("Member"), heading=_("Members")),
        ]
        + Contact.contact_panels
        + [InlinePanel("sources", label=_("Source"), heading=_("Sources")), FieldPanel("caveat")]
    )

    promote_panels = BasePage.promote_panels + ConfirmationContactMixin.desk_panels

    class Meta:
        verbose_name = _("regional platform")
        verbose_name_plural = _("regional platforms")

    def structured_data(self) -> dict[str, Any]:
        """The platform as a schema.org Organization."""
        data = super().structured_data()
        data["@type"] = "Organization"
        data["areaServed"] = [area.label for area in self._areas_with_parents]
        if self.founded:
            data["foundingDate"] = str(self.founded)
        return data

    @cached_property
    def _areas_with_parents(self) -> list[Area]:
        return list(self.areas.select_related("parent__parent__parent"))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add members by sector, news, the map, and the sections that other apps register."""
        from regions.selectors import dossier_sections, locator, members_by_sector, news_by_platform

        context = super().get_context(request, *args, **kwargs)
        areas = self._areas_with_parents
        context["areas"] = areas
        context["member_groups"] = members_by_sector(self)
        context["news"] = news_by_platform(self)
        context["locator"] = locator(areas)
        context["sections"] = dossier_sections(areas, request)
        return context


class PlatformMember(Orderable):
    """A member of a platform, with its sector; linked where it has a page in the directory."""

    page = ParentalKey(RegionalPlatformPage, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(_("name"), max_length=200)
    sector = models.ForeignKey(
        "taxonomy.ActorType",
        verbose_name=_("sector"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    organisation = models.ForeignKey(
        "organisations.OrganisationPage",
        verbose_name=_("page in the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="memberships",
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    as_of = models.CharField(_("member as of"), max_length=40, blank=True)

    shared_texts = ["as_of"]

    panels = [
        FieldPanel("name"),
        FieldPanel("sector"),
        FieldPanel("organisation"),
        FieldPanel("note"),
        FieldPanel("as_of"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("member")


class PlatformSource(Source):
    """Where a fact about a platform was read."""

    page = ParentalKey(RegionalPlatformPage, on_delete=models.CASCADE, related_name="sources")


class RegionPage(BasePage):
    """A free page of a region: news, a plan, an invitation."""

    date = models.DateField(_("date"), null=True, blank=True)
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    parent_page_types = ["regions.RegionalPlatformPage"]
    subpage_types: list[str] = []
    template = "regions/region_page.html"
    content_panels = (
        BasePage.content_panels + BasePage.card_panels + [FieldPanel("date"), FieldPanel("body")]
    )

    class Meta:
        verbose_name = _("page of a region")
        verbose_name_plural = _("pages of regions")


class Region(models.Model):
    """A region that keeps up its own part of the site: its pages, files and people.

    `regions.services.provision_region` makes what belongs to it. The pages named here are those of
    the Japanese tree; their translations belong to the region as well. Two regions may share a
    platform.
    """

    area = models.OneToOneField(
        Area,
        verbose_name=_("area"),
        on_delete=models.PROTECT,
        related_name="region",
        help_text=_("Usually a prefecture."),
    )
    platform = models.ForeignKey(
        RegionalPlatformPage,
        verbose_name=_("regional platform"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="regions",
    )
    cases_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page with its case studies"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    collection = models.ForeignKey(
        "wagtailcore.Collection",
        verbose_name=_("collection of pictures and documents"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    editors = models.ForeignKey(
        "auth.Group",
        verbose_name=_("editors"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="regions_edited",
    )
    publishers = models.ForeignKey(
        "auth.Group",
        verbose_name=_("publishers"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="regions_published",
    )
    is_active = models.BooleanField(_("active"), default=True)
    looked_after_by = models.ForeignKey(
        "self",
        verbose_name=_("looked after by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="looks_after",
        help_text=_("The region to which a region that has left was handed over."),
    )

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["area__order", "area__code"]

    def __str__(self) -> str:
        return str(self.area)


class PhoneNumberField(models.CharField):
    """A telephone number in half width with hyphens between its groups: 03-1234-5678."""

    default_validators = [
        RegexValidator(
            r"^(\+?\d{2,5}(-\d{2,8}){1,4}|\d{3,4})\Z",
            _("Write the number with hyphens between its groups, as in 03-1234-5678."),
        )
    ]

    def to_python(self, value: Any) -> Any:
        """Read full width, any dash, and an area code in brackets."""
        return super().to_python(_with_hyphens(str(value or "")).strip("-"))


def _with_hyphens(text: str) -> str:
    """The text in half width, with one hyphen for each dash, bracket or gap."""
    return re.sub(r"[\s‐‑–—―−ー()-]+", "-", unicodedata.normalize("NFKC", text))


# A number in running text would be shown where the desk's own numbers are withheld.
_NUMBER_IN_TEXT = re.compile(r"(?<!\d)0\d{1,4}-\d{1,4}-\d{3,4}|(?<!\d)0\d{3}-\d{6}")


class ConsultationDesk(Cited, ClusterableModel):
    """A desk that foreign residents ask for advice: one record for both languages.

    A desk without areas is for all of Japan. What a source said may have changed: `as_of` is the
    source's date, and `last_confirmed_at` the day on which the desk said that all is right.
    """

    code = models.SlugField(
        _("code"),
        max_length=80,
        unique=True,
        allow_unicode=False,
        help_text=_("Lower-case Latin letters and hyphens. Stays for ever: addresses carry it."),
    )
    name_ja = models.CharField(_("name (Japanese)"), max_length=150)
    name_en = models.CharField(_("name (English)"), max_length=200)
    operator_ja = models.CharField(_("run by (Japanese)"), max_length=200, blank=True)
    operator_en = models.CharField(_("run by (English)"), max_length=200, blank=True)
    areas = ParentalManyToManyField(
        Area,
        verbose_name=_("places"),
        blank=True,
        related_name="desks",
        help_text=_("For whose residents the desk is. Empty: for all of Japan."),
    )
    languages = ParentalManyToManyField(
        "taxonomy.Language",
        verbose_name=_("languages"),
        blank=True,
        related_name="+",
        help_text=_("Only those that are named; an unnamed number stands with the interpreting."),
    )
    advice_fields = ParentalManyToManyField(
        "taxonomy.AdviceField", verbose_name=_("fields of advice"), blank=True, related_name="+"
    )
    hours_ja = models.CharField(_("open (Japanese)"), max_length=200, blank=True)
    hours_en = models.CharField(_("open (English)"), max_length=200, blank=True)
    interpreting_ja = models.CharField(_("interpreting (Japanese)"), max_length=300, blank=True)
    interpreting_en = models.CharField(_("interpreting (English)"), max_length=400, blank=True)
    address_ja = models.CharField(_("address (Japanese)"), max_length=200, blank=True)
    address_en = models.CharField(_("address (English)"), max_length=200, blank=True)
    email = models.EmailField(_("public email address"), blank=True)
    url = models.URLField(_("website"), max_length=600, blank=True)
    as_of = PartialDateField(_("date of the source"), help_text=_("2024, 2024-05 or 2024-05-31"))
    needs_confirmation = models.BooleanField(
        _("to be confirmed before its numbers are shown"),
        default=False,
        help_text=_("Telephone numbers stay hidden until a day of confirmation is entered below."),
    )
    last_confirmed_at = models.DateField(_("last confirmed on"), null=True, blank=True)
    last_confirmed_by = models.CharField(
        _("last confirmed by"),
        max_length=200,
        blank=True,
        help_text=_("The body that confirmed it, not a person's name."),
    )
    is_public = models.BooleanField(
        _("shown to the public"), default=True, help_text=_("Untick it when the desk has closed.")
    )
    internal_note = models.TextField(
        _("note for editors"), blank=True, help_text=_("Readers do not see it.")
    )
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    name = in_language("name")
    operator = in_language("operator")
    hours = in_language("hours")
    interpreting = in_language("interpreting")
    address = in_language("address")

    class Meta:
        verbose_name = _("consultation desk")
        verbose_name_plural = _("consultation desks")
        ordering = ["name_ja", "code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Address of the desk in the list of all, in the active language."""
        return f"{reverse('desks')}#desk-{self.code}"

    def clean(self) -> None:
        """Keep telephone numbers out of running text."""
        super().clean()
        problem = gettext(
            "Telephone numbers belong in the rows for them: there they can be hidden."
        )
        texts = ["hours", "interpreting", "address", "name", "operator"]
        names = [f"{name}_{language}" for name in texts for language in ("ja", "en")]
        found = [
            name for name in names if _NUMBER_IN_TEXT.search(_with_hyphens(getattr(self, name)))
        ]
        if found:
            raise ValidationError(dict.fromkeys(found, problem))

    @property
    def is_national(self) -> bool:
        """Whether the desk is for all of Japan."""
        return not self.areas.all()

    @property
    def has_hidden_phones(self) -> bool:
        """Whether its numbers wait to be confirmed."""
        return self.needs_confirmation and self.last_confirmed_at is None

    @property
    def shown_phones(self) -> list[DeskPhone]:
        """The numbers that the public may see."""
        return [] if self.has_hidden_phones else list(self.phones.all())

    @property
    def is_stale(self) -> bool:
        """Whether what is said of the desk is more than eighteen months old, or of no known day."""
        return self.known_until is None or self.known_until < timezone.localdate() - STALE_AFTER

    @property
    def known_until(self) -> datetime.date | None:
        """The last day for which the record is vouched for: confirmed, else said, else read."""
        if self.last_confirmed_at is not None:
            return self.last_confirmed_at
        date = PartialDate.stored(self.as_of) or PartialDate.stored(self.accessed)
        return date.last_day if date else None


class DeskPhone(Orderable):
    """A telephone number of a desk, for a language or for certain callers."""

    desk = ParentalKey(ConsultationDesk, on_delete=models.CASCADE, related_name="phones")
    number = PhoneNumberField(_("telephone"), max_length=24)
    language = models.ForeignKey(
        "taxonomy.Language",
        verbose_name=_("language"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Where the number is for one language alone."),
    )
    note_ja = models.CharField(_("for whom (Japanese)"), max_length=100, blank=True)
    note_en = models.CharField(_("for whom (English)"), max_length=100, blank=True)

    note = in_language("note")

    panels = [
        FieldPanel("number"),
        FieldPanel("language"),
        FieldPanel("note_ja"),
        FieldPanel("note_en"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("telephone number")
        verbose_name_plural = _("telephone numbers")

    def __str__(self) -> str:
        return self.number

    @property
    def dialled(self) -> str:
        """The number as a telephone dials it."""
        return self.number.replace("-", "")
