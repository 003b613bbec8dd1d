"""What the search keeps in the database: changes to deliver, words, pinned pages, and its log."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

__all__ = ["BestBet", "BestBetPage", "LexiconEntry", "QueryLog", "SearchOutbox"]


class SearchOutbox(models.Model):
    """A page or record that may have changed for the search, written in the editor's transaction.

    Rows say which it is, never what changed: delivery looks at it as it is then, so that a row may
    be delivered twice or late without harm. Delivered rows are kept for a day, since a rebuild that
    is under way still needs them.
    """

    source = models.CharField(_("page or kind of record"), max_length=20, default="page")
    item_id = models.PositiveBigIntegerField(_("number of the page or record"))
    event = models.CharField(_("event"), max_length=20)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)

    class Meta:
        verbose_name = _("change to deliver to the search")
        verbose_name_plural = _("changes to deliver to the search")
        ordering = ["pk"]
        # With a hundred thousand rows each batch is still found at once.
        indexes = [
            models.Index(fields=["delivered_at", "source", "item_id"]),
            models.Index(fields=["source", "item_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.source} {self.item_id}, {self.event}"


def new_identifier() -> str:
    """An identifier for an entry that an editor makes."""
    return f"{LexiconEntry.EDITOR}:{uuid.uuid4().hex[:12]}"


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class LexiconEntry(models.Model):
    """Words that mean the same, in both languages.

    The list drives synonyms, hits across languages, suggestions and corrections; a change acts at
    the next query, without indexing anything again.

    Entries come from editors, or from files and vocabularies. Those are written anew whenever
    their source is loaded, so what editors add to them is kept in `added_words`.
    """

    EDITOR = "editor"
    SOURCES = {
        EDITOR: _("editors"),
        "synonyms": _("synonym file"),
        "variants": _("file of variants"),
        "vocabularies": _("vocabularies and places"),
    }

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
        default=new_identifier,
        editable=False,
        help_text=_("Keeps the entry apart from others with the same words."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CONCEPT)
    label_ja = models.CharField(_("preferred word in Japanese"), max_length=150, blank=True)
    label_en = models.CharField(_("preferred word in English"), max_length=200, blank=True)
    kana = models.CharField(_("reading in kana"), max_length=200, blank=True)
    alternatives = models.TextField(
        _("other words"), blank=True, help_text=_("One a line, in any language.")
    )
    other_languages = models.TextField(
        _("words in other languages"),
        blank=True,
        help_text=_(
            "One a line. Whoever types one of them finds what the words above find; pages are not "
            "searched for them otherwise."
        ),
    )
    added_words = models.TextField(
        _("words added by editors"),
        blank=True,
        help_text=_("One a line, in any language. They stay when the source is loaded again."),
    )
    broader = models.TextField(
        _("broader terms"),
        blank=True,
        help_text=_("One a line. Offered to readers where a search for the words finds little."),
    )
    related = models.TextField(
        _("related terms"), blank=True, help_text=_("One a line, offered behind the broader ones.")
    )
    facet = models.CharField(
        _("facet"),
        max_length=20,
        blank=True,
        help_text=_("For the name of a facet value: the facet, for instance region."),
    )
    code = models.CharField(_("code in that facet"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    source = models.CharField(_("source"), max_length=20, default=EDITOR, editable=False)
    # By the last one processes see that the lexicon has changed: whatever changes entries sets it.
    updated_at = models.DateTimeField(_("changed at"), auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("entry of the search lexicon")
        verbose_name_plural = _("search lexicon")
        ordering = ["label_ja", "label_en"]

    def __str__(self) -> str:
        return self.label_ja or self.label_en or self.identifier

    @property
    def other_words(self) -> list[str]:
        """All words but the preferred ones and the reading: the source's, then the editors'."""
        return lines_of(f"{self.alternatives}\n{self.added_words}")

    @property
    def words(self) -> list[str]:
        """All its words, preferred ones first."""
        return [
            word
            for word in (
                self.label_ja,
                self.label_en,
                self.kana,
                *self.other_words,
                *lines_of(self.other_languages),
            )
            if word.strip()
        ]

    @admin.display(description=_("word"), ordering="label_ja")
    def headword(self) -> str:
        """The word under which editors find the entry."""
        return str(self)

    @admin.display(description=_("source"), ordering="source")
    def source_label(self) -> str:
        """Where the entry comes from, in words."""
        return str(self.SOURCES.get(self.source, self.source))

    @property
    def is_from_source(self) -> bool:
        """Whether a file or a vocabulary says what the entry is; editors then only add to it."""
        return self.source != self.EDITOR


class QueryLog(models.Model):
    """How often a query was asked on a day, and how often a hit was opened. Nobody is named."""

    class Rung(models.TextChoices):
        """How the search answered; the rungs of its ladder, and what is not a rung."""

        PHRASE = "phrase", _("exactly")
        WORDS = "words", _("by its words")
        CONTAINS = "contains", _("inside other words")
        NEARLY = "nearly", _("by similar spelling")
        SOME = "some", _("by half of its words")
        ANY = "any", _("by one of its words")
        CORRECTED = "corrected", _("by another word")
        NONE = "none", _("not at all")

    class Decision(models.TextChoices):
        """What an editor decided about the searches until then."""

        OPEN = "", _("to look at")
        DONE = "done", _("done")
        IGNORED = "ignored", _("ignored")

    day = models.DateField(_("day"))
    locale = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    text = models.CharField(_("query"), max_length=100)
    rung = models.CharField(_("how it was answered"), max_length=20, choices=Rung)
    hits = models.PositiveIntegerField(_("results"))
    times = models.PositiveIntegerField(_("times asked"), default=1)
    clicks = models.PositiveIntegerField(_("searches with a click"), default=0)
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision, default=Decision.OPEN, blank=True
    )

    class Meta:
        verbose_name = _("counted search")
        verbose_name_plural = _("counted searches")
        ordering = ["-day", "-times"]
        constraints = [
            models.UniqueConstraint(fields=["day", "locale", "text"], name="one_row_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.times})"


class BestBet(ClusterableModel):
    """Pages that editors show above the hits of certain queries."""

    queries = models.TextField(
        _("queries"),
        help_text=_(
            "One a line. Width, case, spaces between Japanese words, and hiragana or katakana "
            "make no difference; other spellings need a line of their own."
        ),
    )
    locale = models.CharField(
        _("language of the search page"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Empty: in both languages."),
    )
    note = models.TextField(
        _("note for editors"), blank=True, help_text=_("Why these pages; readers do not see it.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: without an end.")
    )
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("recommended page")
        verbose_name_plural = _("recommended pages")
        ordering = ["queries"]

    def __str__(self) -> str:
        return "、".join(self.texts)

    @admin.display(description=_("queries"), ordering="queries")
    def headword(self) -> str:
        """The queries in one line."""
        return str(self)

    @property
    def texts(self) -> list[str]:
        """The queries as a list."""
        return lines_of(self.queries)

    @property
    def page_titles(self) -> Iterable[str]:
        """Titles of the pinned pages, in order."""
        return [pinned.page.title for pinned in self.pinned_pages.select_related("page")]


class BestBetPage(Orderable):
    """A page that is pinned to queries."""

    bet = ParentalKey(BestBet, on_delete=models.CASCADE, related_name="pinned_pages")
    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("pinned page")
        verbose_name_plural = _("pinned pages")

    def __str__(self) -> str:
        return str(self.page)
