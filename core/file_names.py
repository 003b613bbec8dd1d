"""Names of uploaded files, as people gave them and as they can be stored."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

__all__ = ["clean_file_name", "composed"]


def composed(text: str) -> str:
    """The text in NFC: macOS hands over カ and its voice mark as two characters.

    Whatever sorts out characters later would drop the mark alone, and turn ガイド into カイト.
    """
    return unicodedata.normalize("NFC", text)


def clean_file_name(name: str) -> str:
    """A file name in NFC, without folders, control characters and excess; at most 100 long."""
    plain = PurePosixPath(composed(name).replace("\\", "/")).name
    plain = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069<>:\"|?*]", "", plain)
    return plain.strip(" .")[-100:] or _("file")
