"""People in public roles, with the source of every statement, and marks of those removed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import PartialDateField
from organisations.models import OrganisationPage

__all__ = ["Person", "RemovedPerson", "folded_name"]

# Enough to make guessing names from the marks slow, little enough to check a name at once.
_ROUNDS = 20_000


def folded_name(name: str) -> str:
    """A name as it is compared: without spaces, width and case."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


class Person(models.Model):
    """Somebody who acts in public: a name, a role in a body as of a date, and where that was read.

    Pages of other apps name people by rows of their own with `ForeignKey(Person, CASCADE)` below a
    `ParentalKey` to the page, so that removing a person removes those rows. Only
    `people.services.remove_person` deletes a person.
    """

    code = models.SlugField(
        _("code"),
        max_length=80,
        unique=True,
        allow_unicode=False,
        help_text=_("Lower-case Latin letters and hyphens; the content files name people by it."),
    )
    name_ja = models.CharField(_("name (Japanese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    kana = models.CharField(_("name in kana"), max_length=120, blank=True)
    role_ja = models.CharField(
        _("public role (Japanese)"),
        max_length=200,
        blank=True,
        help_text=_("Public roles only: office, post or part in the network."),
    )
    role_en = models.CharField(_("public role (English)"), max_length=200, blank=True)
    affiliation_ja = models.CharField(_("affiliation (Japanese)"), max_length=200, blank=True)
    affiliation_en = models.CharField(_("affiliation (English)"), max_length=200, blank=True)
    as_of = PartialDateField(
        _("role and affiliation as of"), help_text=_("2024, 2024-05 or 2024-05-31")
    )
    organisation = models.ForeignKey(
        OrganisationPage,
        verbose_name=_("page in the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="people",
    )
    source_title = models.CharField(_("name of the source"), max_length=300, blank=True)
    source_url = models.URLField(
        _("link to the source"),
        max_length=600,
        help_text=_("Where name and role are published. Without a source nobody is listed."),
    )
    source_accessed = PartialDateField(
        _("source accessed on"), blank=False, help_text=_("2026-11 or 2026-11-23")
    )
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["kana", "name_ja", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse somebody who was removed; a curator can take that mark away."""
        super().clean()
        if self._state.adding and RemovedPerson.covers(self.name_ja, self.name_en):
            raise ValidationError(
                _(
                    "A person of this name has been removed from the site and must not come back. "
                    "If this is somebody else, delete the mark under “Removed people” first."
                )
            )

    @property
    def name(self) -> str:
        """The name in the active language; Japanese where there is no English one."""
        return self.name_en if _is_english() and self.name_en else self.name_ja

    @property
    def role(self) -> str:
        """The public role in the active language; empty where it has none."""
        return self.role_en if _is_english() else self.role_ja

    @property
    def affiliation(self) -> str:
        """The body in the active language; Japanese where there is no English one."""
        english = self.affiliation_en if _is_english() else ""
        return english or self.affiliation_ja


class RemovedPerson(models.Model):
    """A mark that somebody must not be added again: a salted digest that names nobody."""

    salt = models.CharField(max_length=32, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    removed_at = models.DateTimeField(_("removed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("removed person")
        verbose_name_plural = _("removed people")
        ordering = ["-removed_at", "-pk"]

    def __str__(self) -> str:
        return self.digest[:8]

    @classmethod
    def marks_of(cls, *names: str) -> list[RemovedPerson]:
        """Unsaved marks, one for each name."""
        marks = []
        for name in filter(None, map(folded_name, names)):
            salt = secrets.token_hex(8)
            marks.append(cls(salt=salt, digest=_digest(name, salt)))
        return marks

    @classmethod
    def covers(cls, *names: str) -> bool:
        """Whether somebody of one of these names was removed."""
        folded = [name for name in map(folded_name, names) if name]
        return any(
            hmac.compare_digest(mark.digest, _digest(name, mark.salt))
            for mark in cls.objects.all()
            for name in folded
        )


def _digest(name: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", name.encode(), salt.encode(), _ROUNDS).hex()


def _is_english() -> bool:
    return (get_language() or "ja").startswith("en")
