"""The vocabularies in the catalogue of open data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, register_dataset
from taxonomy.models import VOCABULARIES

register_dataset(
    Dataset(
        code="vocabularies",
        title=_("Vocabularies"),
        about=_(
            "What the codes mean: themes, types of organisation, bridging roles, who it is for, "
            "languages and more, with labels in Japanese, plain Japanese and English."
        ),
        files=(
            File("json", "api:list_vocabularies", title=_("names of all")),
            *(
                File("json", "api:get_vocabulary", (name,), title=model._meta.verbose_name_plural)
                for name, model in VOCABULARIES.items()
            ),
        ),
        keywords=(_("vocabularies"),),
        order=70,
    )
)
