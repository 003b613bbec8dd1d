"""How a document is stored in Elasticsearch."""

from __future__ import annotations

import json
import struct
from typing import Any

from elasticsearch.dsl import DenseVector, Document, Keyword, Long, MetaField, Text

from search.engines.ranking import name_of, order_numbers, stored_text
from search.index.fields import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, IndexEntry
from search.language.embeddings import MODEL, SIZE

__all__ = ["LAST_HIT", "VECTOR_FIELD", "EntryDocument", "index_settings", "numbers_of", "source_of"]

VECTOR_FIELD = f"vector_{MODEL}"

# Hits of the last page that can be asked for, and some beyond it.
LAST_HIT = 10_200


class EntryDocument(Document):
    """An entry of the index.

    Text fields hold words that were cut before: `whitespace` parts them, and BM25 with its usual
    numbers scores them. `card` is only given back. What is not asked for is not kept a second time.
    """

    key = Keyword(index=False)
    version = Keyword(index=False)
    card = Keyword(index=False, doc_values=False)
    # Of the card what suggestions show, to be read without the rest of it.
    name = Keyword(index=False)

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField(includes=["card"])


_mapping = EntryDocument._doc_type.mapping
for _name in TEXT_FIELDS:
    _mapping.field(_name, Text(analyzer="whitespace"))
for _name in KEYWORD_FIELDS:
    if _name.startswith("facet_"):
        _mapping.field(_name, Keyword(eager_global_ordinals=True))
    else:
        _mapping.field(_name, Keyword(doc_values=False))
for _name in NUMBER_FIELDS:
    # Indexed, so that the newest of many hits are found without a look at all of them.
    _mapping.field(_name, Long())
# Versions differ in how they index vectors when nothing is said. `flat` compares with all of them.
_mapping.field(
    VECTOR_FIELD, DenseVector(dims=SIZE, similarity="cosine", index_options={"type": "flat"})
)


def index_settings(site: str, stamp: str) -> dict[str, Any]:
    """Mappings and settings of an index that is being built: one shard, no copy, no refresh.

    One shard counts words exactly; it serves up to about a million documents.
    """
    return {
        "mappings": _mapping.to_dict() | {"_meta": {"site": site, "mark": stamp}},
        "settings": {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "max_result_window": LAST_HIT,
        },
    }


def source_of(entry: IndexEntry) -> dict[str, Any]:
    """An entry as the fields of a document."""
    fields = entry.fields
    return {
        "key": entry.key,
        "version": entry.version,
        "card": entry.card,
        "name": json.dumps(name_of(json.loads(entry.card))),
        **{name: stored_text(text) for name, text in fields.texts.items()},
        **{name: list(codes) for name, codes in fields.keywords.items()},
        **order_numbers(entry),
        **({VECTOR_FIELD: numbers_of(entry.vector)} if entry.vector else {}),
    }


def numbers_of(vector: bytes) -> list[float]:
    """A vector as a list."""
    return list(struct.unpack(f"<{SIZE}f", vector))
