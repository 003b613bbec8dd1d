"""What surveys add to the pages of regions and organisations, and surveys in the admin."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, PageChooserPanel
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from core.dossier import (
    ORGANISATION_HOOK,
    PROGRAMME_HOOK,
    REGION_HOOK,
    Section,
)
from core.forms import FixedCodeForm
from organisations.models import OrganisationPage
from regions.models import Area
from surveys.models import Comparison, Survey, Wave
from surveys.residents import IMPORTED, LOADED, area_figures
from surveys.selectors import surveys_by_organisation, waves_by_programme


@hooks.register(REGION_HOOK)
def figures_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """Foreign residents of these areas."""
    figures = area_figures(areas)
    if figures is None:
        return None
    return Section(
        name="figures",
        title=_("Foreign residents in figures"),
        template="surveys/region_section.html",
        order=60,
        context=figures,
    )


@hooks.register(ORGANISATION_HOOK)
def organisation_surveys_section(
    organisation: OrganisationPage, request: HttpRequest
) -> Section | None:
    """The surveys that this body takes."""
    found = surveys_by_organisation(organisation)
    if not found:
        return None
    return Section(
        name="surveys",
        title=_("Surveys by this organisation"),
        template="surveys/organisation_section.html",
        order=40,
        context={"surveys": found},
    )


@hooks.register(PROGRAMME_HOOK)
def programme_surveys_section(programme: Page, request: HttpRequest) -> Section | None:
    """The surveys that the programme takes, with their waves."""
    found = waves_by_programme(programme)
    if not found:
        return None
    return Section(
        name="surveys",
        title=_("Survey results"),
        template="surveys/programme_section.html",
        order=10,
        context={"surveys": found},
    )


@hooks.register("register_log_actions")
def register_figure_actions(actions: LogActionRegistry) -> None:
    """What the history says of numbers that were imported or loaded."""
    actions.register_action(
        IMPORTED,
        gettext_lazy("Import figures"),
        gettext_lazy("Figures of foreign residents imported"),
    )
    actions.register_action(
        LOADED,
        gettext_lazy("Load figures"),
        gettext_lazy("Figures of foreign residents loaded from the content files"),
    )


class SurveyViewSet(ModelViewSet):
    """Surveys: code, titles, who takes them. Their pages are made below the index of surveys."""

    model = Survey
    icon = "clipboard-list"
    list_display = ["code", "title_ja", "owner_ja"]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("title_ja"),
            FieldPanel("title_en"),
            FieldPanel("owner_ja"),
            FieldPanel("owner_en"),
            FieldPanel("owner_page"),
            PageChooserPanel("programme_page", "programmes.ProgrammePage"),
        ],
        base_form_class=FixedCodeForm,
    )


class WaveViewSet(ModelViewSet):
    """Editable metadata of survey waves; figures are imported from spreadsheets."""

    model = Wave
    icon = "history"
    list_display = ["__str__", "title_ja", "year"]
    list_filter = ["survey"]
    edit_handler = ObjectList(
        [
            FieldPanel("title_ja"),
            FieldPanel("title_en"),
            MultiFieldPanel(
                [
                    FieldPanel("year"),
                    FieldPanel("started"),
                    FieldPanel("ended"),
                    FieldPanel("published"),
                    FieldPanel("period_ja"),
                    FieldPanel("period_en"),
                ],
                heading=gettext_lazy("Survey date"),
            ),
            FieldPanel("basis_ja"),
            FieldPanel("basis_en"),
            FieldPanel("notes_ja"),
            FieldPanel("notes_en"),
            FieldPanel("held_ja"),
            FieldPanel("held_en"),
        ]
    )


class ComparisonViewSet(ModelViewSet):
    """Which questions of several waves can be compared, and why (not)."""

    model = Comparison
    icon = "list-ul"
    list_display = ["code", "label_ja", "is_comparable"]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("label_ja"),
            FieldPanel("label_en"),
            FieldPanel("is_comparable"),
            FieldPanel("reason_ja"),
            FieldPanel("reason_en"),
            FieldPanel("questions"),
        ],
        base_form_class=FixedCodeForm,
    )


class SurveyViewSetGroup(ModelViewSetGroup):
    """Surveys in the admin's menu."""

    menu_label = gettext_lazy("Surveys")
    menu_icon = "clipboard-list"
    menu_order = 640
    items = (SurveyViewSet("surveys"), WaveViewSet("waves"), ComparisonViewSet("comparisons"))


@hooks.register("register_admin_viewset")
def register_surveys() -> SurveyViewSetGroup:
    """Put surveys into the admin's menu."""
    return SurveyViewSetGroup()
