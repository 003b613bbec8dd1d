"""Where uploads are kept: outside every public folder, under names that keep their characters."""

from __future__ import annotations

from django.core.files.storage import FileSystemStorage
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler

from core.file_names import composed

__all__ = ["ComposedNamesInMemory", "ComposedNamesOnDisk", "UploadStorage"]


class UploadStorage(FileSystemStorage):
    """Files below `MEDIA_ROOT`, which no web server may serve by itself.

    Their addresses below `MEDIA_URL` and `/documents/` are answered by views that check rights.
    """

    def get_valid_name(self, name: str) -> str:
        """The name as it can be stored; composed first, or voice marks of a Mac get lost."""
        return super().get_valid_name(composed(name))


class ComposedNamesInMemory(MemoryFileUploadHandler):
    """Django's handler for small files, with names in NFC from the start."""

    def new_file(self, field_name: str, file_name: str, *args: object, **kwargs: object) -> None:
        """Begin a file."""
        super().new_file(field_name, composed(file_name), *args, **kwargs)  # type: ignore[arg-type]


class ComposedNamesOnDisk(TemporaryFileUploadHandler):
    """Django's handler for large files, with names in NFC from the start."""

    def new_file(self, field_name: str, file_name: str, *args: object, **kwargs: object) -> None:
        """Begin a file."""
        super().new_file(field_name, composed(file_name), *args, **kwargs)  # type: ignore[arg-type]
