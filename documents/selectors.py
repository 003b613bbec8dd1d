"""Which documents public pages link to, and what these say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from wagtail.documents import get_document_model
from wagtail.documents.models import AbstractDocument
from wagtail.models import CollectionViewRestriction, Page, ReferenceIndex

from documents.models import DocumentText
from documents.reading_process import MOST_LETTERS
from search.index.document import LinkedDocument

__all__ = ["linked_documents_of", "pages_with", "public_documents", "public_keys"]


def linked_documents_of(page_ids: Sequence[int]) -> Mapping[int, Sequence[LinkedDocument]]:
    """By page the documents that its published content links to, with their text.

    A few queries, and for pages that link to a document those that reading them takes. Documents
    in a restricted collection are left out. Of all documents of a page together so much text is
    given as of one.
    """
    texts = DocumentText.objects.exclude(parts=[])
    if not texts.exists():
        return {}
    linked = {page: keys for page, keys in _linked(page_ids).items() if keys}
    keys = {key for of_page in linked.values() for key in of_page}
    documents = public_documents().in_bulk(keys)
    found = texts.in_bulk(documents)
    out: dict[int, list[LinkedDocument]] = defaultdict(list)
    for page, of_page in linked.items():
        room = MOST_LETTERS
        for key in of_page:
            if key in found and found[key].file == documents[key].file.name and room > 0:
                parts = tuple((label, text) for label, text in found[key].parts)
                out[page].append(
                    LinkedDocument(key, documents[key].title, documents[key].url, parts)
                )
                room -= sum(len(text) for _label, text in parts)
    return out


def public_documents() -> QuerySet[AbstractDocument]:
    """Documents outside all restricted collections. One query more."""
    documents: QuerySet[AbstractDocument] = get_document_model().objects.all()
    for path in CollectionViewRestriction.objects.values_list("collection__path", flat=True):
        documents = documents.exclude(collection__path__startswith=path)
    return documents


def public_keys(keys: Iterable[int]) -> set[int]:
    """Those of the documents that are outside all restricted collections. Two queries."""
    wanted = set(keys)
    if not wanted:
        return set()
    return set(public_documents().filter(pk__in=wanted).values_list("pk", flat=True))


def pages_with(document_ids: Iterable[int]) -> list[int]:
    """Pages that link to one of the documents, whether they are public or not. One query."""
    rows = _references().filter(to_object_id__in=[str(key) for key in document_ids])
    return list(map(int, rows.values_list("object_id", flat=True).distinct()))


def _references() -> QuerySet[ReferenceIndex]:
    types = ContentType.objects.get_for_models(get_document_model(), Page)
    return ReferenceIndex.objects.filter(
        to_content_type=types[get_document_model()], base_content_type=types[Page]
    )


def _linked(page_ids: Sequence[int]) -> dict[int, list[int]]:
    """By page the documents that it links to, in their order.

    Wagtail's index of references says which pages may link to one. It is brought up to date by a
    task of its own, so what these pages link to now is read from themselves.
    """
    rows = _references().filter(object_id__in=[str(key) for key in page_ids])
    candidates = rows.values_list("object_id", flat=True).distinct()
    document = str(ContentType.objects.get_for_model(get_document_model()).pk)
    return {
        page.pk: list(
            dict.fromkeys(
                int(key)
                for kind, key, _model_path, _content_path in (
                    ReferenceIndex._extract_references_from_object(page)
                )
                if str(kind) == document
            )
        )
        for page in Page.objects.filter(pk__in=map(int, candidates)).specific()
    }
