"""Vocabularies, keywords and the glossary in the admin, for curators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from taxonomy.models import VOCABULARIES, GlossaryTerm, Keyword, Term
from taxonomy.services import merge_keywords

OWN_FIELDS = {
    "Theme": ["parent", "scheme"],
    "Language": ["bcp47", "own_name"],
    "CostBand": ["min_jpy", "max_jpy"],
}


def term_viewset(model: type[Term]) -> SnippetViewSet:
    """The admin of one vocabulary: its terms in order, their labels in three readings."""
    own = [FieldPanel(name) for name in OWN_FIELDS.get(model.__name__, [])]

    class TermViewSet(SnippetViewSet):
        """Terms of one vocabulary."""

        list_display = ["code", "label_ja", "label_en", "order", "is_active"]
        list_filter = ["is_active"]
        search_fields = ["code", "label_ja", "label_en", "label_easy"]
        ordering = ["order", "code"]
        panels = [
            FieldPanel("code", help_text=_("Fixed once saved: addresses and exports use it.")),
            MultiFieldPanel(
                [FieldPanel("label_ja"), FieldPanel("label_easy"), FieldPanel("label_en")],
                heading=_("Labels"),
            ),
            MultiFieldPanel([FieldPanel("note_ja"), FieldPanel("note_en")], heading=_("Notes")),
            *own,
            FieldRowPanel([FieldPanel("order"), FieldPanel("is_active")]),
        ]

    return TermViewSet(model=model)


class KeywordViewSet(SnippetViewSet):
    """Free keywords; several can be merged into one in the list."""

    model = Keyword
    list_display = ["name", "slug"]
    search_fields = ["name"]
    panels = [FieldPanel("name"), FieldPanel("slug")]


class GlossaryViewSet(SnippetViewSet):
    """Terms explained in three readings."""

    model = GlossaryTerm
    icon = "openquote"
    list_display = ["term_ja", "reading", "term_en", "is_sourced"]
    list_filter = ["is_sourced"]
    search_fields = ["term_ja", "reading", "term_en"]


class TaxonomyGroup(SnippetViewSetGroup):
    """Everything that classifies, in one place of the menu."""

    menu_label = _("Vocabularies")
    menu_icon = "tag"
    menu_order = 600
    items = [
        *[term_viewset(model) for model in VOCABULARIES.values()],
        KeywordViewSet,
        GlossaryViewSet,
    ]


register_snippet(TaxonomyGroup)


@hooks.register("register_bulk_action")
class MergeKeywords(SnippetBulkAction):
    """Merge the chosen keywords into the one that comes first in the alphabet."""

    models = [Keyword]
    display_name = _("Merge")
    aria_label = _("Merge the chosen keywords")
    action_type = "merge"
    template_name = "taxonomy/admin/merge_keywords.html"
    action_priority = 30

    def check_perm(self, snippet: Keyword) -> bool:
        """Merging changes and deletes keywords, so both rights are needed."""
        user = self.request.user
        return bool(
            user.has_perm("taxonomy.change_keyword") and user.has_perm("taxonomy.delete_keyword")
        )

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        """Merge all into the first; returns (kept, merged)."""
        keep, *others = sorted(objects, key=lambda keyword: keyword.name)
        return 1, merge_keywords(keep, others)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """Say how many keywords were merged away."""
        return ngettext(
            "%(count)d keyword has been merged.",
            "%(count)d keywords have been merged.",
            num_child_objects,
        ) % {"count": num_child_objects}
