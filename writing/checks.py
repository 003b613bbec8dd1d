"""What an editor may want to look at before others read a page: hints, never a barrier.

Checks read the page as it is saved now, in whatever form its fields have: texts, prose blocks,
rows. Personal data is the one strong warning.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.models import Page

from core.prose import TAG
from writing.eras import era_years
from writing.plain import letters_of, sentences

__all__ = ["Hint", "Passage", "check_page", "check_passage", "passages", "personal_data"]

LONGEST_JAPANESE = 80
LONGEST_ENGLISH = 35

# Fields that hold no words for readers, or are never shown to them.
_NO_WORDS = {
    "path", "url_path", "slug", "draft_title", "seo_title", "search_description", "internal_note",
    "translation_key", "alias_of", "content_type", "title_suffix",
}  # fmt: skip
_PLAIN = {"easy_title", "easy_summary", "easy_body"}

_LINK = re.compile(r"<a\b[^<>]*>((?:(?!<a\b|</a>).)*)</a>", re.DOTALL | re.IGNORECASE)
_VAGUE = re.compile(
    r"(?:詳細|詳しく|くわしく|詳しい情報|続き)?(?:は|を)?(?:こちら|ここ|コチラ)(?:から|へ|を)?(?:どうぞ|クリック)?"
    r"|リンク|クリック|(?:click )?here|read more|more|link|this(?: page| link)?",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PRIVATE_HOSTS = re.compile(
    r"@(?:[\w-]+\.)*(?:gmail\.com|googlemail\.com|yahoo\.co\.jp|yahoo\.com|ymail\.ne\.jp"
    r"|icloud\.com|me\.com|hotmail\.(?:com|co\.jp)|outlook\.(?:com|jp)|live\.jp"
    r"|docomo\.ne\.jp|ezweb\.ne\.jp|au\.com|softbank\.ne\.jp|i\.softbank\.jp|vodafone\.ne\.jp"
    r"|willcom\.com|rakuten\.jp|nifty\.com|biglobe\.ne\.jp|qq\.com|163\.com|naver\.com)\b",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"(?<!\d)(?:\+81[- ]?|0)[789]0[- ]?\d{4}[- ]?\d{4}(?!\d)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－", "-"))


@dataclass(frozen=True)
class Passage:
    """Words of one field as an editor knows it.

    Attributes:
        field: the field's name.
        label: its name in the active language.
        html: markup, where the field has any.
    """

    field: str
    label: str
    text: str
    language: str
    html: str = ""


@dataclass(frozen=True)
class Hint:
    """Something to look at.

    Attributes:
        kind: `personal`, `link`, `alternative`, `source`, `era` or `long`.
        label: the field.
        excerpt: the words that are meant; may be empty.
    """

    kind: str
    label: str
    message: str
    excerpt: str = ""

    @property
    def is_strong(self) -> bool:
        """Whether publishing it could harm somebody."""
        return self.kind == "personal"


def check_page(page: Page) -> list[Hint]:
    """Everything to look at on a page, what could harm somebody first."""
    found = [hint for passage in passages(page) for hint in check_passage(passage)]
    found += _pictures(page)
    if hasattr(page, "sources") and not page.sources.all():
        found.append(Hint("source", _("Sources"), _("No source is given.")))
    return sorted(found, key=lambda hint: not hint.is_strong)


def personal_data(page: Page) -> list[Hint]:
    """Only what looks like private data of somebody."""
    return [hint for passage in passages(page) for hint in _personal(passage)]


def check_passage(passage: Passage) -> list[Hint]:
    """Everything to look at in one passage."""
    found = _personal(passage)
    for match in _LINK.finditer(passage.html):
        words = html.unescape(TAG.sub("", match[1])).strip()
        if _VAGUE.fullmatch(words.strip("。、.!！»>→ ")):
            message = _("The link does not say where it leads. Name what is there.")
            found.append(Hint("link", passage.label, message, words))
    if passage.language == "ja":
        for year in era_years(passage.text):
            message = _("Add the year of the common era: %(words)s")
            words = f"{year.text}（{year.plain}）"
            found.append(Hint("era", passage.label, message % {"words": words}, year.text))
    found += _long(passage)
    return found


def _personal(passage: Passage) -> list[Hint]:
    plain = unicodedata.normalize("NFKC", passage.text).translate(_DASHES)
    found = [
        Hint(
            "personal",
            passage.label,
            _("This looks like a private email address. Give the address of an office."),
            match.group(),
        )
        for match in _MAIL.finditer(plain)
        if _PRIVATE_HOSTS.search(match.group())
    ]
    found += [
        Hint(
            "personal",
            passage.label,
            _("This looks like a mobile telephone. Give the number of an office."),
            match.group(),
        )
        for match in _MOBILE.finditer(plain)
    ]
    return found


def _long(passage: Passage) -> list[Hint]:
    if passage.field in _PLAIN:
        return []  # plain Japanese has its own, shorter measure: writing.plain
    found = []
    for sentence in sentences(passage.text):
        if passage.language == "ja":
            length = letters_of(sentence)
            is_long = length > LONGEST_JAPANESE
            message = _("A sentence of %(count)d characters. Two are easier to read.")
        else:
            # An English sentence also ends with a full stop.
            parts = re.split(r"(?<=[.!?])\s+", sentence)
            length = max((len(part.split()) for part in parts), default=0)
            sentence = max(parts, key=lambda part: len(part.split()))
            is_long = length > LONGEST_ENGLISH
            message = _("A sentence of %(count)d words. Two are easier to read.")
        if is_long:
            found.append(Hint("long", passage.label, message % {"count": length}, sentence))
    return found


def _pictures(page: Page) -> list[Hint]:
    message = _("The picture has no alternative text. Say what it shows.")
    found = []
    image = getattr(page, "image", None)
    if image is not None and not getattr(image, "description", ""):
        found.append(Hint("alternative", _("Picture"), message, str(image)))
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for block in getattr(page, field.name) or []:
                found += [
                    Hint("alternative", capfirst(str(field.verbose_name)), message, str(picture))
                    for picture in _images(block.value)
                    if not picture.decorative and not picture.contextual_alt_text
                ]
    return found


def _images(value: Any) -> Iterator[Any]:
    """Pictures in a block's value, at any depth."""
    if hasattr(value, "contextual_alt_text"):
        yield value
    elif hasattr(value, "values"):
        for part in value.values():
            yield from _images(part)


