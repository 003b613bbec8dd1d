"""Reads: which pages are to be confirmed, what a question shows, and who may see what."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from casestudies.models import CaseActor, CaseAdoption, CaseStudyPage
from core.models import STALE_AFTER, ConfirmationContactMixin
from core.templatetags.facts import period
from core.visibility import publicly_visible, publicly_visible_pages
from images.models import CustomImage, People
from organisations.models import OrganisationPage
from places.models import LocalPlan
from places.plans import editable_plans
from regions.desks import editable_desks
from regions.models import ConsultationDesk, PlatformMember, RegionalPlatformPage
from upkeep.models import Confirmation, LinkCheck
from upkeep.sources import named_links
from users.models import User
from users.roles import curators_to_notify

__all__ = [
    "ASK_EVERY",
    "ENDED",
    "KEPT_MODELS",
    "Fact",
    "FailingLink",
    "body_of",
    "curators",
    "desks_to_confirm",
    "due_pages",
    "editable_pages",
    "expiring_pages",
    "facts_of",
    "failing_links",
    "kept_pages",
    "open_questions",
    "originals",
    "orphaned_organisations",
    "pictures_to_look_after",
    "plans_to_check",
    "public_page",
    "question_by_number",
    "questions_for",
]

ASK_EVERY = datetime.timedelta(days=365)
# How long before a confirmation counts as old its page stands on the dashboard.
EXPIRING_WITHIN = datetime.timedelta(days=60)
# How long before its last day a picture stands on the dashboard.
PICTURE_EXPIRING_WITHIN = datetime.timedelta(days=30)
# The code of the status in the vocabulary.
ENDED = "ended"

KEPT_MODELS: tuple[type[Page], ...] = (CaseStudyPage, OrganisationPage, RegionalPlatformPage)


@dataclass(frozen=True)
class Fact:
    """A line of what a page says."""

    label: str
    value: str


def originals(model: type[Page]) -> Any:
    """One page of each translation group: the Japanese one, else the one there is. No aliases."""
    japanese = model._default_manager.filter(
        translation_key=OuterRef("translation_key"),
        locale__language_code=settings.LANGUAGE_CODE,
        alias_of=None,
    )
    pages = model._default_manager.filter(alias_of=None)
    return pages.filter(Q(locale__language_code=settings.LANGUAGE_CODE) | ~Exists(japanese))


def due_pages(now: datetime.datetime) -> Iterator[Page]:
    """Public pages that a body could confirm and was not asked about for a year, oldest first.

    Those that have ended, and those without an address to ask, are left alone.
    """
    limit = now - ASK_EVERY
    day = timezone.localdate(now) - ASK_EVERY
    asked = Confirmation.objects.filter(page=OuterRef("pk"), asked_at__gt=limit)
    for model in KEPT_MODELS:
        pages = (
            publicly_visible(originals(model))
            .filter(~Exists(asked))
            .filter(Q(last_confirmed_at=None) | Q(last_confirmed_at__lte=day))
            .exclude(status=ENDED)
            .select_related("locale")
            .order_by("last_confirmed_at", "pk")
        )
        yield from (page for page in pages if page.confirmation_email)


def open_questions() -> QuerySet[Confirmation]:
    """Questions that wait for an answer."""
    return Confirmation.objects.filter(answered_at=None, closed_at=None)


def question_by_number(number: int) -> Confirmation | None:
    """A question with its page; None where there is none."""
    return Confirmation.objects.filter(pk=number).select_related("page").first()


def public_page(question: Confirmation) -> ConfirmationContactMixin | None:
    """The page that a question is about, in the receiver's language where there is one.

    None when the public does not see it any more.
    """
    page = question.page
    in_language = Page.objects.filter(
        translation_key=page.translation_key, locale__language_code=get_language() or "ja"
    )
    found = publicly_visible_pages([*in_language, page])
    return found[0].specific if found else None


def facts_of(page: Any) -> list[Fact]:
    """What a body is asked to look over, in the active language; empty facts are left out."""
    separator = _(", ")
    facts: list[tuple[str, str]] = []
    if isinstance(page, CaseStudyPage):
        facts += [
            (_("Places"), separator.join(place.area.label for place in page.places.all())),
            (_("Lead organisation"), separator.join(_leads(page))),
            (_("Period"), period(page.started, page.ended, page.status_id or "")),
        ]
    elif isinstance(page, OrganisationPage):
        facts += [
            (_("Type"), page.actor_type.label if page.actor_type else ""),
            (_("Places"), separator.join(area.label for area in page.areas.all())),
            (_("Website"), page.website),
        ]
    elif isinstance(page, RegionalPlatformPage):
        facts += [
            (_("Areas covered"), separator.join(area.label for area in page.areas.all())),
            (_("Founded in"), str(page.founded or "")),
            (_("Members"), separator.join(member.name for member in page.members.all())),
        ]
    if page.status:
        facts.append((_("Status"), page.status.label))
    if hasattr(page, "contact_name"):
        desk = [page.contact_name, page.contact_phone, page.contact_email, page.contact_url]
        facts.append((_("Contact details"), separator.join(filter(None, desk))))
    return [Fact(label, value) for label, value in facts if value]


def body_of(page: Any) -> str:
    """The body in charge of a page, as it is named in public."""
    if desk := getattr(page, "contact_name", ""):
        return str(desk)
    if isinstance(page, CaseStudyPage):
        return next(iter(_leads(page)), "")
    return str(page.title)


def _leads(case: CaseStudyPage) -> list[str]:
    leads = [actor for actor in case.actors.all() if actor.part == CaseActor.Part.LEAD]
    return [actor.name or getattr(actor.organisation, "title", "") for actor in leads]


# --- Who may see what -------------------------------------------------------------------------


def editable_pages(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Page]:
    """Pages that somebody may edit or publish: their region's, or all for curators."""
    pages: QuerySet[Page] = PagePermissionPolicy().instances_user_has_any_permission_for(
        user, ["change", "publish"]
    )
    return pages


