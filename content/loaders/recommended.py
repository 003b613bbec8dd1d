"""recommended_pages.jsonl: pages that the search shows above the hits of certain queries."""

from __future__ import annotations

from wagtail.models import Page

from content.loaders.pages import Tree
from content.reading import ContentFiles, Row
from search.language.analysis import name_key
from search.models import BestBet, BestBetPage

FILE = "recommended_pages.jsonl"
REQUIRED = frozenset({"queries", "section", "pages"})


def read_recommended(files: ContentFiles) -> list[Row]:
    """The rows of the file."""
    return files.json_lines(FILE, REQUIRED)


def load_recommended(files: ContentFiles, rows: list[Row], tree: Tree) -> int:
    """Recommend pages for queries for which editors have not chosen any; returns how many rows.

    What editors chose, changed or switched off in the admin stays: a row whose first query is
    known already is passed over.
    """
    known = {name_key(text) for bet in BestBet.objects.all() for text in bet.texts}
    changed = 0
    for row in rows:
        queries = row.values["queries"]
        if name_key(queries[0]) in known:
            continue
        below = Page.objects.live().child_of(tree.parent(row.values["section"], "ja"))
        found = {page.slug: page for page in below.filter(slug__in=row.values["pages"])}
        missing = [slug for slug in row.values["pages"] if slug not in found]
        if missing:
            files.problems.add(row, f"no page in {row.values['section']}: {', '.join(missing)}.")
            continue
        bet = BestBet(queries="\n".join(queries), note=row.values.get("note") or "")
        bet.pinned_pages = [
            BestBetPage(page=found[slug], sort_order=order)
            for order, slug in enumerate(row.values["pages"])
        ]
        bet.save()
        changed += 1
    return changed
