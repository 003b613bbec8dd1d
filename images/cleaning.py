"""The one way in which pictures come into the site, from editors and from people outside.

A picture is measured by its header, decoded in a process of its own with limits, and written anew:
upright, in sRGB, without position, camera or any other metadata. What a file is, is told by its
content and never by its name.
"""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image

from core.file_names import clean_file_name
from core.locks import Busy, one_of

__all__ = [
    "LONGEST_SIDE",
    "MAX_BYTES",
    "MAX_PIXELS",
    "CleanPicture",
    "clean_picture",
    "cleaned_file",
    "decoding_slot",
    "is_clean",
    "looks_like_picture",
    "too_large",
    "why_refused",
]

logger = logging.getLogger(__name__)

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
# The longer side of a stored picture; more than any page shows.
LONGEST_SIDE = 2560

# Files decoded at once by all processes of this machine, and how long the next ones wait for it.
DECODINGS_AT_ONCE = 2
WAIT_SECONDS = 15.0
# What one decoding may use: 25 million pixels with transparency need about half of the memory.
MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
WALL_SECONDS = 60

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}

REFUSALS = {
    "too-many-pixels": gettext_noop(
        "“%(name)s” has too many pixels: at most %(limit)d million. Please make it smaller and "
        "choose it again."
    ),
    "too-much-memory": gettext_noop(
        "“%(name)s” is too large when it is unpacked. Please make it smaller and choose it again."
    ),
    "animated": gettext_noop(
        "“%(name)s” is a moving picture. Please send a picture that stands still."
    ),
    "broken": gettext_noop("“%(name)s” is damaged. Please open it, save it as JPEG and send that."),
    "busy": gettext_noop(
        "Too many pictures arrive just now. Please wait a minute and send “%(name)s” again."
    ),
}


@dataclass(frozen=True)
class CleanPicture:
    """A picture that may be stored, with the suffix of its new format in its name."""

    name: str
    content: bytes
    width: int
    height: int


class CleanedFile(ContentFile[bytes]):
    """A file that has been cleaned already."""


def cleaned_file(file: File) -> CleanedFile:
    """A file ready for the picture model, cleaned unless it has been.

    Raises:
        ValidationError: as `clean_picture`.
    """
    if isinstance(file, CleanedFile):
        return file
    file.seek(0)
    picture = clean_picture(file.read(), file.name or "")
    return CleanedFile(picture.content, name=picture.name)


def clean_picture(content: bytes, name: str) -> CleanPicture:
    """A picture without anything but the picture.

    Raises:
        ValidationError: it is no picture, broken, too large, or too many arrive at once; the
            message names the file and says what to do.
    """
    name = clean_file_name(name)
    if not content:
        raise ValidationError(_("“%(name)s” is empty. Please choose it again.") % {"name": name})
    if len(content) > MAX_BYTES:
        raise too_large(name)
    if not looks_like_picture(content):
        raise ValidationError(why_refused(content) % {"name": name})
    with decoding_slot(name):
        facts, written = _decode(content)
    if "refused" in facts:
        raise _refusal(str(facts["refused"]), name)
    stem = PurePosixPath(name).stem[:90] or "file"
    return CleanPicture(f"{stem}{facts['suffix']}", written, facts["width"], facts["height"])


def too_large(name: str) -> ValidationError:
    """That a file has too many bytes."""
    return ValidationError(
        _("“%(name)s” is larger than %(limit)d MB. Please send a smaller file.")
        % {"name": clean_file_name(name), "limit": MAX_BYTES // 1024 // 1024}
    )


@contextmanager
def decoding_slot(name: str) -> Iterator[None]:
    """Hold one of the few places for decoding files of strangers.

    Raises:
        ValidationError: all are taken for longer than a form may wait, or cannot be counted.
    """
    with ExitStack() as places:
        try:
            places.enter_context(one_of("decoding", DECODINGS_AT_ONCE, wait=WAIT_SECONDS))
        except Busy as error:
            raise _refusal("busy", name) from error
        except OSError as error:  # what cannot be counted is refused
            logger.error("Pictures are refused, since their number cannot be counted: %s", error)
            raise _refusal("busy", name) from error
        yield


def _refusal(reason: str, name: str) -> ValidationError:
    message = _(REFUSALS.get(reason, REFUSALS["broken"]))
    return ValidationError(message % {"name": name, "limit": MAX_PIXELS // 1_000_000}, code=reason)


def _decode(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Facts about the new file, and its content; see `images.decoding`."""
    script = Path(__file__).with_name("decoding.py")
    limits = [MAX_PIXELS, LONGEST_SIDE, MEMORY_BYTES, CPU_SECONDS]
    try:
        done = subprocess.run(  # noqa: S603 - our own script, with numbers alone
            [sys.executable, "-I", str(script), *map(str, limits)],
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            # Each thread of a decoder would reserve memory of its own.
            env={"MALLOC_ARENA_MAX": "1"},
        )
    except subprocess.TimeoutExpired:
        return {"refused": "too-much-memory"}, b""
    line, _newline, written = done.stdout.partition(b"\n")
    try:
        facts: dict[str, Any] = json.loads(line)
    except ValueError:  # the process was stopped, by a limit or by a fault of a decoder
        logger.warning(
            "A picture stopped its decoder (exit status %s): %s", done.returncode,
            done.stderr.decode("utf-8", "replace")[-500:],
        )  # fmt: skip
        return {"refused": "too-much-memory" if done.returncode < 0 else "broken"}, b""
    return facts, written


# What Pillow tells of the header of every JPEG file.
_HARMLESS = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def is_clean(content: bytes) -> bool:
    """Whether a stored picture is as `clean_picture` writes it: JPEG or PNG without metadata.

    Raises:
        OSError: it is no picture, or a broken one.
    """
    with Image.open(io.BytesIO(content)) as image:
        if image.format not in {"JPEG", "PNG"} or max(image.size) > LONGEST_SIDE:
            return False
        image.load()
        return not image.info.keys() - _HARMLESS


def looks_like_picture(content: bytes) -> bool:
    """Whether the first bytes are those of JPEG, PNG, GIF, WebP, HEIC or AVIF."""
    return (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
        or (content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS | _AVIF_BRANDS)
    )


def why_refused(content: bytes) -> str:
    """Why a file that is no picture is refused, in words that fit what it is."""
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content.startswith((b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")):
        return _("“%(name)s” is a program file and was not accepted.")
    if content.startswith(
        (b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")
    ):
        return _("“%(name)s” is an archive or office document. Please send it as PDF.")
    if b"<svg" in content[:4096].lower() or start.startswith((b"<?xml", b"<!doctype", b"<html")):
        return _("“%(name)s” contains code. Please send it as PNG, JPEG or PDF.")
    return _(
        "We could not read “%(name)s”. Please send a picture (JPEG, PNG, WebP, HEIC) or a PDF."
    )
