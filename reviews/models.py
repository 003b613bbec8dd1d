"""Who reviews a page, by which criteria, and what they found.

Two tasks serve all regions: one finds the region from the page's place in the tree and asks its
publishers, the other asks the network's curators. Both give nobody more than the decision: who may
edit the page is a matter of permissions alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser
    from django.db.models import QuerySet

__all__ = [
    "Criterion",
    "CuratorApprovalTask",
    "DecidedMeanwhile",
    "Reading",
    "RegionApprovalTask",
    "ReviewTask",
    "ReviewTaskState",
]


class Criterion(models.TextChoices):
    """The six published tests of the page “Criteria for case studies”, in its order and words."""

    PROBLEM = "problem", _("It answers a concrete problem.")
    RESULTS = "results", _("Results are shown against the aim.")
    BOTH_WAYS = "both-ways", _("It works in both directions.")
    TRANSFER = "transfer", _("Parts of it can be used elsewhere.")
    COOPERATION = "cooperation", _("The cooperation is described.")
    NEW_PROBLEMS = "new-problems", _("New problems are recorded too.")


class ReviewTaskState(TaskState):
    """A reviewer's decision about one revision: which criteria it meets, and a note.

    Who decided, when, and about which revision stands in Wagtail's own columns.
    """

    criteria = models.JSONField(_("criteria met"), default=list, blank=True)

    class Meta:
        verbose_name = _("decision of a reviewer")
        verbose_name_plural = _("decisions of reviewers")

    @property
    def criteria_labels(self) -> list[str]:
        """The criteria that are met, in words and in their order."""
        return [str(label) for code, label in Criterion.choices if code in self.criteria]

    def get_comment(self) -> str:
        """The note, after the criteria that are met; shown in the page's history."""
        if not self.criteria:
            return self.comment
        met = gettext("Criteria met: %(met)d of %(all)d.") % {
            "met": len(self.criteria_labels),
            "all": len(Criterion),
        }
        return " ".join(filter(None, [met, *self.criteria_labels, self.comment]))


class DecidedMeanwhile(Exception):
    """Somebody has decided this step of the review already, perhaps by the same click."""

    def __init__(self, step: TaskState) -> None:
        super().__init__(f"step {step.pk} of a review is {step.status}")
        self.step = step


class ReviewTask(Task):
    """Abstract: a step of a review. Subclasses say who reviews a page."""

    has_checklist = models.BooleanField(
        _("asks for the six criteria"),
        default=False,
        help_text=_("Approving then asks which of the published criteria are met."),
    )

    task_state_class = ReviewTaskState
    admin_form_fields = [*Task.admin_form_fields, "has_checklist"]

    class Meta:
        abstract = True

    def reviewers_of(self, page: Page) -> QuerySet[Any]:
        """The active users who are asked about a page by mail."""
        raise NotImplementedError

    def may_decide(self, page: Page, user: AbstractUser) -> bool:
        """Whether an active user may decide about a page, asked by mail or not."""
        raise NotImplementedError

    def _reviews(self, page: Page, user: AbstractUser) -> bool:
        if not user.is_active:
            return False
        return user.is_superuser or self.may_decide(page, user)

    def user_can_access_editor(self, obj: Page, user: AbstractUser) -> bool:
        """Nobody may edit a page because they review it; that is what permissions are for."""
        return False

    def locked_for_user(self, obj: Page, user: AbstractUser) -> bool:
        """While a page is under review only its reviewers edit it."""
        return not self._reviews(obj, user)

    def user_can_lock(self, obj: Page, user: AbstractUser) -> bool:
        """A reviewer may lock the page for the time of the review."""
        return self._reviews(obj, user)

    def get_actions(self, obj: Page, user: AbstractUser) -> list[tuple[str, Any, bool]]:
        """Approve or reject; both require a comment."""
        if not self._reviews(obj, user):
            return []
        return [
            ("approve", _("Approve"), True),
            ("reject", _("Send back"), True),
        ]

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        """The form that a decision needs."""
        from reviews.forms import ApproveForm, ChecklistForm, SendBackForm

        if action == "reject":
            return SendBackForm
        return ChecklistForm if self.has_checklist else ApproveForm

    @transaction.atomic
    def on_action(
        self, task_state: TaskState, user: AbstractUser, action_name: str, **data: Any
    ) -> None:
        """Store a decision. It is about what the reviewer saw: the newest revision.

        The editor hands the form's values through the browser, so they are checked here once more.

        Raises:
            PermissionDenied: a decision without what its form asks for.
            DecidedMeanwhile: the step is not open any more.
        """
        current = TaskState.objects.select_for_update().get(pk=task_state.pk)
        if current.status != TaskState.STATUS_IN_PROGRESS:
            raise DecidedMeanwhile(current)
        form = self.get_form_for_action(action_name)(data)
        if not form.is_valid():
            raise PermissionDenied
        state = task_state.specific
        latest = state.workflow_state.content_object.get_latest_revision()
        if latest is not None:
            state.revision = latest
        state.criteria = form.cleaned_data.get("criteria", [])
        super().on_action(state, user, action_name, comment=form.cleaned_data["comment"])


class RegionApprovalTask(ReviewTask):
    """Asks the publishers of the region to which the page belongs by its place in the tree.

    A page of no region, or of one without an active publisher, falls to the curators.
    """

    class Meta:
        verbose_name = _("check by the region")
        verbose_name_plural = _("checks by the region")

    def reviewers_of(self, page: Page) -> QuerySet[Any]:
        """The region's publishers, or the curators."""
        from regions.selectors import region_of_page
        from reviews.selectors import publishers_of

        return publishers_of(region_of_page(page))

    def may_decide(self, page: Page, user: AbstractUser) -> bool:
        """The region's publishers, or curators and administrators."""
        from regions.selectors import region_of_page
        from reviews.selectors import decides_in_region

        return decides_in_region(region_of_page(page), user)

    def get_task_states_user_can_moderate(
        self, user: AbstractUser, **kwargs: Any
    ) -> QuerySet[TaskState]:
        """What waits for this user's decision."""
        from reviews.selectors import states_of_regions

        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return states if user.is_superuser else states_of_regions(states, user)

    @classmethod
    def get_description(cls) -> str:
        """What administrators read when they make a workflow."""
        return gettext("Publishers of the page's own region; without any, the curators")


class CuratorApprovalTask(ReviewTask):
    """Asks the curators of the network."""

    class Meta:
        verbose_name = _("check by the curators")
        verbose_name_plural = _("checks by the curators")

    def reviewers_of(self, page: Page) -> QuerySet[Any]:
        """The curators."""
        from reviews.selectors import curators_to_notify

        return curators_to_notify()

    def may_decide(self, page: Page, user: AbstractUser) -> bool:
        """Curators and administrators."""
        from reviews.selectors import is_curator

        return is_curator(user)

    def get_task_states_user_can_moderate(
        self, user: AbstractUser, **kwargs: Any
    ) -> QuerySet[TaskState]:
        """All of this task's open states for a curator, none for others."""
        from reviews.selectors import is_curator

        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return states if is_curator(user) else TaskState.objects.none()

    @classmethod
    def get_description(cls) -> str:
        """What administrators read when they make a workflow."""
        return gettext("The curators of the network")


class Reading(models.Model):
    """How the names of a page, picture or document are read, in katakana; see admin_search."""

    kind = models.CharField(_("kind"), max_length=100)
    object_id = models.PositiveBigIntegerField(_("number"))
    text = models.TextField(_("reading"), blank=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="one_reading")]

    def __str__(self) -> str:
        return self.text
