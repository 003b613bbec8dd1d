"""The lexicon in the admin: its list, its form, and what the search makes of an entry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from search.admin.forms import LexiconEntryForm
from search.admin.lexicon_csv import COLUMNS, LISTS, SEPARATOR
from search.admin.lexicon_import import LexiconImportView
from search.admin.spreadsheets import SpreadsheetMixin
from search.language.analysis import fold, surface_key
from search.language.readings import hiragana, is_hiragana, is_kana, katakana
from search.models import LexiconEntry
from search.query.lexicon import current_lexicon
from search.query.search_query import SearchQuery
from search.results.answer import search

__all__ = ["LexiconViewSet", "find_entries", "shared_words"]

_SEARCHED = ["label_ja", "label_en", "kana", "alternatives", "other_languages", "added_words"]
_MOST_WARNINGS = 5


def find_entries(entries: QuerySet[LexiconEntry], typed: str) -> QuerySet[LexiconEntry]:
    """Entries with these letters in one of their words, in any width and case, or as they sound."""
    folded = fold(typed).strip()
    found = Q()
    for spelling in {typed.strip(), folded, hiragana(folded), katakana(folded)} - {""}:
        for name in _SEARCHED:
            found |= Q(**{f"{name}__icontains": spelling})
    if is_kana(folded) or folded.isascii():
        heard = [entry.identifier for entry in current_lexicon().sounding(folded)]
        found |= Q(identifier__in=heard)
    return entries.filter(found)


def shared_words(entry: LexiconEntry) -> list[tuple[str, LexiconEntry]]:
    """Words of the entry that another one has as well; of `_MOST_WARNINGS` other entries at most.

    Readings are left out: many sound alike.
    """
    words = [word for word in entry.words if not is_hiragana(fold(word))]
    lexicon = current_lexicon()
    keys = {surface_key(word): word for word in words}
    pairs = {
        other.identifier: word
        for word in words
        for other in lexicon.named(word)
        if other.identifier != entry.identifier
    }
    for draft in LexiconEntry.objects.filter(status=LexiconEntry.Status.DRAFT):
        if draft.pk != entry.pk:
            for word in draft.words:
                if surface_key(word) in keys:
                    pairs.setdefault(draft.identifier, keys[surface_key(word)])
    others = LexiconEntry.objects.filter(identifier__in=list(pairs)[:_MOST_WARNINGS])
    return [(pairs[other.identifier], other) for other in others]


# --- Panels ---


class SourcePanel(Panel):
    """Says why most of an entry from a file or a vocabulary cannot be changed."""

    class BoundPanel(Panel.BoundPanel):
        """The panel of one entry."""

        template_name = "search/admin/source_panel.html"

        def is_shown(self) -> bool:
            """For entries that are not the editors' own."""
            return bool(self.instance.pk and self.instance.is_from_source)


class TryPanel(Panel):
    """What the search makes of the entry's words now."""

    class BoundPanel(Panel.BoundPanel):
        """The panel of one entry."""

        template_name = "search/admin/try_panel.html"

        def is_shown(self) -> bool:
            """For entries that are stored."""
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add `queries` (each preferred word searched now), `shared` and `is_active`.

            `shared` are words that other entries have too. Runs a search in each language.
            """
            context: dict[str, Any] = super().get_context_data(parent_context)
            entry = LexiconEntry.objects.get(pk=self.instance.pk)
            context["is_active"] = entry.status == LexiconEntry.Status.ACTIVE
            context["queries"] = list(_tried(entry))
            context["shared"] = [
                {"word": word, "entry": other, "url": _edit_url(other)}
                for word, other in shared_words(entry)
            ]
            return context


def _tried(entry: LexiconEntry) -> Iterable[dict[str, Any]]:
    """Search for the preferred word of each language now, and give what is found."""
    for text, locale in ((entry.label_ja, "ja"), (entry.label_en, "en")):
        if not text:
            continue
        query = SearchQuery.from_params({"q": text}, locale)
        results = search(query)
        with override(locale):
            url = reverse("search:search") + query.address()
        yield {
            "text": text,
            "locale": locale,
            "url": url,
            "results": results,
            "also": [word for _text, words in results.understood for word in words],
        }


def _edit_url(entry: LexiconEntry) -> str:
    return reverse("lexicon:edit", args=[entry.pk])


# --- Views ---


class LexiconFilterSet(WagtailFilterSet):
    """By kind, status and source."""

    source = django_filters.ChoiceFilter(
        label=gettext_lazy("Source"), choices=list(LexiconEntry.SOURCES.items())
    )

    class Meta:
        model = LexiconEntry
        fields = ["status", "kind", "source"]


class LexiconIndexView(SpreadsheetMixin, generic.IndexView):
    """The list, which finds Japanese however it is typed."""

    is_searchable = True
    list_export = [name for name, _label in COLUMNS]
    export_headings = dict(COLUMNS)
    export_filename = "search-lexicon"
    custom_field_preprocess = {
        name: {kind: lambda value: SEPARATOR.join(value.splitlines()) for kind in ("csv", "xlsx")}
        for name in LISTS
    }

    def to_row_dict(self, item: LexiconEntry) -> dict[str, Any]:
        """The cells of an entry, choices in words."""
        return {
            **super().to_row_dict(item),
            "kind": item.get_kind_display(),
            "status": item.get_status_display(),
            "source": item.source_label(),
        }

    def search_queryset(self, queryset: QuerySet[LexiconEntry]) -> QuerySet[LexiconEntry]:
        """What the search field of the list finds."""
        return find_entries(queryset, self.search_query) if self.is_searching else queryset

    def get_delete_url(self, instance: LexiconEntry) -> str | None:
        """No address for entries synced from a file: the next sync would recreate them."""
        return None if instance.is_from_source else super().get_delete_url(instance)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Also the import, for those who may do it."""
        buttons = list(super().header_more_buttons)
        if self.user_has_permission("add") and self.user_has_permission("change"):
            buttons.append(
                Button(
                    _("Import CSV"),
                    url=reverse("lexicon:import"),
                    icon_name="upload",
                    priority=110,
                )
            )
        return buttons


