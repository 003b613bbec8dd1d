"""The menu: five sections led by what people come for, and the pages that stand in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from casestudies.models import CaseStudyIndexPage
from core.templatetags.readings import title_as_read
from events.models import EventIndexPage
from organisations.models import OrganisationIndexPage
from press.models import PressIndexPage
from programmes.models import ProgrammeIndexPage
from regions.models import RegionIndexPage
from surveys.models import SurveyIndexPage

__all__ = ["INDEX_PAGES", "SECTIONS", "Link", "MenuSection", "menu", "section_at"]


@dataclass(frozen=True)
class Link:
    """Something that a menu leads to, and whether the reader is there or below it."""

    title: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class MenuSection:
    """A section as the menu shows it; its own address is that of its first page."""

    title: str
    url: str
    current: bool
    pages: Sequence[Link] = ()


@dataclass(frozen=True)
class _View:
    """A page that is not of the tree, by the name of its address."""

    name: str
    title: Any


@dataclass(frozen=True)
class _Section:
    """What a section holds: index pages, whose titles editors write, and views.

    Attributes:
        below: beginnings of further addresses that belong to it and have no page of their own.
    """

    title: Any
    holds: Sequence[type[Page] | _View]
    below: Sequence[str] = ()


SECTIONS = (
    _Section(
        _("Find case studies"),
        [CaseStudyIndexPage, _View("search:search", _("Search everything"))],
    ),
    _Section(
        _("Explore places"),
        [
            RegionIndexPage,
            _View("compare", _("Compare places")),
            _View("plans", _("Plans of local governments")),
        ],
        below=["areas"],
    ),
    _Section(
        _("Get advice"),
        [_View("desks", _("Consultation desks")), OrganisationIndexPage],
    ),
    _Section(
        _("Figures and surveys"),
        [
            SurveyIndexPage,
            _View("open-data", _("Open data")),
            _View("api-guide", _("API for developers")),
        ],
    ),
    _Section(
        _("Activities and grants"),
        [
            ProgrammeIndexPage,
            _View("calls", _("Calls for applications")),
            _View("grants", _("Grants")),
            EventIndexPage,
            PressIndexPage,
        ],
    ),
)
INDEX_PAGES = tuple(
    held for section in SECTIONS for held in section.holds if not isinstance(held, _View)
)


def menu(pages: Iterable[Page], request: Any) -> list[MenuSection]:
    """The sections with the public ones of their pages; a section with nothing in it is left out.

    Args:
        pages: the index pages that the public may see, in the reader's language.
    """
    by_model = {page.specific_class: page for page in pages}
    sections = []
    for section in SECTIONS:
        links = [link for held in section.holds if (link := _link(held, by_model, request))]
        if links:
            below = any(request.path.startswith(_prefix(name)) for name in section.below)
            is_here = below or any(link.current for link in links)
            sections.append(MenuSection(str(section.title), links[0].url, is_here, links))
    return sections


def section_at(sections: Iterable[MenuSection]) -> MenuSection | None:
    """The section in which the reader is; None outside of them."""
    return next((section for section in sections if section.current), None)


def _link(held: Any, pages: dict[Any, Page], request: Any) -> Link | None:
    if isinstance(held, _View):
        title, url = str(held.title), reverse(held.name)
    elif held in pages:
        title, url = title_as_read(pages[held]), pages[held].get_url(request) or ""
    else:
        return None
    return Link(title, url, bool(url) and request.path.startswith(url))


def _prefix(name: str) -> str:
    """Where addresses begin that have this name, in the language of the page."""
    home = reverse("wagtail_serve", args=[""])
    return f"{home}{name}/"
