"""PDF files of strangers: looked into object by object, also where objects stand compressed.

A name such as `/JavaScript` can be written in many ways and packed away, so the bytes of a file say
little. A library reads every object as a viewer would; what cannot be read is refused.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError
from pypdf.generic import IndirectObject, NameObject

__all__ = ["check_pdf"]

# What runs by itself when a file is opened, asks for input, or hides another file.
_ACTIVE = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA",
     "/SubmitForm", "/ImportData"}
)  # fmt: skip
# The same where the file does not list it and a viewer might find it all the same.
_IN_PLAIN_SIGHT = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")
# An upload of 10 MB has some thousands of objects; the library bounds what each unpacks to.
_MOST_OBJECTS = 50_000
_MOST_SECONDS = 10.0


class _TooMuch(Exception):
    """A file would take longer to look through than a form may take."""


def check_pdf(content: bytes, name: str) -> None:
    """Look into a PDF file.

    Raises:
        ValidationError: it is not whole, is locked with a password, unpacks to too much, or holds
            something active; the message names the file and says what to do.
    """
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content[-4096:]:
        raise _not_whole(name)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise FileNotDecryptedError
        if "/Root" not in reader.trailer:
            raise _not_whole(name)
        is_active = bool(_IN_PLAIN_SIGHT.search(content)) or any(
            _names_of(found) & _ACTIVE for found in _objects(reader)
        )
    except (FileNotDecryptedError, NotImplementedError, DependencyError) as error:
        raise ValidationError(
            _("“%(name)s” is password-protected. Please remove the password and send it again.")
            % {"name": name}
        ) from error
    except (_TooMuch, LimitReachedError, RecursionError, MemoryError) as error:
        raise ValidationError(
            _("“%(name)s” is too large when unpacked. Please print it to PDF and send that file.")
            % {"name": name}
        ) from error
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError,
            AssertionError, OverflowError, OSError) as error:  # fmt: skip
        raise _not_whole(name) from error
    if is_active:
        raise ValidationError(
            _(
                "“%(name)s” contains programs, forms or other files. Please print it to a plain "
                "PDF and send that."
            )
            % {"name": name}
        )


def _not_whole(name: str) -> ValidationError:
    return ValidationError(
        _("“%(name)s” is an incomplete PDF. Please save it again.") % {"name": name}
    )


def _objects(reader: PdfReader) -> Iterator[Any]:
    """The trailer and every object that the file lists, compressed ones too."""
    until = time.monotonic() + _MOST_SECONDS
    listed = {(number, of) for of, numbers in reader.xref.items() for number in numbers}
    listed |= {(number, 0) for number in reader.xref_objStm}
    if len(listed) > _MOST_OBJECTS:
        raise _TooMuch
    yield reader.trailer
    for number, generation in sorted(listed):
        if time.monotonic() > until:
            raise _TooMuch
        if number and generation < 65535:
            yield reader.get_object(IndirectObject(number, generation, reader))


def _names_of(found: Any) -> set[str]:
    """All names in an object, without those of the objects that it points to."""
    names: set[str] = set()
    waiting = [found]
    while waiting:
        item = waiting.pop()
        # Reading through the class follows no reference to another object.
        if isinstance(item, dict):
            names.update(map(str, dict.keys(item)))
            waiting.extend(dict.values(item))
        elif isinstance(item, list):
            waiting.extend(list.__iter__(item))
        elif isinstance(item, NameObject):
            names.add(str(item))
    return names
