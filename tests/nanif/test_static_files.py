"""Static files as production collects them: styles in one file, every address in them found."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles.storage import storages
from django.core.management import call_command
from django.test import override_settings


def collect(folder: Path, *sources: Path) -> dict[str, str]:
    """Collect as production does; the collected styles by their address."""
    backends = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "nanif.static_files.BundledStaticFilesStorage"},
    }
    given = {"STATICFILES_DIRS": [str(source) for source in sources]} if sources else {}
    with override_settings(STORAGES=backends, STATIC_ROOT=str(folder), **given):
        call_command("collectstatic", verbosity=0, interactive=False)
        return {
            name: (folder / storages["staticfiles"].stored_name(name)).read_text("utf-8")
            for name in [
                path.relative_to(folder).as_posix()
                for path in (folder / "css").rglob("*.css")
                if not re.search(r"\.[0-9a-f]{12}\.css$", path.name)
            ]
        }


def test_the_styles_of_every_page_are_one_file_with_sound_addresses(tmp_path: Path) -> None:
    styles = collect(tmp_path)

    everywhere = styles["css/site.css"]
    assert "@import" not in everywhere
    assert everywhere.index("@layer reset,tokens") < everywhere.index(".card{")
    for name, text in styles.items():
        for address in re.findall(r"url\(\"?([^)\"]+)", text):
            if not address.startswith(("data:", "#")):
                assert (tmp_path / name).parent.joinpath(address).exists(), (name, address)


def test_a_changed_part_is_in_the_bundle_of_the_next_release(tmp_path: Path) -> None:
    source = tmp_path / "source" / "css"
    (source / "parts").mkdir(parents=True)
    (source / "all.css").write_text('@import "parts/one.css";\n')
    (source / "parts" / "one.css").write_text(".one { color: red; }\n")
    collect(tmp_path / "root", source.parent)

    (source / "parts" / "one.css").write_text(".one { color: blue; }\n")

    assert ".one{color:blue}" in collect(tmp_path / "root", source.parent)["css/all.css"]
