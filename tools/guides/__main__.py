"""Take the pictures of the guides: `docs/images/guides/<language>/<guide>-<step>.png`.

Usage: make guide-pictures, or python -m tools.guides [LANGUAGE ...]

Plays the work of every role on a copy of the development site in a temporary folder, in one
language after the other, as the guides tell it. A step that cannot be done as it is told stops the
play, and leaves pictures of the open windows in `var/`. `tests/docs/test_guides.py` compares the
pictures with the guides.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tools.browsing import ROOT, browsing, serving

LANGUAGES = ["ja", "en"]


def main() -> None:
    """One process for each language, since each has a site of its own."""
    languages = sys.argv[1:] or LANGUAGES
    if len(languages) > 1:
        for language in languages:
            subprocess.run([sys.executable, "-m", "tools.guides", language], cwd=ROOT, check=True)
        return
    with tempfile.TemporaryDirectory(prefix="nanif-guides-") as folder:
        copy_site(Path(os.environ.get("DATA_DIR", ROOT / "var")), Path(folder))
        os.environ |= {
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "nanif.settings.dev",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        play(languages[0])


def copy_site(source: Path, target: Path) -> None:
    """Copy database and search index, so that the play changes nothing on the development site."""
    if not (source / "db.sqlite3").exists():
        raise SystemExit("There is no development site yet: run make run once.")
    with (
        closing(sqlite3.connect(f"file:{source / 'db.sqlite3'}?mode=ro", uri=True)) as reader,
        closing(sqlite3.connect(target / "db.sqlite3")) as writer,
    ):
        reader.backup(writer)
    shutil.copytree(source / "search", target / "search")
    if (source / "media").exists():
        shutil.copytree(source / "media", target / "media")


def play(language: str) -> None:
    """Play every story in one language."""
    import django

    django.setup()
    from tools.guides.stage import Stage
    from tools.guides.stories import STORIES

    with serving() as site, browsing(language) as browser:
        stage = Stage(browser, site, language)
        for story in STORIES:
            try:
                story(stage)
            except Exception:
                stage.leave_traces(ROOT / "var")
                raise


if __name__ == "__main__":
    main()
