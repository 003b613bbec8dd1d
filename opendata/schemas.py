"""What answers of the API have in common: licence, source, pages, codes with their labels."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Protocol

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import BeforeValidator, Field, StringConstraints

__all__ = ["CODE", "LICENCE", "Answer", "Code", "Coded", "Day", "InLanguage", "Language", "Licence",
           "ListParams", "Listing", "Origin", "Text", "api_url", "coded", "coded_list", "frame",
           "licence_of"]  # fmt: skip

CODE = r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$"
Code = Annotated[str, StringConstraints(pattern=CODE, max_length=40)]
Language = Literal["ja", "en"]


def _written_out(value: object) -> object:
    """Leave nothing of a number: "2024" would be read as seconds, and so be a day in 1970."""
    return "" if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value


Day = Annotated[datetime.date, BeforeValidator(_written_out)]


class Text(Schema):
    """A text in both languages."""

    ja: str
    en: str


class Coded(Schema):
    """A code, which never changes, with its label in both languages."""

    code: str
    label: Text


class Licence(Schema):
    """The licence under which something may be used again."""

    code: str
    name: str
    url: str


class Origin(Schema):
    """Whom to name as the source."""

    name: str
    url: str


class Answer(Schema):
    """Every answer says under which licence it may be used, and from where it is."""

    licence: Licence = Field(description=gettext_noop("Licence of texts that do not state one."))
    source: Origin = Field(description=gettext_noop("Name to give as the source."))
    locale: Language = Field(description=gettext_noop("Language of the texts."))


class Listing(Answer):
    """One page of a list."""

    total: int = Field(description=gettext_noop("Total number of items."))
    page: int
    per_page: int
    pages: int


class InLanguage(Schema):
    """The language of texts and addresses."""

    locale: Language = Field(
        "ja", description=gettext_noop("Language of texts and addresses: ja or en.")
    )


class ListParams(InLanguage):
    """Which page of a list."""

    page: int = Field(
        1, ge=1, le=10_000, description=gettext_noop("Page of the list, starting at 1.")
    )
    per_page: int = Field(20, ge=1, le=100, description=gettext_noop("Items per page."))


_LICENCES = {
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}


def licence_of(code: str) -> Licence:
    """The licence with that code. Unknown codes raise KeyError."""
    name, url = _LICENCES[code]
    return Licence(code=code, name=name, url=url)


LICENCE = licence_of("CC-BY-4.0")


def frame(locale: str) -> dict[str, Any]:
    """The values of `Answer` for a language."""
    return {
        "licence": LICENCE,
        "source": Origin(name="NANIF", url=settings.SITE_URL),
        "locale": locale,
    }


def api_url(operation: str, *args: str) -> str:
    """Full address of an operation of the API."""
    return f"{settings.SITE_URL}{reverse(f'api:{operation}', args=args)}"


class _Term(Protocol):
    code: str
    label_ja: str
    label_en: str


def coded(term: _Term | None) -> Coded | None:
    """A term of a vocabulary as code and labels; None for none."""
    if term is None:
        return None
    return Coded(code=term.code, label=Text(ja=term.label_ja, en=term.label_en))


def coded_list(terms: Iterable[_Term]) -> list[Coded]:
    """Terms of a vocabulary as codes and labels."""
    return [Coded(code=term.code, label=Text(ja=term.label_ja, en=term.label_en)) for term in terms]
