"""Forms of the lexicon and of recommended pages, with the checks that words need."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from core.pickers.fields import set_reader
from search.language.analysis import fold, name_key, surface_key
from search.language.readings import hiragana, is_kana
from search.models import BestBet, LexiconEntry, lines_of

__all__ = ["LONGEST_WORD", "MOST_WORDS", "BestBetForm", "LexiconEntryForm"]

LONGEST_WORD = 100
MOST_WORDS = 40
_MOST_QUERIES = 50
_MOST_PINNED = 5
_LONGEST_QUERY = 60
_JAPANESE = re.compile(r"[ぁ-ヿ\u3400-\u9fff]")


def checked_words(text: str) -> list[str]:
    """The words of a field with one word a line.

    Raises:
        ValidationError: a word is too long, or has nothing that can be searched for.
    """
    words = [" ".join(word.split()) for word in lines_of(text)]
    problems = [
        problem
        for word in words
        for problem in [
            _("“%(word)s…” is too long: a word has at most %(count)d characters.")
            % {"word": word[:20], "count": LONGEST_WORD}
            if len(word) > LONGEST_WORD
            else _("“%(word)s” has no letter or number to search for.") % {"word": word}
            if not _is_word(word)
            else _("“%(word)s” has a “|”. Write each word in a line of its own.") % {"word": word}
            if "|" in fold(word)
            else ""
        ]
        if problem
    ]
    if len(words) > MOST_WORDS:
        problems.append(_("At most %(count)d words, please.") % {"count": MOST_WORDS})
    if problems:
        raise ValidationError(problems)
    return words


def _is_word(word: str) -> bool:
    return any(character.isalnum() for character in fold(word))


class LexiconEntryForm(WagtailAdminModelForm):
    """An entry of the lexicon.

    Of entries that come from files and vocabularies only the status and added words can be
    changed: everything else is written anew whenever the source is loaded.
    """

    OPEN_TO_EDITORS = ("added_words", "status")

    class Meta:
        model = LexiconEntry
        fields = [
            "label_ja",
            "label_en",
            "kana",
            "alternatives",
            "other_languages",
            "added_words",
            "broader",
            "related",
            "kind",
            "status",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_from_source:
            for name, field in self.fields.items():
                field.disabled = name not in self.OPEN_TO_EDITORS
        else:
            self.fields.pop("added_words", None)
            # Terms of a vocabulary come from their vocabulary alone.
            self.fields["kind"].choices = [
                choice
                for choice in LexiconEntry.Kind.choices
                if choice[0] != LexiconEntry.Kind.TERM
            ]

    def clean_label_ja(self) -> str:
        """One line with something to search for."""
        return self._checked_label("label_ja")

    def clean_label_en(self) -> str:
        """The same, and no Japanese."""
        word = self._checked_label("label_en")
        if not self.instance.is_from_source and _JAPANESE.search(fold(word)):
            raise ValidationError(_("This is Japanese. Write it in one of the other fields."))
        return word

    def clean_kana(self) -> str:
        """A reading in hiragana; half-width and katakana are turned into it."""
        kana = str(self.cleaned_data["kana"])
        if self.instance.is_from_source or not kana.strip():
            return kana.strip()
        reading = hiragana(fold(kana)).replace(" ", "")
        if not is_kana(reading):
            raise ValidationError(
                _("The reading may have kana only. Write kanji and Latin letters elsewhere.")
            )
        return reading

    def clean_alternatives(self) -> str:
        """One word a line."""
        return self._checked_lines("alternatives")

    def clean_other_languages(self) -> str:
        """One word a line."""
        return self._checked_lines("other_languages")

    def clean_added_words(self) -> str:
        """One word a line."""
        return self._checked_lines("added_words")

    def clean(self) -> dict[str, Any]:
        """Two words at least, and none of them twice."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if self.instance.is_from_source:
            self._refuse_repeated("added_words", self._words_before("added_words"))
            return data
        if not data["label_ja"] and not data["label_en"]:
            self.add_error(
                "label_ja", _("Give a preferred word, in Japanese or in English or in both.")
            )
            return data
        before = self._words_before("alternatives")
        words = [*before, *lines_of(data["alternatives"])]
        if self._refuse_repeated("alternatives", before) or self._refuse_repeated(
            "other_languages", words
        ):
            return data
        if len({fold(word) for word in words}) < 2:
            self.add_error(
                None,
                _("An entry needs at least two different words: it says that they mean the same."),
            )
        return data

    def _checked_label(self, name: str) -> str:
        word = " ".join(str(self.cleaned_data[name]).split())
        if word and not self.instance.is_from_source:
            checked_words(word)
        return word

    def _checked_lines(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        return text if self.fields[name].disabled else "\n".join(checked_words(text))

    def _words_before(self, name: str) -> list[str]:
        """Words of the fields that stand before this one."""
        names = ["label_ja", "label_en", "kana"]
        words = [self.cleaned_data[field] for field in names if self.cleaned_data.get(field)]
        if name == "added_words":
            words += lines_of(self.cleaned_data["alternatives"])
            words += lines_of(self.cleaned_data["other_languages"])
        return words

    def _refuse_repeated(self, name: str, before: list[str]) -> bool:
        """Add an error for each word that is there already, however it is written."""
        seen = {fold(word): word for word in before}
        messages = []
        for word in lines_of(self.cleaned_data[name]):
            if fold(word) in seen:
                messages.append(
                    _("“%(word)s” is there twice: the search takes it for the same as “%(first)s”.")
                    % {"word": word, "first": seen[fold(word)]}
                )
            seen.setdefault(fold(word), word)
        if messages:
            self.add_error(name, messages)
        return bool(messages)


class BestBetForm(WagtailAdminModelForm):
    """Queries and the pages that are pinned to them."""

    class Meta(WagtailAdminModelForm.Meta):
        model = BestBet
        fields = ["queries", "locale", "note", "is_active", "ends_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_reader(self, self.for_user)
        self.fields["locale"].choices = [("", _("both")), *settings.LANGUAGES]

    def clean_queries(self) -> str:
        """Queries that differ from each other and that can be asked."""
        queries = [" ".join(query.split()) for query in lines_of(self.cleaned_data["queries"])]
        seen: dict[str, str] = {}
        for query in queries:
            if len(query) > _LONGEST_QUERY:
                raise ValidationError(
                    _("“%(query)s…” is too long: a query has at most %(count)d characters.")
                    % {"query": query[:20], "count": _LONGEST_QUERY}
                )
            if not surface_key(query) or not _is_word(query):
                raise ValidationError(
                    _("“%(word)s” has no letter or number to search for.") % {"word": query}
                )
            if name_key(query) in seen:
                raise ValidationError(
                    _("“%(word)s” is there twice: the search takes it for the same as “%(first)s”.")
                    % {"word": query, "first": seen[name_key(query)]}
                )
            seen[name_key(query)] = query
        if len(queries) > _MOST_QUERIES:
            raise ValidationError(
                _("At most %(count)d queries, please.") % {"count": _MOST_QUERIES}
            )
        return "\n".join(queries)

    def clean_ends_on(self) -> Any:
        """A day that is still to come."""
        day = self.cleaned_data["ends_on"]
        if day and "ends_on" in self.changed_data and day < timezone.localdate():
            raise ValidationError(_("This day is over. Choose a later one, or none."))
        return day

    def clean(self) -> dict[str, Any]:
        """At least one page, at most five, none of them twice."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        formset = getattr(self, "formsets", {}).get("pinned_pages")
        if formset is None or not formset.is_valid():
            return data
        pages = [
            form.cleaned_data["page"].pk
            for form in formset.forms
            if form.cleaned_data.get("page") and not form.cleaned_data.get("DELETE")
        ]
        if len(pages) > len(set(pages)):
            self.add_error(None, _("A page is pinned twice."))
        if len(pages) > _MOST_PINNED:
            self.add_error(
                None, _("At most %(count)d pages can be pinned.") % {"count": _MOST_PINNED}
            )
        return data
