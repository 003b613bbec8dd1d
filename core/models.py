"""What every page of the site shares: the card, the confirmation and the sources."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.forms import Field
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property, classproperty
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Locale, Orderable, Page, PageViewRestriction
from wagtail_localize.fields import BaseTranslatableField

from core.addresses import absolute_page_url
from core.dates import PartialDate
from core.form_fields import PartialDateFormField
from core.forms import PageCopyForm, PageForm
from core.readings import FURIGANA_COOKIE, in_ordinary_reading, in_plain_reading
from core.shared_facts import localize_fields
from core.slugs import slug_for
from core.structured_data import json_ld
from core.values import WrongValue
from core.visibility import is_released, restrictions_covering

STALE_AFTER = datetime.timedelta(days=548)


def validate_partial_date(text: str) -> None:
    """Refuse what is no canonical partial date, or not in the calendar.

    Raises:
        ValidationError: it is none.
    """
    try:
        PartialDate.parse(text)
    except WrongValue as error:
        raise ValidationError(str(error), code="invalid") from error


def in_language(name: str) -> property:
    """Of the fields `<name>_ja` and `<name>_en` that of the active language, else the other."""

    def text(record: Any) -> str:
        ja, en = getattr(record, f"{name}_ja"), getattr(record, f"{name}_en")
        return (en or ja) if (get_language() or "").startswith("en") else (ja or en)

    return property(text)


class PartialDateField(models.CharField):
    """A date as precise as its source, stored as the text of a `PartialDate`: `2024-05`.

    What was stored before only real dates were taken is shown as it is: readers of the text use
    `PartialDate.stored`. The command `dates_check` names such values.
    """

    default_validators = [validate_partial_date]
    is_fact = True  # no words, though it is stored as text

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Field | None:
        """A field that reads what people type, however long: 令和8年11月20日（金）."""
        return super().formfield(
            **{"form_class": PartialDateFormField, "max_length": None, **kwargs}
        )


class BasePage(Page):
    """Abstract page: a one-line summary and a picture for cards, and when it was last confirmed.

    `last_confirmed_at` is the day on which the body in charge said that the page is right; a page
    that nobody has confirmed has none, and says so.
    """

    base_form_class = PageForm
    copy_form_class = PageCopyForm
    summary = models.CharField(
        _("summary in one sentence"),
        max_length=300,
        blank=True,
        help_text=_("What and where, in one sentence. Shown in lists and in search results."),
    )
    image = models.ForeignKey(
        "images.CustomImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    last_confirmed_at = models.DateField(_("last confirmed on"), null=True, blank=True)
    last_confirmed_by = models.CharField(
        _("last confirmed by"),
        max_length=200,
        blank=True,
        help_text=_("The body that confirmed it, not a person's name."),
    )

    # For the index page of a section of the site: its name and what it has, in plain Japanese too.
    section_name: ClassVar[Any] = ""
    section_summary: ClassVar[Any] = ""

    card_panels = [FieldPanel("summary"), FieldPanel("image")]
    confirmation_panels = [
        MultiFieldPanel(
            [FieldPanel("last_confirmed_at"), FieldPanel("last_confirmed_by")],
            heading=_("Last confirmed"),
        )
    ]
    promote_panels = Page.promote_panels + confirmation_panels

    # Exceptions to the rule that tells facts from words by the type of a field: core.shared_facts.
    shared_texts: ClassVar[Sequence[str]] = ["last_confirmed_by"]
    own_in_each_language: ClassVar[Sequence[str]] = []
    rows_of_each_language: ClassVar[Sequence[str]] = []
    # Switches that keep something from the public: whoever sets one in any language is obeyed.
    withholding_fields: ClassVar[Sequence[str]] = []
    # Words for which a translation that has none shows those of the original, marked.
    falls_back_to_original: ClassVar[Sequence[str]] = []

    # What only this page earned, and when it is public; Wagtail leaves these fields out of copies.
    exclude_fields_in_copy: ClassVar[list[str]] = [
        "last_confirmed_at",
        "last_confirmed_by",
        *("first_published_at", "last_published_at", "go_live_at", "expire_at"),
    ]

    @classproperty
    def override_translatable_fields(cls) -> list[BaseTranslatableField]:
        """The same facts are shared by translations that wagtail-localize makes."""
        return localize_fields(cls)

    class Meta:
        abstract = True

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Check everything, with an address made from the title where there is none."""
        self._make_slug()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        """Check what a draft needs, with an address made from the title where there is none."""
        self._make_slug()
        super().minimal_clean()

    def _make_slug(self) -> None:
        # Before it stands in the tree, nobody knows beside which other pages it will.
        if not self.slug and self.title and self.path:  # type: ignore[has-type]
            self.slug = slug_for(self.title, self.get_parent(), page_id=self.pk)

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """The editor's preview in the widths that matter: a narrow phone, a tablet, a desk."""
        phone, *others = Page.DEFAULT_PREVIEW_SIZES
        return [{**phone, "device_width": 360}, *others]

    @property
    def is_stale(self) -> bool:
        """Whether the last confirmation is more than eighteen months old."""
        confirmed = self.last_confirmed_at
        return confirmed is not None and confirmed < timezone.localdate() - STALE_AFTER

    @cached_property
    def content_language(self) -> str:
        """Language of the page's own words: an alias shows the words of its source."""
        source = self.alias_of if self.alias_of_id else self
        return source.locale.language_code

    @property
    def is_translation(self) -> bool:
        """Whether the page belongs to another tree than the Japanese one."""
        return bool(self.locale_id) and self.locale.language_code != settings.LANGUAGE_CODE

    @cached_property
    def shares_facts(self) -> bool:
        """Whether it is a translation whose facts are those of a public page in Japanese."""
        return self.is_translation and (
            self.get_translations()
            .filter(locale__language_code=settings.LANGUAGE_CODE, alias_of=None, live=True)
            .exists()
        )

    def copy_for_translation(
        self, locale: Locale, copy_parents: bool = False, alias: bool = False, **kwargs: Any
    ) -> Page:
        """Copy the page into another language's tree; where a stand-in is asked for, once.

        Wagtail-localize asks for stand-ins of new pages, publication for those of public pages:
        whichever comes second gets what is there.
        """
        if alias and (existing := self.get_translation_or_none(locale)) is not None:
            return existing
        return super().copy_for_translation(locale, copy_parents, alias, **kwargs)

    copy_for_translation.alters_data = True  # type: ignore[attr-defined]

    @property
    def public_url(self) -> str:
        """Full address under SITE_URL, for citations and machines; empty for unrouted pages."""
        return absolute_page_url(self)

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Answer 404 where the page, or the page it is an alias of, is not published."""
        if not path_components and not is_released(self):
            raise Http404
        return super().route(request, path_components)

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Also those set on the original, for aliases and translations, or above it."""
        return restrictions_covering(self) if self.pk else super().get_view_restrictions()

    def update_aliases(self, *, revision: Any = None, **kwargs: Any) -> None:
        """Bring the aliases up to date; aliases of a page that is not live do not go live.

        Wagtail calls this whenever a revision is approved, also one that is scheduled for later.
        The aliases follow when the page goes live.
        """
        if self.live:
            super().update_aliases(revision=revision, **kwargs)
            return
        for alias in self.aliases.filter(live=True):
            alias.unpublish(log_action=False)

    def structured_data(self) -> dict[str, Any]:
        """The page as a schema.org object; sections of the site return what fits them."""
        return {
            "@context": "https://schema.org",
            "@type": "WebPage",
            "name": self.title,
            "description": self.summary,
            "url": self.public_url,
            "inLanguage": self.content_language,
        }

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the schema.org description, ready to stand in a script data block."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["structured_data"] = json_ld(self.structured_data())
        return context