class _WarningMixin:
    """After saving, says which words another entry has too. That is allowed, but rarely meant."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Store the entry, then look."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        for word, other in shared_words(form.instance):
            messages.warning(
                self.request,  # type: ignore[attr-defined]
                _("“%(word)s” is also a word of “%(other)s”. A search for it finds both.")
                % {"word": word, "other": other},
                buttons=[messages.button(_edit_url(other), _("Open that entry"))],
            )
        return response


class LexiconCreateView(_WarningMixin, generic.CreateView):
    """A new entry, filled in when a word is given in the address."""

    def get_initial(self) -> dict[str, Any]:
        """`word` as the preferred word of the language that it looks like."""
        word = " ".join(self.request.GET.get("word", "").split())[:100]
        if not word:
            return {}
        return {"label_en" if fold(word).isascii() else "label_ja": word}

    def get_success_url(self) -> str:
        """Back to the form, where the entry can be tried."""
        return str(self.get_edit_url())

    def get_success_buttons(self) -> list[Any]:
        """None: the form is open."""
        return []


class LexiconEditView(_WarningMixin, generic.EditView):
    """The form of an entry, to which saving leads back; one from a source is not deleted here.

    What may be changed in an entry from a source, `LexiconEntryForm` says.
    """

    def get_success_url(self) -> str:
        """Back to the form, where the entry can be tried."""
        return str(self.get_edit_url())

    def get_success_buttons(self) -> list[Any]:
        """None: the form is open."""
        return []

    @property
    def can_delete(self) -> bool:
        """Entries synced from a file cannot be deleted; the next sync would recreate them."""
        return not self.object.is_from_source and super().can_delete


class LexiconDeleteView(generic.DeleteView):
    """Delete an entry of the editors."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send back with the reason when the entry comes from a source."""
        if self.user_has_permission("delete") and self.object.is_from_source:
            messages.error(
                request,
                _(
                    "This entry comes from “%(source)s” and would be back after the next loading. "
                    "Choose the status “no longer used” instead."
                )
                % {"source": self.object.source_label()},
            )
            return redirect(_edit_url(self.object))
        return super().dispatch(request, *args, **kwargs)


class LexiconViewSet(ModelViewSet):
    """Words that mean the same."""

    model = LexiconEntry
    name = "lexicon"
    url_prefix = "search/lexicon"
    icon = "openquote"
    menu_label = gettext_lazy("Lexicon")
    menu_name = "search-lexicon"
    copy_view_enabled = False
    index_view_class = LexiconIndexView
    add_view_class = LexiconCreateView
    edit_view_class = LexiconEditView
    delete_view_class = LexiconDeleteView
    filterset_class = LexiconFilterSet
    list_per_page = 50
    list_display = [
        "headword",
        "label_en",
        "kana",
        "kind",
        StatusTagColumn(
            "status",
            label=gettext_lazy("Status"),
            accessor="get_status_display",
            sort_key="status",
            primary=lambda entry: entry.status == LexiconEntry.Status.ACTIVE,
        ),
        "source_label",
        "updated_at",
    ]
    ordering = ["label_ja", "label_en"]
    edit_handler = ObjectList(
        [
            SourcePanel(),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("label_ja"), FieldPanel("label_en")]),
                    FieldPanel("kana"),
                    FieldPanel("alternatives", widget=forms.Textarea(attrs={"rows": 4})),
                    FieldPanel("other_languages", widget=forms.Textarea(attrs={"rows": 4})),
                    FieldPanel("added_words", widget=forms.Textarea(attrs={"rows": 4})),
                ],
                heading=gettext_lazy("Words that mean the same"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("broader", widget=forms.Textarea(attrs={"rows": 3})),
                    FieldPanel("related", widget=forms.Textarea(attrs={"rows": 3})),
                ],
                heading=gettext_lazy("Terms to offer where little is found"),
            ),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("status")]),
            TryPanel(heading=gettext_lazy("What a search makes of it")),
        ],
        base_form_class=LexiconEntryForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        """Also the import."""
        return [
            *super().get_urlpatterns(),
            path("import/", self.construct_view(LexiconImportView), name="import"),
        ]
