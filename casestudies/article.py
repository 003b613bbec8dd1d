"""A case as a schema.org Article, for search engines and programs that read pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone

from casestudies.models import CaseActor, CaseStudyPage
from casestudies.selectors import actors_by_part
from images.share_cards import share_picture_url

__all__ = ["LICENCES", "article", "network"]

#: Addresses of the licences.
LICENCES = {
    CaseStudyPage.Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    CaseStudyPage.Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    CaseStudyPage.Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
}


def article(case: CaseStudyPage) -> dict[str, Any]:
    """What an Article has beside what every page has: its author, place, picture and dates."""
    data: dict[str, Any] = {
        "@type": "Article",
        "identifier": case.identifier_url,
        "headline": case.title,
        "abstract": case.overview,
        "author": _author(case),
        "publisher": network(),
        "image": [url for url in [share_picture_url(case)] if url],
        "mainEntityOfPage": case.public_url,
        "license": LICENCES[CaseStudyPage.Licence(case.licence)],
        "isAccessibleForFree": True,
        "keywords": [theme.label for theme in case.themes.all()],
        "contentLocation": [_place(place.area) for place in case.places.all()],
        "citation": [source.url for source in case.sources.all() if source.url],
    }
    for name, moment in (
        ("datePublished", case.first_published_at),
        ("dateModified", case.last_published_at),
    ):
        if moment:
            data[name] = timezone.localtime(moment).isoformat(timespec="seconds")
    return data


def network() -> dict[str, Any]:
    """The network as a schema.org Organization."""
    return {
        "@type": "Organization",
        "name": "NANIF",
        "url": f"{settings.SITE_URL}/",
        "logo": f"{settings.SITE_URL}{static('img/touch-icon.png')}",
    }


def _author(case: CaseStudyPage) -> dict[str, Any] | list[dict[str, Any]]:
    """Those in the lead where they report themselves, else the network, whose editors wrote it."""
    leads = [] if case.is_compiled else actors_by_part(case).get(CaseActor.Part.LEAD, [])
    return [{"@type": "Organization", "name": actor.display_name} for actor in leads] or network()


def _place(area: Any) -> dict[str, Any]:
    return {
        "@type": "Place",
        "name": area.label,
        "address": {
            "@type": "PostalAddress",
            **({"addressRegion": _wider(area, "prefecture")} if area.prefecture_code else {}),
            "addressCountry": "JP" if area.prefecture_code else _wider(area, "country"),
        },
    }


def _wider(area: Any, kind: str) -> str:
    """The name of the area of that kind in which an area lies; its own where there is none."""
    found = area
    while found.kind != kind and found.parent is not None:
        found = found.parent
    return str(found.label)
