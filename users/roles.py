"""Names of the groups whose members work for the whole network, as they stand in the database.

The groups of one region hang on `regions.models.Region`.
"""

from __future__ import annotations

CURATORS = "Curators"
TRANSLATORS = "Translators"
ADMINISTRATORS = "Administrators"
