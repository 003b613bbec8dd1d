"""The widget for other websites, the same as JSON, and the page that writes its code.

The widget is the one page of the site that may stand in a frame of others. It sets and reads no
cookie, and has neither script nor form.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from casestudies.models import CaseStudyPage
from core.addresses import absolute_url
from core.readings import JAPANESE, in_plain_reading
from core.templatetags.facts import place_name
from core.templatetags.readings import summary_as_read, title_as_read
from events.models import EventPage
from opendata.schemas import LICENCE
from page_cache.control import cached_page
from places.embed.choice import Choice
from places.embed.forms import EmbedForm
from places.embed.selectors import (
    EmbeddedPlace,
    local_governments,
    news_of,
    own_place,
    place_of,
    platforms,
)
from regions.models import ConsultationDesk

__all__ = ["embed_code", "widget", "widget_as_json"]

# Pixels of the widget itself and of each part, and of an entry of each, where it is wide.
_FRAME, _PART = 130, 70
_ENTRY = {"cases": 80, "events": 80, "desks": 120}
# What is longer is scrolled within the frame.
_TALLEST = 680


@cached_page
@require_safe
@xframe_options_exempt
@csp_replace(  # type: ignore[arg-type]  # typed for views without arguments
    {"frame-ancestors": ["*"], "script-src": [NONE], "form-action": [NONE]}
)
def widget(request: HttpRequest, place: str, choice: Choice, is_plain: bool) -> HttpResponse:
    """The news of a place without the frame of the site, for the frame of another one."""
    found = _place(request, place, is_plain=is_plain)
    news = news_of(found, choice, _language())
    response = render(request, "places/embed.html", {"place": found, "news": news})
    # So that sites may show it that let nothing in that does not say so.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@cached_page
@require_safe
def widget_as_json(
    request: HttpRequest,
    place: str,
    choice: Choice,
    is_plain: bool,
) -> HttpResponse:
    """The same for whoever draws it in a way of their own."""
    found = _place(request, place, is_plain=is_plain)
    writers = {"cases": _case, "events": _event, "desks": _desk}
    news = news_of(found, choice, _language())
    content = {
        "licence": LICENCE.model_dump(),
        "source": {"name": "NANIF", "url": settings.SITE_URL},
        "language": _language(),
        "place": {"code": found.code, "name": found.name, "url": absolute_url(found.url)},
        **{part: [writers[part](entry) for entry in entries] for part, entries in news.items()},
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _place(request: HttpRequest, code: str, *, is_plain: bool) -> EmbeddedPlace:
    """The place; plain Japanese is a reading of Japanese alone."""
    found = place_of(code, _language(), request)
    if found is None or (is_plain and _language() != JAPANESE):
        raise Http404(code)
    return found


def _language() -> str:
    return (get_language() or JAPANESE).split("-")[0]


# --- Entries as JSON ----------------------------------------------------------------------------


def _page(page: Any) -> dict[str, Any]:
    return {
        "title": title_as_read(page),
        "summary": summary_as_read(page),
        "url": page.public_url,
        "language": page.content_language,
    }


def _case(case: CaseStudyPage) -> dict[str, Any]:
    return {**_page(case), "places": [place_name(place.area) for place in case.places.all()]}


def _event(event: EventPage) -> dict[str, Any]:
    return {
        **_page(event),
        "starts_on": event.starts_on,
        "start_time": f"{event.start_time:%H:%M}" if event.start_time else "",
        "ends_on": event.ends_on,
        "places": [area.label for area in event.areas.all()],
        "venue": event.venue,
        "is_online": event.is_online,
        "status": event.status,
    }


def _desk(desk: ConsultationDesk) -> dict[str, Any]:
    return {
        "name": desk.name,
        "url": absolute_url(desk.get_absolute_url()),
        "phones": [
            {"number": phone.number, "language": phone.language_id or "", "for": phone.note}
            for phone in desk.shown_phones
        ],
        "languages": [language.code for language in desk.languages.all()],
        "places": [area.label for area in desk.areas.all()],
        "as_of": desk.as_of,
        "confirmed": desk.last_confirmed_at,
    }


# --- The code -----------------------------------------------------------------------------------


@cached_page
@require_safe
def embed_code(request: HttpRequest) -> HttpResponse:
    """Choose what a widget shows, see it, and copy the code. Members of a region begin with it."""
    language = _language()
    data = request.GET.copy()
    if "place" not in data and request.user.is_authenticated:
        data["place"] = own_place(request.user, language)
    code = data.get("place", "")
    form = EmbedForm(_places(code, language), data if code else None, language)
    context: dict[str, Any] = {
        "form": form,
        "heading": _("Show a region on your own website"),
        "meta_description": _(
            "The newest case studies, events and desks of a prefecture, a municipality or a "
            "platform as a widget for the website of a local government: one line of code, without "
            "scripts and cookies."
        ),
    }
    if form.is_bound and form.is_valid():
        context["embed"] = _embed(request, form)
    return render(request, "places/embed_code.html", context)


def _places(code: str, language: str) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Groups of choices: platforms, prefectures, and what lies in the prefecture that is chosen."""
    pages = list(platforms(language).prefetch_related("areas"))
    covered = [area for page in pages if page.slug == code for area in page.areas.all()]
    prefecture = covered[0].prefecture_code if covered else code[:2] if code.isdigit() else ""
    prefectures = local_governments()
    groups = [
        (_("Prefectures"), [(area.code, area.label) for area in prefectures]),
        (_("Regional platforms"), [(page.slug, page.title) for page in pages]),
    ]
    name = next((area.label for area in prefectures if area.code == prefecture), "")
    if name:
        inside = [(area.code, area.label) for area in local_governments(prefecture)]
        groups.insert(0, (name, inside))
    return groups


def _embed(request: HttpRequest, form: EmbedForm) -> dict[str, Any] | None:
    """Address, title and height of the widget that was chosen."""
    reading = form.cleaned_data["language"]
    choice = form.choice
    is_plain = reading == "easy"
    read_so: AbstractContextManager[None] = in_plain_reading() if is_plain else override(reading)
    with read_so:
        place = place_of(form.cleaned_data["place"], _language(), request)
        if place is None:
            return None
        arguments = {"is_plain": is_plain, "place": place.code, "choice": choice}
        return {
            "path": reverse("embed", kwargs=arguments),
            "url": absolute_url(reverse("embed", kwargs=arguments)),
            "json_url": absolute_url(reverse("embed-json", kwargs=arguments)),
            "title": _("%(place)s: news from NANIF") % {"place": place.name},
            "height": min(
                _TALLEST,
                _FRAME + sum(_PART + _ENTRY[part] * choice.number for part in choice.parts),
            ),
        }
