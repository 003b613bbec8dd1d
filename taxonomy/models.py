"""Closed vocabularies, free keywords and the glossary.

A term's code is its primary key: codes stand in addresses, search documents and exports, labels
are looked up when a page is rendered. Codes never change; a term that is no longer used is made
inactive.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from core.forms import FixedCodeForm
from core.readings import is_plain

__all__ = [
    "VOCABULARIES",
    "ActorType",
    "AdviceField",
    "BridgingRole",
    "CaseStatus",
    "CostBand",
    "EvidenceGrade",
    "GlossaryTerm",
    "Keyword",
    "Language",
    "OrganisationKind",
    "ParticipationLevel",
    "ResidenceStatusGroup",
    "TargetGroup",
    "Term",
    "Theme",
]

validate_code = RegexValidator(
    r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$",
    _("A code has Latin letters, digits and single hyphens only."),
)


class Term(models.Model):
    """Abstract term of a closed vocabulary with labels in three readings."""

    code = models.CharField(_("code"), max_length=40, primary_key=True, validators=[validate_code])
    label_ja = models.CharField(_("label in Japanese"), max_length=100)
    label_en = models.CharField(_("label in English"), max_length=100)
    label_easy = models.CharField(_("label in plain Japanese"), max_length=100, blank=True)
    note_ja = models.CharField(_("note in Japanese"), max_length=300, blank=True)
    note_en = models.CharField(_("note in English"), max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Inactive terms stay on old pages only.")
    )

    base_form_class = FixedCodeForm

    class Meta:
        abstract = True
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the active language and reading."""
        if is_plain() and self.label_easy:
            return self.label_easy
        return self.label_en if (get_language() or "").startswith("en") else self.label_ja

    @property
    def note(self) -> str:
        """The note in the active language."""
        return self.note_en if (get_language() or "").startswith("en") else self.note_ja


class ActorType(Term):
    """Kind of actor: local government, NPO, company, migrant group …"""

    # Set by selectors that show numbers.
    count: int

    class Meta(Term.Meta):
        verbose_name = _("type of organisation")
        verbose_name_plural = _("types of organisation")


class Theme(Term):
    """Theme in two levels: the codes 1 to 5-2 are those of the national plan of 2020."""

    parent = models.ForeignKey(
        "self",
        verbose_name=_("broader theme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="narrower",
    )
    scheme = models.CharField(_("scheme"), max_length=40, blank=True)

    # Set by selectors that show a tree with numbers.
    children: list[Theme]
    count: int

    class Meta(Term.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class BridgingRole(Term):
    """How an actor bridges foreign and Japanese residents."""

    class Meta(Term.Meta):
        verbose_name = _("bridging role")
        verbose_name_plural = _("bridging roles")


class TargetGroup(Term):
    """For whom a practice is."""

    class Meta(Term.Meta):
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")


class ResidenceStatusGroup(Term):
    """Groups of residence statuses."""

    class Meta(Term.Meta):
        verbose_name = _("residence-status group")
        verbose_name_plural = _("residence-status groups")


class Language(Term):
    """Language in which support is given; `ja-x-easy` (plain Japanese) is for internal use."""

    bcp47 = models.CharField(_("BCP 47 tag"), max_length=20, blank=True)
    own_name = models.CharField(_("name in the language itself"), max_length=100, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("language")
        verbose_name_plural = _("languages")

    @property
    def spoken_name(self) -> str:
        """The label without what is in brackets: which script, or another name."""
        return self.label.partition("（")[0].partition(" (")[0]


class EvidenceGrade(Term):
    """How well the results are shown, A (outside evaluation) to D (description only)."""

    class Meta(Term.Meta):
        verbose_name = _("evidence grade")
        verbose_name_plural = _("evidence grades")


class ParticipationLevel(Term):
    """How far foreign residents took part in planning and running a practice."""

    class Meta(Term.Meta):
        verbose_name = _("participation level")
        verbose_name_plural = _("participation levels")


class CostBand(Term):
    """Band of the cost of one year in yen."""

    # The code of the band of costs that nobody knows.
    UNKNOWN = "unknown"

    min_jpy = models.PositiveIntegerField(_("from (yen)"), null=True, blank=True)
    max_jpy = models.PositiveIntegerField(_("to (yen)"), null=True, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("cost band")
        verbose_name_plural = _("cost bands")


class CaseStatus(Term):
    """Whether a practice goes on."""

    class Meta(Term.Meta):
        verbose_name = _("case status")
        verbose_name_plural = _("case statuses")


class OrganisationKind(Term):
    """Legal kind of an organisation."""

    class Meta(Term.Meta):
        verbose_name = _("legal form")
        verbose_name_plural = _("kinds of organisation")


class AdviceField(Term):
    """What a consultation desk gives advice on."""

    class Meta(Term.Meta):
        verbose_name = _("field of advice")
        verbose_name_plural = _("fields of advice")


VOCABULARIES: dict[str, type[Term]] = {
    "actor_types": ActorType,
    "themes": Theme,
    "bridging_roles": BridgingRole,
    "target_groups": TargetGroup,
    "residence_status_groups": ResidenceStatusGroup,
    "languages": Language,
    "evidence_grades": EvidenceGrade,
    "participation_levels": ParticipationLevel,
    "cost_bands": CostBand,
    "case_status": CaseStatus,
    "organisation_kinds": OrganisationKind,
    "advice_fields": AdviceField,
}


class Keyword(TagBase):
    """A free keyword. Curators merge duplicates in the admin."""

    free_tagging = True

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")
        ordering = ["name"]


class GlossaryTerm(models.Model):
    """A term explained in three readings; says whether the explanation has a source."""

    term_ja = models.CharField(_("term"), max_length=100, unique=True)
    reading = models.CharField(_("reading in kana"), max_length=150, blank=True)
    term_en = models.CharField(_("term in English"), max_length=150, blank=True)
    explanation_ja = models.TextField(_("explanation"), blank=True)
    explanation_easy = models.TextField(_("explanation in plain Japanese"), blank=True)
    explanation_en = models.TextField(_("explanation in English"), blank=True)
    source = models.CharField(_("source"), max_length=600, blank=True)
    is_sourced = models.BooleanField(_("explanation was read in the source"), default=False)

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")
        ordering = ["reading", "term_ja"]

    def __str__(self) -> str:
        return self.term_ja
