"""What a release needs once, however many machines and people start it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from wagtail.models import Site

__all__ = ["one_at_a_time", "site_follows_address"]

# The name of the lock in PostgreSQL, any number that nothing else uses.
_LOCK = 0x4E414E4946


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other release runs, on any machine that uses the same database.

    PostgreSQL has a lock for that, held by a connection of its own: it ends with the process.
    With SQLite there is one machine, and a lock on a file in `folder` does.
    """
    if connection.vendor == "postgresql":
        holder = connection.copy()
        try:
            with holder.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            yield
        finally:
            holder.close()
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "release.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def site_follows_address() -> bool:
    """Give Wagtail's site the host and port of SITE_URL; whether that changed something.

    Wagtail makes the addresses of "view live" and of its mails from it.
    """
    url = urlsplit(settings.SITE_URL)
    if not url.hostname:
        return False
    site = Site.objects.filter(is_default_site=True).first()
    place = (url.hostname, url.port or (443 if url.scheme == "https" else 80))
    if site is None or (site.hostname, site.port) == place:
        return False
    site.hostname, site.port = place
    site.save()
    return True
