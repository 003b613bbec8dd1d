"""Media coverage and op-eds: own summary, short quotations with source, link to the original."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from core.models import BasePage, PartialDateField, Source
from people.models import Person
from press.forms import CoveragePageForm
from regions.models import Area
from taxonomy.models import Language, Term, Theme

__all__ = [
    "CoverageOrganisation",
    "CoveragePage",
    "CoveragePerson",
    "CoverageQuote",
    "CoverageSource",
    "Outlet",
    "PressIndexPage",
]

# Article 32 of the Copyright Act allows quotation that is fair and no more than its purpose needs.
# These limits are the site's own and well below any count that has been contested.
MOST_QUOTES = 2
LONGEST_JAPANESE = 120
LONGEST_LATIN = 300

_JAPANESE = re.compile(r"[ぁ-ヿ㐀-鿿가-힣]")


class Outlet(Term):
    """A newspaper, an agency, a broadcaster or a magazine."""

    website = models.URLField(_("site"), max_length=600, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")


class PressIndexPage(BasePage):
    """All coverage, by outlet, theme, language and year."""

    intro = models.TextField(_("introduction"), blank=True)

    section_name = _("Media coverage")
    section_summary = _("Articles, broadcasts and op-eds about the network's work.")
    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["press.CoveragePage"]
    template = "press/press_index_page.html"
    content_panels = BasePage.content_panels + BasePage.card_panels + [FieldPanel("intro")]

    class Meta:
        verbose_name = _("index of media coverage")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the coverage that fits the filters of the address."""
        from press.selectors import coverage_list

        context = super().get_context(request, *args, **kwargs)
        context.update(coverage_list(self.locale.language_code, request.GET))
        return context


class CoveragePage(BasePage):
    """One article, broadcast or interview. `summary` is the editors' own sentence, never a copy.

    `title` is the title of the piece in its own language, on the page in either language.
    """

    class Kind(models.TextChoices):
        """Kinds of coverage."""

        OP_ED = "op-ed", _("op-ed")
        EDITORIAL = "editorial", _("editorial")
        ARTICLE = "article", _("article")
        BROADCAST = "broadcast", _("broadcast")
        BRIEFING = "briefing", _("press briefing")
        MAGAZINE = "magazine", _("magazine article")

    # Outlet and language are empty in drafts alone: no page is published without them.
    outlet = models.ForeignKey(
        Outlet,
        verbose_name=_("outlet"),
        null=True,
        on_delete=models.PROTECT,
        related_name="coverage",
    )
    edition = models.CharField(
        _("edition"), max_length=100, blank=True, help_text=_("Issue, programme or section.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ARTICLE)
    published_on = PartialDateField(
        _("published on"), help_text=_("2024-05-31; 2024-05 or 2024; empty where it is not known")
    )
    language = models.ForeignKey(
        Language,
        verbose_name=_("language of the item"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_described = models.BooleanField(
        _("the title above is a description by the editors"),
        default=False,
        help_text=_("Where the title of the item is not known."),
    )
    original_url = models.URLField(_("address of the original"), max_length=600, blank=True)
    themes = ParentalManyToManyField(
        Theme, verbose_name=_("themes"), blank=True, related_name="coverage"
    )
    areas = ParentalManyToManyField(Area, verbose_name=_("places"), blank=True, related_name="+")
    programme = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    caveat = models.CharField(_("note for readers"), max_length=500, blank=True)

    parent_page_types = ["press.PressIndexPage"]
    subpage_types: list[str] = []
    template = "press/coverage_page.html"
    base_form_class = CoveragePageForm
    content_panels = BasePage.content_panels + [
        FieldPanel("is_described"),
        FieldPanel("summary", help_text=_("One sentence of your own: never the article's words.")),
        FieldPanel("image"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("outlet"), FieldPanel("edition")]),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("language")]),
                FieldPanel("published_on"),
                FieldPanel("original_url"),
            ],
            heading=_("Publication"),
        ),
        InlinePanel(
            "quotes",
            label=_("Quotation"),
            heading=_("Short quotations"),
            max_num=MOST_QUOTES,
        ),
        InlinePanel("people", label=_("Person"), heading=_("People mentioned")),
        InlinePanel("organisations", label=_("Organisation"), heading=_("Organisations mentioned")),
        FieldPanel("themes"),
        FieldPanel("areas"),
        FieldPanel("programme"),
        FieldPanel("caveat"),
        InlinePanel("sources", label=_("Source"), heading=_("Sources"), min_num=0),
    ]

    class Meta:
        verbose_name = _("media coverage")
        verbose_name_plural = _("media coverage")

    def structured_data(self) -> dict[str, Any]:
        """The page as a schema.org WebPage about an Article by somebody else."""
        data = super().structured_data()
        outlet = {"@type": "Organization", "name": self.outlet.label} if self.outlet else None
        article = {
            "@type": "NewsArticle",
            "headline": "" if self.is_described else self.title,
            "publisher": outlet,
            "datePublished": self.published_on,
            "inLanguage": (self.language and self.language.bcp47) or self.language_id,
            "url": self.original_url,
        }
        data["about"] = {name: value for name, value in article.items() if value}
        return data

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the rows, linked to pages in this page's language."""
        from press.selectors import coverage_context

        context = super().get_context(request, *args, **kwargs)
        context.update(coverage_context(self))
        return context


