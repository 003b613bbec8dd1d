"""The kernel: what every section of the site shares."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Shared abstract models, blocks and template tags."""

    name = "core"
