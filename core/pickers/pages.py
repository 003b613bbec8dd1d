"""Pickers of pages. What somebody may not see is not offered, not named and not accepted.

Everybody may choose what is published; drafts only those who may edit them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from core.pickers.matching import hiragana, katakana
from core.pickers.registry import Option, Picker
from core.visibility import publicly_visible, publicly_visible_pages, publicly_visible_q

__all__ = ["PagePicker", "choosable", "editable", "register_page_finder", "title_for"]

PageFinder = Callable[[str, type[Page], int], Sequence[int]]

_finders: list[PageFinder] = []


def register_page_finder(finder: PageFinder) -> None:
    """Let an app that knows more than titles find published pages: (text, model, limit) -> keys."""
    _finders.append(finder)


def editable(user: Any) -> QuerySet[Page]:
    """The pages that somebody may edit, drafts among them; none where nobody is known."""
    if user is None:
        return Page.objects.none()
    pages: QuerySet[Page] = policy_registry.get_by_type(Page).instances_user_has_permission_for(
        user, "change"
    )
    return pages


def choosable(user: Any) -> Q:
    """Condition for what somebody finds in choosers and pickers."""
    return publicly_visible_q() | Q(pk__in=editable(user).values("pk"))


def title_for(page: Page, user: Any) -> str:
    """The published title; that of a draft to those who may edit it, and to others none."""
    if publicly_visible_pages([page]):
        return str(page.title)
    if editable(user).filter(pk=page.pk).exists():
        return str(page.title if page.live else page.draft_title)
    return _("A page that is not public")


class PagePicker(Picker):
    """Finds pages of one type: one's own region's first, drafts of one's own among them.

    A page and its translations are one case or body: offered is the original.
    """

    model: ClassVar[type[Page]]
    text_fields: ClassVar[Sequence[str]] = ("title",)
    """Fields that are searched for each typed word."""
    related: ClassVar[Sequence[str]] = ()
    """What `note` reads, as for `prefetch_related`."""

    def note(self, page: Any) -> str:
        """What tells a page from others with a similar title."""
        return ""

    def search(self, text: str, user: Any, *, with_ended: bool, limit: int) -> list[Option]:
        """Own pages by their titles, then published ones by titles, then by their whole texts."""
        originals = self._originals()
        # Conditions on the rows themselves: a subquery of all own pages is slow if there are many.
        own = PagePermissionPolicy(self.model).instances_user_has_permission_for(user, "change")
        keys = _newest(own.filter(originals, _words(text, self._own_fields)), limit)
        if len(keys) < limit:
            pages = self.model._default_manager.filter(originals, _words(text, self.text_fields))
            # Own pages that fit are all among the keys: so many more are enough.
            keys += _newest(publicly_visible(pages), limit + len(keys))
            keys = list(dict.fromkeys(keys))[:limit]
        if text and len(keys) < limit:
            found = [key for finder in _finders for key in finder(text, self.model, limit)]
            # Asked again: what was withdrawn may still be in the index.
            known = self.model._default_manager.filter(originals, pk__in=found)
            allowed = set(publicly_visible(known).values_list("pk", flat=True))
            keys += [key for key in found if key in allowed]
        return self._options(list(dict.fromkeys(keys))[:limit], user)

    def describe(self, values: Sequence[str], user: Any) -> list[Option]:
        """The pages by the titles that this user may see."""
        return self._options([int(value) for value in values if value.isdigit()], user)

    def allowed(self, queryset: QuerySet[Any], user: Any) -> QuerySet[Any]:
        """Of a form field's pages those that may be chosen."""
        return queryset.filter(choosable(user))

    @property
    def _own_fields(self) -> Sequence[str]:
        return [*self.text_fields, "draft_title"]

    def _originals(self) -> Q:
        """No stand-ins, and no translations whose original is there."""
        default = Locale.objects.get_for_language(settings.LANGUAGE_CODE)
        original = Page.objects.filter(
            translation_key=OuterRef("translation_key"), locale=default.pk
        )
        return Q(alias_of=None) & (Q(locale=default.pk) | Q(~Exists(original)))

    def _options(self, keys: Iterable[int], user: Any) -> list[Option]:
        keys = list(keys)
        pages = self.model._default_manager.prefetch_related(*self.related).in_bulk(keys)
        public = {page.pk for page in publicly_visible_pages(pages.values())}
        others = pages.keys() - public
        own = set(editable(user).filter(pk__in=others).values_list("pk", flat=True))
        return [
            self._option(pages[key], is_known=key in public or key in own)
            for key in keys
            if key in pages
        ]

    def _option(self, page: Any, *, is_known: bool) -> Option:
        if not is_known:
            return Option(str(page.pk), _("A page that is not public"))
        if page.live:
            return Option(str(page.pk), page.title, self.note(page))
        notes = filter(None, [self.note(page), _("draft")])
        return Option(str(page.pk), page.draft_title, " ".join(notes))


def _newest(pages: QuerySet[Any], limit: int) -> list[int]:
    """Keys of the pages made last: in the order of an index, so that not all have to be read."""
    return list(pages.order_by("-pk").values_list("pk", flat=True)[:limit])


def _words(text: str, fields: Iterable[str]) -> Q:
    """Condition that each word stands in one of the fields, in whichever kana."""
    condition = Q()
    for word in text.split():
        spellings = {word, hiragana(word), katakana(word)}
        one = Q()
        for field in fields:
            for spelling in spellings:
                one |= Q((f"{field}__icontains", spelling))
        condition &= one
    return condition
