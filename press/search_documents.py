"""A piece of media coverage as a search document."""

from __future__ import annotations

from core.dates import PartialDate
from core.visibility import prefetch_visible
from organisations.models import OrganisationPage
from press.models import CoveragePage
from regions.selectors import area_lookups, area_names, area_paths
from search.index.document import ContentDocument
from search.registry import document_of, register

# Words for the kinds in both languages, so that each finds pages in the other.
_KINDS = {
    "op-ed": "論考 寄稿 op-ed",
    "editorial": "社説 editorial",
    "article": "記事 報道 article news",
    "broadcast": "放送 番組 broadcast",
    "briefing": "記者会見 briefing",
    "magazine": "雑誌 magazine",
}


def coverage_document(page: CoveragePage) -> ContentDocument:
    """What the public search knows of a piece."""
    outlet = page.outlet
    assert outlet is not None  # noqa: S101 - only published pages are found
    areas = list(page.areas.all())
    themes = list(page.themes.all())
    people = [row.person for row in page.people.all()]
    people += [quote.person for quote in page.quotes.all() if quote.person]
    lead = [
        page.summary,
        f"{outlet.label_ja} {outlet.label_en}",
        _KINDS.get(page.kind, ""),
        area_names(areas),
        " ".join(f"{theme.label_ja} {theme.label_en}" for theme in themes),
        " ".join(
            dict.fromkeys(
                f"{person.name_ja} {person.name_en} {person.kana}".strip() for person in people
            )
        ),
        " ".join(row.organisation.title for row in page.organisations.all() if row.organisation),
    ]
    return document_of(
        page,
        kind="press",
        summary=page.summary,
        lead=" ".join(filter(None, lead)),
        body="\n".join(quote.text for quote in page.quotes.all()),
        year=PartialDate.year_of(page.published_on),
        facets={
            "region": area_paths(areas),
            "theme": [code for term in themes for code in (term.parent_id, term.code) if code],
            "lang": [page.language_id],
            "outlet": [page.outlet_id],
        },
    )


register(
    CoveragePage,
    coverage_document,
    related=[
        "areas__parent__parent__parent",
        "themes",
        "outlet",
        "people__person",
        "quotes__person",
        prefetch_visible("organisations__organisation", OrganisationPage),
    ],
    kind="press",
    lookups={
        "region": area_lookups("areas"),
        "theme": ["themes", "themes__parent"],
        "lang": ["language"],
        "outlet": ["outlet"],
        "year": ["published_on"],
        "period": ["published_on"],
    },
)
