"""Readings that the dictionary gets wrong, as editors correct them."""

from __future__ import annotations

import re

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["ReadingCorrection"]

_KANJI = re.compile(r"[㐀-䶿一-鿿豈-﫿々〆]")


class ReadingCorrection(models.Model):
    """How a word is read, everywhere or only inside a longer text.

    Corrections are looked at before names and before the dictionary, the longest word first. They
    act on the next page that somebody opens.
    """

    written = models.CharField(
        _("as written"), max_length=60, help_text=_("A word with kanji in it.")
    )
    reading = models.CharField(
        _("reading in kana"),
        max_length=120,
        validators=[RegexValidator(r"^[ぁ-ゖー]+$", _("Write it in hiragana without spaces."))],
        help_text=_("In hiragana, of the whole word with its okurigana."),
    )
    context = models.CharField(
        _("only inside"),
        max_length=100,
        blank=True,
        help_text=_(
            "A longer text that holds the word once. # stands for any number. Empty: everywhere."
        ),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_(
            "Switch off what came with the site rather than delete it: the next load of the "
            "content files would bring it back."
        ),
    )
    note = models.CharField(
        _("note for editors"), max_length=200, blank=True, help_text=_("Where the reading is from.")
    )
    # The reading of the content file, by which a load sees whether an editor has changed it.
    loaded_reading = models.CharField(max_length=120, blank=True, editable=False)
    # By it processes see that something has changed: whatever changes rows sets it.
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("correction of a reading")
        verbose_name_plural = _("corrections of readings")
        ordering = ["written", "context"]
        constraints = [
            models.UniqueConstraint(
                fields=["written", "context"],
                name="one_reading_in_a_context",
                violation_error_message=_("There is a reading of this word in this text already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.written}（{self.reading}）"

    def clean(self) -> None:
        """Refuse a word without kanji, and a context that does not hold the word once."""
        if not _KANJI.search(self.written):
            raise ValidationError({"written": _("There are no kanji in it.")})
        if self.context and self.context.count(self.written) != 1:
            raise ValidationError(
                {"context": _("Write a text that holds “%(word)s” once.") % {"word": self.written}}
            )

    @admin.display(description=_("from the content files"), boolean=True)
    def is_shipped(self) -> bool:
        """Whether the row came with the site."""
        return bool(self.loaded_reading)
