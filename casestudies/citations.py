"""How to cite a case: as plain text and as BibTeX."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from casestudies.models import CaseStudyPage
from core.readings import in_ordinary_reading
from opendata import bibtex


@dataclass(frozen=True)
class Citation:
    """One case, ready to be cited: `text` for people, `bibtex` for reference managers.

    `identifier` is the address that is cited: it stays when the page at `url` is moved.
    """

    url: str
    identifier: str
    text: str
    bibtex: str


def cite(case: CaseStudyPage) -> Citation:
    """Cite a case with the day on which it was read, for others: never in plain Japanese."""
    identifier = case.identifier_url
    today = timezone.localdate()
    published = case.first_published_at or timezone.now()
    year = timezone.localtime(published).year
    with in_ordinary_reading():
        site = _("NANIF – National Network for an Inclusive Future")
        text = _("“%(title)s” (%(year)s). %(site)s. %(url)s (accessed %(day)s)") % {
            "title": case.title,
            "year": year,
            "site": site,
            "url": identifier,
            "day": today.isoformat(),
        }
    entry = bibtex.entry(
        key=f"nanif-{case.slug}",
        title=case.title,
        year=str(year),
        url=identifier,
        read_on=today.isoformat(),
        language=case.content_language,
    )
    return Citation(url=case.public_url, identifier=identifier, text=text, bibtex=entry)
