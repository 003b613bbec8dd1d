"""A page stands in the other language with its own words, labelled, until it is translated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringTranslation, Translation

from casestudies.models import CaseOrigin, CaseStudyPage
from events.models import EventPage
from users.grants import grant_network_rights

Actor = Callable[[str], Client]


@pytest.fixture
def curator(site: Site, client_of: Actor) -> Client:
    grant_network_rights()
    return client_of("Curators")


@pytest.fixture
def stand_in(site: Site) -> CaseStudyPage:
    """The English stand-in of a Japanese case, whose translation was deleted."""
    english = CaseStudyPage.objects.filter(locale__language_code="en", alias_of=None).first()
    japanese = CaseStudyPage.objects.get(
        translation_key=english.translation_key, locale__language_code="ja"
    )
    english.delete()
    CaseStudyPage.objects.get(pk=japanese.pk).save_revision(clean=False).publish()
    found = CaseStudyPage.objects.get(
        translation_key=japanese.translation_key, locale__language_code="en"
    )
    assert found.alias_of_id == japanese.pk
    return found


def _begin(client: Client, stand_in: CaseStudyPage) -> Translation:
    url = reverse("wagtail_localize:submit_page_translation", args=[stand_in.alias_of_id])
    response = client.post(url, {"locales": [stand_in.locale_id], "include_subtree": ""})
    assert response.status_code == 302
    return Translation.objects.get(
        source__object_id=stand_in.translation_key, target_locale=stand_in.locale
    )


def _translate(translation: Translation, path: str, text: str) -> None:
    segment = translation.source.stringsegment_set.get(context__path=path)
    StringTranslation.objects.create(
        translation_of=segment.string,
        locale=translation.target_locale,
        context=segment.context,
        data=text,
        updated_at=timezone.now(),
    )


def _is_labelled(client: Client, page: CaseStudyPage) -> bool:
    """Whether the public page says that it shows Japanese words, and marks them."""
    html = client.get(page.url).content.decode()
    return "Japanese only" in html and f'lang="ja">{page.title}' in html.replace("\n", "")


def _publish(client: Client, page: Page, capture: Any) -> Any:
    with capture(execute=True):
        return client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"}, follow=True
        )


@pytest.mark.parametrize("role", ["Curators", "Translators"])
def test_beginning_a_translation_changes_nothing_in_public(
    stand_in: CaseStudyPage, client_of: Actor, client: Client, role: str,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    grant_network_rights()
    person = client_of(role)
    before = client.get(stand_in.url).content
    with django_capture_on_commit_callbacks(execute=True):
        _begin(person, stand_in)
    again = CaseStudyPage.objects.get(pk=stand_in.pk)
    assert again.alias_of_id == stand_in.alias_of_id
    assert again.content_language == "ja"
    after = client.get(stand_in.url).content
    assert _without_tokens(before) == _without_tokens(after)
    editor = person.get(reverse("wagtailadmin_pages:edit", args=[stand_in.pk]))
    assert "wagtail_localize/admin/edit_translation.html" in [t.name for t in editor.templates]


def _without_tokens(html: bytes) -> list[bytes]:
    return [line for line in html.splitlines() if b"nonce" not in line and b"csrf" not in line]


def test_empty_translation_is_not_published(
    curator: Client, stand_in: CaseStudyPage, django_capture_on_commit_callbacks: Any
) -> None:
    _begin(curator, stand_in)
    response = _publish(curator, stand_in, django_capture_on_commit_callbacks)
    assert "題名がまだ翻訳されていません" in response.content.decode()
    assert CaseStudyPage.objects.get(pk=stand_in.pk).alias_of_id


def test_update_from_the_source_publishes_nothing(
    curator: Client, stand_in: CaseStudyPage, django_capture_on_commit_callbacks: Any
) -> None:
    translation = _begin(curator, stand_in)
    _translate(translation, "title", "A title in English")
    url = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    offered = curator.get(url).context["form"].fields["publish_translations"]
    assert offered.disabled
    with django_capture_on_commit_callbacks(execute=True):
        curator.post(url, {"publish_translations": "on"})
    again = CaseStudyPage.objects.get(pk=stand_in.pk)
    assert again.alias_of_id
    assert again.title == stand_in.title


def test_translated_page_is_published_by_its_translator(
    curator: Client,
    client: Client,
    stand_in: CaseStudyPage,
    django_capture_on_commit_callbacks: Any,
) -> None:
    translation = _begin(curator, stand_in)
    _translate(translation, "title", "A title in English")
    _publish(curator, stand_in, django_capture_on_commit_callbacks)
    again = CaseStudyPage.objects.get(pk=stand_in.pk)
    assert again.alias_of_id is None
    assert again.live
    assert again.title == "A title in English"
    assert again.content_language == "en"
    # What is not translated is shown as Japanese, not as English.
    original = again.get_translations().get().specific
    assert original.actions
    assert not again.actions
    assert not again.get_latest_revision_as_object().actions
    sections = client.get(again.url).context["sections"]
    shown = [section.passage for section in sections if section.passage]
    assert {passage.language for passage in shown} == {"ja"}


def test_converting_to_an_ordinary_page_leads_to_translating(
    curator: Client, stand_in: CaseStudyPage
) -> None:
    url = reverse("wagtailadmin_pages:convert_alias", args=[stand_in.pk])
    response = curator.post(url)
    assert response.url == reverse(
        "wagtail_localize:submit_page_translation", args=[stand_in.alias_of_id]
    )
    with pytest.raises(ValidationError):
        ConvertAliasPageAction(stand_in).execute(skip_permission_checks=True)
    assert CaseStudyPage.objects.get(pk=stand_in.pk).alias_of_id


# --- Imported and copied pages ----------------------------------------------------------------


def _copy(client: Client, page: Page, title: str, **more: str) -> Page:
    client.post(
        reverse("wagtailadmin_pages:copy", args=[page.pk]),
        {
            "new_title": title,
            "new_slug": "a-copy",
            "new_parent_page": str(page.get_parent().pk),
            **more,
        },
    )
    return CaseStudyPage.objects.get(slug="a-copy", locale=page.locale)


def _japanese_case() -> CaseStudyPage:
    return CaseStudyPage.objects.filter(locale__language_code="ja", alias_of=None).first()


def test_copied_page_stands_in_english_once_it_is_published(
    curator: Client, client: Client
) -> None:
    copy = _copy(curator, _japanese_case(), "写した事例")
    assert not copy.live
    assert not copy.get_translations().exists()
    copy.save_revision(clean=False).publish()
    stand_in = copy.get_translations().get()
    assert stand_in.live
    assert stand_in.specific.content_language == "ja"
    assert client.get(stand_in.url).status_code == 200
    listed = client.get(stand_in.get_parent().url, follow=True).content.decode()
    assert "写した事例" in listed


def test_page_that_is_copied_in_public_stands_in_english(curator: Client) -> None:
    copy = _copy(curator, _japanese_case(), "写した事例", publish_copies="on")
    assert copy.live
    assert copy.get_translations().get().live


def test_created_page_has_one_stand_in(curator: Client) -> None:
    """Wagtail-localize makes stand-ins of pages created in the admin; publication does too."""
    parent = Page.objects.get(slug="events", locale__language_code="ja")
    page = EventPage(title="講演会", slug="kouenkai", locale=parent.locale, starts_on="2027-01-15")
    parent.add_child(instance=page)
    page.save_revision(clean=False).publish()
    english = Locale.objects.get(language_code="en")
    first = page.get_translations().get()
    assert page.copy_for_translation(english, alias=True).pk == first.pk


def test_scheduled_page_gets_its_stand_in_when_it_goes_live(site: Site) -> None:
    case = _japanese_case()
    copy = case.copy(
        update_attrs={"slug": "later", "title": "後日公開"}, keep_live=False, copy_revisions=False
    )
    copy.go_live_at = timezone.now() + timezone.timedelta(days=2)
    copy.save_revision(clean=False).publish()
    copy.refresh_from_db()
    assert not copy.live
    assert not copy.get_translations().filter(live=True).exists()


def test_copy_has_nothing_that_only_the_original_earned(curator: Client) -> None:
    case = _japanese_case()
    other = CaseStudyPage.objects.filter(locale=case.locale, alias_of=None).exclude(pk=case.pk)
    case.last_confirmed_at = timezone.localdate()
    case.last_confirmed_by = "府中市"
    case.origins = [CaseOrigin(origin=other.first(), source_title="報告書")]
    case.expire_at = timezone.now() + timezone.timedelta(days=9)
    case.save_revision(clean=False).publish()
    copy = _copy(curator, case, "写した事例")
    for page in (copy, copy.get_latest_revision_as_object()):
        assert page.last_confirmed_at is None
        assert page.last_confirmed_by == ""
        assert not page.origins.exists() if page is copy else not page.origins.all()
        assert page.first_published_at is None
        assert page.expire_at is None
        assert page.themes.all()
    case = CaseStudyPage.objects.get(pk=case.pk)
    assert case.last_confirmed_by == "府中市"
    assert case.get_translations().specific().get().last_confirmed_by == "府中市"


def test_copy_of_an_event_announces_another_one(site: Site) -> None:
    event = EventPage.objects.filter(locale__language_code="ja", status="held").first()
    assert event is not None
    copy = event.copy(update_attrs={"slug": "next", "title": "次回"}, keep_live=False)
    assert copy.status == EventPage.Status.PLANNED
    assert not copy.attendance
    assert not copy.materials.all()


def test_imported_page_stands_in_english_once_it_is_published(
    curator: Client, client: Client
) -> None:
    """In pages, lists, feeds and the API (field case P5)."""
    content = (Path(__file__).parent / "W02_import_case.csv").read_bytes()
    file = SimpleUploadedFile("W02_import_case.csv", content)
    preview = curator.post("/admin/sheets/cases/", {"file": file}, follow=True)
    curator.post(preview.redirect_chain[-1][0], {"confirm": "on"}, follow=True)
    case = CaseStudyPage.objects.get(draft_title="フィールド試験：窓口の多言語化")
    assert not case.live
    case.get_latest_revision().publish()
    stand_in = case.get_translations().get()
    assert client.get(stand_in.url).status_code == 200
    addresses = (
        stand_in.get_parent().url,
        "/en/feeds/cases.atom",
        "/api/v1/cases?locale=en&region=131041",
    )
    for address in addresses:
        assert "フィールド試験" in client.get(address, follow=True).content.decode(), address
