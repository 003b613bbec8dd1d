"""Plans of local governments for multicultural coexistence, and figures for all of Japan."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import PartialDate
from core.models import STALE_AFTER, Cited, PartialDateField, in_language
from regions.models import Area

__all__ = ["LOCAL_GOVERNMENTS", "LocalPlan", "NationalFigure"]

# Kinds of area that are local governments; a ward of a designated city is a part of its city.
LOCAL_GOVERNMENTS = (
    Area.Kind.PREFECTURE, Area.Kind.DESIGNATED_CITY, Area.Kind.CORE_CITY, Area.Kind.CITY,
    Area.Kind.SPECIAL_WARD, Area.Kind.TOWN, Area.Kind.VILLAGE,
)  # fmt: skip


class LocalPlan(Cited):
    """Whether a local government has a plan for multicultural coexistence, and which.

    A local government without a record is unknown, which says nothing against it.
    """

    class Status(models.TextChoices):
        """What is known of the plan."""

        OWN = "own", _("a plan of its own")
        PART = "part", _("part of another plan")
        NONE = "none", _("no plan")
        UNKNOWN = "unknown", _("not known")

    area = models.OneToOneField(
        Area,
        verbose_name=_("local government"),
        on_delete=models.PROTECT,
        related_name="local_plan",
    )
    status = models.CharField(
        _("plan"),
        max_length=10,
        choices=Status,
        help_text=_("“No plan” only where a source says so; otherwise it is not known."),
    )
    title_ja = models.CharField(
        _("title of the plan (Japanese)"),
        max_length=200,
        blank=True,
        help_text=_("Of the plan itself, or of the wider plan of which it is a part."),
    )
    title_en = models.CharField(_("title of the plan (English)"), max_length=250, blank=True)
    starts = PartialDateField(_("plan begins"), help_text=_("The fiscal year: 2023."))
    ends = PartialDateField(_("plan ends"), help_text=_("The last fiscal year: 2027."))
    url = models.URLField(_("page of the plan"), max_length=600, blank=True)
    as_of = PartialDateField(_("date of the source"), help_text=_("2024, 2024-05 or 2024-05-31"))
    internal_note = models.TextField(
        _("note for editors"), blank=True, help_text=_("Readers do not see it.")
    )
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    title = in_language("title")

    class Meta:
        verbose_name = _("plan of a local government")
        verbose_name_plural = _("plans of local governments")
        ordering = ["area__order", "area__code"]

    def __str__(self) -> str:
        return f"{self.area.label}: {self.get_status_display()}"

    def clean(self) -> None:
        """Take local governments alone, facts with a date alone, and a period that can be."""
        super().clean()
        problems = {}
        area = Area.objects.filter(pk=self.area_id).first()
        if area and area.kind not in LOCAL_GOVERNMENTS:
            problems["area"] = gettext(
                "%(place)s is no local government. Choose a prefecture, city, special ward, town "
                "or village."
            ) % {"place": area.label}
        if not (self.as_of or self.accessed):
            problems["accessed"] = gettext(
                "Enter the day on which the source was read, or the date of the source."
            )
        first, last = PartialDate.stored(self.starts), PartialDate.stored(self.ends)
        if first and last and last.last_day < first.first_day:
            problems["ends"] = gettext("The plan ends before it begins.")
        if problems:
            raise ValidationError(problems)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it, be it that there is none."""
        return self.status != self.Status.UNKNOWN

    @property
    def is_over(self) -> bool:
        """Whether its last fiscal year, which lasts until March, has passed."""
        last = PartialDate.stored(self.ends)
        if last is None:
            return False
        day = last.last_day
        if len(self.ends) == 4:
            day = datetime.date(day.year + 1, 3, 31)
        return day < timezone.localdate()

    @property
    def known_until(self) -> datetime.date | None:
        """The last day for which the source is vouched for: its own date, else when it was read."""
        date = PartialDate.stored(self.as_of) or PartialDate.stored(self.accessed)
        return date.last_day if date else None

    @property
    def is_stale(self) -> bool:
        """Whether what is said is more than eighteen months old."""
        return self.known_until is None or self.known_until < timezone.localdate() - STALE_AFTER


class NationalFigure(Cited):
    """A number for all of Japan that stands beside what is said of single places."""

    class Topic(models.TextChoices):
        """Beside what it stands."""

        PLANS = "plans", _("plans of local governments")
        ADVISERS = "advisers", _("whom to ask for advice")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    topic = models.CharField(_("topic"), max_length=10, choices=Topic)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    label_ja = models.CharField(_("label (Japanese)"), max_length=200)
    label_en = models.CharField(_("label (English)"), max_length=250)
    value = models.CharField(
        _("number or share"), max_length=40, help_text=_("As the source has it: 125, 51%.")
    )
    note_ja = models.CharField(_("note (Japanese)"), max_length=300, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=400, blank=True)
    url = models.URLField(_("page for more"), max_length=600, blank=True)
    as_of = PartialDateField(_("date of the number"), blank=False)

    label = in_language("label")
    note = in_language("note")

    class Meta:
        verbose_name = _("national figure")
        verbose_name_plural = _("national figures")
        ordering = ["topic", "order", "code"]

    def __str__(self) -> str:
        return self.label
