"""Uploads of strangers, made safe: what a file is, is told by its content and never by its name.

Pictures go through `images.cleaning`, as those of editors do. PDF files are kept as they are, once
pdf_files has looked into every object of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.translation import gettext as _

from core.file_names import clean_file_name
from images.cleaning import (
    MAX_BYTES,
    clean_picture,
    decoding_slot,
    looks_like_picture,
    too_large,
    why_refused,
)
from proposals.pdf_files import check_pdf

__all__ = ["MAX_BYTES", "SafeFile", "StopLargeFiles", "make_safe", "too_large"]


@dataclass(frozen=True)
class SafeFile:
    """A file that may be stored: `kind` is a value of `Attachment.Kind`."""

    name: str
    kind: str
    content: bytes


class StopLargeFiles(FileUploadHandler):
    """Stops storing a file that is too large while it arrives, and keeps all else of the form.

    Attributes:
        stopped: names of the files that were too large.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.stopped: list[str] = []
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count."""
        super().new_file(*args, **kwargs)
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on, or forget a file that is too large and note its name in `stopped`."""
        self._size += len(raw_data)
        if self._size > MAX_BYTES:
            self.stopped.append(clean_file_name(self.file_name or ""))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that follow."""


def make_safe(upload: UploadedFile) -> SafeFile:
    """The file as it may be stored.

    Raises:
        ValidationError: it is too large, broken, or something else than a picture or PDF file;
            the message names the file and says what to do.
    """
    name = clean_file_name(upload.name or "")
    if (upload.size or 0) > MAX_BYTES:
        raise too_large(name)
    content = upload.read()
    if not content:
        raise ValidationError(_("“%(name)s” is empty. Please choose it again.") % {"name": name})
    if content.startswith(b"%PDF-"):
        with decoding_slot(name):
            check_pdf(content, name)
        return SafeFile(f"{PurePosixPath(name).stem[:90] or 'file'}.pdf", "pdf", content)
    if looks_like_picture(content):
        picture = clean_picture(content, name)
        return SafeFile(picture.name, "image", picture.content)
    raise ValidationError(why_refused(content) % {"name": name})
