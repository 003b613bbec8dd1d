"""What the end of a review does; apart, since Wagtail imports it while it makes its own models."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser
    from wagtail.models import WorkflowState

__all__ = ["publish_reviewed"]


def publish_reviewed(state: WorkflowState, user: AbstractUser | None = None) -> None:
    """Publish what the review approved (or set it for its day), whoever approved last.

    After an edit by a curator that is a region's publisher, who may not publish case studies alone:
    what they approve then is what the curators have approved.
    """
    revision = state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)
