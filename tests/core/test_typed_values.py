"""What is typed into forms is stored as it was meant, or refused with a message at the field."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_filters.filters import QuerySetRequestMixin
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.models import Page, Site

from casestudies.models import CasesFromPage, CaseStudyPage
from core.form_fields import (
    DayField,
    DayRangeField,
    DecimalNumberField,
    MomentField,
    PartialDateFormField,
    TimeOfDayField,
    WholeNumberField,
)
from events.models import EventPage
from programmes.models import Grant, ProgrammeCall, ProgrammePage
from tests.casestudies.test_publication import form
from tests.programmes.test_grants import GRANT
from users.grants import grant_network_rights

JAPAN = zoneinfo.ZoneInfo("Asia/Tokyo")


def said(response: Any) -> str:
    """The words of a page."""
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


# --- Fields -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (DayField(), "令和8年11月20日（金）", datetime.date(2026, 11, 20)),
        (DayField(), "2026-11-20", datetime.date(2026, 11, 20)),
        (TimeOfDayField(), "午後1時半", datetime.time(13, 30)),
        (PartialDateFormField(), "令和八年十一月", "2026-11"),
        (
            MomentField(),
            "2026年12月10日 9時",
            datetime.datetime(2026, 12, 10, 9, tzinfo=JAPAN),
        ),
        (
            MomentField(),
            "2026-12-10T00:00:00Z",
            datetime.datetime(2026, 12, 10, 9, tzinfo=JAPAN),
        ),
        (WholeNumberField(), "１億2,000万円", 120_000_000),
        (WholeNumberField(), "△５", -5),
        (DecimalNumberField(max_digits=4, decimal_places=1), "４５．３％", Decimal("45.3")),
    ],
    ids=lambda value: str(value)[:20],
)
def test_fields_read_what_is_typed(field: forms.Field, typed: str, value: object) -> None:
    assert field.clean(typed) == value
    assert not field.has_changed(value, typed)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (DayField(), "12月10日"),
        (DayField(), "2026-12-10 9時"),
        (TimeOfDayField(), "午後12時"),
        (MomentField(), "2026年12月10日"),
        (PartialDateFormField(), "令和5年度"),
        (PartialDateFormField(), "2026-02-31"),
        (WholeNumberField(), "約120万円"),
        (WholeNumberField(min_value=0), "△5"),
        (DecimalNumberField(max_digits=4, decimal_places=1), "45.25"),
        (DecimalNumberField(), "NaN"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_fields_refuse_what_is_not_certain(field: forms.Field, typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        field.clean(typed)
    assert field.has_changed(None, typed)


def test_number_inputs_are_texts_which_browsers_do_not_empty() -> None:
    html = str(WholeNumberField().get_bound_field(forms.Form(), "n"))
    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html


# --- Every form of the admin ------------------------------------------------------------------

_STOCK = (
    forms.DateField,
    forms.TimeField,
    forms.DateTimeField,
    forms.IntegerField,
    forms.DecimalField,
    forms.FloatField,
)


def _fields(form_class: Any) -> Iterator[tuple[str, forms.Field]]:
    for name, field in form_class.base_fields.items():
        yield f"{form_class.__name__}.{name}", field
    for formset in getattr(form_class, "formsets", {}).values():
        yield from _fields(formset.form)


def _admin_forms() -> Iterator[Any]:
    for model in apps.get_models():
        if issubclass(model, Page) and model is not Page and not model._meta.abstract:
            yield model.get_edit_handler().get_form_class()
    yield get_image_form(get_image_model())
    yield get_document_form(get_document_model())
    reverse("wagtailadmin_home")  # Reading the addresses of the admin registers its views.
    for viewset in viewsets.viewsets:
        if isinstance(viewset, ModelViewSet):
            yield viewset.get_form_class()


def _filters(base: type) -> Iterator[tuple[str, forms.Field]]:
    for filters in base.__subclasses__():
        for name, found in filters.base_filters.items():
            # Choices are no values, and asking for them needs a request.
            if not isinstance(found, QuerySetRequestMixin):
                yield f"{filters.__name__}.{name}", found.field
        yield from _filters(filters)


def test_no_form_or_filter_of_the_admin_has_fields_that_read_otherwise(db: None) -> None:
    everywhere = [pair for form_class in _admin_forms() for pair in _fields(form_class)]
    everywhere += list(_filters(WagtailFilterSet))
    kinds = {type(field) for _name, field in everywhere}
    assert kinds >= {DayField, MomentField, DayRangeField, WholeNumberField, PartialDateFormField}
    # The port of a site is Wagtail's own, and no value of ours.
    plain = [
        name
        for name, field in everywhere
        if isinstance(field, _STOCK)
        and type(field).__module__ != "core.form_fields"
        and not field.widget.is_hidden
        and name != "SiteForm.port"
    ]
    assert not plain


def test_curator_types_a_grant_as_it_stands_in_the_decision(
    site: Site, client_of: Callable[[str], Client]
) -> None:
    programme = ProgrammePage.objects.get(slug="hamis", locale__language_code="ja")
    grant_network_rights()
    curator = client_of("Curators")
    data = {
        **GRANT,
        "programme": programme.pk,
        "amount": "１２０万円",
        "award_date": "令和八年十一月二十日（金）",
        "starts": "R8.12",
        "ends": "",
    }
    wrong = curator.post("/admin/grants/new/", data | {"amount": "約120万円", "starts": "R8.13"})
    assert "「約120万円」は数として読めません" in said(wrong)
    assert "「R8.13」という日付はありません" in said(wrong)
    # What was typed stays in the fields.
    assert 'value="約120万円"' in wrong.content.decode()
    assert curator.post("/admin/grants/new/", data).status_code == 302
    grant = Grant.objects.get(identifier=GRANT["identifier"])
    assert (grant.amount, grant.award_date, grant.starts) == (1_200_000, "2026-11-20", "2026-12")


def test_schedule_in_japanese_is_the_moment_that_was_meant(
    site: Site, admin_client: Client
) -> None:
    parent = CasesFromPage.objects.filter(locale__language_code="ja").first()
    assert parent is not None
    url = reverse("wagtailadmin_pages:add", args=["casestudies", "casestudypage", parent.pk])
    shown = admin_client.get(url)
    # The dialogue is a template until it is opened.
    assert "日本時間（Asia/Tokyo）" in shown.content.decode()
    typed = {"go_live_at": "2030年12月10日 9時", "expire_at": "令和13年1月10日（金） 午後5時半"}
    assert admin_client.post(url, form(**typed)).status_code == 302
    page = CaseStudyPage.objects.get(slug="new-case", locale__language_code="ja")
    draft = page.get_latest_revision_as_object()
    assert draft.go_live_at == datetime.datetime(2030, 12, 10, 9, tzinfo=JAPAN)
    assert draft.expire_at == datetime.datetime(2031, 1, 10, 17, 30, tzinfo=JAPAN)
    refused = admin_client.post(url, form(slug="other", go_live_at="2030年12月10日"))
    assert "日付と時刻の両方が必要です" in refused.content.decode()


def test_filter_of_a_report_reads_japanese_dates(site: Site, admin_client: Client) -> None:
    url = reverse("wagtailadmin_reports:site_history")
    shown = admin_client.get(url, {"timestamp_from": "令和8年11月20日", "timestamp_to": ""})
    assert shown.context["filters"].is_valid()
    value = shown.context["filters"].form.cleaned_data["timestamp"].start
    assert value == datetime.datetime(2026, 11, 20, tzinfo=JAPAN)
    wrong = admin_client.get(url, {"timestamp_from": "11月20日", "timestamp_to": ""})
    assert "「11月20日」は日付として読めません" in wrong.content.decode()


# --- Values that were stored before they were checked -----------------------------------------


def test_impossible_stored_dates_break_no_page_and_are_reported(
    site: Site, client: Client, admin_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("dates_check", verbosity=0)
    call = ProgrammeCall.objects.filter(page__locale__language_code="ja").first()
    assert call is not None
    ProgrammeCall.objects.filter(pk=call.pk).update(opens="2026-02-31", closes="2026-02-31")
    event = EventPage.objects.live().filter(locale__language_code="ja").first()
    assert event is not None
    EventPage.objects.filter(pk=event.pk).update(starts_on="2026-02-31", ends_on="")
    case = CaseStudyPage.objects.live().filter(locale__language_code="ja").first()
    assert case is not None
    CaseStudyPage.objects.filter(pk=case.pk).update(started="2026-02-31", ended="春")
    programmes = call.page.get_parent().get_url()
    for url in (
        call.page.get_url(), programmes, "/feeds/calls.ics", event.get_url(),
        event.get_parent().get_url(), reverse("events:calendar"), reverse("events:feed"),
        reverse("events:open-data"), reverse("events:event-calendar", args=[event.pk]),
        case.get_url(), "/cases/", reverse("new-cases-feed"), "/",
    ):  # fmt: skip
        known = {200, 404} if url.endswith(f"{event.pk}.ics") else {200}
        assert client.get(url, follow=True).status_code in known, url
    assert "2026-02-31" in said(client.get(event.get_url()))
    assert admin_client.get(reverse("wagtailadmin_pages:edit", args=[case.pk])).status_code == 200
    with pytest.raises(CommandError, match="5 stored dates"):
        call_command("dates_check")
    out = capsys.readouterr().out
    assert f"programmes.ProgrammeCall {call.pk} opens: 2026-02-31" in out
    assert f"casestudies.CaseStudyPage {case.pk} ended: 春" in out