class PlainJapaneseMixin(models.Model):
    """Abstract page: the same words in plain Japanese (やさしい日本語), shown in that reading.

    They are Japanese in every tree, and are not translated. Stands before the class of the page.
    """

    easy_title = models.CharField(_("title in plain Japanese"), max_length=120, blank=True)
    easy_summary = models.TextField(_("summary in plain Japanese"), blank=True)

    shared_texts: ClassVar[Sequence[str]] = ["easy_title", "easy_summary"]

    plain_japanese_note = _(
        "Readers see these words when they read in plain Japanese. "
        "No specialist has checked them yet."
    )
    plain_japanese_panels = [
        MultiFieldPanel(
            [FieldPanel("easy_title"), FieldPanel("easy_summary")],
            heading=_("Plain Japanese"),
            help_text=plain_japanese_note,
        )
    ]

    class Meta:
        abstract = True

    @property
    def has_plain_japanese(self) -> bool:
        """Whether the words of the page can be read in plain Japanese."""
        return bool(self.easy_summary)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The editor previews both readings."""
        return [("", _("This page")), ("easy", _("Plain Japanese"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the draft in the reading of the mode, whatever the editor reads the site in."""
        language = self.locale.language_code  # type: ignore[attr-defined]
        if mode_name == "easy":
            request.COOKIES[FURIGANA_COOKIE] = "1"  # as readers have it who never chose
            with in_plain_reading():
                return self.rendered_preview(request)
        with in_ordinary_reading(language):
            return self.rendered_preview(request)

    def rendered_preview(self, request: HttpRequest) -> HttpResponse:
        """The draft as a page, rendered now, in the language and reading that are active."""
        response: Any = super().serve_preview(request, "")  # type: ignore[misc]
        return response.render() if hasattr(response, "render") else response


