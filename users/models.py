"""Own user model from the first migration."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Someone who edits the site, with the body for which they work."""

    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)
