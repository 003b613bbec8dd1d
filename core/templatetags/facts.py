"""Facts as readers expect them: partial dates, periods, theme groups and the language of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from core.dates import PartialDate

register = template.Library()


@register.filter
def partial_date(value: str | None) -> str:
    """Format `2018`, `2018-12` or `2018-12-01` in the active language; else the text itself."""
    date = PartialDate.stored(value)
    return date.label() if date else str(value or "")


@register.simple_tag
def period(started: str | None, ended: str | None, status: str | None = "") -> str:
    """Return a period in words: "2018 – 2021", "since 2018", or nothing when no date is known.

    `status` is the code of a case status: only what is continuing has gone on "since" its start.
    """
    start, end = partial_date(started), partial_date(ended)
    if start and end and start != end:
        return gettext("%(start)s – %(end)s") % {"start": start, "end": end}
    if start and not end and status == "continuing":
        return gettext("since %(start)s") % {"start": start}
    if start and not end:
        return gettext("started %(start)s") % {"start": start}
    return start or (gettext("until %(end)s") % {"end": end} if end else "")


@register.filter
def grouped(number: object) -> str:
    """Return a whole number with a comma every three digits; anything else as text."""
    return f"{number:,}" if isinstance(number, int) else str(number or "")


@register.filter
def theme_group(code: object) -> str:
    """Return the broad theme of a theme code: `2` for `2-3`, `x` for `x-16`."""
    return str(code or "").split("-")[0]


@register.filter
def theme_groups(themes: Iterable[Any]) -> list[str]:
    """Return the broad themes of several themes, each once, in the order of the themes."""
    return list(dict.fromkeys(theme_group(theme.code) for theme in themes))


@register.filter
def place_name(area: Any) -> str:
    """Return a place with its prefecture: 愛知県 豊田市, or "Toyota-shi, Aichi" in English."""
    parent = area.parent
    if parent is None or parent.kind not in ("prefecture", "country"):
        return str(area.label)
    if is_other_language("ja"):
        return f"{area.label}, {parent.label}"
    return f"{parent.label} {area.label}"


@register.filter
def area_list(areas: Iterable[Any]) -> str:
    """Return the names of several areas as one text in the active language."""
    return gettext(", ").join(str(area.label) for area in areas)


@register.filter
def lang_attribute(code: str | None) -> str:
    """Return the BCP 47 tag for an element's `lang`; plain Japanese is Japanese there."""
    return "ja" if code == "ja-x-easy" else str(code or "")


@register.filter
def is_other_language(code: str | None) -> bool:
    """Whether a text in this language needs a label, because the page is in another one."""
    active = (get_language() or "").split("-")[0]
    return bool(code) and str(code).split("-")[0] != active


@register.simple_tag
def lang(code: str | None) -> str:
    """A `lang` attribute for a text in another language than the page's; else nothing."""
    if not is_other_language(code):
        return ""
    return format_html('lang="{}"', lang_attribute(code))


# Kana and kanji, or Hangul, with the punctuation that may stand between; four English words.
_SCRIPTS = {
    "ja": re.compile(
        r"[ぁ-ヿ㐀-鿿々〇ｦ-ﾟ](?:[ぁ-ヿ㐀-鿿々〇ｦ-ﾟ、。「」『』（）：・〜ー\s]*[ぁ-ヿ㐀-鿿々〇ｦ-ﾟ」』）。])?"
    ),
    "ko": re.compile(r"[가-힣](?:[가-힣\s]*[가-힣])?"),
    "en": re.compile(r"(?<![!-~])[(A-Za-z][!-~]*(?: [(&A-Za-z][!-~]*){3,}"),
}
_TAG = re.compile(r"(<[^<>]*>)")


def _mark(escaped: str) -> str:
    """Wrap runs of another script than the active language's in a span with their language."""
    active = (get_language() or "ja")[:2]
    for code, script in _SCRIPTS.items():
        if code != active:
            span, parts = rf'<span lang="{code}">\g<0></span>', _TAG.split(escaped)
            escaped = "".join(p if p[:1] == "<" else script.sub(span, p) for p in parts)
    return escaped


@register.filter
def marked(text: str | None) -> str:
    """Words that keep their language on every page (names, titles) marked for screen readers."""
    return mark_safe(_mark(conditional_escape(text or "")))  # noqa: S308 (escaped above)


@register.filter
def marked_html(html: object) -> str:
    """The same for HTML that is already safe, such as rich text."""
    return mark_safe(_mark(str(html)))  # noqa: S308 (safe before)