class ConfirmationContactMixin(models.Model):
    """Abstract page: the desk that is asked once a year whether the page is still right.

    Its address is for the mails of `confirmations_send` alone and shown nowhere in public.
    """

    desk_email = models.EmailField(
        _("email address for confirmations"),
        blank=True,
        help_text=_(
            "An office of the lead organisation, asked once a year. Never shown in public."
        ),
    )
    desk_language = models.CharField(
        _("language of these mails"), max_length=10, choices=settings.LANGUAGES, blank=True
    )

    desk_panels = [
        MultiFieldPanel(
            [FieldPanel("desk_email"), FieldPanel("desk_language")],
            heading=_("Who is asked whether this is still right"),
        )
    ]

    class Meta:
        abstract = True

    @property
    def confirmation_email(self) -> str:
        """Where confirmation is asked for: the desk, else the public contact; may be empty."""
        return self.desk_email or getattr(self, "contact_email", "")


class Source(Orderable):
    """Abstract: where a fact was read. A page's own sources hang on it by a `page` ParentalKey."""

    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=600, blank=True)
    accessed = PartialDateField(_("accessed on"), help_text=_("2026-11 or 2026-11-23"))
    note = models.CharField(_("what we took from it"), max_length=500, blank=True)

    panels = [
        FieldPanel("title"),
        FieldPanel("publisher"),
        FieldPanel("url"),
        FieldPanel("accessed"),
        FieldPanel("note"),
    ]

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.title


class Cited(models.Model):
    """Abstract: where a row was read: addresses or names of documents, one a line."""

    sources = models.TextField(
        _("sources"), help_text=_("Addresses, or names of documents, one a line.")
    )
    accessed = PartialDateField(_("accessed on"), help_text=_("2026-11 or 2026-11-23"))

    shared_texts = ["sources"]

    class Meta:
        abstract = True

    @property
    def source_lines(self) -> list[str]:
        """The sources one by one."""
        return [line.strip() for line in self.sources.splitlines() if line.strip()]


class Contact(models.Model):
    """Abstract: the public desk of a body. Never a person's own name or private mail address."""

    contact_name = models.CharField(
        _("contact details"),
        max_length=200,
        blank=True,
        help_text=_("Organisation and section, not a person's name."),
    )
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("email address of the office"), blank=True)
    contact_url = models.URLField(_("contact form or page"), max_length=600, blank=True)

    shared_texts: ClassVar[Sequence[str]] = ["contact_phone"]

    contact_panels = [
        MultiFieldPanel(
            [
                FieldPanel("contact_name"),
                FieldPanel("contact_phone"),
                FieldPanel("contact_email"),
                FieldPanel("contact_url"),
            ],
            heading=_("Contact details"),
        )
    ]

    class Meta:
        abstract = True

    @property
    def has_contact(self) -> bool:
        """Whether there is any public way to reach the desk."""
        return bool(
            self.contact_name or self.contact_phone or self.contact_email or self.contact_url
        )
