"""The glossary in the catalogue of open data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.visibility import publicly_visible
from home.models import GlossaryPage
from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, register_dataset
from taxonomy.exports import GLOSSARY_TABLE
from taxonomy.models import GlossaryTerm


def _files() -> list[File]:
    """The table, while the glossary has a page that the public may see."""
    is_public = publicly_visible(GlossaryPage.objects.all()).exists()
    return [File("csv", "glossary-csv", columns=GLOSSARY_TABLE)] if is_public else []


register_dataset(
    Dataset(
        code="glossary",
        title=_("Glossary"),
        about=_("Words of the field, explained in Japanese, plain Japanese and English."),
        files=_files,
        page=("wagtail_serve", "glossary/"),
        rows=lambda: GlossaryTerm.objects.count(),
        keywords=(_("glossary"), _("plain Japanese")),
        order=75,
    )
)
