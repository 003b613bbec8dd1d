"""Surveys of local governments, and figures by area."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Surveys of local governments, and figures by area."""

    name = "surveys"
    verbose_name = _("Surveys and figures")

    def ready(self) -> None:
        """Register what the public search knows of these pages."""
        from organisations.own_pages import register_role

        from . import datasets, search_documents  # noqa: F401
        from .models import Survey

        register_role(Survey, organisation="owner_page", page="pages")
