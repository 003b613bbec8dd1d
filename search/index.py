"""The index as a whole: which pages belong in it, building it anew, and checking it for drift."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from search.document import ContentDocument
from search.engines.base import Change, Engine
from search.indexing import entry_of
from search.models import SearchOutbox
from search.registry import fetch_related, key_of, project, registered
from search.visibility import without_private

__all__ = ["Drift", "check", "documents_of", "findable_ids", "rebuild", "repair"]

_BATCH = 200


@dataclass(frozen=True)
class Drift:
    """Where the index differs from the pages, by key.

    Attributes:
        missing: pages that should be found and are not in the index.
        superfluous: documents of pages that should not be found.
        outdated: documents that do not say what the page says now.
    """

    missing: tuple[str, ...]
    superfluous: tuple[str, ...]
    outdated: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that differ."""
        return (*self.missing, *self.superfluous, *self.outdated)


def findable_ids() -> list[int]:
    """Ids of all pages that can be found: live, public, of a registered kind, and no alias."""
    if not registered():
        return []
    pages = Page.objects.live().exact_type(*registered()).filter(alias_of=None)
    closed = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    return [
        pk
        # Translations next to each other, since each is needed for the documents of the others.
        for pk, path in pages.order_by("translation_key", "pk").values_list("pk", "path")
        if not (closed and path.startswith(closed))
    ]


def documents_of(page_ids: Iterable[int]) -> Iterator[ContentDocument]:
    """Documents of those of the pages that can be found now.

    A few queries for each batch, and what projections ask for each page.
    """
    wanted = list(page_ids)
    for start in range(0, len(wanted), _BATCH):
        yield from _documents(wanted[start : start + _BATCH])


def rebuild(
    engine: Engine,
    progress: Callable[[Iterable[ContentDocument], int], Iterable[ContentDocument]] | None = None,
) -> int:
    """Build a new index and put it in use. Returns the number of documents.

    Searches and edits go on meanwhile. What is edited during the build is in the outbox, and
    applied to the new index before it takes the old one's place.

    Args:
        progress: wraps the documents and their number, to show how far it is.

    Raises:
        EngineBusy: another rebuild is under way, or a writer would not finish.
    """
    from search.outbox import changes_of

    build = engine.start_build()
    try:
        last = SearchOutbox.objects.aggregate(last=Max("pk"))["last"] or 0
        ids = findable_ids()
        documents: Iterable[ContentDocument] = documents_of(ids)
        documents = progress(documents, len(ids)) if progress else documents
        build.add(entry_of(document) for document in documents)
        seen = last

        def catch_up() -> list[Change]:
            nonlocal seen
            rows = list(SearchOutbox.objects.filter(pk__gt=last).values_list("pk", "page_id"))
            seen = max([last, *(pk for pk, _ in rows)])
            return changes_of(page_id for _, page_id in rows)

        build.publish(catch_up)
    except BaseException:
        build.abandon()
        raise
    SearchOutbox.objects.filter(pk__lte=seen, delivered_at=None).update(delivered_at=timezone.now())
    return len(ids)


def check(engine: Engine, *, only_keys: bool = False) -> Drift:
    """Compare the index with the pages, document by document.

    Args:
        only_keys: see only which documents there are, not what they say; takes no projection.
    """
    indexed = dict(engine.versions())
    ids = findable_ids()
    if only_keys:
        expected = {key: indexed.get(key, "") for key in map(key_of, ids)}
    else:
        expected = {document.key: document.version for document in documents_of(ids)}
    return Drift(
        missing=tuple(sorted(expected.keys() - indexed.keys())),
        superfluous=tuple(sorted(indexed.keys() - expected.keys())),
        outdated=tuple(
            sorted(key for key in expected.keys() & indexed.keys() if expected[key] != indexed[key])
        ),
    )


def repair(engine: Engine, drift: Drift) -> None:
    """Write what the check found to differ."""
    from search.outbox import changes_of

    ids = [int(key.removeprefix("page:")) for key in drift.keys]
    for start in range(0, len(ids), _BATCH):
        engine.apply(changes_of(ids[start : start + _BATCH]))


def _documents(page_ids: list[int]) -> Iterator[ContentDocument]:
    versions = _language_versions(page_ids)
    projected = {page.pk: project(page) for group in versions.values() for page in group}
    pages = {page.pk: page for group in versions.values() for page in group}
    locales = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    for page_id in page_ids:
        document = projected.get(page_id)
        if document is None:
            continue
        others = [o for o in versions[pages[page_id].translation_key] if o.pk != page_id]
        taken = {other.locale.language_code for other in others}
        # What a translation says is one more way to find the page.
        translations = [projected[other.pk] for other in others]
        yield replace(
            document,
            audience=tuple(
                code for code in locales if code == document.locale or code not in taken
            ),
            translations=tuple(
                text for other in translations if other for text in (other.title, other.lead)
            ),
        )


def _language_versions(page_ids: list[int]) -> dict[object, list[Page]]:
    """By translation key the live, public originals: of the pages and of their translations."""
    keys = Page.objects.filter(pk__in=page_ids).values("translation_key")
    found = list(
        Page.objects.live()
        .filter(translation_key__in=keys, alias_of=None)
        .order_by("locale__language_code")
        .specific()
    )
    public = _with_locales(without_private(found))
    fetch_related(public)
    out: dict[object, list[Page]] = defaultdict(list)
    for page in public:
        out[page.translation_key].append(page)
    return out


def _with_locales(pages: list[Page]) -> list[Page]:
    """The pages with their locale at hand. One query."""
    locales = Locale.objects.in_bulk()
    for page in pages:
        page.locale = locales[page.locale_id]
    return pages
