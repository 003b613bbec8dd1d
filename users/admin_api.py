"""Wagtail's API of the admin, with the same rights as the admin's own lists and choosers.

Wagtail shows pictures and documents of all collections there to everybody who may enter the admin.
Its actions on pages (publish, move, …) would pass by the reviews; the admin itself does not use
them.
"""

from __future__ import annotations

from typing import Any, ClassVar

from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.permissions import policy_registry

__all__ = ["DocumentsOfOwnCollections", "ImagesOfOwnCollections", "PagesWithoutActions"]


class _OwnCollections:
    """Files that somebody may choose, change or delete."""

    def get_queryset(self) -> Any:
        """Narrow Wagtail's list, which leaves out restricted collections alone."""
        found = super().get_queryset()  # type: ignore[misc]
        policy: Any = policy_registry.get_by_type(found.model)
        own = policy.instances_user_has_any_permission_for(
            self.request.user,  # type: ignore[attr-defined]
            ["choose", "change", "delete"],
        )
        return found.filter(pk__in=own.values("pk"))


class ImagesOfOwnCollections(_OwnCollections, ImagesAdminAPIViewSet):
    """Pictures."""


class DocumentsOfOwnCollections(_OwnCollections, DocumentsAdminAPIViewSet):
    """Documents."""


class PagesWithoutActions(PagesAdminAPIViewSet):
    """Pages of the explorer, to read alone."""

    actions: ClassVar[dict[str, Any]] = {}
