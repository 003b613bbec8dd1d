"""The endpoint that answers while somebody types into a picker."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from core.pickers.registry import MOST_OPTIONS, picker_by_name

__all__ = ["picker_options"]

LONGEST_TEXT = 100


@require_GET
def picker_options(request: HttpRequest, name: str) -> JsonResponse:
    """`{"options": [{"value", "label", "note"}], "more": bool}` for `?q=…&ended=1`.

    The picker decides what this user may see.
    """
    picker = picker_by_name(name)
    if picker is None:
        raise Http404
    options = picker.search(
        request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT],
        request.user,
        with_ended=bool(picker.ended_label) and request.GET.get("ended") == "1",
        limit=MOST_OPTIONS + 1,
    )
    response = JsonResponse(
        {
            "options": [asdict(option) for option in options[:MOST_OPTIONS]],
            "more": len(options) > MOST_OPTIONS,
        },
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "private, no-store"
    return response
