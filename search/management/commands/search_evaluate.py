"""`manage.py search_evaluate FILE.tsv`: how good the search is, by judged queries."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search.engines import current_engine
from search.engines.base import EngineUnavailable
from search.evaluation import Measures, Report, evaluate
from search.judgements import Corpus, JudgementError, read_questions
from search.language.embeddings import is_active, status

_WIDTH = 24
_MEASURES = {
    "nDCG@10": "ndcg",
    "MRR@10": "mrr",
    "R@10": "recall",
    "F1": "f1",
    "zero": "zero",
    "P@5": "precision",
    "wrong@3": "wrong",
    "few": "few",
}


class Command(BaseCommand):
    """Ask the search every query of a file and compare its hits with the judged pages.

    The last line is always of the same form, for scripts.
    """

    help = "Measure the search by a file of judged queries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the engine, and the form of the report."""
        parser.add_argument("file", type=Path, metavar="FILE.tsv", help="Judged queries.")
        parser.add_argument(
            "--engine",
            choices=["embedded", "elasticsearch"],
            help="Which engine to ask; the one in use unless given.",
        )
        parser.add_argument(
            "--semantic",
            action=BooleanOptionalAction,
            help="Whether meaning counts beside words; as the settings say unless given.",
        )
        parser.add_argument("--json", action="store_true", help="Print everything as JSON.")
        parser.add_argument("--no-progress", action="store_true", help="Show no progress bar.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the report."""
        with _chosen(options["engine"], options["semantic"]):
            self._check()
            try:
                questions = read_questions(options["file"], Corpus.of_site())
            except JudgementError as error:
                raise CommandError(str(error)) from error
            shown = tqdm(
                questions,
                unit="query",
                file=sys.stderr,
                disable=options["no_progress"] or options["verbosity"] == 0,
            )
            report = evaluate(shown)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        else:
            self._print(report)

    def _check(self) -> None:
        try:
            health = current_engine().health()
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error
        if not health.is_ready:
            raise CommandError(health.detail)

    def _print(self, report: Report) -> None:
        self.stdout.write(_row("kind", "queries", *_MEASURES))
        rows = [*report.kinds.items(), ("all", (len(report.verdicts), report.total))]
        for kind, (number, measures) in rows:
            self.stdout.write(_row(kind, str(number), *map("{:.3f}".format, _values(measures))))
        self.stdout.write("\nWorst:")
        for verdict in report.worst():
            question, measures = verdict.question, verdict.measures
            self.stdout.write(
                f"  line {question.line}: {question.query} ({question.locale}): "
                f"nDCG@10 {measures.ndcg:.2f}, F1 {measures.f1:.2f}, "
                f"{len(verdict.answer.found)} found, {len(question.relevant)} relevant"
            )
        pairs = zip(_MEASURES, _values(report.total), strict=True)
        self.stdout.write(" ".join(f"{name}={value:.3f}" for name, value in pairs))


@contextmanager
def _chosen(engine: str | None, semantic: bool | None) -> Iterator[None]:
    """The engine and the extra that were asked for, whatever the settings say."""
    before = settings.SEARCH_ENGINE, settings.SEARCH_SEMANTIC
    if engine == "elasticsearch" and not settings.SEARCH_ENGINE:
        raise CommandError("Elasticsearch is not in use. Set SEARCH_URL and try again.")
    if engine == "embedded":
        settings.SEARCH_ENGINE = {}
    if semantic is not None:
        settings.SEARCH_SEMANTIC = semantic
    try:
        if semantic and not is_active():
            raise CommandError(f"Meaning is {status()}. Install the extra and rebuild the index.")
        yield
    finally:
        settings.SEARCH_ENGINE, settings.SEARCH_SEMANTIC = before


def _values(measures: Measures) -> tuple[float, ...]:
    return tuple(getattr(measures, name) for name in _MEASURES.values())


def _row(first: str, *others: str) -> str:
    return first.ljust(_WIDTH) + "".join(other.rjust(9) for other in others)
