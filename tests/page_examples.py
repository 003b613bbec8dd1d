"""One address for every kind of page the site has, taken from the loaded content.

The kinds come from the page models themselves: a new model without a live page fails the tests
that walk through the kinds, so that nothing is shown that nobody looks at.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.apps import apps
from wagtail.models import Page, get_page_models

from organisations.own_pages import without_names_alone
from tests.architecture.sources import APPS

LANGUAGES = ["ja", "en"]


def page_models() -> list[type[Page]]:
    """Every page model of this project that editors can create."""
    return [
        model
        for model in get_page_models()
        if model._meta.app_label in APPS and not model._meta.abstract and model.is_creatable
    ]


def kinds() -> list[str]:
    """Names of all kinds of pages: the models first, then what is not a page of the tree."""
    return [model._meta.label for model in page_models()] + list(OTHERS)


@functools.cache
def address(kind: str, language: str) -> str:
    """The address of an example of this kind in this language; fails when there is none.

    Found once, in the loaded content: reading all pages of a kind takes a second.
    """
    if kind in OTHERS:
        return OTHERS[kind](language)
    example = _fullest(apps.get_model(kind), language)
    assert example is not None, f"{kind} has no live page in {language}: load one from content/"
    return example.get_url()


def prefix(language: str) -> str:
    """What stands before every path of a language."""
    return "" if language == "ja" else f"/{language}"


def _live(model: type[Page], language: str) -> list[Page]:
    pages = model.objects.live().public().filter(locale__language_code=language)
    return list(without_names_alone(pages))


def _fullest(model: type[Page], language: str) -> Page | None:
    """The page with most to show: in its own language if there is one, and the longest."""
    pages = _live(model, language)
    return max(pages, key=lambda page: (page.alias_of_id is None, _length(page)), default=None)


def _length(page: Page) -> int:
    source = page.alias_of.specific if page.alias_of_id else page
    return sum(len(str(value)) for value in source.serializable_data().values())


def _shortest_case(language: str) -> str:
    pages = _live(apps.get_model("casestudies.CaseStudyPage"), language)
    return min(pages, key=_length).get_url()


def _stand_in(language: str) -> str:
    """A page with another language's words; in Japanese, where there is none, the home page."""
    aliases = [
        page
        for page in _live(apps.get_model("casestudies.CaseStudyPage"), language)
        if page.alias_of_id
    ]
    return aliases[0].get_url() if aliases else f"{prefix(language)}/"


OTHERS: dict[str, Callable[[str], str]] = {
    "case with few facts": _shortest_case,
    "case not yet translated": _stand_in,
    "search without words": lambda language: f"{prefix(language)}/search/",
    "search with hits": lambda language: f"{prefix(language)}/search/?q=%E9%98%B2%E7%81%BD",
    "search with filters": lambda language: f"{prefix(language)}/search/?region=13&theme=1-1",
    "search without hits": lambda language: f"{prefix(language)}/search/?q=qwxzqwxz",
    "calls": lambda language: f"{prefix(language)}/calls/",
    "newsletter": lambda language: f"{prefix(language)}/newsletter/",
    "grants": lambda language: f"{prefix(language)}/grants/",
    "grant": lambda language: f"{prefix(language)}/grants/diverse-roots-2020-02/",
    "desks": lambda language: f"{prefix(language)}/desks/?lang=vi&region=22",
    "plans": lambda language: f"{prefix(language)}/plans/?region=23",
    "prefecture": lambda language: f"{prefix(language)}/areas/13/",
    "municipality": lambda language: f"{prefix(language)}/areas/221309/",
    "how places are compared": lambda language: f"{prefix(language)}/areas/method/",
    "comparison": lambda language: f"{prefix(language)}/compare/?places=105244,102059,13",
    "casebook": lambda language: (
        f"{prefix(language)}/casebook/?case=higashikawa-care-scholarship&case=minamiyoshida-school"
    ),
    "proposal form": lambda language: f"{prefix(language)}/proposals/",
    "proposal sent": lambda language: f"{prefix(language)}/proposals/sent/",
    "contact form": lambda language: f"{prefix(language)}/contact/",
    "results of the checks of accessibility": lambda language: (
        f"{prefix(language)}/accessibility/results/"
    ),
    "open data": lambda language: f"{prefix(language)}/open-data/",
    "code of a widget": lambda language: f"{prefix(language)}/embed/?place=221309",
    "error report": lambda language: f"{prefix(language)}/report/?page={prefix(language)}/about/",
    "not found": lambda language: f"{prefix(language)}/no-such-page/",
}