def curators() -> QuerySet[User]:
    """Those who look after the whole network's pages."""
    return curators_to_notify().select_related("wagtail_userprofile").order_by("pk")


def questions_for(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Confirmation]:
    """Questions about pages that somebody may edit, with their page."""
    pages = editable_pages(user).values("pk")
    return Confirmation.objects.filter(page__in=pages).select_related("page", "page__locale")


def expiring_pages(user: AbstractBaseUser | AnonymousUser, *, most: int) -> list[Any]:
    """Live pages that somebody may edit and whose confirmation runs out soon, or has; oldest first.

    Args:
        most: how many pages at most.
    """
    until = timezone.localdate() - STALE_AFTER + EXPIRING_WITHIN
    editable = editable_pages(user).values("pk")
    found: list[Any] = []
    for model in KEPT_MODELS:
        pages = originals(model).live().filter(last_confirmed_at__lt=until, pk__in=editable)
        found += pages.exclude(status=ENDED).order_by("last_confirmed_at", "pk")[:most]
    return sorted(found, key=lambda page: (page.last_confirmed_at, page.pk))[:most]


# --- Reports ----------------------------------------------------------------------------------


def kept_pages(
    user: AbstractBaseUser | AnonymousUser, condition: Q, *, kind: str = ""
) -> list[Any]:
    """Live pages that somebody may edit and that fit a condition, each with `kind_label`.

    Originals alone: one page of each translation group.

    Args:
        kind: name of a model, or empty for all kinds; an unknown one has no pages.
    """
    editable = editable_pages(user).values("pk")
    found: list[Any] = []
    for model in KEPT_MODELS:
        if kind in {"", model._meta.model_name}:
            label = capfirst(str(model._meta.verbose_name))
            pages = originals(model).live().filter(condition, pk__in=editable)
            for page in pages.select_related("locale").distinct():
                page.kind_label = label
                found.append(page)
    return found


def desks_to_confirm(user: Any, *, why: str = "") -> list[ConsultationDesk]:
    """Public desks that somebody may edit and that are to be confirmed, the oldest facts first.

    Args:
        why: `hidden` for those whose numbers wait for it, `stale` for the others.
    """
    desks = editable_desks(user).filter(is_public=True).prefetch_related("areas", "phones")
    found = [
        desk
        for desk in desks
        if (desk.has_hidden_phones and why != "stale")
        or (desk.is_stale and not desk.has_hidden_phones and why != "hidden")
    ]
    return sorted(found, key=lambda desk: (str(desk.known_until or ""), desk.code))


