"""A rule about quotations: short enough to be quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudyPage
from events.models import EventPage
from press.models import CoveragePage
from programmes.models import ProgrammePage
from regions.models import RegionalPlatformPage
from upkeep.rules.checked import CheckedPage
from upkeep.rules.data import rule_data
from upkeep.rules.rule import Fault, rule

__all__ = ["long_quotation"]

_JAPANESE = re.compile(r"「([^「」]*)」|『([^『』]*)』")
_ENGLISH = re.compile('“([^“”]*)”|"([^"]*)"')


@rule(
    "long-quotation",
    label=_("Long quotation"),
    reason=_("More than a sentence or two of others is a copy, for which one needs leave."),
    cure=_("Quote what matters, and say the rest in your own words."),
    models=(CaseStudyPage, RegionalPlatformPage, ProgrammePage, EventPage, CoveragePage),
)
def long_quotation(checked: CheckedPage) -> Iterator[Fault]:
    """Quotations of more letters or words than the data of the rules allow."""
    most = rule_data()["longest_quotation"]
    for text in checked.texts:
        for words in (text.original, text.other):
            for match in _JAPANESE.finditer(words):
                if len(match.group()) - 2 > most["japanese_characters"]:
                    yield Fault.of(text.name, match.group())
            for match in _ENGLISH.finditer(words):
                if len(match.group().split()) > most["english_words"]:
                    yield Fault.of(text.name, match.group())
