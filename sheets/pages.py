"""Importers of pages: columns bound to the fields of a page, drafts as the only thing written.

A page is read and changed as its latest revision holds it, so drafts count, and nothing that is
published changes before somebody publishes it. Whoever uploads needs for each row the right that
the admin would ask for: to add below the parent, or to edit the page.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.log_actions import LogContext
from wagtail.models import Locale, Page, ReferenceIndex, WorkflowState
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.signal_handlers import disable_reference_index_auto_update

from core.slugs import slug_from_title, unique_slug
from sheets.bindings import Binding, Content, Links, RowsField, Tags
from sheets.columns import Column
from sheets.dates import WrongValue
from sheets.kinds import Choice, Kind, Number, Option
from sheets.registry import Change, Importer, Options, Problem, Record, Stored

__all__ = ["PageImporter"]


@dataclass
class _Target:
    """What is needed to write a row: the page, or the parent of a new one."""

    language: str
    page: Page | None = None
    parent: Page | None = None
    content: Content = field(default_factory=dict)


class PageImporter(Importer):
    """Base of importers of one page type.

    Set `model`; write `bindings` and `parent`. The title must be bound, and is how a row without
    identifier finds its page: below the same parent, in the same language.
    """

    model: type[Page]
    has_review = True

    def bindings(self) -> Sequence[Binding]:
        """The columns with the fields where their values stand."""
        raise NotImplementedError

    def parents(self) -> Mapping[tuple[str, str], Page]:
        """All parents of such pages by language and code."""
        raise NotImplementedError

    def parent_codes(self, record: Record) -> Sequence[str]:
        """Codes under which the parent of a new page is looked for, the best first."""
        raise NotImplementedError

    def no_parent(self, record: Record) -> tuple[str, str]:
        """What to say, and about which column, where no parent was found."""
        raise NotImplementedError

    def is_complete(self, page: Page) -> bool:
        """Whether a draft can be sent to review."""
        return True

    def columns(self) -> Sequence[Column]:
        """Identifier and language, then the bound columns."""
        return [
            Column(
                "id",
                gettext_lazy("Identifier"),
                Number(smallest=1),
                note=gettext_lazy("Empty for a new record. The export has it: do not change it."),
                is_immutable=True,
            ),
            Column(
                "language",
                gettext_lazy("Language of the page"),
                Choice(source=_languages),
                note=gettext_lazy("Empty: Japanese."),
                example="ja",
                is_immutable=True,
            ),
            *(binding.column for binding in self._bindings),
        ]

    @cached_property
    def _bindings(self) -> Sequence[Binding]:
        return self.bindings()

    @cached_property
    def _parents(self) -> Mapping[tuple[str, str], Page]:
        return self.parents()

    @cached_property
    def _by_parent(self) -> dict[str, Page]:
        return {parent.path: parent for parent in self._parents.values()}

    @cached_property
    def _may_add(self) -> dict[str, bool]:
        return {
            path: parent.permissions_for_user(self.user).can_add_subpage()
            for path, parent in self._by_parent.items()
        }

    def is_allowed(self) -> bool:
        """Whether the person may add or change any page of this type."""
        return self.user.has_perm("wagtailadmin.access_admin") and (
            any(self._may_add.values()) or self._pages().exists()
        )

    def _pages(self) -> Any:
        """Pages of the type that may be edited; aliases show another page's words."""
        editable = PagePermissionPolicy().instances_user_has_any_permission_for(
            self.user, {"change", "add"}
        )
        return self.model._default_manager.filter(alias_of=None, pk__in=editable.values("pk"))

    # --- Reading what is stored -----------------------------------------------------------

    def export(self) -> Iterable[Mapping[str, str]]:
        """Every page that the person may edit, as its latest revision holds it."""
        pages = self._pages().select_related("latest_revision", "locale").order_by("path")
        for page in pages.iterator(chunk_size=200):
            if page.permissions_for_user(self.user).can_edit():
                yield self._values(page, _content(page))

    def _values(self, page: Page, content: Content) -> dict[str, str]:
        values = {"id": str(page.pk), "language": page.locale.language_code}
        for binding in self._bindings:
            values[binding.column.name] = _canonical(binding.column.kind, binding.read(content))
        return values | self.place_values(page)

    def place_values(self, page: Page) -> dict[str, str]:
        """Columns that come from where the page stands."""
        return {}

    def find(self, records: Sequence[Record], problems: list[Problem]) -> list[Stored | None]:
        """The page of each row: by its identifier, else by its title below the same parent.

        None, with a problem, for rows whose page cannot be told or not be changed just now.
        """
        by_title: dict[tuple[str, str, str], list[int]] = {}
        rows = self.model._default_manager.filter(alias_of=None).values_list(
            "pk", "draft_title", "path", "locale__language_code"
        )
        step = self.model.steplen
        for key, title, path, language in rows:
            by_title.setdefault((language, path[:-step], _joined(title)), []).append(key)
        wanted = [self._wanted(record, by_title, problems) for record in records]
        keys = {key for key, _parent in filter(None, wanted) if key}
        pages = {
            page.pk: page
            for page in self.model._default_manager.filter(pk__in=keys).select_related(
                "latest_revision", "locale"
            )
        }
        under_review = set(
            WorkflowState.objects.filter(
                status=WorkflowState.STATUS_IN_PROGRESS,
                base_content_type=ContentType.objects.get_for_model(Page),
                object_id__in=[str(key) for key in keys],
            ).values_list("object_id", flat=True)
        )
        return [
            None
            if want is None
            else self._new(record, want[1])
            if want[0] is None
            else self._existing(record, pages.get(want[0]), under_review, problems)
            for record, want in zip(records, wanted, strict=True)
        ]

    def _wanted(
        self,
        record: Record,
        by_title: Mapping[tuple[str, str, str], list[int]],
        problems: list[Problem],
    ) -> tuple[int | None, Page | None] | None:
        """The key of the stored page, or the parent of a new one; None where the row is wrong."""
        if record.get("id"):
            return int(record.get("id")), None
        if record.wrong & {"id", "language", "title"}:
            return None
        language = record.get("language") or "ja"
        if not record.get("title"):
            problems.append(
                self.problem(record, _("The title is empty. It must be filled in."), "title")
            )
            return None
        codes = self.parent_codes(record)
        parent = next(
            (self._parents[language, code] for code in codes if (language, code) in self._parents),
            None,
        )
        if parent is None:
            message, column = self.no_parent(record)
            if not (record.wrong and column in record.wrong):
                problems.append(self.problem(record, message, column))
            return None
        if not self._may_add[parent.path]:
            problems.append(
                self.problem(
                    record,
                    _("You may not write below “%(parent)s”.") % {"parent": parent.title},
                )
            )
            return None
        found = by_title.get((language, parent.path, record.get("title")), [])
        if len(found) > 1:
            problems.append(
                self.problem(
                    record,
                    _("Several pages have this title. Write the identifier of the one you mean."),
                    "title",
                )
            )
            return None
        return (found[0], None) if found else (None, parent)

    def _new(self, record: Record, parent: Page) -> Stored:
        language = record.get("language") or "ja"
        return Stored(
            f"{language} {parent.path} {record.get('title')}",
            record.get("title"),
            None,
            _Target(language, parent=parent),
        )

    def _existing(
        self,
        record: Record,
        page: Page | None,
        under_review: set[str],
        problems: list[Problem],
    ) -> Stored | None:
        """A page as it is stored; None, with a problem, where it may not be changed now."""
        # Of a page of others not even its existence is told.
        if page is None or page.alias_of_id or not self._may_edit(page):
            problems.append(
                self.problem(record, _("There is no such page that you may change."), "id")
            )
            return None
        language = page.locale.language_code
        message, column = "", ""
        if record.get("language") not in {"", language}:
            message, column = _("The language of a page cannot be changed."), "language"
        elif str(page.pk) in under_review:
            message = _("The page is being reviewed. Wait for the end of the review.")
        elif page.permissions_for_user(self.user).page_locked():
            message = _("The page is locked. Unlock it first.")
        if message:
            problems.append(self.problem(record, message, column))
            return None
        content = _content(page)
        return Stored(
            str(page.pk),
            content.get("title") or page.draft_title,
            self._values(page, content),
            _Target(language, page=page, content=content),
        )

    def _may_edit(self, page: Page) -> bool:
        return bool(page.permissions_for_user(self.user).can_edit())

    # --- Checking and writing -------------------------------------------------------------

    def check(self, changes: Sequence[Change], problems: list[Problem]) -> None:
        """Each page by the rules of its model, with all its rows."""
        for change in changes:
            try:
                page = self._page(change)
                page.clean_fields(exclude=self._unchecked)
                page.clean()
            except ValidationError as error:
                problems += self._problems(change.record, error)
                continue
            except _WrongField as error:
                problems.append(self.problem(change.record, error, error.column))
                continue
            problems += self._wrong_rows(change.record, page)

    @cached_property
    def _unchecked(self) -> set[str]:
        """Fields that no cell can make wrong: relations, which are looked up, and the tree's."""
        mine = {binding.column.name for binding in self._bindings}
        return {
            each.name
            for each in self.model._meta.fields
            if each.name not in mine or each.is_relation
        }

    def _wrong_rows(self, record: Record, page: Page) -> list[Problem]:
        """What is wrong with lines of fields that hold several, by the rules of their models."""
        problems = []
        for binding in self._bindings:
            if not isinstance(binding, RowsField):
                continue
            for number, row in enumerate(getattr(page, binding.column.name).all(), start=1):
                try:
                    relations = [each.name for each in row._meta.fields if each.is_relation]
                    row.clean_fields(exclude=relations)
                    row.clean()
                except ValidationError as error:
                    problems.append(
                        self.problem(
                            record,
                            _("Line %(line)d: %(problem)s")
                            % {"line": number, "problem": " ".join(error.messages)},
                            binding.column.name,
                        )
                    )
        return problems

    def _problems(self, record: Record, error: ValidationError) -> list[Problem]:
        if not hasattr(error, "error_dict"):
            return [self.problem(record, message) for message in error.messages]
        known = {column.name for column in self.all_columns}
        return [
            self.problem(record, message, name if name in known else "")
            for name, messages in error.message_dict.items()
            for message in messages
        ]

    def _page(self, change: Change, *, with_choices: bool = False) -> Any:
        """The page as it will be, not yet saved; checks need none of its fields with choices.

        Keys come from lists that were just read, so they are not looked up once more.
        """
        target: _Target = change.stored.target
        if target.page is not None:
            content = dict(target.content)
            self._fill(content, {f.column.name: f.new for f in change.fields}, target.language)
            chosen = self._without_choices(content)
            page = target.page.with_content_json(content)
            return self._with_choices(page, chosen) if with_choices else page
        content = dict(self._blank[target.language], title=change.record.get("title"))
        self._fill(content, change.record.values, target.language)
        chosen = self._without_choices(content)
        content["translation_key"] = str(uuid.uuid4())
        page = cast(Page, self.model.from_serializable_data(content, check_fks=False))
        if with_choices:
            self._with_choices(page, chosen)
        page.slug = slug_from_title(page.title) or self.name
        page.draft_title = page.title
        page.live, page.owner = False, self.user
        return page

    @cached_property
    def _blank(self) -> dict[str, Content]:
        """The content of a page on which nothing is written yet, by language."""
        return {
            locale.language_code: self.model(title="-", locale=locale).serializable_data()
            for locale in Locale.objects.all()
        }

    @cached_property
    def _choices(self) -> dict[str, dict[Any, Any]]:
        """Objects of the fields with several values, by field and key, as far as needed yet."""
        return {binding.column.name: {} for binding in self._bindings if isinstance(binding, Links)}

    def _related_objects(self, name: str, keys: list[Any]) -> list[Any]:
        """The objects of a field with several values, by key; kept for later rows.

        Keys that no object has are left out.
        """
        known = self._choices[name]
        if missing := [key for key in keys if key not in known]:
            model_field: Any = self.model._meta.get_field(name)
            known |= model_field.related_model._default_manager.in_bulk(missing)
        return [known[key] for key in keys if key in known]

    def _without_choices(self, content: Content) -> dict[str, list[Any]]:
        """Take the fields with several values out: each would cost a query."""
        names = [b.column.name for b in self._bindings if isinstance(b, Links)]
        return {name: content.pop(name) for name in names if name in content}

    def _with_choices(self, page: Page, chosen: Mapping[str, list[Any]]) -> Page:
        for name, keys in chosen.items():
            setattr(page, name, self._related_objects(name, keys))
        return page

    def _fill(self, content: Content, values: Mapping[str, str], language: str) -> None:
        for binding in self._bindings:
            text = values.get(binding.column.name)
            if text is None or (binding.column.blank_means_unchanged and not text):
                continue
            try:
                binding.write(content, text, language)
            except WrongValue as error:
                raise _WrongField(str(error), binding.column.name) from error

    def write(self, changes: Sequence[Change], options: Options) -> list[str]:
        """Store a draft for each row, and send the complete ones to review where asked to."""
        sent = kept_back = 0
        slugs: dict[str, set[str]] = {}
        pages = []
        with LogContext(user=self.user), disable_reference_index_auto_update():
            for change in changes:
                page = self._page(change, with_choices=True)
                pages.append(page)
                for binding in self._bindings:
                    name = binding.column.name
                    if isinstance(binding, Tags) and name in change.record.values:
                        text = change.record.values[name]
                        getattr(page, name).set(text.split("; ") if text else [])
                if change.is_new:
                    self._add(page, change.stored.target.parent, slugs)
                page.save_revision(user=self.user, log_action=not change.is_new, clean=False)
                if options.submit:
                    if self.is_complete(page) and self._submit(page):
                        sent += 1
                    else:
                        kept_back += 1
                options.on_record()
        # Once for each page, instead of at each of its saves.
        for page in pages:
            ReferenceIndex.create_or_update_for_object(page)
        if not options.submit:
            return []
        return [
            _("%(sent)d were sent to review, %(kept)d stay drafts because something is missing.")
            % {"sent": sent, "kept": kept_back}
        ]

    def _add(self, page: Page, parent: Page, slugs: dict[str, set[str]]) -> None:
        """Put a new page below its parent, under an address that is free there."""
        # Adding a page changes the parent's row; the next one needs to know.
        parent.refresh_from_db()
        if parent.path not in slugs:
            slugs[parent.path] = set(parent.get_children().values_list("slug", flat=True))
        taken = slugs[parent.path]
        page.slug = unique_slug(page.slug, taken)
        taken.add(page.slug)
        parent.add_child(instance=page)

    def _submit(self, page: Page) -> bool:
        """Start the review, or go on with one that was sent back. False where nobody reviews it."""
        state = page.current_workflow_state
        if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            state.resume(user=self.user)
            return True
        workflow = page.get_workflow()
        if workflow is None:
            return False
        workflow.start(page, self.user)
        return True


class _WrongField(ValueError):
    """A value that fits its column, but not what is stored."""

    def __init__(self, message: str, column: str) -> None:
        self.column = column
        super().__init__(message)


def _content(page: Page) -> Content:
    """What the latest revision holds; pages that have none are read as they are."""
    revision = page.latest_revision
    content: Content = dict(revision.content) if revision else page.serializable_data()
    return content


def _canonical(kind: Kind, text: str) -> str:
    """A stored value in the form in which cells are compared."""
    try:
        return kind.read(text).text
    except WrongValue:
        return text


def _joined(title: str) -> str:
    return " ".join(title.split())


def _languages() -> list[Option]:
    found = []
    for code, name in settings.LANGUAGES:
        with override("ja"):
            japanese = str(name)
        with override("en"):
            found.append(Option(code, japanese, str(name)))
    return found
