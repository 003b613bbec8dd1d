"""The network's programmes, their calls and grants."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    """The network's programmes, their calls and grants."""

    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        """Register what the public search knows of these pages."""
        from organisations.own_pages import register_role
        from page_cache.moments import register_moments

        from . import datasets, search_documents  # noqa: F401
        from .calls import next_closing
        from .models import Grant, ProgrammeBody

        register_moments(next_closing)
        register_role(ProgrammeBody)
        register_role(Grant, organisation="grantee", page="programme")
        register_role(Grant, organisation="funder", page="programme")
