"""What the rules find on published pages, and which findings are accepted, with a reason each."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.models import COMMENTS_RELATION_NAME, Page

from core.visibility import publicly_visible
from page_cache.moments import next_moment
from page_cache.versions import current_version
from upkeep.rules import RULES, Fault, Rule
from upkeep.rules.checked import CheckedPage
from upkeep.selectors import originals

__all__ = ["ACCEPTED", "Finding", "Key", "UnreadableList", "current_findings", "findings",
           "read_accepted"]  # fmt: skip

ACCEPTED = settings.BASE_DIR / "content" / "data" / "accepted_findings.csv"

# Rule, kind of page, slug, field and words of a finding.
Key: TypeAlias = tuple[str, str, str, str, str]
_COLUMNS = ("rule", "kind", "page", "field", "words", "reason")


class UnreadableList(ValueError):
    """The list of accepted findings has a row that cannot be meant."""


@dataclass(frozen=True)
class Finding:
    """A fault on a page.

    Attributes:
        accepted: why it may stay; empty where nobody has said so.
    """

    rule: Rule
    page: Any
    fault: Fault
    accepted: str = ""

    @property
    def key(self) -> Key:
        """What the list of accepted findings calls it."""
        return _key(self.rule, self.page, self.fault)

    @property
    def kind_label(self) -> str:
        """What kind of page it is on."""
        return capfirst(str(self.page._meta.verbose_name))

    @property
    def problem_label(self) -> str:
        """The rule in words."""
        return str(self.rule.label)

    @property
    def place(self) -> str:
        """The field, as the form calls it."""
        relation, _dot, name = self.fault.field.rpartition(".")
        model: Any = type(self.page)
        field = (
            model._meta.get_field(relation).related_model._meta.get_field(name)
            if relation
            else model._meta.get_field(name)
        )
        return capfirst(str(getattr(field, "verbose_name", _("Sources"))))

    @property
    def words(self) -> str:
        """What stands there."""
        return self.fault.words

    @property
    def cure(self) -> str:
        """What to do about it."""
        return str(self.rule.cure)


def findings(
    *,
    rules: Collection[str] = (),
    pages: Any = None,
    today: datetime.date | None = None,
    accepted: Mapping[Key, str] | None = None,
) -> Iterator[Finding]:
    """What is wrong on published pages, page by page: cases first. A fixed number of queries.

    Args:
        rules: names of those to look at; all where none is named.
        pages: only pages among these.
        today: from when one counts what is long ago.
        accepted: reasons by finding.
    """
    chosen = [rule for rule in RULES.values() if not rules or rule.name in rules]
    models = dict.fromkeys(model for rule in chosen for model in rule.models)
    for model in models:
        own = [rule for rule in chosen if model in rule.models]
        for checked in _checked_pages(model, pages, today or timezone.localdate()):
            for rule in own:
                # Two rows with the same words are one thing to do.
                for fault in dict.fromkeys(rule.find(checked)):
                    reason = (accepted or {}).get(_key(rule, checked.page, fault), "")
                    yield Finding(rule, checked.page, fault, reason)


@dataclass(frozen=True)
class _Kept:
    """What was found last, and the version of the public content in which it was found."""

    version: str
    found: list[tuple[str, str, int, Fault]]


_KEY = "upkeep.findings"


def current_findings(pages: Any, accepted: Mapping[Key, str]) -> list[Finding]:
    """The same for today, kept by each process until the public content changes.

    Looking at all pages takes seconds. When a day begins, what is long ago is counted anew.

    Args:
        pages: only pages among these.
        accepted: reasons by finding.
    """
    # Read before the pages are: what changes meanwhile makes what is kept useless.
    version = current_version()
    kept: _Kept | None = cache.get(_KEY)
    if kept is None or kept.version != version:
        found = [(each.rule.name, each.page._meta.label, each.page.pk, each.fault)
                 for each in findings()]  # fmt: skip
        kept = _Kept(version, found)
        cache.set(_KEY, kept, (next_moment() - timezone.now()).total_seconds())
    by_model: dict[str, set[int]] = {}
    for _rule, label, number, _fault in kept.found:
        by_model.setdefault(label, set()).add(number)
    loaded = {
        page.pk: page
        for label, numbers in by_model.items()
        for page in apps.get_model(label)
        ._default_manager.filter(pk__in=numbers)
        .filter(pk__in=pages)
        .select_related("locale")
    }
    return [
        Finding(RULES[name], loaded[number], fault,
                accepted.get(_key(RULES[name], loaded[number], fault), ""))
        for name, _label, number, fault in kept.found
        if number in loaded
    ]  # fmt: skip


def _checked_pages(model: type[Page], pages: Any, today: datetime.date) -> Iterator[CheckedPage]:
    found = publicly_visible(originals(model))
    if pages is not None:
        found = found.filter(pk__in=pages)
    found = found.select_related("locale").order_by("slug", "pk")
    related = _related(model)
    own = publicly_visible(model._default_manager.filter(alias_of=None))
    translations = {
        page.translation_key: page
        for page in own.filter(locale__language_code="en").prefetch_related(*related)
    }
    for page in found.prefetch_related(*related):
        other = translations.get(page.translation_key)
        yield CheckedPage(page, other if other != page else None, today)


def _related(model: type[Page]) -> list[str]:
    """What rules read of a page besides its own fields."""
    rows = [
        relation.get_accessor_name()
        for relation in get_all_child_relations(model)
        if relation.get_accessor_name() != COMMENTS_RELATION_NAME
    ]
    several = [name for name in ("themes", "actor_types") if hasattr(model, name)]
    return [*rows, *several, *(["actors__organisation"] if "actors" in rows else [])]


def _key(rule: Rule, page: Any, fault: Fault) -> Key:
    return rule.name, page._meta.model_name, page.slug, fault.field, fault.words


def read_accepted(path: Path = ACCEPTED) -> dict[Key, str]:
    """The accepted findings of a CSV file, each with its reason.

    Raises:
        UnreadableList: the file cannot be read or lacks a column, or a row names an unknown rule or
            gives no reason; it says which.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableList(_("%(path)s cannot be read: %(error)s") % {
            "path": path, "error": error,
        }) from error  # fmt: skip
    found: dict[Key, str] = {}
    reader = csv.DictReader(text.splitlines())
    if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
        raise UnreadableList(
            _("%(path)s: the first line lacks: %(columns)s")
            % {"path": path, "columns": ", ".join(missing)}
        )
    for row in reader:
        place = {"path": path, "line": reader.line_num}
        if row["rule"] not in RULES:
            raise UnreadableList(
                _("%(path)s, line %(line)d: there is no rule “%(rule)s”. Rules: %(rules)s")
                % {**place, "rule": row["rule"], "rules": ", ".join(RULES)}
            )
        if not (row["reason"] or "").strip():
            raise UnreadableList(
                _("%(path)s, line %(line)d: say in “reason” why this may stay.") % place
            )
        rule, kind, page, field, words = (row[name] or "" for name in _COLUMNS[:5])
        found[rule, kind, page, field, words] = row["reason"].strip()
    return found
