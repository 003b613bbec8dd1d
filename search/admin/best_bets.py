"""Recommended pages in the admin: queries, and the pages pinned to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
)
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from search.admin.forms import BestBetForm
from search.language.analysis import fold
from search.language.readings import hiragana, katakana
from search.models import BestBet

__all__ = ["BestBetViewSet"]


class BestBetIndexView(generic.IndexView):
    """The list, found by queries, titles of pages and notes."""

    is_searchable = True

    def search_queryset(self, queryset: QuerySet[BestBet]) -> QuerySet[BestBet]:
        """In any width and case, in hiragana and katakana."""
        if not self.is_searching:
            return queryset
        folded = fold(self.search_query).strip()
        found = Q()
        for spelling in {self.search_query.strip(), folded, hiragana(folded), katakana(folded)}:
            for name in ("queries", "note", "pinned_pages__page__title"):
                found |= Q(**{f"{name}__icontains": spelling})
        return queryset.filter(found).distinct()


class BestBetCreateView(generic.CreateView):
    """A new one, filled in when the address says queries and a language."""

    def get_initial(self) -> dict[str, Any]:
        """`queries` and `locale` of the address."""
        locale = self.request.GET.get("locale", "")
        return {
            "queries": self.request.GET.get("queries", "")[:200],
            "locale": locale if locale in dict(settings.LANGUAGES) else "",
        }


def _titles(bet: BestBet) -> str:
    return "、".join(bet.page_titles)


class BestBetViewSet(ModelViewSet):
    """Pages above the hits."""

    model = BestBet
    name = "best_bets"
    url_prefix = "search/recommended"
    icon = "pick"
    menu_label = gettext_lazy("Recommended pages")
    menu_name = "search-best-bets"
    copy_view_enabled = False
    index_view_class = BestBetIndexView
    add_view_class = BestBetCreateView
    list_filter = ["is_active", "locale"]
    list_display = [
        "headword",
        Column("page_titles", label=gettext_lazy("Pages"), accessor=_titles),
        Column(
            "locale",
            label=gettext_lazy("Language"),
            accessor=lambda bet: bet.get_locale_display() if bet.locale else gettext_lazy("both"),
        ),
        BooleanColumn("is_active", label=gettext_lazy("Active"), sort_key="is_active"),
        Column("ends_on", label=gettext_lazy("Last day"), sort_key="ends_on"),
    ]
    ordering = ["queries"]
    edit_handler = ObjectList(
        [
            FieldPanel("queries", widget=forms.Textarea(attrs={"rows": 4})),
            FieldPanel("locale"),
            InlinePanel(
                "pinned_pages",
                heading=gettext_lazy("Pages, in this order"),
                label=gettext_lazy("Page"),
                min_num=1,
                max_num=5,
                panels=[PageChooserPanel("page")],
                help_text=gettext_lazy(
                    "They stand above the results on the first page of a search without filters, "
                    "as long as they are published and open to everybody. Readers see a page in "
                    "their own language where it is translated."
                ),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("is_active"), FieldPanel("ends_on")]),
                    FieldPanel("note", widget=forms.Textarea(attrs={"rows": 3})),
                ],
                heading=gettext_lazy("When and why"),
            ),
        ],
        base_form_class=BestBetForm,
    )
