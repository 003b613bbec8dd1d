"""Consultation desks for those who ask the search for one: by place and by language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core.templatetags.facts import area_list
from regions.desks import desks_matching, group_desks, phone_in_words
from regions.models import Area, ConsultationDesk
from search.registry import AskedWords, OfferedRecord, OfferedRecords, register_offers
from taxonomy.models import Language

__all__ = ["connect", "desks_asked_for"]

_SHOWN = 4
# Said alone, they ask for desks.
_DESK = re.compile(
    r"窓口|相談(センター|コーナー|先|所|電話)"
    r"|\b(consultation|advice|help) (desk|centre|center|line)s?\b"
)
# Said with a place or a language, these do as well.
_ADVICE = re.compile(r"相談|\b(consultation|advice|consult|help)\b")


def connect() -> None:
    """Let the search offer desks."""
    register_offers(desks_asked_for)


def desks_asked_for(asked: AskedWords) -> OfferedRecords | None:
    """The desks that a query asks for: nearest first, those of a language, the list of all."""
    if not any(_ADVICE.search(word) or _DESK.search(word) for word in asked.words):
        return None
    areas = list(
        Area.objects.filter(code__in=asked.places[:_SHOWN], code__regex=r"^\d").select_related(
            "parent__parent__parent"
        )
    )
    language = _language(asked)
    if not (areas or language or any(_DESK.search(word) for word in asked.words)):
        return None
    params = {
        **({"region": areas[0].code} if areas else {}),
        **({"lang": language.code} if language else {}),
    }
    found = desks_matching(areas=areas[:1], language=language.code if language else "")
    groups = group_desks(found, areas[:1])
    url = reverse("desks") + (f"?{urlencode(params)}" if params else "")
    nearest = [*groups.own, *groups.wider, *groups.national]
    shown = nearest if areas else [*groups.national, *groups.own] if language else []
    if not nearest:
        return None
    return OfferedRecords(
        kind="desk",
        label=_("Consultation desks"),
        total=len(nearest),
        url=url,
        items=tuple(
            OfferedRecord(
                key=f"desk:{desk.pk}",
                url=f"{url}#desk-{desk.code}",
                title=desk.name,
                summary=_in_one_line(desk, language),
            )
            for desk in shown[:_SHOWN]
        ),
    )


def _language(asked: AskedWords) -> Language | None:
    """The language that the query names, or by which it is filtered."""
    codes = asked.codes.get("lang", ())
    for language in Language.objects.filter(is_active=True):
        if language.code in codes if codes else not _names(language).isdisjoint(asked.words):
            return language
    return None


def _names(language: Language) -> set[str]:
    """What the language is called: each of 韓国語・朝鮮語, without what is in brackets."""
    labels = (language.label_ja, language.label_en, language.label_easy, language.own_name)
    plain: Iterable[str] = (re.split(r"[（(]", label)[0] for label in labels)
    folded = unicodedata.normalize("NFKC", " ・ ".join(plain)).casefold()
    return {name.strip() for name in folded.split("・")} - {""}


def _in_one_line(desk: ConsultationDesk, language: Language | None) -> str:
    """Where it is, its number for the language or else its first, and its languages."""
    phones = desk.shown_phones
    fitting = [phone for phone in phones if language and phone.language == language]
    numbers: Sequence[str] = [phone_in_words(phone) for phone in (fitting or phones)[:1]]
    languages = _(", ").join(language.spoken_name for language in desk.languages.all())
    place = area_list(desk.areas.all()) or _("All of Japan")
    return " · ".join(filter(None, [place, *numbers, languages]))
