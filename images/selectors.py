"""Which stored picture an address means, and who may see it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.permissions import policy_registry

from images.models import CustomImage, Rendition

__all__ = ["is_public", "may_see", "stored_picture"]


def stored_picture(name: str) -> tuple[Any, CustomImage, bool] | None:
    """The file with this name, its picture, and whether it is the original; None for no picture."""
    rendition = Rendition.objects.select_related("image__collection").filter(file=name).first()
    if rendition is not None:
        return rendition.file, rendition.image, False
    picture = CustomImage.objects.select_related("collection").filter(file=name).first()
    return (picture.file, picture, True) if picture is not None else None


def is_public(picture: CustomImage) -> bool:
    """Whether everybody may see its renditions: by consent, date and collection."""
    return picture.may_be_shown and not picture.collection.get_view_restrictions().exists()


def may_see(request: HttpRequest, picture: CustomImage, *, original: bool) -> bool:
    """Whether whoever asks may see a picture that is not for everybody.

    Those who work with it see it always; those whom a restricted collection lets in see what may
    be shown, in the sizes of pages.
    """
    user: Any = request.user
    policy: Any = policy_registry.get_by_type(CustomImage)
    if user.is_authenticated and policy.user_has_any_permission_for_instance(
        user, ["change", "delete", "choose"], picture
    ):
        return True
    if original or not picture.may_be_shown:
        return False
    restrictions = picture.collection.get_view_restrictions()
    return all(restriction.accept_request(request) for restriction in restrictions)
