"""Review before publication, and the admin as the editors' desk."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """Review before publication, and the admin as the editors' desk."""

    name = "reviews"
    verbose_name = _("Review")

    def ready(self) -> None:
        """Tell people by mail what to do; learn how names are read."""
        from reviews import admin_search, mails

        mails.connect()
        admin_search.connect()
