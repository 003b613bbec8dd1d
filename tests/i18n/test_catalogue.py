"""The Japanese catalogue is complete and well written, and nothing goes past it.

That every text of the code has an entry is the subject of tests/architecture/test_translations.py.
"""

from __future__ import annotations

import gettext
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "ja" / "LC_MESSAGES" / "django.po"
PARTS = ROOT / "locale" / "ja" / "parts"

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[a-z%]")
TAG = re.compile(r"<[^<>]*>")
JAPANESE = r"[぀-ヿ㐀-鿿々〆ー]"

# 500.html and 503.html are shown when nothing works, translation included, and are in both
# languages by themselves; the styleguide is for the people who build the site.
STANDS_ALONE = {"500.html", "503.html", "styleguide.html"}
# Names that are the same in every language.
NAMES = re.compile(r"NANIF|BibTeX|DCAT-AP|Data Package|OpenAPI|やさしい日本語")

Place = tuple[str, int, str]  # file, line, text


def _catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE), encoding="utf-8")


def _entries() -> list[polib.POEntry]:
    files = [CATALOGUE, *sorted(PARTS.glob("*.po"))]
    return [entry for file in files for entry in polib.pofile(str(file), encoding="utf-8")]


def _translations() -> Iterator[tuple[polib.POEntry, str]]:
    for entry in _entries():
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            yield entry, text


def _without_marks(text: str) -> str:
    """The words of a translation alone; each placeholder is a Latin letter."""
    return PLACEHOLDER.sub("x", TAG.sub("", text))


# --- Entries ----------------------------------------------------------------------------------


def test_every_entry_is_translated_for_good() -> None:
    unfinished = [e.msgid for e in _entries() if not e.translated() or e.obsolete]
    assert not unfinished, unfinished


def test_no_text_has_two_translations() -> None:
    counts = Counter((entry.msgctxt or "", entry.msgid) for entry in _catalogue())
    twice = [text for text, number in counts.items() if number > 1]
    assert not twice, twice


def test_japanese_has_one_plural_form() -> None:
    assert _catalogue().metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    wrong = [e.msgid for e in _entries() if e.msgid_plural and list(e.msgstr_plural) != [0]]
    assert not wrong, wrong


@pytest.mark.parametrize("form", [PLACEHOLDER, TAG], ids=["placeholders", "tags"])
def test_translations_keep_what_is_not_words(form: re.Pattern[str]) -> None:
    broken = [
        entry.msgid
        for entry, text in _translations()
        if sorted(form.findall(text)) != sorted(form.findall(entry.msgid_plural or entry.msgid))
    ]
    assert not broken, broken


def test_source_texts_are_english() -> None:
    japanese = [e.msgid for e in _entries() if re.search(JAPANESE, e.msgid + e.msgid_plural)]
    assert not japanese, japanese


# --- Writing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(r"[０-９Ａ-Ｚａ-ｚ｡-ﾟ]", id="width of letters and digits"),
        pytest.param(rf"{JAPANESE}[,.:;!?()]|[,.:;!?()]{JAPANESE}", id="width of punctuation"),
        pytest.param(rf"{JAPANESE} | {JAPANESE}|　", id="space inside a sentence"),
        pytest.param(r"～|\.\.\.", id="wave dash and ellipsis"),
        pytest.param(r"^\s|\s$", id="space at an end"),
        pytest.param(r"子供|取り?組み|受け入れ(?!る|た|て|ま)|さがす|しぼり", id="house words"),
    ],
)
def test_translations_are_well_written(fault: str) -> None:
    faulty = [t for _entry, t in _translations() if re.search(fault, _without_marks(t))]
    assert not faulty, faulty


# --- The compiled catalogue -------------------------------------------------------------------


def test_compiled_catalogue_says_what_the_source_says(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "locale", tmp_path, dirs_exist_ok=True)
    compiled = tmp_path / "ja" / "LC_MESSAGES" / "django.mo"
    compiled.unlink(missing_ok=True)
    with override_settings(LOCALE_PATHS=[tmp_path]):
        call_command("messages_compile")
    with compiled.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    wrong = [
        entry.msgid
        for entry, text in _translations()
        if not entry.msgctxt
        and (
            translations.ngettext(entry.msgid, entry.msgid_plural, 3)
            if entry.msgid_plural
            else translations.gettext(entry.msgid)
        )
        != text
    ]
    assert not wrong, wrong


# --- Templates --------------------------------------------------------------------------------


def _blank(match: re.Match[str]) -> str:
    """As many lines as before, so that line numbers stay right."""
    return " " + "\n" * match.group().count("\n")


def _words_outside_gettext() -> Iterator[Place]:
    """Words that templates show in every language alike: text, and attributes that are read."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if path.name in STANDS_ALONE:
            continue
        text = path.read_text("utf-8")
        for hidden in [
            r"{#.*?#}",
            r"{% comment %}.*?{% endcomment %}",
            r"{% blocktranslate .*?{% endblocktranslate %}",
            r"{% blocktranslate %}.*?{% endblocktranslate %}",
            r"<(script|style)\b.*?</\1>",
            r"{% block (?:og_type|bodyclass) %}.*?{% endblock.*?%}",  # words for machines
        ]:
            text = re.sub(hidden, _blank, text, flags=re.DOTALL)
        for block in re.finditer(r"{%.*?%}", text, flags=re.DOTALL):
            for argument in re.findall(r"""(?<!_\()["']([^"']*)["']""", block.group()):
                if re.search(JAPANESE, argument):
                    yield _place(path, text, block.start(), argument)
        text = re.sub(r"{%.*?%}|{{.*?}}", _blank, text, flags=re.DOTALL)
        for read in re.finditer(r'\b(?:aria-label|alt|placeholder|title)="([^"]*)"', text):
            yield _place(path, text, read.start(), read.group(1))
        for shown in re.finditer(r"[^<>]+", re.sub(r"<[^<>]*>", _hollow, text)):
            yield _place(path, text, shown.start(), shown.group())


def _hollow(match: re.Match[str]) -> str:
    """A tag without what is in it, in the same length."""
    return "<" + re.sub(r"[^\n]", ">", match.group()[1:])


def _place(path: Path, text: str, start: int, words: str) -> Place:
    start += len(words) - len(words.lstrip())
    return path.relative_to(ROOT).as_posix(), text.count("\n", 0, start) + 1, words.strip()


def test_templates_show_no_words_outside_gettext() -> None:
    found = [
        f"{file}:{line}: {words}"
        for file, line, words in _words_outside_gettext()
        if re.search(rf"[A-Za-z]{{2}}|{JAPANESE}", NAMES.sub("", words))
    ]
    assert not found, "\n".join(found)
