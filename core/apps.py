"""The kernel: what every section of the site shares."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Shared abstract models, blocks and template tags."""

    name = "core"

    def ready(self) -> None:
        """Adapt Wagtail's choosers to the rules of this site; log publications."""
        from core import publication_log
        from core.chooser_widgets import replace_inline_scripts

        replace_inline_scripts()
        publication_log.connect()
