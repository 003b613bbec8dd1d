"""Pages are valid HTML: the checker of the W3C (vnu) finds no error in one page of each kind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from wagtail.models import Site

from core.readings import COOKIE, FURIGANA_COOKIE, PLAIN
from tests.architecture.sources import ROOT
from tests.page_examples import LANGUAGES, address, kinds

CHECKER = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
READINGS: dict[str, dict[str, str]] = {
    "ordinary": {},
    "plain": {COOKIE: PLAIN},
    "furigana": {FURIGANA_COOKIE: "1"},
}


def test_pages_are_valid(site: Site, tmp_path: Path) -> None:
    """One process reads all of them: Java starts slowly."""
    if not (CHECKER.exists() and shutil.which("java")):
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("The checker of HTML is not installed: run `make servers lint`.")
    asked = [(kind, language, "ordinary") for kind in kinds() for language in LANGUAGES]
    asked += [(kind, "ja", reading) for kind in kinds() for reading in ("plain", "furigana")]
    for kind, language, reading in asked:
        client = Client()
        client.cookies.load(READINGS[reading])
        name = f"{kind} {language} {reading}.html".replace("/", " ")
        (tmp_path / name).write_bytes(client.get(address(kind, language)).content)
    done = subprocess.run(
        ["java", "-Xmx512m", "-jar", str(CHECKER), "--format", "json", "--errors-only",
         "--skip-non-html", str(tmp_path)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for message in json.loads(done.stderr)["messages"]:
        page = Path(message.get("url", "")).name
        text = f"{message['message']} …{message.get('extract', '').strip()[:120]}"
        found.setdefault(text, []).append(page)
    assert not found, "\n".join(f"{text}\n    {pages[:3]}" for text, pages in found.items())
