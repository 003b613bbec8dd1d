"""The first words of a case study on one screen: whose, what becomes of them, and bad input."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from core.prose import plain_text
from organisations.models import OrganisationPage
from regions.models import Region
from users.roles import CURATORS, TRANSLATORS

Sit = Callable[[Any], Client]
ADDRESS = "/admin/desk/begin-a-case/"
IMIZU, MAEBASHI = "162116", "102016"
WORDS = {
    "place": IMIZU,
    "title": "射水市：通訳ボランティアと開く防災ひろば",
    "name": "防災ひろばの会",
    "why": "避難所の場所を知らない住民が多かった。",
    "done": "通訳ボランティアと歩いて避難所を確かめた。",
    "changed": "参加した世帯が増えた。",
    "kept-text": "a1b2c3d4-one",
}


def photo(name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def made() -> CaseStudyPage:
    return CaseStudyPage.objects.get(draft_title=WORDS["title"], alias_of=None)


@pytest.fixture
def editor(member: Callable[..., Any], signed_in: Sit, region: Region, other_region: Region) -> Any:
    return signed_in(member("editor", region.editors))


def test_the_words_become_a_draft_of_the_region(editor: Client, region: Region) -> None:
    opened = editor.get(ADDRESS).content.decode()
    assert '<option value="16"' in opened, "the own region is the place until another is chosen"
    sent = editor.post(
        ADDRESS,
        {**WORDS, "photo": photo(), "photo_words": "避難所を歩く人たち", "people": "agreed"},
    )
    case = made()
    assert sent.url == reverse("wagtailadmin_pages:edit", args=[case.pk])
    assert case.get_parent().pk == region.cases_page_id
    assert not case.live
    assert case.owner.username == "editor"
    assert case.provenance == "reported"
    assert [place.area_id for place in case.places.all()] == [IMIZU]
    assert [(one.part, one.name) for one in case.actors.all()] == [("lead", "防災ひろばの会")]
    assert [plain_text(case.context), plain_text(case.actions), plain_text(case.outcomes)] == [
        WORDS["why"], WORDS["done"], WORDS["changed"],
    ]  # fmt: skip
    assert case.overview.split("\n") == [WORDS["why"], WORDS["done"], WORDS["changed"]]
    assert (case.summary, case.status, case.started, case.slug != "") == ("", None, "", True)
    assert case.image.description == "避難所を歩く人たち"
    assert case.image.people == "agreed"
    assert case.image.collection == region.collection
    # The form of the case opens with what is still missing, each line a way to its field.
    form = editor.get(sent.url).content.decode()
    assert "#id_summary-label" in form
    assert "#id_themes-label" in form
    assert "#id_places-FORMS" not in form.split("data-missing-list")[1].split("</ol>")[0]


def test_an_organisation_of_the_directory_brings_its_kind(editor: Client) -> None:
    body = OrganisationPage.objects.filter(
        alias_of=None, live=True, actor_type__isnull=False, locale__language_code="ja"
    ).first()
    assert body is not None
    editor.post(ADDRESS, {**WORDS, "name": "", "organisation": body.pk})
    case = made()
    assert [one.organisation for one in case.actors.all()] == [body]
    assert list(case.actor_types.all()) == [body.actor_type]


def test_a_photo_of_people_who_were_not_asked_is_not_for_publication(editor: Client) -> None:
    editor.post(ADDRESS, {**WORDS, "photo": photo(), "photo_words": "人びと"})
    assert made().image.people == "unknown"
    assert not made().image.may_be_shown


def test_the_same_form_sent_twice_makes_one_case(editor: Client) -> None:
    first = editor.post(ADDRESS, WORDS)
    second = editor.post(ADDRESS, WORDS)
    assert first.url == second.url == reverse("wagtailadmin_pages:edit", args=[made().pk])
    other = editor.post(ADDRESS, {**WORDS, "kept-text": "a1b2c3d4-two"})
    assert other.url != first.url, "the same words in a form that was opened anew are meant"


def test_nobody_writes_for_another_region(
    editor: Client, member: Callable[..., Any], signed_in: Sit
) -> None:
    answer = editor.post(ADDRESS, {**WORDS, "place": MAEBASHI})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert "前橋市" in body
    assert WORDS["why"] in body, "what was typed is still there"
    assert not CaseStudyPage.objects.filter(draft_title=WORDS["title"]).exists()
    curator = signed_in(member("curator", CURATORS))
    curator.post(ADDRESS, {**WORDS, "place": MAEBASHI})
    assert made().get_parent().specific.area_id == "10"
    translator = signed_in(member("translator", TRANSLATORS))
    assert translator.post(ADDRESS, {**WORDS, "title": "別の取組"}).status_code in {302, 403}
    assert not Page.objects.filter(draft_title="別の取組").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "必須"),
        ({"place": "999999"}, "選択"),
        ({"why": "長" * 301}, "300"),
        ({"photo": SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")}, "a.jpg"),
        ({"photo": "photo"}, "写真に写っているもの"),
    ],
    ids=["no title", "no place", "too long", "no picture", "no words"],
)
def test_bad_input_is_named_and_nothing_typed_is_lost(
    editor: Client, wrong: dict[str, Any], said: str
) -> None:
    if wrong.get("photo") == "photo":
        wrong = {"photo": photo()}
    pictures = get_image_model().objects.count()
    answer = editor.post(ADDRESS, {**WORDS, **wrong})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert said in body
    assert WORDS["done"] in body
    assert WORDS["kept-text"] in body, "sent again, it is still the same form"
    assert not CaseStudyPage.objects.filter(draft_title=WORDS["title"]).exists()
    assert get_image_model().objects.count() == pictures
