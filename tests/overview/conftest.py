"""Two regions with their people and workflows, as for reviews."""

from tests.reviews.conftest import member, other_region, region, signed_in

__all__ = ["member", "other_region", "region", "signed_in"]
