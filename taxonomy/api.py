"""The vocabularies for programs: what the codes mean."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router, Schema
from pydantic import Field

from opendata.problems import not_found
from opendata.schemas import Answer, InLanguage, Text, api_url, frame
from taxonomy.models import VOCABULARIES, Term
from taxonomy.selectors import vocabulary_terms

router = Router(tags=["vocabularies"])


class TermOut(Schema):
    """A term of a vocabulary."""

    code: str
    label: Text
    label_easy: str = Field(description=gettext_noop("Label in plain Japanese. May be empty."))
    note: Text
    parent: str | None = Field(description=gettext_noop("Code of the broader term."))
    is_active: bool = Field(
        description=gettext_noop("Whether the term is still used for new pages.")
    )


class VocabularyOut(Schema):
    """A vocabulary, without its terms."""

    name: str
    label: str
    url: str


class VocabularyList(Answer):
    """All vocabularies."""

    items: list[VocabularyOut]


class VocabularyAnswer(Answer):
    """A vocabulary with all its terms."""

    name: str
    label: str
    terms: list[TermOut]


@router.get(
    "/vocabularies",
    response=VocabularyList,
    operation_id="list_vocabularies",
    summary=gettext_noop("All vocabularies"),
    description=gettext_noop("The fixed lists that the codes of case studies come from."),
)
def list_vocabularies(
    request: HttpRequest, params: Annotated[InLanguage, Query()]
) -> dict[str, Any]:
    """Names of the vocabularies."""
    items = [
        {"name": name, "label": _label(model), "url": api_url("get_vocabulary", name)}
        for name, model in VOCABULARIES.items()
    ]
    return {**frame(params.locale), "items": items}


@router.get(
    "/vocabularies/{name}",
    response=VocabularyAnswer,
    operation_id="get_vocabulary",
    summary=gettext_noop("One vocabulary"),
    description=gettext_noop("All terms of a vocabulary, including those no longer used."),
)
def get_vocabulary(
    request: HttpRequest,
    name: Annotated[str, Path(description=gettext_noop("Name of the vocabulary."))],
    params: Annotated[InLanguage, Query()],
) -> dict[str, Any]:
    """The terms in their order."""
    model = VOCABULARIES.get(name)
    if model is None:
        cure = _("Available vocabularies: %(names)s.") % {"names": ", ".join(VOCABULARIES)}
        raise not_found("name", name, cure)
    return {
        **frame(params.locale),
        "name": name,
        "label": _label(model),
        "terms": [_term(term) for term in vocabulary_terms(model)],
    }


def _label(model: type[Term]) -> str:
    return str(model._meta.verbose_name_plural)


def _term(term: Term) -> dict[str, Any]:
    return {
        "code": term.code,
        "label": {"ja": term.label_ja, "en": term.label_en},
        "label_easy": term.label_easy,
        "note": {"ja": term.note_ja, "en": term.note_en},
        "parent": getattr(term, "parent_id", None),
        "is_active": term.is_active,
    }
