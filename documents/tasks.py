"""Work that follows an upload: at once in development, by a worker where one is set up."""

from __future__ import annotations

from django_tasks import task
from wagtail.documents import get_document_model

from documents.selectors import pages_with
from documents.services import is_read, read_document
from search.index.outbox import announce

__all__ = ["read_and_announce"]


@task()
def read_and_announce(pk: int) -> None:
    """Read a document whose file is new, and tell the search of the pages that link to it."""
    document = get_document_model().objects.filter(pk=pk).first()
    if document is not None and not is_read(document) and read_document(document) is not None:
        announce(pages_with([pk]), "document")
