"""What publishing a case study needs, and the form in which it is written.

Every case needs what makes it findable, placeable and checkable. A case reported by the body in
charge also needs what only that body can say; nobody can be asked for the contact desk of a case
that editors compiled from public sources. Drafts may always be incomplete.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BlockField, StreamValue
from wagtail.rich_text import RichText

from casestudies.fields import CURATED, MAX_THEMES, Needed, field_named, requests_for
from core.forms import PageForm
from core.prose import plain_text

REQUIRED = requests_for(Needed.ALWAYS)
REQUIRED_WHEN_REPORTED = requests_for(Needed.WHEN_REPORTED)

# The texts that tell a case. Where one is empty, a paragraph stands open to write into.
TEXTS = ("context", "goal", "actions", "outcomes")


class OpenTextField(BlockField):
    """A text made of blocks, in which a paragraph that nobody filled does not count."""

    def clean(self, value: StreamValue) -> StreamValue:
        """Leave out empty paragraphs, and check the rest.

        Raises:
            ValidationError: a block is not as it must be.
        """
        filled = [
            block
            for block in value
            if block.block_type != "paragraph" or plain_text([block]).strip()
        ]
        rows = [(block.block_type, block.value, block.id) for block in filled]
        cleaned: StreamValue = super().clean(StreamValue(value.stream_block, rows))
        return cleaned


def missing_fields(
    is_filled: Callable[[str], bool], *, is_compiled: bool, is_translation: bool
) -> dict[str, Any]:
    """Fields that publishing still needs, with what to do: {field name: message}."""
    required = REQUIRED if is_compiled else REQUIRED | REQUIRED_WHEN_REPORTED
    return {
        name: message
        for name, message in required.items()
        if not is_filled(name) and not (is_translation and field_named(name).falls_back)
    }


class CaseStudyForm(PageForm):
    """Marks the required fields, and checks them when a case is published or submitted.

    While it is a draft any of them may be empty. Which are required depends on who wrote the case.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self._may_publish:
            for name in CURATED:
                self.fields.pop(name, None)
        for name in TEXTS:
            if name in self.fields:
                self._open(name)
        needed = missing_fields(
            lambda name: False,
            is_compiled=self._provenance == "compiled",
            is_translation=self.instance.is_translation,
        )
        for name, message in needed.items():
            # Of the ways to reach the desk any one will do.
            if name in self.fields and name != "contact_name":
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = message

    def _open(self, name: str) -> None:
        """Let an empty text begin with an open paragraph; in a translation only drop empty ones."""
        usual = self.fields[name]
        self.fields[name] = OpenTextField(
            block=usual.block,
            widget=usual.widget,
            required=usual.required,
            disabled=usual.disabled,
            label=usual.label,
            help_text=usual.help_text,
        )
        if not self.initial.get(name) and not self.instance.is_translation:
            self.initial[name] = StreamValue(usual.block, [("paragraph", RichText(""))])

    def defer_required_fields(self) -> None:
        """Drafts may leave out what the model requires, and here what publishing needs too."""
        super().defer_required_fields()
        for name, field in self.fields.items():
            if field.required and name in REQUIRED | REQUIRED_WHEN_REPORTED:
                field.required = False
                self.deferred_required_fields.append(name)

    @property
    def _may_publish(self) -> bool:
        """Whether it is a curator who writes: they alone publish cases."""
        if self.for_user is None:
            return False
        if self.instance.pk:
            return bool(self.instance.permissions_for_user(self.for_user).can_publish())
        parent = self.parent_page.permissions_for_user(self.for_user)
        return bool(parent.can_publish_subpage())

    @property
    def _provenance(self) -> str:
        """Who wrote the case, as the form says that was sent, or as it is stored."""
        return str(self.data.get("provenance", "") or self.instance.provenance)

    def clean(self) -> dict[str, Any]:
        """Hold the number of themes to what a reader can take in."""
        cleaned: dict[str, Any] = super().clean()
        themes = cleaned.get("themes")
        if themes and len(themes) > MAX_THEMES:
            self.add_error("themes", _("Choose at most three themes."))
        return cleaned

    def is_valid(self) -> bool:
        """Also name every field that publishing needs and that is still empty."""
        valid: bool = super().is_valid()
        if self.is_deferred_validation:
            return valid
        missing = missing_fields(
            self._is_filled,
            is_compiled=self._provenance == "compiled",
            is_translation=self.instance.is_translation,
        )
        for name, message in missing.items():
            if name not in self.fields:
                self.add_error(None, message)
            elif name not in self.errors:
                self.add_error(name, message)
        return valid and not missing

    def _is_filled(self, name: str) -> bool:
        if name in self.formsets:
            rows = [
                form.cleaned_data
                for form in self.formsets[name].forms
                if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
            ]
            if name == "actors":
                return any(row.get("part") == "lead" for row in rows)
            return bool(rows)
        if name == "contact_name":
            return any(
                self.cleaned_data.get(f"contact_{part}")
                for part in ("name", "phone", "email", "url")
            )
        return bool(self.cleaned_data.get(name))