class CoverageQuote(Orderable):
    """A few words of the piece, with who said them and where they were read."""

    page = ParentalKey(CoveragePage, on_delete=models.CASCADE, related_name="quotes")
    text = models.TextField(_("words"))
    language = models.ForeignKey(
        Language, verbose_name=_("language"), on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        Person,
        verbose_name=_("who said it"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    speaker = models.CharField(
        _("who said it, without a page"),
        max_length=200,
        blank=True,
        help_text=_("An office or a body; people belong in the field above."),
    )
    source = models.CharField(
        _("where it was read"), max_length=300, help_text=_("Title and publisher.")
    )
    source_url = models.URLField(_("link to the source"), max_length=600)
    source_accessed = PartialDateField(_("source accessed on"), blank=False)

    shared_texts = ["text"]  # a quotation stays in its own language

    panels = [
        FieldPanel("text"),
        FieldPanel("language"),
        FieldPanel("person"),
        FieldPanel("speaker"),
        FieldPanel("source"),
        FieldPanel("source_url"),
        FieldPanel("source_accessed"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("quotation")

    def clean(self) -> None:
        """Keep quotations short and attributed."""
        super().clean()
        errors: dict[str, str] = {}
        longest = LONGEST_JAPANESE if _JAPANESE.search(self.text) else LONGEST_LATIN
        if len(self.text) > longest:
            errors["text"] = gettext(
                "A quotation has %(most)d characters at most; this one has %(number)d. "
                "Quote less, and say the rest in your own words in the summary."
            ) % {"most": longest, "number": len(self.text)}
        if not self.person_id and not self.speaker.strip():
            errors["speaker"] = gettext("Say who said it.")
        if errors:
            raise ValidationError(errors)


class CoveragePerson(Orderable):
    """Somebody who wrote the piece, is interviewed or quoted in it."""

    class Part(models.TextChoices):
        """What the person has to do with it."""

        AUTHOR = "author", _("author")
        QUOTED = "quoted", _("quoted")
        INTERVIEWED = "interviewed", _("interviewed")

    page = ParentalKey(CoveragePage, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    part = models.CharField(_("part"), max_length=20, choices=Part, default=Part.QUOTED)

    panels = [FieldPanel("person"), FieldPanel("part")]

    class Meta(Orderable.Meta):
        verbose_name = _("person in the item")


class CoverageOrganisation(Orderable):
    """A body that the piece is about."""

    page = ParentalKey(CoveragePage, on_delete=models.CASCADE, related_name="organisations")
    organisation = models.ForeignKey(
        "organisations.OrganisationPage",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="coverage",
    )

    panels = [FieldPanel("organisation")]

    class Meta(Orderable.Meta):
        verbose_name = _("organisation in the item")


class CoverageSource(Source):
    """Where the facts about the piece were read: often a page that introduces it."""

    page = ParentalKey(CoveragePage, on_delete=models.CASCADE, related_name="sources")
