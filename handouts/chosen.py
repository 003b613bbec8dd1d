"""The cases somebody chose for a casebook: their slugs, which stand in the address alone.

No account and no cookie keeps them. A browser with scripts remembers them for its owner
(`static/js/casebook.js`); without scripts the address is the list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse

from core.readings import is_plain

__all__ = ["FORMATS", "MOST_CASES", "PARAMETER", "added_slug", "casebook_url", "chosen_slugs",
           "file_url", "moved", "without"]  # fmt: skip

MOST_CASES = 30
PARAMETER = "case"
ADD = "add"
FORMATS = ("pdf", "pptx", "docx")
_SLUG = re.compile(r"[\w-]{1,255}")


def chosen_slugs(params: QueryDict) -> list[str]:
    """What the address names, each once, in its order; what cannot be a slug is left out."""
    return [slug for slug in dict.fromkeys(params.getlist(PARAMETER)) if _SLUG.fullmatch(slug)]


def added_slug(params: QueryDict) -> str:
    """The slug of a case to add: given as itself, or as the address of the case's page."""
    text = params.get(ADD, "").strip()
    try:
        path = unquote(urlsplit(text).path)
    except ValueError:
        return ""
    slug = path.rstrip("/").rpartition("/")[2]
    return slug if _SLUG.fullmatch(slug) else ""


def casebook_url(slugs: Sequence[str]) -> str:
    """The address of the page of a list."""
    return reverse("casebook") + _query(slugs)


def file_url(slugs: Sequence[str], kind: str) -> str:
    """The address of a file of a list, in the reading that is active."""
    return reverse("casebook-file", args=[is_plain(), kind]) + _query(slugs)


def without(slugs: Sequence[str], slug: str) -> list[str]:
    """The list with one case less."""
    return [each for each in slugs if each != slug]


def moved(slugs: Sequence[str], index: int, by: int) -> list[str]:
    """The list with the case at an index before or behind its neighbour; the same at the ends."""
    other = index + by
    changed = list(slugs)
    if 0 <= other < len(changed):
        changed[index], changed[other] = changed[other], changed[index]
    return changed


def _query(slugs: Sequence[str]) -> str:
    return "?" + urlencode([(PARAMETER, slug) for slug in slugs]) if slugs else ""
