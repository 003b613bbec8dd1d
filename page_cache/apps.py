"""Keeps whole public pages, and knows when what they show has changed."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class PageCacheConfig(AppConfig):
    """Keeps whole public pages, and knows when what they show has changed."""

    name = "page_cache"

    def ready(self) -> None:
        """Watch what is written to the database."""
        from page_cache import versions

        connection_created.connect(versions.watch, dispatch_uid="page_cache")
        pre_migrate.connect(versions.stop_watching, dispatch_uid="page_cache")
        post_migrate.connect(versions.start_watching, dispatch_uid="page_cache")