def plans_to_check(user: Any, *, why: str = "") -> list[LocalPlan]:
    """Plans that somebody may edit and that are to be looked at again, the oldest facts first.

    Args:
        why: `over` for those whose period has ended, `stale` for the others.
    """
    found = [
        plan
        for plan in editable_plans(user).select_related("area")
        if (plan.is_over and why != "stale")
        or (plan.is_stale and not plan.is_over and why != "over")
    ]
    return sorted(found, key=lambda plan: (str(plan.known_until or ""), plan.area_id))


def orphaned_organisations(user: AbstractBaseUser | AnonymousUser) -> list[OrganisationPage]:
    """Live organisations that somebody may edit and that no other page names, by their names."""
    same = {"organisation__translation_key": OuterRef("translation_key")}
    named = [CaseActor.objects.filter(**same), PlatformMember.objects.filter(**same),
             CaseAdoption.objects.filter(**same)]  # fmt: skip
    pages = originals(OrganisationPage).live().filter(pk__in=editable_pages(user).values("pk"))
    for rows in named:
        pages = pages.filter(~Exists(rows))
    # Whatever else links to an organisation is known to Wagtail's index of references.
    ids = {
        str(pk): key for pk, key in OrganisationPage.objects.values_list("pk", "translation_key")
    }
    linked = ReferenceIndex.objects.filter(to_object_id__in=ids).exclude(
        base_content_type__app_label="organisations"
    )
    pages_type = ReferenceIndex._get_base_content_type(Page)
    linked = linked.filter(to_content_type=pages_type)
    keys = {ids[pk] for pk in linked.values_list("to_object_id", flat=True)}
    found = pages.select_related("locale", "actor_type").order_by("title", "pk")
    return [page for page in found if page.translation_key not in keys]


@dataclass(frozen=True)
class FailingLink:
    """A link that fails, and a page that names it."""

    page: Page
    url: str
    problem: str
    status: int | None
    failing_since: datetime.datetime | None
    checked_at: datetime.datetime

    @property
    def problem_label(self) -> str:
        """The problem in words."""
        return str(LinkCheck.Problem(self.problem).label)


def failing_links(
    user: AbstractBaseUser | AnonymousUser, *, problem: str = ""
) -> list[FailingLink]:
    """Links of live pages that somebody may edit, which failed when last asked for.

    Args:
        problem: a value of `LinkCheck.Problem`; empty for all but those that refuse programs.
    """
    checks = LinkCheck.objects.exclude(problem="").order_by("failing_since", "url")
    checks = (
        checks.filter(problem=problem)
        if problem
        else checks.exclude(problem=LinkCheck.Problem.REFUSED)
    )
    named = named_links()
    ids = {pk for check in checks for pk in named.get(check.url, ())}
    pages = editable_pages(user).filter(pk__in=ids).select_related("locale").in_bulk()
    return [
        FailingLink(
            pages[pk], check.url, check.problem, check.status, check.failing_since, check.checked_at
        )
        for check in checks
        for pk in named.get(check.url, ())
        if pk in pages
    ]


def pictures_to_look_after(user: Any) -> list[CustomImage]:
    """Pictures in use that somebody may change and that need it, those that expire first.

    Each has a `problem_label`: it is not shown any more, disappears soon, or waits for the answer
    whether the people in it have agreed.
    """
    today = timezone.localdate()
    policy: Any = policy_registry.get_by_type(CustomImage)
    asked = [People.UNASKED, People.UNKNOWN]
    pictures = (
        policy.instances_user_has_permission_for(user, "change")
        .filter(
            Q(permission_until__lte=today + PICTURE_EXPIRING_WITHIN) | Q(people__in=asked),
        )
        .order_by(F("permission_until").asc(nulls_last=True), "pk")
    )
    used = set(
        ReferenceIndex.objects.filter(
            to_content_type=ContentType.objects.get_for_model(CustomImage)
        ).values_list("to_object_id", flat=True)
    )
    found = [picture for picture in pictures if str(picture.pk) in used]
    for picture in found:
        picture.problem_label = _picture_problem(picture)
    return found


def _picture_problem(picture: CustomImage) -> str:
    if picture.has_expired:
        return _("no longer shown: its permission has ended")
    if picture.people == People.UNKNOWN:
        return _("not shown: not everybody has agreed")
    if picture.people == People.UNASKED:
        return _("shown, but nobody has said whether people can be recognised")
    return _("disappears soon: its permission ends")
