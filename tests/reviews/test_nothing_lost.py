"""Two people at one page, a closed browser, a page moved or deleted under review, dates ahead."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from regions.models import Region
from reviews.models import Criterion
from tests.casestudies.test_publication import COMPLETE, form
from tests.reviews.test_desk import Sit, add_draft, submit
from users.roles import CURATORS

JSON = {"accept": "application/json"}


def add_url(region: Region) -> str:
    return reverse(
        "wagtailadmin_pages:add", args=["casestudies", "casestudypage", region.cases_page_id]
    )


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def said(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def test_what_was_written_when_the_browser_closed_is_among_the_drafts(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    client = signed_in(member("editor", region.editors))
    first = client.post(add_url(region), form(title="書きかけ", slug="書きかけ"), headers=JSON)
    assert first.status_code == 200, first.content
    page = CaseStudyPage.objects.get(pk=first.json()["pk"])
    second = client.post(
        edit_url(page),
        form(title="書きかけ", slug=page.slug, overview="途中までの概要。")
        | {"overwrite_revision_id": first.json()["revision_id"]},
        headers=JSON,
    )
    assert second.json()["success"], second.content
    again = signed_in(member("same-desk", region.editors))  # a colleague sees it too
    assert "途中までの概要。" in said(again, edit_url(page))
    assert "書きかけ" in said(client, reverse("wagtailadmin_home"))


def test_of_two_people_at_one_page_nobody_writes_over_the_other(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    one, two = (member(name, region.editors) for name in ["one", "two"])
    page = add_draft(region, "both", one)
    opened = page.latest_revision
    for user, text in [(one, "一人目の概要。"), (two, "二人目の概要。")]:
        signed_in(user).post(edit_url(page), form(title="両方", slug="both", overview=text))
    late = signed_in(one).post(
        edit_url(page),
        form(title="両方", slug="both", overview="遅れた自動保存。")
        | {"overwrite_revision_id": opened.pk},
        headers=JSON,
    )
    assert late.status_code == 400
    assert late.json()["error_code"] == "invalid_revision"
    kept = [revision.as_object().overview for revision in page.revisions.order_by("pk")]
    assert kept[1:] == ["一人目の概要。", "二人目の概要。"]
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().overview == "二人目の概要。"
    # The window that is still open is told so while it is open.
    ping = reverse(
        "wagtailadmin_editing_sessions:ping", args=["casestudies", "casestudypage", page.pk, 0]
    )
    told = signed_in(one).post(ping, {"revision_id": opened.pk}).json()
    assert told["other_sessions"][0]["revision_id"] == page.latest_revision_id
    assert "two" in told["html"]


def test_page_stays_public_that_is_published_while_another_saves(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    """Saving by itself runs beside an approval; it has read the page when it was a draft."""
    editor = member("editor", region.editors)
    page = add_draft(region, "race", editor)

    def publish(request: Any, edited: Page) -> None:
        CaseStudyPage.objects.get(pk=edited.pk).get_latest_revision().publish()

    with hooks.register_temporarily("before_edit_page", publish):
        signed_in(editor).post(edit_url(page), form(title="後の題名", slug="race"))
    page.refresh_from_db()
    assert page.live
    assert page.title == "取組race", "what was saved is a draft"
    assert page.get_latest_revision_as_object().title == "後の題名"


def test_page_under_review_is_not_deleted(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    editor = member("editor", region.editors)
    page = add_draft(region, "kept", editor)
    submit(page, editor)
    client = signed_in(member("curator", CURATORS))
    for url in [
        reverse("wagtailadmin_pages:delete", args=[page.pk]),
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        + f"?id={page.pk}&next=/admin/",
    ]:
        answer = client.post(url, follow=True)
        assert "確認中です：取組kept" in answer.content.decode()
        assert Page.objects.filter(pk=page.pk).exists()
    page.current_workflow_state.cancel(user=editor)
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not Page.objects.filter(pk=page.pk).exists()


def test_cases_are_not_published_past_their_review(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    """Neither many at once, nor below a page, nor by hand while others read."""
    editor = member("editor", region.editors)
    draft, read = (add_draft(region, name, editor) for name in ["one", "read"])
    submit(read, editor)
    client = signed_in(member("curator", CURATORS))
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    for chosen, options in [
        (draft.pk, {}), (read.pk, {}), (region.cases_page_id, {"include_descendants": "on"}),
    ]:  # fmt: skip
        answer = client.post(f"{bulk}?id={chosen}&next=/admin/", options, follow=True)
        assert "1件ずつ公開します。何も公開していません：取組" in answer.content.decode()
    values = form(**COMPLETE, title="急いで公開", slug="read", **{"action-publish": "1"})
    answer = client.post(edit_url(read), values, follow=True)
    assert "承認されると公開されます。" in answer.content.decode()
    assert not Page.objects.filter(pk__in=[draft.pk, read.pk], live=True).exists()
    # Pages without a checklist go together as before.
    other = region.platform
    other.save_revision()
    assert other.has_unpublished_changes
    client.post(f"{bulk}?id={other.pk}&next=/admin/")
    other.refresh_from_db()
    assert not other.has_unpublished_changes


def test_page_that_moves_under_review_asks_its_new_region(
    member: Callable[..., Any],
    signed_in: Sit,
    region: Region,
    other_region: Region,
    django_capture_on_commit_callbacks: Any,
) -> None:
    editor = member("editor", region.editors)
    member("neighbour", other_region.publishers)
    page = add_draft(region, "moved", editor)
    submit(page, editor)
    mail.outbox.clear()
    client = signed_in(member("curator", CURATORS))
    url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, other_region.cases_page_id])
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, follow=True)
    assert "移動先の担当者に確認を依頼しました。" in answer.content.decode()
    assert [message.to for message in mail.outbox] == [["neighbour@example.org"]]


def test_decision_that_a_colleague_made_already_is_said(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    editor = member("editor", region.editors)
    page = add_draft(region, "decided", editor)
    submit(page, editor)
    state = page.current_workflow_task_state
    state.task.specific.on_action(
        state, member("first", region.publishers), "reject", comment="直してください。"
    )
    client = signed_in(member("second", region.publishers))
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    assert client.post(url, {"criteria": Criterion.values}).status_code == 302
    state.refresh_from_db()
    assert (state.status, state.finished_by.username) == ("rejected", "first")


def test_many_pages_at_once_are_told_in_one_mail(
    member: Callable[..., Any], region: Region, django_capture_on_commit_callbacks: Any
) -> None:
    editor = member("editor", region.editors)
    member("publisher", region.publishers, "en")
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(9):
            submit(add_draft(region, f"sheet-{number}", editor), editor)
    subjects = [message.subject for message in mail.outbox]
    assert len(subjects) == 6
    assert subjects[-1] == "Several pages wait for your review"
    assert reverse("reviews:waiting") in mail.outbox[-1].body


def found(page: Page) -> bool:
    """Whether readers find a page by its title."""
    return page.url in said(Client(), f"/search/?q={page.title}")


def test_page_appears_and_disappears_on_its_days_in_the_search_too(
    member: Callable[..., Any],
    signed_in: Sit,
    region: Region,
    django_capture_on_commit_callbacks: Any,
) -> None:
    curator = member("curator", CURATORS)
    client = signed_in(curator)
    now = timezone.localtime()
    days = {
        "go_live_at": f"{now + datetime.timedelta(days=1):%Y-%m-%d %H:%M}",
        "expire_at": f"{now + datetime.timedelta(days=2):%Y-%m-%d %H:%M}",
    }
    title = "予約公開の取組ぞうしがや"

    def publish_due() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            call_command("publish_scheduled", verbosity=0)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            add_url(region), form(**COMPLETE, title=title, **days, **{"action-submit": "1"})
        )
        page = CaseStudyPage.objects.child_of(region.cases_page).get(title=title)
        for user in [member("publisher", region.publishers), member("second", CURATORS)]:
            state = CaseStudyPage.objects.get(pk=page.pk).current_workflow_task_state
            state.task.specific.on_action(state, user, "approve", criteria=Criterion.values)
    page.refresh_from_db()
    assert not page.live
    assert mail.outbox[-1].subject == f"承認されました（公開予定）：{title}"
    assert not found(page)

    past = timezone.now() - datetime.timedelta(minutes=1)
    revision = page.scheduled_revision
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()
    publish_due()
    page.refresh_from_db()
    assert page.live
    assert found(page)

    Page.objects.filter(pk=page.pk).update(expire_at=past)
    publish_due()
    page.refresh_from_db()
    assert not page.live
    assert not found(page)
