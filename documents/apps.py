"""The text of documents that public pages link to, for the search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """The text of documents that public pages link to, for the search."""

    name = "documents"
    verbose_name = _("Texts of documents")

    def ready(self) -> None:
        """Read documents that change, and tell the search of them."""
        from documents import search_documents, signals  # noqa: F401

        signals.connect()
