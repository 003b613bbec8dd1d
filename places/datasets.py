"""The register of plans in the catalogue of open data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, register_dataset
from places.plans import TABLE, governments_with_plans

register_dataset(
    Dataset(
        code="plans",
        title=_("Plans for multicultural coexistence"),
        about=_(
            "Every local government of today, and what is known of its plan for multicultural "
            "coexistence."
        ),
        files=(File("csv", "plans-csv", columns=TABLE), File("json", "api:list_plans")),
        page=("plans",),
        rows=lambda: governments_with_plans().count(),
        keywords=(_("local government"),),
        order=35,
    )
)
