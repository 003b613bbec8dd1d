"""Uploads of strangers, made safe: what a file is, is told by its content and never by its name.

Pictures are decoded and written anew, so that nothing but the picture is left: no place, no
device, nothing hidden behind it. PDF files are kept as they are, once pdf_files has looked into
every object of them.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pillow_heif
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from proposals.pdf_files import check_pdf

__all__ = ["MAX_BYTES", "SafeFile", "StopLargeFiles", "make_safe"]

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 80_000_000
# The longer side of a stored picture; more than any page shows.
LONGEST_SIDE = 2560

_FORMATS = ["JPEG", "PNG", "WEBP", "HEIF"]
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

pillow_heif.register_heif_opener()


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
        """Pass the piece on, or forget the whole file."""
        self._size += len(raw_data)
        if self._size > MAX_BYTES:
            self.stopped.append(clean_name(self.file_name or ""))
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
    name = clean_name(upload.name or "")
    if (upload.size or 0) > MAX_BYTES:
        raise too_large(name)
    content = upload.read()
    if not content:
        raise ValidationError(_("“%(name)s” is empty. Please choose it again.") % {"name": name})
    if content.startswith(b"%PDF-"):
        check_pdf(content, name)
        return SafeFile(f"{_stem(name)}.pdf", "pdf", content)
    if _looks_like_picture(content):
        picture, suffix = _rewritten_picture(content, name)
        return SafeFile(f"{_stem(name)}{suffix}", "image", picture)
    raise ValidationError(_what_it_is(content) % {"name": name})


def too_large(name: str) -> ValidationError:
    """That a file is too large."""
    return ValidationError(
        _("“%(name)s” is larger than %(limit)d MB. Please send a smaller one.")
        % {"name": name, "limit": MAX_BYTES // 1024 // 1024}
    )


def clean_name(name: str) -> str:
    """A file name without folders, control characters and excess."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    plain = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069<>:\"|?*]", "", plain)
    return plain.strip(" .")[-100:] or _("file")


def _stem(name: str) -> str:
    return PurePosixPath(name).stem[:90] or "file"


def _looks_like_picture(content: bytes) -> bool:
    return (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
        or (content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS)
    )


def _what_it_is(content: bytes) -> str:
    """Why a file is refused, in words that fit what it is."""
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content.startswith((b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")):
        return _("“%(name)s” is a program, whatever its name says. It was not stored.")
    if content.startswith(
        (b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")
    ):
        return _(
            "“%(name)s” is an archive or an office document. Please save it as PDF and send that."
        )
    if b"<svg" in content[:4096].lower() or start.startswith((b"<?xml", b"<!doctype", b"<html")):
        return _("“%(name)s” is a drawing or page with code. Please send it as PNG, JPEG or PDF.")
    return _(
        "“%(name)s” cannot be read. Please send a picture (JPEG, PNG, WebP, HEIC) or a PDF file."
    )


def _rewritten_picture(content: bytes, name: str) -> tuple[bytes, str]:
    """The picture alone, upright, not larger than needed; and the suffix of its format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Image.DecompressionBombError
                # A JPEG file is decoded in the size that is needed, which saves memory.
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                return _written(image)
    except Image.DecompressionBombError as error:
        raise ValidationError(
            _("“%(name)s” has too many pixels. Please send a smaller picture.") % {"name": name}
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ValidationError(
            _(
                "“%(name)s” is a broken picture. Please open it on your device, save it as JPEG "
                "and send that."
            )
            % {"name": name}
        ) from error


def _written(image: Image.Image) -> tuple[bytes, str]:
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    has_alpha = upright.has_transparency_data
    picture = upright.convert("RGBA" if has_alpha else "RGB")
    if profile:
        picture = _in_srgb(picture, profile)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A fresh picture: nothing that came with the file goes along.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    target = io.BytesIO()
    if has_alpha:
        clean.save(target, "PNG", optimize=True)
        return target.getvalue(), ".png"
    clean.save(target, "JPEG", quality=88, optimize=True)
    return target.getvalue(), ".jpg"


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The picture in the colours of screens; unchanged where its profile cannot be read."""
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=picture.mode,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return converted or picture
