"""Rules about the two languages of a page, and its plain Japanese."""

from __future__ import annotations

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
from upkeep.rules.written_numbers import lacking, together, written_numbers
from writing.plain import LONGEST_PLAIN, letters_of, sentences

__all__ = ["language_missing", "long_plain_sentence", "numbers_differ"]

_IN_TWO_LANGUAGES = (
    CaseStudyPage, RegionalPlatformPage, ProgrammePage, EventPage, CoveragePage,
)  # fmt: skip
_PLAIN = ("easy_summary", "easy_body")
_WITH_PLAIN = (CaseStudyPage, RegionalPlatformPage, ProgrammePage)


@rule(
    "language-missing",
    label=_("Missing language"),
    reason=_("What stands in one language alone is kept from those who read the other."),
    cure=_("Translate the text, or write the plain Japanese."),
)
def language_missing(checked: CheckedPage) -> Iterator[Fault]:
    """Texts that one language has and the other lacks; a case without plain Japanese."""
    if checked.translation is None:
        yield Fault.of("title", checked.page.title)
    else:
        for text in checked.texts:
            if bool(text.original.strip()) != bool(text.other.strip()):
                yield Fault.of(text.name, text.original or text.other)
    yield from (Fault(name, "") for name in _PLAIN if not getattr(checked.page, name))


@rule(
    "numbers-differ",
    label=_("Number in one language alone"),
    reason=_("A fact that one language tells and the other lacks, or tells differently."),
    cure=_("Look which number the source gives, and write it in both languages."),
    models=_IN_TWO_LANGUAGES,
)
def numbers_differ(checked: CheckedPage) -> Iterator[Fault]:
    """Numbers of a text that neither its counterpart nor the rest of the other page has."""
    if checked.translation is None:
        return
    said = rule_data()["said_numbers"]
    pairs = [
        (text, written_numbers(text.original, said), written_numbers(text.other, said))
        for text in checked.texts
    ]
    here = together(original for _text, original, _other in pairs)
    there = together(other for _text, _original, other in pairs)
    for text, original, other in pairs:
        if text.original and text.other:
            missing = {*lacking(original, other)} & {*lacking(original, there)}
            missing |= {*lacking(other, original)} & {*lacking(other, here)}
            yield from (Fault(text.name, f"{number:f}") for number in sorted(missing))


@rule(
    "long-plain-sentence",
    label=_("Long sentence in plain Japanese"),
    reason=_("Those who learn Japanese lose the thread of a long sentence."),
    cure=_("Make two or more sentences of it."),
    models=_WITH_PLAIN,
)
def long_plain_sentence(checked: CheckedPage) -> Iterator[Fault]:
    """Sentences that are longer than the editor's hints allow."""
    for name in _PLAIN:
        for sentence in sentences(getattr(checked.page, name, "")):
            if letters_of(sentence) > LONGEST_PLAIN:
                yield Fault.of(name, sentence)
