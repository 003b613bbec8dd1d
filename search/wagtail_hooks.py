"""The search in the admin, for curators: its words, what was asked, recommended pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from core.pickers.pages import register_page_finder
from search.admin.best_bets import BestBetViewSet
from search.admin.lexicon import LexiconViewSet
from search.admin.queries import QueriesViewSet
from search.pickers import published_pages

register_page_finder(published_pages)


class SearchGroup(ViewSetGroup):
    """Everything that makes the public search better, in one place of the menu."""

    menu_label = _("Site search")
    menu_name = "site-search"
    menu_icon = "search"
    menu_order = 620
    items = [QueriesViewSet, LexiconViewSet, BestBetViewSet]


@hooks.register("register_admin_viewset")
def register_search() -> SearchGroup:
    """Put the search into the admin's menu."""
    return SearchGroup()
