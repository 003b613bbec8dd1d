"""The catalogue of plain Japanese: its entries, and where they are read."""

from __future__ import annotations

import re
from collections import Counter

import polib
import pytest
from django.utils.translation import get_language, gettext, ngettext, override, pgettext
from django.utils.translation.reloader import translation_file_changed

from core.readings import in_ordinary_reading, in_plain_reading, is_plain
from tests.architecture.sources import ROOT

PLAIN = ROOT / "locale" / "ja_X-easy" / "LC_MESSAGES" / "django.po"
ORDINARY = [*ROOT.glob("locale/ja/LC_MESSAGES/*.po"), *ROOT.glob("locale/ja/parts/*.po")]
# What is put in later, and the elements of rich texts.
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|</?[a-z]+[^>]*>")


def _texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.fixture(scope="module")
def plain() -> list[polib.POEntry]:
    return list(polib.pofile(str(PLAIN), encoding="utf-8"))


def test_placeholders_are_those_of_the_text(plain: list[polib.POEntry]) -> None:
    differing = [
        f"{entry.msgid!r}: {text!r}"
        for entry in plain
        for text in _texts(entry)
        if Counter(_PLACEHOLDER.findall(text))
        != Counter(_PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert not differing, "\n".join(differing)


def test_every_entry_stands_for_a_text_of_the_interface(plain: list[polib.POEntry]) -> None:
    """A text whose English changes would be read in ordinary Japanese, and nobody would see why."""
    known = {
        (entry.msgctxt, entry.msgid, entry.msgid_plural)
        for file in ORDINARY
        for entry in polib.pofile(str(file), encoding="utf-8")
    }
    of_plain = [(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in plain]
    assert not [text for text in of_plain if text not in known]
    assert not [text for text, number in Counter(of_plain).items() if number > 1]
    assert not [entry.msgid for entry in plain if not all(_texts(entry)) or entry.fuzzy]


def test_plain_texts_are_read_whatever_language_was_active_between() -> None:
    """Django changes the language and back whenever it makes an address or a mail."""
    with override("ja"):
        for _time in range(2):
            with in_plain_reading():
                assert (gettext("Case studies"), get_language()) == ("活動の 例", "ja")
                with override("en"):
                    assert (gettext("Case studies"), is_plain()) == ("Case studies", False)
                with in_ordinary_reading("ja"):
                    assert gettext("Case studies") == "事例"
                with override("ja"):
                    assert gettext("Case studies") == "活動の 例"
                assert (
                    ngettext("%(total)s result", "%(total)s results", 2)
                    == "見つかった もの：%(total)sこ"
                )
                assert pgettext("event", "Date and time") == "いつ"
                # What it does not have, such as Django's own texts.
                assert gettext("Monday") == "月曜日"
            assert (gettext("Case studies"), is_plain()) == ("事例", False)
            # As when a file is compiled while the site runs.
            translation_file_changed(None, PLAIN.with_suffix(".mo"))
