"""Forms of the admin that every section may use."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.forms import ModelMultipleChoiceField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page

from core.page_pictures import problems_of_pictures
from core.pickers.fields import set_reader
from core.shared_facts import shared_fields
from core.slugs import is_made_from, slug_for, slugs_below, unique_slug

PUBLICATION = ["live", "live_revision", "first_published_at", "last_published_at", "expired"]


class PageForm(WagtailAdminPageForm):
    """The editor's form of every page: a title is enough for a draft.

    The address (slug) is made from the title unless somebody writes one. An expiry that has passed
    hinders publishing only. Saving a draft does not undo what was published since the request
    began: Wagtail stores the whole row of a draft as it was read, and saving by itself runs beside
    approvals.

    On a translation the facts that it shares with its original are shown and cannot be changed:
    the next publication of the original would undo it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_reader(self, self.for_user)
        self._lock_shared_facts()
        self._say_what_expires()
        if "slug" not in self.fields:
            return
        page, parent = self.instance, self.parent_page
        self.fields["slug"].required = False
        # A page that is not stored yet counts as live by Wagtail's default.
        if parent is None or (page.pk and (page.live or page.first_published_at)):
            return
        # Read by static/js/page-address.js, in place of Wagtail's script, which knows no Japanese.
        address = reverse("writing_address", args=[parent.pk])
        attrs = self.fields["slug"].widget.attrs
        attrs["data-address-from-title"] = f"{address}?page={page.pk}" if page.pk else address
        attrs["data-action"] = "blur->w-slug#slugify"
        if not page.slug or is_made_from(page.slug, page.title):
            attrs["data-is-from-title"] = ""

    def _say_what_expires(self) -> None:
        page = self.instance
        if "expire_at" not in self.fields or not page.pk or page.alias_of_id:
            return
        if not page.is_translation and page.get_translations().filter(alias_of=None).exists():
            self.fields["expire_at"].help_text = _("The translations are withdrawn with the page.")

    def _lock_shared_facts(self) -> None:
        if self.instance.pk and getattr(self.instance, "shares_facts", False):
            for name in shared_fields(type(self.instance)):
                if name in self.fields:
                    self.fields[name].disabled = True
                    self.fields[name].help_text = _("From the Japanese page. Change it there.")

    def defer_required_fields(self) -> None:
        """A draft may leave lists of choices empty too; Wagtail waits only for single values."""
        super().defer_required_fields()
        for name, field in self.fields.items():
            if field.required and isinstance(field, ModelMultipleChoiceField):
                field.required = False
                self.deferred_required_fields.append(name)

    def clean_slug(self) -> str:
        """The address that was written, else one made from the title that is free here.

        Left empty, the address of a page that was ever published stays. On a new page, one made
        from the title that was taken meanwhile is numbered; any other that is taken stays, for
        Wagtail's check to refuse. Empty where there is no title either.
        """
        slug: str = self.cleaned_data["slug"]
        title: str = self.cleaned_data.get("title", "")
        page, parent = self.instance, self.parent_page
        if not slug and page.pk and (page.live or page.first_published_at):
            return str(Page.objects.values_list("slug", flat=True).get(pk=page.pk))
        if parent is None or not title:
            return slug
        if not slug:
            return slug_for(title, parent, page_id=page.pk)
        # Somebody else may have taken it since the browser asked whether it is free.
        if not page.pk and is_made_from(slug, title):
            return unique_slug(slug, slugs_below(parent))
        return slug

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """Also tell the open form the address that was made, so that it sends it from now on."""
        updates: list[tuple[str, str]] = super().get_field_updates_for_resave()
        if "slug" in self.fields and self.data.get("slug") != self.instance.slug:
            updates.append((self.add_prefix("slug"), self.instance.slug))
        return updates

    def add_error(self, field: str | None, error: Any) -> None:
        """Let a draft keep an expiry that has passed; when publishing, say what to do about it."""
        if field == "expire_at" and self._expiry_has_passed:
            if self.is_deferred_validation:
                return
            error = _(
                "The time at which this page was to end has passed. To publish it, choose "
                "a later time, or empty the field so that the page stays. "
                "Until then it can be saved as a draft."
            )
        super().add_error(field, error)

    @property
    def _expiry_has_passed(self) -> bool:
        """Whether the expiry that was sent is a time in the past, and wrong in no other way."""
        expire_at = self.cleaned_data.get("expire_at")
        go_live_at = self.cleaned_data.get("go_live_at")
        if not expire_at or (go_live_at and go_live_at > expire_at):
            return False
        return bool(expire_at < timezone.now())

    def is_valid(self) -> bool:
        """When it is published or submitted, also name pictures that are not for publication."""
        valid: bool = super().is_valid()
        if not valid or self.is_deferred_validation:
            return valid
        problems = problems_of_pictures(self.instance)
        for picture, message in problems:
            is_own = "image" in self.fields and self.cleaned_data.get("image") == picture
            self.add_error("image" if is_own else None, message)
        return not problems

    def save(self, commit: bool = True) -> Any:
        """Store the form; where the page has become public meanwhile, as a draft of it alone."""
        page = self.instance
        with transaction.atomic():
            if commit and page.pk and Page.objects.select_for_update().get(pk=page.pk).live:
                page.refresh_from_db(fields=PUBLICATION)
                commit = False
            return super().save(commit)


class PageCopyForm(CopyForm):
    """Begins with an address that is free beside the original, and makes one where it is empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["new_slug"]
        field.initial = unique_slug(self.page.slug, slugs_below(self.page.get_parent()))
        field.required = False

    def clean(self) -> dict[str, Any]:
        """Find a free address below the parent that was chosen, unless somebody wrote one."""
        data = self.cleaned_data
        parent = data.get("new_parent_page") or self.page.get_parent()
        if not data.get("new_slug") and "new_slug" not in self.errors:
            data["new_slug"] = slug_for(data.get("new_title", ""), parent)
        elif data.get("new_slug") == self.page.slug:
            data["new_slug"] = unique_slug(self.page.slug, slugs_below(parent))
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class FixedCodeForm(WagtailAdminModelForm):
    """The code can be chosen for a new record and never changed: addresses and exports carry it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_reader(self, self.for_user)
        if not self.instance._state.adding and "code" in self.fields:
            self.fields["code"].disabled = True
