"""Every role has a guide in both languages, and the guides show pictures that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from users.rights import Role

HOWTO = ROOT / "docs" / "howto"
PICTURES = ROOT / "docs" / "images" / "guides"
LANGUAGES = {"ja": ".ja.md", "en": ".md"}

# The guides of each role; people from outside have no account, and guides of their own.
GUIDES = {
    Role.REGION_EDITOR: ["write-for-a-region", "write-plain-japanese", "work-with-spreadsheets"],
    Role.REGION_PUBLISHER: ["check-for-a-region", "handle-proposals", "keep-pages-true"],
    Role.CURATOR: ["curate"],
    Role.TRANSLATOR: ["translate-pages"],
    Role.ADMINISTRATOR: ["bring-a-region-on-board", "invite-people", "when-somebody-leaves"],
    "proposer": ["propose-a-case"],
    "body in charge": ["answer-a-question"],
}
NAMES = [name for names in GUIDES.values() for name in names]

PICTURE = re.compile(r"!\[([^\]]*)\]\(\.\./images/guides/([^)\s]+)\)")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def shown_in(name: str, language: str) -> list[tuple[str, str]]:
    """Alternative text and file, below the folder of pictures, of what a guide shows."""
    text = (HOWTO / f"{name}{LANGUAGES[language]}").read_text(encoding="utf-8")
    return PICTURE.findall(text)


def test_every_role_has_guides() -> None:
    assert set(Role) <= set(GUIDES)


@pytest.mark.parametrize("name", NAMES)
def test_guide_shows_the_same_steps_in_both_languages(name: str) -> None:
    steps = {}
    for language in LANGUAGES:
        pictures = shown_in(name, language)
        steps[language] = [Path(file).name for _text, file in pictures]
        for text, file in pictures:
            assert file.startswith(f"{language}/{name}-"), file
            assert len(text) > 10, f"{file} has no alternative text"
            assert bool(JAPANESE.search(text)) == (language == "ja"), text
    assert steps["ja"]
    assert steps["ja"] == steps["en"]


def test_pictures_and_guides_fit_each_other() -> None:
    shown = {
        file for name in NAMES for language in LANGUAGES for _t, file in shown_in(name, language)
    }
    made = {path.relative_to(PICTURES).as_posix() for path in PICTURES.rglob("*.png")}
    assert shown - made == set(), "no such picture: make guide-pictures"
    assert made - shown == set(), "no guide shows it"


def test_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.rglob("*.png")) < 4_000_000
