"""`manage.py documents_read`: read the text of documents that were not read yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm
from wagtail.documents import get_document_model

from documents.models import DocumentText
from documents.selectors import pages_with
from documents.services import is_read, read_document
from search.index.outbox import announce


class Command(BaseCommand):
    """Reads what was uploaded before documents were read, or with --again everything anew."""

    help = "Read the text of documents for the search. Can be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer --again and --no-progress."""
        parser.add_argument("--again", action="store_true", help="read those read before, too")
        parser.add_argument("--no-progress", action="store_true", help="show no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read each document, and name those whose text could not be read."""
        documents = get_document_model().objects.order_by("pk")
        quiet = options["no_progress"] or options["verbosity"] == 0
        read = []
        for document in tqdm(documents, total=documents.count(), disable=quiet):
            if (options["again"] or not is_read(document)) and read_document(document):
                read.append(document.pk)
        announce(pages_with(read), "document")
        if options["verbosity"]:
            self.stdout.write(f"{len(read)} of {documents.count()} documents were read.")
            for text in DocumentText.objects.filter(pk__in=read).exclude(problem=""):
                self.stdout.write(f"{text.pk}: {text.problem}")
