"""`manage.py search_query "防災" --region 13`: the search page on the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.html import strip_tags

from search.index.fields import FACETS
from search.query.search_query import SORTS, TIERS, SearchQuery
from search.results.answer import search
from search.results.page import Results


class Command(BaseCommand):
    """Ask the search what the page /search/ asks it, with the same hits and counts."""

    help = "Search, and print hits and facet counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The parameters of the search page, with their names."""
        parser.add_argument("q", nargs="?", default="", help="Words to search for.")
        for name in FACETS:
            parser.add_argument(f"--{name}", action="append", default=[], metavar="CODE")
        parser.add_argument("--like", metavar="CODE", help="Only what is in places like this one.")
        parser.add_argument(
            "--without", action="append", default=[], choices=["ended"], help="Leave these out."
        )
        parser.add_argument("--tier", default="strict", choices=TIERS, help="What is counted.")
        parser.add_argument(
            "--spelling", choices=["typed"], help="Search for nothing in place of the words."
        )
        parser.add_argument("--sort", default="relevance", help=", ".join(SORTS))
        parser.add_argument("--page", default="1")
        parser.add_argument(
            "--locale",
            default=settings.LANGUAGE_CODE,
            choices=[code for code, _name in settings.LANGUAGES],
        )
        parser.add_argument("--json", action="store_true", help="Print everything as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the results."""
        names = ("q", "sort", "page", "without", "like", "tier", "spelling", *FACETS)
        query = SearchQuery.from_params({name: options[name] for name in names}, options["locale"])
        results = search(query)
        if options["json"]:
            self.stdout.write(json.dumps(results.as_dict(), ensure_ascii=False, indent=2))
        else:
            self._print(results)

    def _print(self, results: Results) -> None:
        for notice in (*results.query.notices, results.message):
            if notice:
                self.stdout.write(notice)
        self.stdout.write(f"{results.total} hits, page {results.query.page} of {results.pages}")
        for records in results.records:
            self.stdout.write(f"\n{records.label}: {records.total}\n  {records.url}")
        for page in results.best_bets:
            self.stdout.write(f"\nRecommended: {page.title}\n  {page.url}")
        for hit in results.hits:
            self.stdout.write(f"\n{hit.title}\n  {hit.url}  {hit.kind_label}  {hit.places}")
            self.stdout.write(f"  {strip_tags(hit.passage_html)}")
        for hit in results.some_hits:
            self.stdout.write(f"\nSome of the words: {hit.title}\n  {hit.url}  {hit.kind_label}")
        for hit in results.by_meaning:
            self.stdout.write(f"\nRelated in meaning: {hit.title}\n  {hit.url}  {hit.kind_label}")
        for facet in results.facets:
            values = [
                f"{v.label} [{v.code}]" + ("" if v.count is None else f" {v.count}")
                for v in facet.walk()
            ]
            if values:
                self.stdout.write(f"\n{facet.label}: {', '.join(values[:12])}")
