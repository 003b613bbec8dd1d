"""What the search keeps in the database: changes to deliver, its word list, and what was asked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["LexiconEntry", "QueryLog", "SearchOutbox"]


class SearchOutbox(models.Model):
    """A page that may have changed for the search, written in the editor's own transaction.

    Rows say which page, never what changed: delivery looks at the page as it is then, so that a
    row may be delivered twice or late without harm. Delivered rows are kept for a day, since a
    rebuild that is under way still needs them.
    """

    page_id = models.PositiveBigIntegerField(_("page"))
    event = models.CharField(_("event"), max_length=20)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)

    class Meta:
        verbose_name = _("change to deliver to the search")
        verbose_name_plural = _("changes to deliver to the search")
        ordering = ["pk"]
        indexes = [models.Index(fields=["delivered_at", "id"])]

    def __str__(self) -> str:
        return f"{self.pk}: page {self.page_id}, {self.event}"


class LexiconEntry(models.Model):
    """Words that mean the same, in both languages.

    The list drives synonyms, hits across languages, suggestions and corrections; a change acts at
    the next query, without indexing anything again.
    """

    class Kind(models.TextChoices):
        """What the words name."""

        CONCEPT = "concept", _("concept")
        PLACE = "place", _("place")
        TERM = "term", _("term of a vocabulary")
        VARIANT = "variant", _("variant in spelling")

    class Status(models.TextChoices):
        """Whether the search uses the entry."""

        ACTIVE = "active", _("active")
        DRAFT = "draft", _("to be reviewed")
        RETIRED = "retired", _("no longer used")

    identifier = models.CharField(
        _("identifier"),
        max_length=100,
        unique=True,
        help_text=_("Keeps the entry apart from others with the same words."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CONCEPT)
    label_ja = models.CharField(_("preferred word in Japanese"), max_length=150, blank=True)
    label_en = models.CharField(_("preferred word in English"), max_length=200, blank=True)
    kana = models.CharField(_("reading in kana"), max_length=200, blank=True)
    alternatives = models.TextField(
        _("other words"), blank=True, help_text=_("One a line, in any language.")
    )
    facet = models.CharField(
        _("facet"),
        max_length=20,
        blank=True,
        help_text=_("For the name of a facet value: the facet, for instance region."),
    )
    code = models.CharField(_("code in that facet"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    source = models.CharField(_("source"), max_length=20, default="editor", editable=False)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("entry of the search lexicon")
        verbose_name_plural = _("search lexicon")
        ordering = ["label_ja", "label_en"]

    def __str__(self) -> str:
        return self.label_ja or self.label_en or self.identifier

    @property
    def other_words(self) -> list[str]:
        """The alternatives as a list."""
        return [word.strip() for word in self.alternatives.splitlines() if word.strip()]


class QueryLog(models.Model):
    """How often a query was asked on a day that found nothing or needed help. Nobody is named."""

    day = models.DateField(_("day"))
    locale = models.CharField(_("language"), max_length=10)
    text = models.CharField(_("query"), max_length=100)
    rung = models.CharField(_("how it was answered"), max_length=20)
    hits = models.PositiveIntegerField(_("hits"))
    times = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        verbose_name = _("query without good hits")
        verbose_name_plural = _("queries without good hits")
        ordering = ["-day", "-times"]
        constraints = [
            models.UniqueConstraint(fields=["day", "locale", "text"], name="one_row_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.times})"
