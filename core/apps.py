"""The kernel: what every section of the site shares."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Shared abstract models, blocks and template tags."""

    name = "core"

    def ready(self) -> None:
        """Guard Wagtail's own downloads against formulas."""
        from core.wagtail_exports import guard_wagtail_exports

        guard_wagtail_exports()
