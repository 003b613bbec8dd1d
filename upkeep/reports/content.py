"""What breaks a rule for content that stays right."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from upkeep.findings import Finding, current_findings, read_accepted
from upkeep.reports.listing import PageColumn, PageFilterSet, PagesReport, ReportViewSet
from upkeep.rules import RULES
from upkeep.selectors import editable_pages

__all__ = ["ContentViewSet"]


class ContentFilterSet(PageFilterSet):
    """Which rule, and whether it is accepted."""

    rule = django_filters.ChoiceFilter(
        label=gettext_lazy("Rule"),
        empty_label=gettext_lazy("All"),
        choices=[(rule.name, rule.label) for rule in RULES.values()],
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        empty_label=gettext_lazy("To do"),
        choices=[("accepted", gettext_lazy("Accepted")), ("all", gettext_lazy("All"))],
    )


class ContentView(PagesReport):
    """Each fault on a published page, with its cure; cases first."""

    page_title = gettext_lazy("Content check")
    filterset_class = ContentFilterSet
    explanation = gettext_lazy(
        "What the rules for content found on published pages. A rule may be wrong about a page: "
        "then say so to whoever looks after the list of accepted findings."
    )
    columns = [
        PageColumn("page", label=gettext_lazy("Page"), width="22%"),
        Column("problem_label", label=gettext_lazy("Problem"), width="13%"),
        Column("place", label=gettext_lazy("Field"), width="10%"),
        Column("words", label=gettext_lazy("What stands there"), width="18%", classname="quoted"),
        Column("cure", label=gettext_lazy("What to do"), width="19%"),
        Column("accepted", label=gettext_lazy("Why it may stay"), width="18%"),
    ]
    list_export = [
        "page.title", "kind_label", "problem_label", "place", "words", "cure", "accepted",
        "page.public_url",
    ]  # fmt: skip
    export_headings = {
        **PagesReport.export_headings,
        "place": gettext_lazy("Field"),
        "words": gettext_lazy("What stands there"),
        "cure": gettext_lazy("What to do"),
        "accepted": gettext_lazy("Why it may stay"),
        "page.public_url": gettext_lazy("Address"),
    }

    def rows(self, chosen: dict[str, str]) -> list[Finding]:
        """Findings on pages that one may edit."""
        found = current_findings(editable_pages(self.request.user).values("pk"), read_accepted())
        wanted = {"accepted": {True}, "all": {True, False}}.get(chosen["state"], {False})
        return [
            finding
            for finding in found
            if bool(finding.accepted) in wanted and chosen["rule"] in ("", finding.rule.name)
        ]


class ContentViewSet(ReportViewSet):
    """The report in the menu."""

    name = "content_check"
    url_prefix = "upkeep/content"
    icon = "warning"
    menu_label = gettext_lazy("Content check")
    menu_name = "content-check"
    view_class = ContentView
