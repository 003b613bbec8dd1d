"""How to cite a case: as plain text and as BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from casestudies.models import CaseStudyPage


@dataclass(frozen=True)
class Citation:
    """One case, ready to be cited: `text` for people, `bibtex` for reference managers."""

    url: str
    text: str
    bibtex: str


def _escape(text: str) -> str:
    """Escape what BibTeX would read as a command; control characters become spaces."""
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    text = text.replace("\\", r"\textbackslash{}")
    return re.sub(r"(?<!\\textbackslash)([{}%&$#_])(?!\})", r"\\\1", text)


def cite(case: CaseStudyPage) -> Citation:
    """Cite a case with the day on which it was read."""
    url = case.public_url
    today = timezone.localdate()
    published = case.first_published_at or timezone.now()
    year = timezone.localtime(published).year
    site = _("NANIF – National Network for an Inclusive Future")
    text = _("“%(title)s” (%(year)s). %(site)s. %(url)s (read on %(day)s)") % {
        "title": case.title,
        "year": year,
        "site": site,
        "url": url,
        "day": today.isoformat(),
    }
    bibtex = "\n".join(
        [
            f"@misc{{nanif-{case.slug},",
            f"  title = {{{{{_escape(case.title)}}}}},",
            "  author = {{NANIF}},",
            f"  year = {{{year}}},",
            f"  url = {{{url}}},",
            f"  urldate = {{{today.isoformat()}}},",
            f"  langid = {{{'japanese' if case.content_language == 'ja' else 'english'}}}",
            "}",
        ]
    )
    return Citation(url=url, text=text, bibtex=bibtex)
