"""People in public roles, whom pages of other sections name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """People in public roles, whom pages of other sections name."""

    name = "people"
    verbose_name = _("People")
