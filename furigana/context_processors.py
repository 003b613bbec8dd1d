"""What the header needs to show the switch."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from furigana.choice import is_offered, is_wanted, switch_address


def furigana(request: HttpRequest) -> dict[str, Any]:
    """Whether this page can and does have kana above its kanji, and what changes it."""
    return {
        "furigana": {
            "is_offered": is_offered(request),
            "is_on": is_wanted(request),
            "address": SimpleLazyObject(lambda: switch_address(request)),
        }
    }
