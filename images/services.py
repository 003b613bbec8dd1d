"""Writes of pictures."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.db import transaction

from images.cleaning import cleaned_file
from images.models import CustomImage

__all__ = ["clean_stored_picture"]


def clean_stored_picture(picture: CustomImage) -> None:
    """Put a cleaned file in place of the stored one, and delete the sizes made of that.

    Raises:
        ValidationError: the file is broken or has too many pixels; nothing is changed.
        OSError: it cannot be read.
    """
    storage, former = picture.file.storage, picture.file.name or ""
    before = (picture.width, picture.height)
    with picture.file.open("rb") as file:
        clean = cleaned_file(file)
    clean.name = PurePosixPath(former).stem + PurePosixPath(clean.name or "").suffix
    with transaction.atomic():
        picture.file = clean  # type: ignore[assignment]
        if (picture.width, picture.height) != before:  # turned or made smaller
            picture.set_focal_point(None)
        picture.save()
        picture._set_image_file_metadata()
        picture.save(update_fields=["file_size", "file_hash"])
        for rendition in picture.renditions.all():
            rendition.delete()
        transaction.on_commit(lambda: storage.delete(former))
