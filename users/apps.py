"""People who edit the site."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """People who edit the site."""

    name = "users"
    verbose_name = _("Users")
