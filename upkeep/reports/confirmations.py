"""What bodies answered and is still to be done, and who does not answer."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.utils import get_valid_next_url_from_request

from upkeep.models import Confirmation
from upkeep.reports.listing import PageColumn, Report, ReportViewSet
from upkeep.selectors import questions_for
from upkeep.services import finish, mark_ended

__all__ = ["ConfirmationsViewSet", "tasks_in"]

OPEN_TASKS = Q(answered_at__isnull=False, done_at=None)
SILENT = Q(answered_at=None, closed_at=None, told_at__isnull=False)
WAITING = Q(answered_at=None, closed_at=None, told_at=None)


def tasks_in(questions: Any) -> Any:
    """Those of the questions whose answer asks for something, or that nobody answers."""
    return questions.filter(OPEN_TASKS | SILENT)


class ConfirmationFilterSet(WagtailFilterSet):
    """Which questions."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        empty_label=gettext_lazy("To do"),
        method="filter_state",
        choices=[
            ("silent", gettext_lazy("Nobody answers")),
            ("waiting", gettext_lazy("Asked, waiting for an answer")),
            ("done", gettext_lazy("Done")),
            ("all", gettext_lazy("All")),
        ],
    )
    answer = django_filters.ChoiceFilter(
        label=gettext_lazy("Answer"),
        empty_label=gettext_lazy("All"),
        choices=Confirmation.Answer.choices,
    )

    class Meta:
        model = Confirmation
        fields = ["state", "answer"]

    def filter_state(self, queryset: Any, name: str, value: str) -> Any:
        """Done, waiting or silent."""
        return queryset

    def filter_queryset(self, queryset: Any) -> Any:
        """Without a state: what there is to do."""
        state = self.form.cleaned_data.get("state") or ""
        wanted = {
            "": OPEN_TASKS | SILENT,
            "silent": SILENT,
            "waiting": WAITING,
            "done": Q(done_at__isnull=False),
        }.get(state, Q())
        return super().filter_queryset(queryset).filter(wanted)


class _ActionsColumn(Column):
    """What can be done about an answer."""

    cell_template_name = "upkeep/admin/task_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        """Add the actions that the current user may take."""
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        may = instance.page.permissions_for_user(request.user)
        context |= {
            "csrf_token": get_token(request),
            "next": request.get_full_path().replace("/results/", "/"),
            "may_finish": instance.is_task and may.can_edit(),
            "may_end": instance.is_task
            and instance.answer == Confirmation.Answer.ENDED
            and may.can_publish(),
        }
        return context


class ConfirmationsView(Report):
    """Questions to bodies and their answers, newest answers first."""

    model = Confirmation
    page_title = gettext_lazy("Confirmations")
    filterset_class = ConfirmationFilterSet
    explanation = gettext_lazy(
        "Lead organisations are asked once a year whether their page is still correct. “Still "
        "correct” is noted by itself. Where something has changed or ended, somebody has to look: "
        "change the page, then press “Done”. Whoever did not answer three emails is listed here "
        "too: please find out who is in charge, and correct the address in the page’s form."
    )
    columns = [
        PageColumn("page", label=gettext_lazy("Page"), width="28%"),
        Column(
            "answer",
            label=gettext_lazy("Answer"),
            accessor=lambda question: question.get_answer_display() or _("none so far"),
        ),
        Column("words", label=gettext_lazy("What the organisation wrote"), width="28%"),
        DateColumn("asked_at", label=gettext_lazy("Asked on")),
        DateColumn("answered_at", label=gettext_lazy("Answered on")),
        _ActionsColumn("actions", label=gettext_lazy("What to do")),
    ]
    list_export = [
        "page.title", "answer", "words", "asked_at", "mails", "answered_at", "done_at",
    ]  # fmt: skip
    export_headings = {
        "page.title": gettext_lazy("Page"),
        "words": gettext_lazy("What the organisation wrote"),
    }

    def get_queryset(self) -> Any:
        """Questions about pages that one may edit."""
        newest = F("answered_at").desc(nulls_last=True)
        return questions_for(self.request.user).order_by(newest, "asked_at", "pk")

    def to_row_dict(self, item: Confirmation) -> dict[str, Any]:
        """The cells of a question: the answer in words, moments as local days or empty."""
        row = {**super().to_row_dict(item), "answer": str(item.get_answer_display())}
        for name in ("asked_at", "answered_at", "done_at"):
            moment = getattr(item, name)
            row[name] = timezone.localdate(moment) if moment else ""
        return row


class FinishView(View):
    """Note that a task is done, or mark the page as ended."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        """Do it, and go back to the list."""
        question = get_object_or_404(questions_for(request.user), pk=number)
        may = question.page.permissions_for_user(request.user)
        is_end = request.POST.get("action") == "ended"
        is_end = is_end and question.answer == Confirmation.Answer.ENDED and may.can_publish()
        act = mark_ended if is_end else finish
        if act(question=question, user=request.user):
            said = _("“%(title)s” is marked as ended.") if is_end else _("“%(title)s” is done.")
            messages.success(request, said % {"title": question.page.title})
        else:
            messages.warning(request, _("Somebody else has done this already."))
        return redirect(get_valid_next_url_from_request(request) or "confirmations:index")


class ConfirmationsViewSet(ReportViewSet):
    """The list, and what can be done in it."""

    name = "confirmations"
    url_prefix = "upkeep/confirmations"
    icon = "check"
    menu_label = gettext_lazy("Confirmations")
    menu_name = "confirmations"
    view_class = ConfirmationsView

    def get_urlpatterns(self) -> list[Any]:
        """Also the address to which the buttons of the list are sent."""
        return [
            *super().get_urlpatterns(),
            path("<int:number>/finish/", FinishView.as_view(), name="finish"),
        ]
