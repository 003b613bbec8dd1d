"""What the site adds to Wagtail's own Japanese fits Wagtail, and nothing of it has become idle."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
import wagtail
import wagtail_localize
from django.conf import settings
from django.utils.translation import gettext, override

OURS = Path(settings.BASE_DIR) / "locale" / "wagtail" / "ja" / "LC_MESSAGES"
PACKAGES = [
    Path(wagtail_localize.__file__).parent,
    *(
        Path(wagtail.__file__).parent / app
        for app in ["", "admin", "documents", "images", "search", "snippets", "users"]
    ),
]

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|<[^<>]*>")

Text = tuple[str | None, str]  # context, source text


def _wagtails(language: str, domain: str) -> list[polib.POEntry]:
    files = [path / f"locale/{language}/LC_MESSAGES/{domain}.po" for path in PACKAGES]
    return [entry for file in files if file.exists() for entry in polib.pofile(str(file))]


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_additions_fit_wagtail(domain: str) -> None:
    ours = polib.pofile(str(OURS / f"{domain}.po"))
    sources = {(entry.msgctxt, entry.msgid) for entry in _wagtails("en", domain)}
    unknown = [entry.msgid for entry in ours if (entry.msgctxt, entry.msgid) not in sources]
    assert not unknown, f"Wagtail no longer says this, take it out: {unknown}"
    theirs = {(e.msgctxt, e.msgid) for e in _wagtails("ja", domain) if e.translated()}
    idle = [entry.msgid for entry in ours if (entry.msgctxt, entry.msgid) in theirs]
    assert not idle, f"Wagtail has this in Japanese by now, take it out: {idle}"
    for entry in ours:
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
            assert text.strip(), entry.msgid
            assert set(PLACEHOLDER.findall(text)) == wanted, entry.msgid


def test_desk_speaks_japanese_where_wagtail_does_not() -> None:
    with override("ja"):
        assert gettext("Search all pages…") == "すべてのページから検索…"
        assert gettext("Saved") == "保存済み"
