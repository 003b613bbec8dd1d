"""Directory of the actors: every body that leads, partners, bridges or funds."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField

from core.blocks import ProseBlock
from core.models import BasePage, ConfirmationContactMixin, Source
from regions.models import Area

__all__ = ["OrganisationIndexPage", "OrganisationPage", "OrganisationSource"]


def validate_corporate_number(number: str) -> None:
    """Check the digits of a corporate number; the first is the check digit of the others."""
    if not (len(number) == 13 and number.isascii() and number.isdigit()):
        raise ValidationError(_("Write thirteen digits without spaces or hyphens."))
    weighted = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number[1:])))
    if int(number[0]) != 9 - weighted % 9:
        raise ValidationError(_("The check digit does not fit. Compare the number once more."))


class OrganisationIndexPage(BasePage):
    """The directory, browsed by type of actor and by region."""

    intro = models.TextField(_("introduction"), blank=True)

    section_name = _("Organisations")
    section_summary = _("Organisations that lead, support or connect people in the case studies.")
    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["organisations.OrganisationPage"]
    template = "organisations/organisation_index_page.html"
    content_panels = BasePage.content_panels + BasePage.card_panels + [FieldPanel("intro")]

    class Meta:
        verbose_name = _("organisation index")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add one page of the directory, narrowed by `actor` and `region` of the address."""
        from organisations.selectors import directory

        context = super().get_context(request, *args, **kwargs)
        context.update(directory(self, request.GET))
        return context


class OrganisationPage(BasePage, ConfirmationContactMixin):
    """A body: its type, places, site, what it does, and the cases in which it takes part."""

    kana = models.CharField(_("name in kana"), max_length=200, blank=True)
    other_names = models.CharField(
        _("other names"), max_length=500, blank=True, help_text=_("Separated by commas.")
    )
    actor_type = models.ForeignKey(
        "taxonomy.ActorType",
        verbose_name=_("type of organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
        help_text=_("Empty where the sources do not say."),
    )
    kind = models.ForeignKey(
        "taxonomy.OrganisationKind",
        verbose_name=_("legal form"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
    )
    areas = ParentalManyToManyField(
        Area, verbose_name=_("places"), blank=True, related_name="organisations"
    )
    corporate_number = models.CharField(
        _("corporate number"),
        max_length=13,
        blank=True,
        validators=[validate_corporate_number],
        help_text=_("Thirteen digits, as the National Tax Agency publishes them."),
    )
    website = models.URLField(_("site"), max_length=600, blank=True)
    status = models.ForeignKey(
        "taxonomy.CaseStatus",
        verbose_name=_("status"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    body = StreamField(ProseBlock(), verbose_name=_("what it does"), blank=True)

    shared_texts = ["kana", "corporate_number"]

    parent_page_types = ["organisations.OrganisationIndexPage"]
    subpage_types: list[str] = []
    template = "organisations/organisation_page.html"
    content_panels = (
        BasePage.content_panels
        + BasePage.card_panels
        + [
            HelpPanel(
                _(
                    "Without a website, a summary, a text on what it does or a role in the "
                    "network (member of a platform, in a programme, a grant, an event, media "
                    "coverage) an organisation has no page: it is a row of the directory with its "
                    "cases."
                )
            ),
            MultiFieldPanel(
                [
                    FieldPanel("kana"),
                    FieldPanel("other_names"),
                    FieldPanel("actor_type"),
                    FieldPanel("kind"),
                    FieldPanel("areas"),
                    FieldPanel("corporate_number"),
                    FieldPanel("website"),
                    FieldPanel("status"),
                ],
                heading=_("Facts"),
            ),
            FieldPanel("body"),
            InlinePanel("sources", label=_("Source"), heading=_("Sources")),
        ]
    )

    promote_panels = BasePage.promote_panels + ConfirmationContactMixin.desk_panels

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def structured_data(self) -> dict[str, Any]:
        """The body as a schema.org Organization."""
        data = super().structured_data()
        data["@type"] = "Organization"
        if self.website:
            data["sameAs"] = [self.website]
        data["areaServed"] = [area.label for area in self.areas.all()]
        return data

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the page; the address of a name alone leads to its row in the directory."""
        from organisations.selectors import is_name_alone, row_url

        if not getattr(request, "is_preview", False) and is_name_alone(self):
            return redirect(row_url(self))
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the map and the sections that other apps register."""
        from organisations.selectors import platforms_by_organisation, sections_by_organisation
        from regions.selectors import locator

        context = super().get_context(request, *args, **kwargs)
        areas = list(self.areas.all())
        context["areas"] = areas
        context["locator"] = locator(areas)
        context["platforms"] = platforms_by_organisation(self)
        context["sections"] = sections_by_organisation(self, request)
        return context


class OrganisationSource(Source):
    """Where a fact about an organisation was read."""

    page = ParentalKey(OrganisationPage, on_delete=models.CASCADE, related_name="sources")
