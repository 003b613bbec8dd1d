"""Surveys with their waves, questions and figures, and numbers of foreign residents by area.

Figures are language-neutral rows, read by the pages of both languages; labels stand in both
languages beside their codes. A figure that a source does not give is `None`, never 0.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from core.blocks import ProseBlock
from core.models import BasePage, PartialDateField, Source, in_language
from regions.models import Area

__all__ = [
    "Comparison",
    "Figure",
    "Group",
    "Option",
    "Question",
    "ResidentCount",
    "Survey",
    "SurveyIndexPage",
    "SurveyPage",
    "SurveyWavePage",
    "Wave",
    "WaveSource",
]

validate_code = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("A code has a-z, 0-9 and single hyphens only.")
)


class CodeField(models.CharField):
    """A language-neutral name, as it stands in spreadsheets, downloads and addresses."""

    default_validators = [validate_code]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        super().__init__(*args, **kwargs)


class Survey(models.Model):
    """A survey that is taken once or in waves, and who takes it."""

    code = CodeField(_("code"), primary_key=True)
    title_ja = models.CharField(_("title in Japanese"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200)
    owner_ja = models.CharField(_("taken by, in Japanese"), max_length=200, blank=True)
    owner_en = models.CharField(_("taken by, in English"), max_length=200, blank=True)
    owner_page = models.ForeignKey(
        "organisations.OrganisationPage",
        verbose_name=_("its page in the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="surveys",
    )
    # Any page, since surveys know nothing of programmes.
    programme_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page of the programme that it belongs to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    title = in_language("title")
    owner = in_language("owner")

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Wave(models.Model):
    """One time that a survey was taken.

    `is_published` marks figures that the survey's owner has published: they are shown as they
    stand there. In all others counts of 1 to 4 are not stored at all (surveys/suppression.py).
    With `held_ja` figures are stored and not shown, for the reason given.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="waves")
    code = CodeField(_("code"), help_text=_("The year, where it is known: 2015."))
    title_ja = models.CharField(_("title in Japanese"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1868), MaxValueValidator(2200)],
    )
    started = PartialDateField(_("asked from"), help_text=_("2024, 2024-05 or 2024-05-31"))
    ended = PartialDateField(_("asked until"), help_text=_("2024, 2024-05 or 2024-05-31"))
    published = PartialDateField(_("published"), help_text=_("2024, 2024-05 or 2024-05-31"))
    period_ja = models.CharField(_("note on the period in Japanese"), max_length=200, blank=True)
    period_en = models.CharField(_("note on the period in English"), max_length=200, blank=True)
    basis_ja = models.CharField(_("basis of the numbers in Japanese"), max_length=300, blank=True)
    basis_en = models.CharField(_("basis of the numbers in English"), max_length=300, blank=True)
    notes_ja = models.TextField(_("notes in Japanese"), blank=True)
    notes_en = models.TextField(_("notes in English"), blank=True)
    held_ja = models.CharField(_("why figures are held back, Japanese"), max_length=300, blank=True)
    held_en = models.CharField(_("why figures are held back, English"), max_length=300, blank=True)
    is_published = models.BooleanField(_("figures were published by the owner"), default=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    title = in_language("title")
    period_note = in_language("period")
    basis = in_language("basis")
    notes = in_language("notes")
    held = in_language("held")

    class Meta:
        verbose_name = _("survey round")
        verbose_name_plural = _("survey rounds")
        ordering = ["survey", models.F("year").desc(nulls_last=True), "-code"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="surveys_wave_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.code}"

    @property
    def counted_groups(self) -> list[Group]:
        """Those who were asked, of whom the source says how many: readers see no empty table."""
        other = Group.Dimension.OTHER
        return [
            group for group in self.groups.all() if group.dimension != other and group.is_counted
        ]


class WaveSource(Source):
    """Where the facts of a wave were read, or its report or questionnaire."""

    class Kind(models.TextChoices):
        """What is found at the address."""

        SOURCE = "source", _("source")
        REPORT = "report", _("report")
        QUESTIONNAIRE = "questionnaire", _("questionnaire")

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="sources")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.SOURCE)

    class Meta(Source.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class Group(Orderable):
    """Those who were asked in a wave, or a part of them: how many, and how many answered."""

    class Dimension(models.TextChoices):
        """By what a part is told from the others; the parts of one dimension make the whole."""

        ALL = "all", _("all")
        KIND = "kind", _("kind of local government")
        SIZE = "size", _("size of local government")
        OTHER = "other", _("another part")

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="groups")
    code = CodeField(_("code"))
    label_ja = models.CharField(_("label in Japanese"), max_length=120)
    label_en = models.CharField(_("label in English"), max_length=120)
    dimension = models.CharField(
        _("dimension"), max_length=10, choices=Dimension, default=Dimension.ALL
    )
    asked = models.PositiveIntegerField(_("asked"), null=True, blank=True)
    responses = models.PositiveIntegerField(_("answered"), null=True, blank=True)
    rate = models.DecimalField(
        _("response rate in percent"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    is_derived = models.BooleanField(_("number of answers is our arithmetic"), default=False)

    label = in_language("label")

    class Meta(Orderable.Meta):
        verbose_name = _("group of respondents")
        constraints = [
            models.UniqueConstraint(fields=["wave", "code"], name="surveys_group_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_counted(self) -> bool:
        """Whether the source says a number of those who were asked or who answered."""
        return (self.asked, self.responses, self.rate) != (None, None, None)

    @property
    def rate_text(self) -> str:
        """The response rate as it was stated, `57%` or `61.7%`; empty where it was not."""
        return "" if self.rate is None else f"{self.rate.normalize():f}%"


class Question(Orderable):
    """A question of a wave, in the words of the questionnaire or, where so noted, in ours."""

    class Answers(models.TextChoices):
        """How many options one respondent may choose."""

        ONE = "one", _("one answer")
        SEVERAL = "several", _("several answers")
        UNKNOWN = "unknown", _("not stated")

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="questions")
    code = CodeField(_("code"))
    text_ja = models.CharField(_("question in Japanese"), max_length=500, blank=True)
    text_en = models.CharField(_("question in English"), max_length=500, blank=True)
    basis_ja = models.CharField(_("whose words, in Japanese"), max_length=200, blank=True)
    basis_en = models.CharField(_("whose words, in English"), max_length=200, blank=True)
    note_ja = models.CharField(_("note in Japanese"), max_length=500, blank=True)
    note_en = models.CharField(_("note in English"), max_length=500, blank=True)
    answers = models.CharField(
        _("answers"), max_length=10, choices=Answers, default=Answers.UNKNOWN
    )
    themes = models.ManyToManyField(
        "taxonomy.Theme", verbose_name=_("themes"), blank=True, related_name="questions"
    )

    text = in_language("text")
    basis = in_language("basis")
    note = in_language("note")

    class Meta(Orderable.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["wave", "code"], name="surveys_question_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Option(Orderable):
    """An answer that could be chosen. Options with one code are the same across waves."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    code = CodeField(_("code"))
    label_ja = models.CharField(_("label in Japanese"), max_length=300, blank=True)
    label_en = models.CharField(_("label in English"), max_length=300, blank=True)

    label = in_language("label")

    class Meta(Orderable.Meta):
        verbose_name = _("option")
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="surveys_option_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Figure(models.Model):
    """How many in a group chose an option: count, percent of the group's answers, or both.

    A suppressed figure has neither: small counts are not stored.
    """

    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="figures")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="figures")
    count = models.PositiveIntegerField(_("count"), null=True, blank=True)
    percent = models.DecimalField(
        _("percent"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    is_approximate = models.BooleanField(_("approximate"), default=False)
    is_suppressed = models.BooleanField(_("not shown, to protect respondents"), default=False)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.UniqueConstraint(fields=["option", "group"], name="surveys_figure_once"),
            models.CheckConstraint(
                condition=models.Q(is_suppressed=False) | models.Q(count=None, percent=None),
                name="surveys_suppressed_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option_id} {self.group_id}"


class Comparison(models.Model):
    """Questions of several waves that look alike: whether they can be compared, and why (not)."""

    code = CodeField(_("code"), primary_key=True)
    label_ja = models.CharField(_("label in Japanese"), max_length=200)
    label_en = models.CharField(_("label in English"), max_length=200, blank=True)
    is_comparable = models.BooleanField(_("can be compared"), default=False)
    reason_ja = models.CharField(_("reason in Japanese"), max_length=500)
    reason_en = models.CharField(_("reason in English"), max_length=500, blank=True)
    questions = models.ManyToManyField(
        Question, verbose_name=_("questions"), blank=True, related_name="comparisons"
    )

    label = in_language("label")
    reason = in_language("reason")

    class Meta:
        verbose_name = _("comparison of survey rounds")
        verbose_name_plural = _("comparisons of survey rounds")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.label


class ResidentCount(models.Model):
    """Foreign residents of an area at a date, in one of three series that are never mixed.

    Without an area the whole country is meant. `population` is that of the same source and day.
    """

    class Series(models.TextChoices):
        """What was counted: the series count different people on different days."""

        REGISTER = "JUKI", _("Resident register (1 January)")
        STATUS = "ISA", _("Statistics on foreign residents (end of June or December)")
        CENSUS = "CENSUS", _("Population census (1 October)")

    class Dimension(models.TextChoices):
        """By what the people are counted."""

        TOTAL = "total", _("total")
        NATIONALITY = "nationality", _("nationality or region")
        RESIDENCE = "residence_status", _("residence status")
        RESIDENCE_DETAIL = "residence_status_detail", _("residence status in detail")

    area = models.ForeignKey(
        Area,
        verbose_name=_("area"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="resident_counts",
    )
    month = models.CharField(_("month"), max_length=7)
    series = models.CharField(_("statistic"), max_length=10, choices=Series)
    dimension = models.CharField(_("counted by"), max_length=30, choices=Dimension)
    category = models.CharField(_("category"), max_length=60)
    residents = models.PositiveIntegerField(_("foreign residents"))
    population = models.PositiveIntegerField(_("total population"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=20)
    # What somebody imported on the site: loading the content files leaves it as it is.
    is_imported = models.BooleanField(_("imported on the site"), default=False)

    class Meta:
        verbose_name = _("number of foreign residents")
        verbose_name_plural = _("numbers of foreign residents")
        indexes = [models.Index(fields=["area", "dimension", "series", "month"])]

    def __str__(self) -> str:
        return f"{self.area_id or 'JP'} {self.month} {self.series}"


class SurveyIndexPage(BasePage):
    """All surveys, and the foreign residents of the country and its prefectures."""

    intro = models.TextField(_("introduction"), blank=True)

    section_name = _("Surveys")
    section_summary = _(
        "What local governments answered in surveys, and the number of foreign residents of "
        "every area."
    )
    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["surveys.SurveyPage"]
    template = "surveys/survey_index_page.html"
    content_panels = BasePage.content_panels + BasePage.card_panels + [FieldPanel("intro")]

    class Meta:
        verbose_name = _("survey index")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the surveys and the national figures."""
        from surveys.selectors import index_context

        context = super().get_context(request, *args, **kwargs)
        context.update(index_context(self, request.GET))
        return context


class SurveyPage(BasePage):
    """A survey: who takes it, its waves, and what can be compared between them."""

    # Empty in a draft alone: no page is published without it.
    survey = models.ForeignKey(
        Survey, verbose_name=_("survey"), null=True, on_delete=models.PROTECT, related_name="pages"
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    parent_page_types = ["surveys.SurveyIndexPage"]
    subpage_types = ["surveys.SurveyWavePage"]
    template = "surveys/survey_page.html"
    content_panels = (
        BasePage.content_panels
        + BasePage.card_panels
        + [FieldPanel("survey"), FieldPanel("body"), FieldPanel("order")]
    )

    class Meta:
        verbose_name = _("survey page")
        verbose_name_plural = _("survey pages")

    def structured_data(self) -> dict[str, Any]:
        """The survey as a schema.org Dataset with its waves as parts."""
        from surveys.selectors import survey_structured_data

        chosen = survey_structured_data(self, self.survey) if self.survey else {}
        return {**super().structured_data(), **chosen}

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the waves and the comparisons."""
        from surveys.selectors import survey_context

        context = super().get_context(request, *args, **kwargs)
        context.update(survey_context(self) if self.survey_id else {})
        return context


class SurveyWavePage(BasePage):
    """One wave: who was asked, how many answered, and the answers by question."""

    # Empty in a draft alone: no page is published without it.
    wave = models.ForeignKey(
        Wave,
        verbose_name=_("survey round"),
        null=True,
        on_delete=models.PROTECT,
        related_name="pages",
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    parent_page_types = ["surveys.SurveyPage"]
    subpage_types: list[str] = []
    template = "surveys/survey_wave_page.html"
    content_panels = (
        BasePage.content_panels + BasePage.card_panels + [FieldPanel("wave"), FieldPanel("body")]
    )

    class Meta:
        verbose_name = _("page of a survey round")
        verbose_name_plural = _("pages of survey rounds")

    def structured_data(self) -> dict[str, Any]:
        """The wave as a schema.org Dataset with its downloads; without a wave, the page alone.

        Figures that are held back have neither downloads nor a licence.
        """
        from surveys.selectors import wave_structured_data

        chosen = wave_structured_data(self, self.wave) if self.wave else {}
        return {**super().structured_data(), **chosen}

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add one page of the questions with their charts."""
        from surveys.selectors import wave_context

        context = super().get_context(request, *args, **kwargs)
        context.update(wave_context(self, request) if self.wave_id else {})
        return context
