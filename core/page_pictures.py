"""Which pictures a page shows, and which of them keep it from being published."""

from __future__ import annotations

from typing import Any

from wagtail.images import get_image_model
from wagtail.models import Page

__all__ = ["pictures_on", "problems_of_pictures"]


def pictures_on(page: Page) -> list[Any]:
    """Pictures in fields, stream fields and rich text of a page, stored or not."""
    model = get_image_model()
    numbers = set()
    for field in page._meta.get_fields():
        if field.is_relation and field.concrete and field.related_model is model:
            numbers.add(getattr(page, field.attname))
        elif hasattr(field, "extract_references"):
            value = field.value_from_object(page)
            numbers |= {
                int(number)
                for found, number, *_path in field.extract_references(value)
                if found is model
            }
    return list(model.objects.filter(pk__in=numbers - {None}).order_by("pk")) if numbers else []


def problems_of_pictures(page: Page) -> list[tuple[Any, str]]:
    """Pictures of a page that are not for publication, each with a message that names it."""
    return [
        (picture, picture.publication_problem)
        for picture in pictures_on(page)
        if picture.publication_problem
    ]
