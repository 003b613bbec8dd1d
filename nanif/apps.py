"""The composition root as a Django app, so that its system checks are registered."""

from django.apps import AppConfig


class NanifConfig(AppConfig):
    """Registers the checks of the environment."""

    name = "nanif"
    verbose_name = "NANIF"

    def ready(self) -> None:
        """Register the system checks."""
        from . import checks, folders, upload_checks  # noqa: F401