def passages(page: Page) -> list[Passage]:
    """All words of a page that readers may see, field by field."""
    language = page.locale.language_code if page.locale_id else "ja"
    found: list[Passage] = []
    for field in page._meta.get_fields():
        if field.name in _NO_WORDS:
            continue
        if isinstance(field, StreamField):
            label = capfirst(str(field.verbose_name))
            for block in getattr(page, field.name) or []:
                found += _of_block(field.name, label, language, block.value)
        elif _has_words(field):
            found += _of_text(field, getattr(page, field.name), language)
    for relation in get_all_child_relations(type(page)):
        accessor = relation.get_accessor_name()
        if accessor == "wagtail_admin_comments":
            continue
        for row in getattr(page, accessor).all():
            for field in row._meta.get_fields():
                if _has_words(field):
                    found += _of_text(field, getattr(row, field.name), language)
    return found


def _has_words(field: Any) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.URLField)
        and not field.choices
    )


def _of_text(field: Any, value: Any, language: str) -> list[Passage]:
    text = str(value or "")
    if not text:
        return []
    label = capfirst(str(field.verbose_name))
    return [Passage(field.name, label, text, "ja" if field.name in _PLAIN else language)]


def _of_block(name: str, label: str, language: str, value: Any) -> list[Passage]:
    if isinstance(value, str):
        return [Passage(name, label, value, language)] if value else []
    if hasattr(value, "source"):
        text = html.unescape(TAG.sub("\n", value.source)).strip()
        return [Passage(name, label, text, language, value.source)]
    if hasattr(value, "values"):
        return [
            passage for part in value.values() for passage in _of_block(name, label, language, part)
        ]
    return []
