"""Synthetic case studies in the database, as whole pages, written in bulk.

A page has what a real one has and the search reads: prose in its sections, places, actors with
organisations, and codes of every vocabulary. A hundred thousand take about two minutes.
"""

from __future__ import annotations

import datetime
import html
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import AutoField, F, Model
from wagtail.models import Locale, Page

from benchmarks.corpus import FIRST_ID, synthetic_cases
from casestudies.models import CaseActor, CaseKeyword, CasePlace, CasesFromPage, CaseStudyPage
from regions.models import Area
from search.index.document import ContentDocument
from search.index.rebuild import documents_of
from taxonomy.models import Theme

__all__ = ["Table", "Text", "store", "synthetic_pages", "text_of"]

_BATCH = 1_000
# Children that the parents have already are far fewer.
_FIRST_CHILD = 10_000
_SENTENCES_IN_PARAGRAPH = 3
_SECTIONS = ("context", "goal", "actions", "outcomes", "success_factors", "remaining_problems")
_MANY_TO_MANY = {"theme": "themes", "actor": "actor_types", "role": "bridging_roles",
                 "target": "target_groups", "lang": "languages"}  # fmt: skip


@dataclass(frozen=True)
class Text:
    """What other searches are given of a page: all its words."""

    page_id: int
    locale: str
    title: str
    text: str


def text_of(document: ContentDocument) -> Text:
    """The words of a document."""
    return Text(
        document.page_id, document.locale, document.title, f"{document.lead}\n{document.body}"
    )


def synthetic_pages(count: int) -> Iterator[ContentDocument]:
    """Documents to write as pages: sentences and codes of the real case studies, dealt out anew."""
    overviews = dict(
        CaseStudyPage.objects.live().filter(alias_of=None).values_list("pk", "overview")
    )
    # The lead of a document also has names and labels, which a page keeps elsewhere.
    real = [replace(d, lead=overviews[d.page_id]) for d in documents_of(sorted(overviews))]
    return synthetic_cases(real, count)


def store(
    documents: Iterable[ContentDocument], wrote: Callable[[int], object] = lambda count: None
) -> Iterator[Text]:
    """Write documents as live pages below the real regions. Yields their texts as they are written.

    Args:
        wrote: told of each batch, for a progress bar.
    """
    writer = _Writer()
    iterator = iter(documents)
    while some := list(islice(iterator, _BATCH)):
        with transaction.atomic():
            for document in some:
                writer.put(document)
            writer.flush()
        wrote(len(some))
        yield from map(text_of, some)


class Table:
    """Rows of a model without its objects and signals, with its defaults for what is not said."""

    def __init__(self, model: type[Model], *more: str) -> None:
        """`more` names fields that are written although the database could number them."""
        blank = model()
        fields = [
            field
            for field in model._meta.local_concrete_fields
            if field.attname in more or not isinstance(field, AutoField)
        ]
        self._defaults = {
            field.attname: field.get_db_prep_save(getattr(blank, field.attname), connection)
            for field in fields
        }
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in fields)
        places = ", ".join(["%s"] * len(fields))
        self._sql = (
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) "  # noqa: S608
            f"VALUES ({places})"
        )
        self._rows: list[tuple[Any, ...]] = []

    def put(self, **values: Any) -> None:
        """One row; values are as the database keeps them."""
        unknown = values.keys() - self._defaults.keys()
        if unknown:
            raise ValueError(f"There are no fields {unknown}.")
        self._rows.append(tuple({**self._defaults, **values}.values()))

    def flush(self) -> None:
        """Write all rows."""
        with connection.cursor() as cursor:
            cursor.executemany(self._sql, self._rows)
        self._rows.clear()


