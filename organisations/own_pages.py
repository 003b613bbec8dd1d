"""Which organisations have a page of their own: the one place that decides it.

An organisation has a page where there is something to read on it: its site, a summary, a text on
what it does, or a role. It has a role where a record that the public may see names it, other than
a case: as a member of a platform, in a programme, behind an event, in the press, for a grant.

All others are names alone. They are rows of the directory and of the lists of places, with the
cases that name them. Nothing links to them as to a page, the search and the sitemap leave them
out, and their address leads to their row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.signals import page_published, page_unpublished

from core.visibility import publicly_visible_q
from organisations.models import OrganisationPage
from search.index.outbox import announce

__all__ = ["has_own_page", "register_role", "without_names_alone"]


@dataclass(frozen=True)
class _Role:
    model: type[Model]
    organisation: str
    page: str

    def rows(self) -> QuerySet[Any]:
        named = self.model._default_manager.filter(**{f"{self.organisation}__isnull": False})
        return named.order_by()

    def keys(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.values(f"{self.organisation}__translation_key")


_roles: list[_Role] = []


def register_role(
    model: type[Model], *, organisation: str = "organisation", page: str = "page"
) -> None:
    """Let records of this model give the organisations that they name a page of their own.

    The search hears of it when such a record, or the page that it hangs on, changes.

    Args:
        organisation: the foreign key to the organisation.
        page: the page that the public must be able to see for the record to count.
    """
    role = _Role(model, organisation, page)
    _roles.append(role)
    name = f"role {model._meta.label} {organisation}"

    def on_record(sender: Any, instance: Model, **kwargs: Any) -> None:
        key = getattr(instance, f"{organisation}_id")
        if key and not kwargs.get("raw"):
            named = OrganisationPage.objects.filter(pk=key).values("translation_key")
            _announce(named)

    page_model: Any = model._meta.get_field(page).related_model

    def on_page(sender: Any, instance: Page, **kwargs: Any) -> None:
        if isinstance(instance, page_model):
            _announce(role.keys(role.rows().filter(**{page: instance.pk})))

    for record_signal in (post_save, post_delete):
        record_signal.connect(on_record, sender=model, weak=False, dispatch_uid=name)
    for page_signal in (page_published, page_unpublished):
        page_signal.connect(on_page, weak=False, dispatch_uid=name)


def has_own_page() -> Q:
    """Condition that an organisation has a page of its own. Adds no query."""
    has = ~Q(website="") | ~Q(summary="") | ~Q(Exact(Cast("body", TextField()), Value("[]")))
    for role in _roles:
        rows = role.rows().filter(publicly_visible_q(role.page))
        has |= Q(translation_key__in=role.keys(rows))
    return has


def without_names_alone(pages: PageQuerySet) -> PageQuerySet:
    """Pages of any kind, without organisations that have none of their own."""
    names = OrganisationPage.objects.order_by().exclude(has_own_page())
    return pages.exclude(pk__in=names.values("pk"))


def _announce(keys: QuerySet[Any]) -> None:
    pages = OrganisationPage.objects.filter(translation_key__in=keys, alias_of=None)
    announce(pages.order_by().values_list("pk", flat=True), "role")
