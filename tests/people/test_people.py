"""People in public roles: added in the admin, removed everywhere, and not brought back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry, Page, Site

from home.models import StandardPage
from people.models import Person, RemovedPerson

ADD = reverse("people:add")
NEW = {
    "code": "yamada-hanako",
    "name_ja": "山田 花子",
    "name_en": "Hanako Yamada",
    "kana": "やまだ はなこ",
    "role_ja": "事務局長",
    "role_en": "Secretary-general",
    "affiliation_ja": "架空の会",
    "affiliation_en": "",
    "as_of": "2026-11",
    "organisation": "",
    "source_title": "名簿",
    "source_url": "https://example.org/members",
    "source_accessed": "2026-11-25",
}


@pytest.fixture
def curator(client_of: Callable[[str], Client]) -> Client:
    """Somebody who may curate people."""
    group = Group.objects.create(name="People curators")
    group.permissions.set(
        Permission.objects.filter(
            content_type__app_label__in=["people", "wagtailadmin"],
        )
    )
    return client_of("People curators")


def messages_of(response: Any) -> str:
    return response.content.decode()


def test_only_curators_may_see_and_change_people(editor_client: Client) -> None:
    assert editor_client.get(ADD).status_code == 302
    editor_client.post(ADD, NEW)
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source_url": ""}, "source_url"),
        ({"source_url": "no address"}, "source_url"),
        ({"source_accessed": "yesterday"}, "source_accessed"),
        ({"as_of": "2026-13"}, "as_of"),
        ({"code": "山田"}, "code"),
        ({"name_ja": ""}, "name_ja"),
    ],
)
def test_a_person_needs_a_source_and_dates_that_are_dates(
    curator: Client, change: dict[str, str], field: str
) -> None:
    response = curator.post(ADD, NEW | change)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Person.objects.exists()


def test_a_removed_person_leaves_no_name_and_cannot_be_added_again(curator: Client) -> None:
    curator.post(ADD, NEW)
    person = Person.objects.get()
    curator.post(reverse("people:edit", args=[person.pk]), NEW | {"role_ja": "理事"})
    assert ModelLogEntry.objects.filter(label__contains="花子").exists()

    removal = reverse("people:delete", args=[person.pk])
    assert "山田 花子" in messages_of(curator.get(removal))
    answer = curator.post(removal, follow=True)

    assert not Person.objects.exists()
    assert "花子" not in messages_of(answer)
    assert not ModelLogEntry.objects.filter(label__contains="花子").exists()
    marks = [*RemovedPerson.objects.values("salt", "digest")]
    assert len(marks) == 2
    assert "花子" not in str(marks)

    for change in [{}, {"name_ja": "山田花子", "code": "y"}, {"name_ja": "別", "code": "z"}]:
        response = curator.post(ADD, NEW | change)
        assert response.status_code == 200
        assert "削除した人物" in messages_of(response)
    assert not Person.objects.exists()

    # Somebody else of the same name: the marks can be taken away, one by one.
    for mark in RemovedPerson.objects.all():
        curator.post(reverse("removed_people:delete", args=[mark.pk]))
    assert curator.post(ADD, NEW).status_code == 302
    assert Person.objects.count() == 1


def test_marks_cannot_be_written_by_hand(admin_client: Client) -> None:
    assert admin_client.get(reverse("removed_people:add")).status_code == 302
    assert admin_client.get(reverse("removed_people:index")).status_code == 200


def test_removing_names_the_pages_whose_text_holds_the_name(curator: Client, db: None) -> None:
    home = Page.objects.get(depth=2)
    page = StandardPage(title="あいさつ", slug="greeting")
    home.add_child(instance=page)
    page.body = [("paragraph", "<p>事務局長の山田花子です。</p>")]
    page.save_revision().publish()
    curator.post(ADD, NEW)
    removal = reverse("people:delete", args=[Person.objects.get().pk])
    assert "あいさつ" in messages_of(curator.get(removal))
    answer = messages_of(curator.post(removal, follow=True))
    assert "あいさつ" in answer
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in answer


def test_a_content_reload_keeps_curators_changes_and_removals(
    site: Site, admin_client: Client, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    person = Person.objects.get(code="menju-toshihiro")
    assert person.organisation is not None
    values = {
        field.name: getattr(person, field.name)
        for field in Person._meta.fields
        if field.name not in {"id", "organisation", "loaded_digest"}
    }
    edit = reverse("people:edit", args=[person.pk])
    assert admin_client.post(edit, values | {"role_ja": "執行理事"}).status_code == 302
    call_command("load_content", settings.BASE_DIR / "content/data", verbosity=0)
    person.refresh_from_db()
    assert person.role_ja == "執行理事"

    admin_client.post(reverse("people:delete", args=[person.pk]))
    call_command("load_content", settings.BASE_DIR / "content/data", verbosity=0)
    assert not Person.objects.filter(code="menju-toshihiro").exists()
    assert "people.jsonl, row 1: removed on the site" in capsys.readouterr().out
