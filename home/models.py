"""Home page, standard pages and the glossary."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from casestudies.models import CaseStudyPage
from core.blocks import ProseBlock
from core.models import BasePage, PlainJapaneseMixin
from core.visibility import publicly_visible_pages

__all__ = ["GlossaryPage", "HomePage", "StandardPage"]


class HomePage(PlainJapaneseMixin, BasePage):
    """The way in: search, map, themes, newest and recently confirmed cases, regions."""

    lead = models.TextField(_("lead"), blank=True)
    featured_case = models.ForeignKey(
        CaseStudyPage,
        verbose_name=_("featured case study"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A published one. Empty: the one that was confirmed last."),
    )
    featured_reason = models.CharField(
        _("why it is featured"),
        max_length=300,
        blank=True,
        help_text=_("One sentence for readers. Shown with the chosen case study alone."),
    )

    # The picture of the site itself stands for it.
    has_share_picture = False
    max_count_per_parent = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"
    content_panels = [
        *BasePage.content_panels,
        *BasePage.card_panels,
        FieldPanel("lead"),
        MultiFieldPanel(
            [FieldPanel("featured_case"), FieldPanel("featured_reason")],
            heading=_("Featured case study"),
        ),
        *PlainJapaneseMixin.plain_japanese_panels,
    ]

    class Meta:
        verbose_name = _("home page")

    def clean(self) -> None:
        """The featured case study is one that the public may see."""
        super().clean()
        if self.featured_case and not publicly_visible_pages([self.featured_case]):
            raise ValidationError(
                {"featured_case": gettext("This case study is not public. Choose a published one.")}
            )

    def structured_data(self) -> dict[str, Any]:
        """The site with its search and who publishes it, as a schema.org WebSite."""
        from home.selectors import publisher

        data = super().structured_data()
        data["@type"] = "WebSite"
        data["potentialAction"] = {
            "@type": "SearchAction",
            "target": f"{self.public_url}search/?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        }
        data["publisher"] = publisher()
        return data

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the other sections offer; every number is counted here and now."""
        from home.selectors import home_context

        context = super().get_context(request, *args, **kwargs)
        context.update(home_context(self))
        return context


class StandardPage(PlainJapaneseMixin, BasePage):
    """A page of text: about the network, how to use the site, criteria, accessibility …"""

    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)
    short_title = models.CharField(
        _("title in menus"),
        max_length=30,
        blank=True,
        help_text=_("Where the title is long; empty shows the title itself."),
    )
    easy_body = StreamField(ProseBlock(), verbose_name=_("text in plain Japanese"), blank=True)
    in_nav = models.BooleanField(_("in the main menu"), default=False)
    in_footer = models.BooleanField(_("in the footer"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    shows_operator = models.BooleanField(
        _("with the imprint"),
        default=False,
        help_text=_("Below the text: who runs the site and answers for personal data."),
    )

    shared_texts = ["easy_body"]

    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    template = "home/standard_page.html"
    content_panels = [
        *BasePage.content_panels,
        *BasePage.card_panels,
        FieldPanel("body"),
        *PlainJapaneseMixin.plain_japanese_panels,
        FieldPanel("easy_body"),
    ]
    promote_panels = BasePage.promote_panels + [
        FieldPanel("short_title"),
        FieldPanel("in_nav"),
        FieldPanel("in_footer"),
        FieldPanel("order"),
        FieldPanel("shows_operator"),
    ]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    @property
    def has_plain_japanese(self) -> bool:
        """Whether the words of the page can be read in plain Japanese."""
        return bool(self.easy_body)


class GlossaryPage(PlainJapaneseMixin, BasePage):
    """All terms of the glossary in three readings."""

    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    template = "home/glossary_page.html"
    content_panels = [
        *BasePage.content_panels,
        *BasePage.card_panels,
        *PlainJapaneseMixin.plain_japanese_panels,
    ]

    class Meta:
        verbose_name = _("glossary")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the terms in the order of their reading."""
        from taxonomy.selectors import glossary_terms

        context = super().get_context(request, *args, **kwargs)
        context["terms"] = glossary_terms()
        return context