class _Writer:
    """All tables that a case study has rows in, and what the real ones are made of."""

    def __init__(self) -> None:
        self._pages = Table(Page, "id")
        self._cases = Table(CaseStudyPage)
        self._places = Table(CasePlace)
        self._actors = Table(CaseActor)
        self._keywords = Table(CaseKeyword)
        self._terms = {
            facet: Table(CaseStudyPage._meta.get_field(name).remote_field.through)
            for facet, name in _MANY_TO_MANY.items()
        }
        self._columns = {
            facet: CaseStudyPage._meta.get_field(name).m2m_reverse_field_name() + "_id"
            for facet, name in _MANY_TO_MANY.items()
        }
        self._above: dict[str, Mapping[str, str | None]] = {
            "theme": dict(Theme.objects.values_list("code", "parent_id")),
            "region": dict(Area.objects.values_list("code", "parent_id")),
        }
        self._content_type = ContentType.objects.get_for_model(CaseStudyPage).pk
        self._locales = {locale.language_code: locale.pk for locale in Locale.objects.all()}
        self._parents = {
            code: list(CasesFromPage.objects.live().filter(locale=pk).order_by("path"))
            for code, pk in self._locales.items()
        }
        self._real_actors = list(
            CaseActor.objects.filter(page__alias_of=None)
            .order_by("pk")
            .values("part", "organisation_id", "name", "actor_type_id", "bridging_role_id",
                    "contribution")
        )  # fmt: skip
        self._tags = list(CaseKeyword.objects.order_by("pk").values_list("tag_id", flat=True))
        self._children: dict[int, int] = {}

    def put(self, document: ContentDocument) -> None:
        """The rows of one case study."""
        draw = random.Random(document.page_id)
        pk, number = document.page_id, document.page_id - FIRST_ID
        parents = self._parents[document.locale]
        parent = parents[number % len(parents)]
        self._children[parent.pk] = self._children.get(parent.pk, 0) + 1
        slug = f"synthetic-{number}"
        moment = connection.ops.adapt_datetimefield_value(
            datetime.datetime.fromtimestamp(document.published, tz=datetime.UTC)
        )
        self._pages.put(
            id=pk,
            path=Page._get_path(parent.path, parent.depth + 1, _FIRST_CHILD + number),
            depth=parent.depth + 1,
            title=document.title,
            draft_title=document.title,
            slug=slug,
            url_path=f"{parent.url_path}{slug}/",
            locale_id=self._locales[document.locale],
            translation_key=f"{pk:032x}",
            content_type_id=self._content_type,
            first_published_at=moment,
            last_published_at=moment,
        )
        self._put_case(pk, document, draw)
        for order, code in enumerate(self._narrowest("region", document)):
            self._places.put(page_id=pk, area_id=code, sort_order=order)
        for order, actor in enumerate(draw.choices(self._real_actors, k=draw.randint(1, 5))):
            self._actors.put(page_id=pk, sort_order=order, **actor)
        for tag in set(draw.choices(self._tags, k=3)) if self._tags else ():
            self._keywords.put(content_object_id=pk, tag_id=tag)
        for facet, table in self._terms.items():
            for code in self._narrowest(facet, document):
                table.put(casestudypage_id=pk, **{self._columns[facet]: code})

    def flush(self) -> None:
        """Write all rows, and tell parents how many children they have."""
        tables = [self._pages, self._cases, self._places, self._actors, self._keywords]
        for table in [*tables, *self._terms.values()]:
            table.flush()
        for pk, count in self._children.items():
            Page.objects.filter(pk=pk).update(numchild=F("numchild") + count)
        self._children.clear()

    def _put_case(self, pk: int, document: ContentDocument, draw: random.Random) -> None:
        sentences = document.body.split("\n")
        bridging, *others = sentences
        share = -(-len(others) // len(_SECTIONS)) if others else 1
        sections = {
            name: _prose(others[number * share : (number + 1) * share], document.locale)
            for number, name in enumerate(_SECTIONS)
        }
        first = {name: next(iter(document.facets.get(name, ())), None)
                 for name in ("evidence", "status")}  # fmt: skip
        self._cases.put(
            page_ptr_id=pk,
            summary=document.summary[:300],
            overview=document.lead,
            bridging=bridging,
            started=str(document.year or ""),
            evidence_grade_id=first["evidence"],
            status_id=first["status"],
            **sections,
        )

    def _narrowest(self, facet: str, document: ContentDocument) -> list[str]:
        """Codes of a facet without those above others."""
        codes = document.facets.get(facet, ())
        above = self._above.get(facet, {})
        wider = {above.get(code) for code in codes}
        return [code for code in codes if code not in wider]


def _prose(sentences: Sequence[str], locale: str) -> str:
    """Sentences as paragraphs of a StreamField, as the database keeps it."""
    joint = " " if locale == "en" else ""
    paragraphs = [
        joint.join(sentences[start : start + _SENTENCES_IN_PARAGRAPH])
        for start in range(0, len(sentences), _SENTENCES_IN_PARAGRAPH)
    ]
    return json.dumps(
        [
            {"type": "paragraph", "value": f"<p>{html.escape(text, quote=False)}</p>", "id": str(n)}
            for n, text in enumerate(paragraphs)
        ]
    )
