"""What the picture of a page says that stands beside its link on other sites."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import Page

__all__ = ["ShareCard", "card_of", "share_picture_url"]


@dataclass(frozen=True)
class ShareCard:
    """The words of a picture to share, in one language.

    Attributes:
        above: where, or what kind of page it is; may be empty.
        number: one number of the page, `note` what it counts; both may be empty.
        theme: group of themes that colours it.
        network: the name of the network in the language of the card.
    """

    title: str
    above: str = ""
    number: str = ""
    note: str = ""
    theme: str = "1"
    network: str = field(default_factory=lambda: _("National Network for an Inclusive Future"))


def card_of(page: Page) -> ShareCard | None:
    """What the picture of a page says; None where that of the whole site stands for it.

    A page type says more in a method `share_facts`, whose values are those of the card, or sets
    `has_share_picture` to False.
    """
    if not getattr(page, "has_share_picture", True):
        return None
    if hasattr(page, "share_facts"):
        return ShareCard(page.title, **page.share_facts())
    is_section = getattr(page, "section_name", "")
    return ShareCard(page.title, above="" if is_section else capfirst(str(page._meta.verbose_name)))


def share_picture_url(page: Page | None) -> str:
    """The full address of a page's picture; empty where that of the whole site stands for it.

    A page that was not saved yet has none: its preview shows that of the site.
    """
    if (
        page is None
        or page.pk is None
        or not getattr(page.specific_class, "has_share_picture", True)
    ):
        return ""
    return f"{settings.SITE_URL}{reverse('share-picture', args=[page.pk])}"
