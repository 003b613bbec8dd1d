"""Facts of an original reach its translations; the words of a translation stay."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Site

from casestudies.models import CasePlace, CaseStudyPage
from core.models import BasePage
from core.shared_facts import shared_fields, shared_rows
from events.models import EventPage, EventVersion
from events.services import raise_sequence
from images.models import CustomImage
from people.models import Person
from regions.models import Area, RegionalPlatformPage
from users.grants import grant_network_rights

CORPORATE_NUMBER = "7000012050002"  # with its right check digit
MODELS = [
    model for model in apps.get_models() if issubclass(model, BasePage) and not model._meta.abstract
]


def _pair(model: type[Page]) -> tuple[Any, Any]:
    """A page of the loaded site, made from files, with its translation."""
    english = model.objects.filter(locale__language_code="en", alias_of=None).first()
    assert english is not None, f"{model.__name__} has no translation on the loaded site"
    return _japanese(english), english


def _japanese(english: Any) -> Any:
    return type(english).objects.get(
        translation_key=english.translation_key, locale__language_code="ja"
    )


def _other_value(owner: models.Model, name: str) -> Any:
    """A value that the field does not have yet."""
    field: Any = owner._meta.get_field(name)
    now = getattr(owner, name if field.many_to_many else field.attname)
    if field.many_to_many or field.many_to_one:
        others = field.related_model._default_manager.all()
        if issubclass(field.related_model, Page):
            others = others.filter(locale__language_code="ja", depth__gt=2)
            others = others.exclude(pk=owner.pk)
        if field.many_to_many:
            kept = [each.pk for each in now.all()]
            return list(others.exclude(pk__in=kept)[:2])
        if field.related_model is Person:
            return Person.objects.create(code=f"new-{Person.objects.count()}", name_ja="新しい人")
        return others.exclude(pk=now).first()
    if isinstance(field, StreamField):
        return field.to_python([{"type": "paragraph", "value": "<p>new</p>", "id": "new"}])
    if field.choices:
        return next(value for value, _label in field.flatchoices if value not in {now, ""})
    if isinstance(field, models.BooleanField):
        return not now
    if isinstance(field, models.IntegerField):
        return (now or 0) + 1
    values = {
        models.URLField: "https://example.org/new",
        models.EmailField: "new@example.org",
        models.DateField: "2026-11-28",
        models.TimeField: "13:45" if "start" in name else "15:45",
    }
    found = next((value for kind, value in values.items() if isinstance(field, kind)), None)
    if found is not None:
        return (
            found
            if isinstance(field, models.URLField | models.EmailField)
            else field.to_python(found)
        )
    if getattr(field, "is_fact", False):
        return "2021-05-31" if now != "2021-05-31" else "2022-05-31"
    return CORPORATE_NUMBER[: field.max_length]


def _seen(owner: models.Model, name: str) -> Any:
    value = getattr(owner, name)
    if hasattr(value, "all"):
        return {getattr(each, "translation_key", each.pk) for each in value.all()}
    return getattr(value, "translation_key", value)


def _change_everything(page: Any) -> None:
    """Give every shared field, and every shared field of a row of each kind, another value."""
    model = type(page)
    for name in shared_fields(model):
        if name == "image":
            value: Any = CustomImage.objects.create(title="new", file=get_test_image_file())
        else:
            value = _other_value(page, name)
        setattr(page, name, value)
    for relation, names in shared_rows(model).items():
        rows = list(getattr(page, relation).all())
        rows = rows or [model._meta.get_field(relation).related_model(sort_order=0)]
        for name in names:
            setattr(rows[0], name, _other_value(rows[0], name))
        setattr(page, relation, rows)


def _facts(page: Any) -> dict[str, Any]:
    """Every shared value that a page has, comparable between languages."""
    model = type(page)
    found = {name: _seen(page, name) for name in shared_fields(model)}
    for relation, names in shared_rows(model).items():
        for number, row in enumerate(getattr(page, relation).all()):
            found |= {f"{relation} {number} {name}": _seen(row, name) for name in names}
    return found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_shared_field_reaches_the_translation(site: Site, model: type[BasePage]) -> None:
    japanese, english = _pair(model)
    before = _facts(japanese)
    _change_everything(japanese)
    japanese.save_revision(clean=False).publish()
    expected = _facts(model.objects.get(pk=japanese.pk))
    later_rows = re.compile(r"\w+ [1-9]")
    unchanged = [
        name
        for name, value in before.items()
        if expected[name] == value and not later_rows.match(name)
    ]
    assert not unchanged
    again = model.objects.get(pk=english.pk)
    assert _facts(again) == expected
    assert again.title == english.title
    assert again.live


def _case_with_rows() -> tuple[Any, Any]:
    english = (
        CaseStudyPage.objects.filter(locale__language_code="en", alias_of=None)
        .annotate(many=models.Count("actors"))
        .order_by("-many")
        .first()
    )
    return _japanese(english), english


def test_exact_place_is_hidden_on_the_english_map(site: Site, client: Any) -> None:
    japanese = CaseStudyPage.objects.filter(
        locale__language_code="ja", hide_exact_location=False, live=True,
        places__area__kind=Area.Kind.CITY,
    ).first()  # fmt: skip
    english = japanese.get_translations().get()
    assert client.get(english.url).context["locator"] is not None
    before = client.get(english.url).context["locator"]
    japanese.hide_exact_location = True
    japanese.save_revision().publish()
    after = client.get(english.url).context["locator"]
    assert CaseStudyPage.objects.get(pk=english.pk).hide_exact_location
    assert after != before


def test_translated_words_of_rows_stay_when_a_row_is_removed(site: Site) -> None:
    japanese, english = _case_with_rows()
    words = {row.name for row in english.actors.all()}
    names = [(row.name, row.contribution) for row in english.actors.all()]
    gone = 1
    rows = list(japanese.actors.all())
    japanese.actors = [row for number, row in enumerate(rows) if number != gone]
    japanese.save_revision(clean=False).publish()
    left = [
        (row.name, row.contribution)
        for row in CaseStudyPage.objects.get(pk=english.pk).actors.all()
    ]
    assert words
    assert left == [each for number, each in enumerate(names) if number != gone]


def test_member_without_a_page_is_removed_in_english_too(site: Site) -> None:
    """Members have no address of their own by which rows of two languages could be compared."""
    english = (
        RegionalPlatformPage.objects.filter(locale__language_code="en", alias_of=None)
        .annotate(many=models.Count("members"))
        .order_by("-many")
        .first()
    )
    japanese = _japanese(english)
    names = [row.name for row in english.members.all()]
    assert len(names) > 3
    japanese.members = [row for number, row in enumerate(japanese.members.all()) if number != 2]
    japanese.save_revision(clean=False).publish()
    again = RegionalPlatformPage.objects.get(pk=english.pk)
    assert [row.name for row in again.members.all()] == names[:2] + names[3:]


def test_drafts_of_the_translation_keep_their_words_and_get_the_facts(site: Site) -> None:
    japanese, english = _case_with_rows()
    shown = english.title
    english.title = "A better title"
    english.overview = "Words that nobody has published yet."
    english.save_revision()
    area = Area.objects.exclude(pk__in=[p.area_id for p in japanese.places.all()]).first()
    japanese.places = [CasePlace(area=area)]
    japanese.hide_exact_location = True
    japanese.save_revision(clean=False).publish()
    live = CaseStudyPage.objects.get(pk=english.pk)
    draft = live.get_latest_revision_as_object()
    assert live.title == shown
    assert live.has_unpublished_changes
    assert draft.title == "A better title"
    assert draft.overview == "Words that nobody has published yet."
    for page in (live, draft):
        assert page.hide_exact_location
        assert [place.area_id for place in page.places.all()] == [area.pk]


def test_fact_that_is_changed_on_the_translation_alone_does_not_last(site: Site) -> None:
    japanese, english = _case_with_rows()
    english.started = "1901"
    english.save_revision(clean=False).publish()
    assert CaseStudyPage.objects.get(pk=english.pk).started == japanese.started


def test_place_hidden_on_the_translation_alone_stays_hidden(site: Site) -> None:
    japanese, english = _case_with_rows()
    english.hide_exact_location = True
    english.save_revision(clean=False).publish()
    japanese.started = "2003"
    japanese.save_revision(clean=False).publish()
    again = CaseStudyPage.objects.get(pk=english.pk)
    assert again.started == "2003"
    assert again.hide_exact_location
    japanese.hide_exact_location = True
    japanese.save_revision(clean=False).publish()
    japanese.hide_exact_location = False
    japanese.save_revision(clean=False).publish()
    assert not CaseStudyPage.objects.get(pk=english.pk).hide_exact_location


def test_changed_time_reaches_the_english_calendar(site: Site) -> None:
    english = EventPage.objects.filter(locale__language_code="en", alias_of=None).first()
    japanese = _japanese(english)
    before = raise_sequence(page=english).sequence
    japanese.starts_on, japanese.ends_on = "2027-01-15", ""
    japanese.save_revision(clean=False).publish()
    again = EventPage.objects.get(pk=english.pk)
    assert again.starts_on == "2027-01-15"
    assert again.begins_at == EventPage.objects.get(pk=japanese.pk).begins_at
    assert EventVersion.objects.get(page_id=english.pk).sequence == before + 1


def test_command_repairs_what_is_stored(site: Site, capsys: Any) -> None:
    japanese, english = _case_with_rows()
    CaseStudyPage.objects.filter(pk=japanese.pk).update(hide_exact_location=True)
    call_command("translations_repair", "--dry-run")
    assert not CaseStudyPage.objects.get(pk=english.pk).hide_exact_location
    assert f"{english.pk}" in capsys.readouterr().out
    call_command("translations_repair")
    assert CaseStudyPage.objects.get(pk=english.pk).hide_exact_location
    capsys.readouterr()
    call_command("translations_repair")
    assert "0 translations" in capsys.readouterr().out


def test_form_of_a_translation_shows_shared_facts_without_changing_them(
    site: Site, client_of: Any
) -> None:
    grant_network_rights()
    curator = client_of("Curators")
    japanese, english = _case_with_rows()
    fields = {
        page.pk: curator.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        .context["form"]
        .fields
        for page in (japanese, english)
    }
    assert fields[english.pk]["hide_exact_location"].disabled
    assert fields[english.pk]["started"].disabled
    assert not fields[english.pk]["title"].disabled
    assert not fields[japanese.pk]["started"].disabled
    assert "翻訳も一緒に" in str(fields[japanese.pk]["expire_at"].help_text)
