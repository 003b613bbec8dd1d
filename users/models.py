"""Own user model from the first migration, and invitations to become a user."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from users.rights import Role


class User(AbstractUser):
    """Someone who edits the site, with the body for which they work."""

    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)

    def get_full_name(self) -> str:
        """Both names: the family name first where it is written in Japanese."""
        names = [self.first_name, self.last_name]
        if not self.last_name.isascii():
            names.reverse()
        return " ".join(name for name in names if name)


class Invitation(models.Model):
    """An invitation by mail to take a role. It is used once, expires, and can be withdrawn."""

    email = models.EmailField(_("email address"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    region = models.ForeignKey(
        "regions.Region",
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    language = models.CharField(_("language"), max_length=10, default="ja")
    invited_by = models.ForeignKey(
        User,
        verbose_name=_("invited by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="invitations",
    )
    sent_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return self.email

    def get_role(self) -> Role:
        """The role as a member of its enumeration."""
        return Role(self.role)

    @property
    def is_open(self) -> bool:
        """Whether it was neither accepted nor withdrawn; it may have expired."""
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= timezone.now()
