"""`messages_collect` adds what is new to the translations, and changes nothing else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

MAIN = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Town"
msgstr "町"

msgid "Gone"
msgstr "なくなったもの"
"""
PART = 'msgid "Village"\nmsgstr "村"\n'


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with texts in code and in a template, and two files of translations."""
    if shutil.which("msguniq") is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("The gettext tools are not installed: make test installs them.")
    for name, text in {
        "app/views.py": "from django.utils.translation import gettext as _\n"
        "words = [_('Town'), _('Village'), _('A new text')]\n",
        "templates/page.html": '{% load i18n %}{% translate "Another text" context "menu" %}',
        "locale/ja/LC_MESSAGES/django.po": MAIN,
        "locale/ja/parts/villages.po": PART,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_new_texts_are_appended(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with override_settings(LOCALE_PATHS=[source / "locale"]):
        call_command("messages_collect")
        said = capsys.readouterr().out
        once = (source / "locale/ja/LC_MESSAGES/django.po").read_text("utf-8")
        call_command("messages_collect")
    assert once.startswith(MAIN), "what stood there stays as it is"
    added = once.removeprefix(MAIN)
    assert 'msgid "A new text"\nmsgstr ""' in added
    assert 'msgctxt "menu"\nmsgid "Another text"\nmsgstr ""' in added
    assert "Village" not in once
    assert "fuzzy" not in once
    assert "django.po: not found in the source: 'Gone'" in said
    assert "2 new texts" in said
    assert (source / "locale/ja/parts/villages.po").read_text("utf-8") == PART
    assert (source / "locale/ja/LC_MESSAGES/django.po").read_text("utf-8") == once
    assert "0 new texts" in capsys.readouterr().out
