"""Static files of production: one file of styles where the sources are many."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

import rcssmin
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Styles of this project; those of Wagtail and other packages stay as they are.
OWN_STYLES = "css/"
IMPORT = re.compile(r'@import "([^"]+)";')
RELATIVE_URL = re.compile(r'url\("(?!data:|/)([^"#]+)')

Paths = dict[str, tuple[Any, str]]


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Put imported styles in place of each `@import`, and pack them, before names get their hash.

    Browsers in development follow the imports themselves; on a phone's network each would cost a
    round trip.
    """

    def post_process(
        self, paths: Paths, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        sources = InMemoryStorage()
        bundles: Paths = {}
        for name in paths:
            if name.startswith(OWN_STYLES) and name.endswith(".css"):
                packed = rcssmin.cssmin(bundled(name, paths))
                sources.save(name, ContentFile(packed.encode()))
                bundles[name] = (sources, name)
        yield from super().post_process(paths | bundles, dry_run=dry_run, **options)


def bundled(name: str, paths: Paths) -> str:
    """The styles of a file with all that it imports, in their order.

    Args:
        name: of the file below the static root, with `/`.
        paths: of all collected files, as `collectstatic` hands them over.

    Raises:
        KeyError: the file or one that it imports was not collected.
    """
    storage, path = paths[name]
    with storage.open(path) as file:
        styles: str = file.read().decode()
    folder = posixpath.dirname(name)

    def imported(match: re.Match[str]) -> str:
        other = posixpath.normpath(posixpath.join(folder, match[1]))
        return _moved(bundled(other, paths), posixpath.dirname(other), folder)

    return IMPORT.sub(imported, styles)


def _moved(styles: str, source: str, target: str) -> str:
    """The styles with relative addresses as they read from another folder."""

    def rewritten(match: re.Match[str]) -> str:
        return 'url("' + posixpath.relpath(posixpath.join(source, match[1]), target)

    return RELATIVE_URL.sub(rewritten, styles)
