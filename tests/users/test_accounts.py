"""Inviting, accepting, changing a role and leaving, as the people who do it see it."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from regions.services import deprovision_region
from tests.users.conftest import Network, draft
from users.models import Invitation
from users.rights import Role

PASSWORD = "a long pass phrase"
INVITE = "/admin/accounts/invite/"
NEW = "hanako@pref.example.jp"


def answers(role: str, region: Any = "", **changes: str) -> dict[str, str]:
    """What the form to invite sends."""
    region = str(getattr(region, "pk", region))
    return {"email": NEW, "role": role, "region": region, "language": "ja", **changes}


def accepting(**changes: str) -> dict[str, str]:
    """What the form to accept sends."""
    return {
        "last_name": "山田", "first_name": "花子", "affiliation": "愛知県 多文化共生推進室",
        "password1": PASSWORD, "password2": PASSWORD, **changes,
    }  # fmt: skip


def link_in_mail() -> str:
    """The path of the link in the last mail."""
    found = re.search(r"https?://[^/\s]+(/admin/invitation/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


@pytest.fixture
def invited(network: Network, django_capture_on_commit_callbacks: Any) -> str:
    """Path of the link of an invitation to edit for Aichi."""
    with django_capture_on_commit_callbacks(execute=True):
        network.client("other-publisher").post(INVITE, answers("region-editor", network.other))
    return link_in_mail()


# --- Inviting -----------------------------------------------------------------------------------


def test_invited_person_chooses_a_password_and_works_for_the_region(
    network: Network, invited: str
) -> None:
    assert mail.outbox[-1].to == [NEW]
    assert "地域の編集者（愛知県）" in mail.outbox[-1].body
    client = Client()
    page = client.get(invited, follow=True)
    assert page.status_code == 200
    assert "アカウントの作成" in page.content.decode()
    response = client.post(invited, accepting(), follow=True)
    assert "アカウントができました" in response.content.decode()
    user = get_user_model().objects.get(email=NEW)
    assert list(user.groups.all()) == [network.other.editors]
    assert not user.is_superuser
    own = draft(network.other.platform)
    foreign = draft(network.own.platform)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[own.pk])).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:edit", args=[foreign.pk])).status_code == 302

    again = Client().get(invited)
    assert again.status_code == 410
    assert "すでに使われています" in again.content.decode()
    assert Client().post(invited, accepting(password1="x", password2="x")).status_code == 410
    signed_in = Client().login(username=NEW, password=PASSWORD)
    assert signed_in


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password2": "something else"}, "2つのパスワードが一致しません"),
        ({"password1": "12345678", "password2": "12345678"}, "パスワード"),
        ({"last_name": ""}, "必須"),
    ],
)
def test_mistakes_in_accepting_are_said(invited: str, change: dict[str, str], said: str) -> None:
    response = Client().post(invited, accepting(**change))
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not get_user_model().objects.filter(email=NEW).exists()


def test_invitation_speaks_english_to_who_wants_it(
    network: Network, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        network.client("curator").post(
            INVITE, answers("region-publisher", network.own, language="en")
        )
    message = mail.outbox[-1]
    assert message.subject == "Invitation to the editors of NANIF"
    client = Client()
    page = client.get(link_in_mail(), follow=True).content.decode()
    assert "Create the account" in page
    assert "日本語" in page
    client.post(link_in_mail(), accepting(), follow=True)
    user = get_user_model().objects.get(email=NEW)
    assert user.wagtail_userprofile.preferred_language == "en"
    client.logout()
    client.post(reverse("wagtailadmin_password_reset"), {"email": NEW})
    assert "asked for a new password" in mail.outbox[-1].body


def test_void_links_are_refused_with_a_clear_page(
    network: Network, invited: str, django_capture_on_commit_callbacks: Any
) -> None:
    invitation = Invitation.objects.get()
    forged = invited[:-3] + ("abc/" if not invited.endswith("abc/") else "xyz/")
    assert Client().get(forged).status_code == 404
    assert Client().post(forged, accepting()).status_code == 404

    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    response = Client().post(invited, accepting())
    assert response.status_code == 410
    assert "期限が切れています" in response.content.decode()

    Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(days=8))
    publisher = network.client("other-publisher")
    with django_capture_on_commit_callbacks(execute=True):
        publisher.post(reverse("invitation_send", args=[invitation.pk]))
    assert Client().get(invited).status_code == 404, "links sent earlier are void"
    newer = link_in_mail()
    assert Client().get(newer, follow=True).status_code == 200

    publisher.post(reverse("invitation_withdraw", args=[invitation.pk]))
    assert "取り消されました" in Client().post(newer, accepting()).content.decode()
    Invitation.objects.update(withdrawn_at=None)
    deprovision_region(region=network.other)
    assert "今は参加していません" in Client().post(newer, accepting()).content.decode()
    assert not get_user_model().objects.filter(email=NEW).exists()


@pytest.mark.parametrize(
    ("who", "may_invite"),
    [
        ("administrator", set(Role)),
        ("curator", {Role.REGION_EDITOR, Role.REGION_PUBLISHER}),
        ("region-publisher", {Role.REGION_EDITOR}),
        ("region-editor", set()),
        ("translator", set()),
        ("anonymous", set()),
    ],
)
def test_who_may_invite_whom(network: Network, who: str, may_invite: set[Role]) -> None:
    client = network.client(who)
    for role in Role:
        is_regional = role in {Role.REGION_EDITOR, Role.REGION_PUBLISHER}
        for region in [network.own, network.other] if is_regional else [""]:
            Invitation.objects.all().delete()
            client.post(INVITE, answers(role.value, region))
            expected = role in may_invite and not (
                who == "region-publisher" and region == network.other
            )
            assert Invitation.objects.exists() == expected, (role, region)
    assert (client.get("/admin/accounts/").status_code == 200) == bool(may_invite)
    assert ("/admin/accounts/" in client.get("/admin/").content.decode()) == bool(may_invite)


def test_addresses_of_old_invitations_are_forgotten(network: Network, invited: str) -> None:
    Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(days=91))
    network.client("curator").post(INVITE, answers("region-editor", network.own))
    assert [invitation.region for invitation in Invitation.objects.all()] == [network.own]


def test_guessing_links_is_stopped_and_who_was_invited_is_not(
    network: Network, invited: str, settings: Any
) -> None:
    settings.RATES = settings.RATES | {"account": "3/day"}
    for _time in range(5):
        assert Client().get(invited, follow=True).status_code == 200
    for _time in range(3):
        assert Client().get("/admin/invitation/guess/").status_code == 404
    assert Client().get("/admin/invitation/guess/").status_code == 429


def test_inviting_who_is_here_already_is_said(network: Network) -> None:
    response = network.client("administrator").post(
        INVITE, answers("curator", email="TRANSLATOR@example.org")
    )
    assert "アカウントはすでにあります" in response.content.decode()
    response = network.client("administrator").post(INVITE, answers("region-editor", ""))
    assert "どの地域の担当かを選んで" in response.content.decode()
    assert not Invitation.objects.exists()


def test_publishers_see_and_touch_their_own_editors_alone(network: Network) -> None:
    client = network.client("region-publisher")
    page = client.get("/admin/accounts/").content.decode()
    assert "region-editor@example.org" in page
    for other in ["other-editor", "curator", "administrator", "other-publisher"]:
        assert f"{other}@example.org" not in page
        for name in ["account_leave", "account_post", "account_second_factor"]:
            client.post(reverse(name, args=[network.people[other].pk]), {"role": "region-editor"})
        network.people[other].refresh_from_db()
        assert network.people[other].is_active
    root = get_user_model().objects.create_superuser("root", "root@example.org", "x")
    network.client("administrator").post(reverse("account_leave", args=[root.pk]))
    root.refresh_from_db()
    assert root.is_active
    for who in ["curator", "region-publisher", "administrator"]:
        assert network.client(who).get(reverse("wagtailusers_users:index")).status_code == 302
        assert network.client(who).get(reverse("wagtailusers_groups:index")).status_code == 302


# --- Changing and leaving -----------------------------------------------------------------------


def test_changing_a_role_takes_the_place_of_the_present_one(network: Network) -> None:
    user = network.people["region-editor"]
    other = Group.objects.create(name="Something else")
    user.groups.add(other)
    client = network.client("curator")
    url = reverse("account_post", args=[user.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"role": "curator", "region": ""})
    assert set(user.groups.all()) == {network.own.editors, other}, "curators make no curators"
    client.post(url, {"role": "region-publisher", "region": network.other.pk})
    assert set(user.groups.all()) == {network.other.publishers, other}


def test_who_leaves_loses_everything_but_the_pages(network: Network, invited: str) -> None:
    leaving, colleague = network.people["other-publisher"], network.people["other-editor"]
    page = draft(network.other.platform)
    Page.objects.filter(pk=page.pk).update(
        owner=leaving, locked=True, locked_by=leaving, locked_at=timezone.now()
    )
    signed_in = network.client("other-publisher")
    assert signed_in.get("/admin/").status_code == 200

    curator = network.client("curator")
    leave = reverse("account_leave", args=[leaving.pk])
    assert "ページ（1件）" in curator.get(leave).content.decode()
    stranger = network.people["region-editor"]
    assert curator.post(leave, {"receiver": stranger.pk}).status_code == 200, "not a colleague"
    curator.post(leave, {"receiver": ""})
    curator.post(leave, {"receiver": colleague.pk})

    page = Page.objects.get(pk=page.pk)
    assert not page.locked
    assert signed_in.get("/admin/").status_code == 302
    assert not Client().login(username="other-publisher", password="correct horse")
    leaving.refresh_from_db()
    assert (leaving.is_active, leaving.groups.count()) == (False, 0)
    assert Client().get(invited).status_code == 410, "the invitations end, too"
    assert curator.post(leave).status_code == 404


def test_pages_of_who_leaves_go_to_the_colleague_chosen(network: Network) -> None:
    leaving, colleague = network.people["other-publisher"], network.people["other-editor"]
    page = draft(network.other.platform)
    Page.objects.filter(pk=page.pk).update(owner=leaving)
    network.client("administrator").post(
        reverse("account_leave", args=[leaving.pk]), {"receiver": colleague.pk}
    )
    assert Page.objects.get(pk=page.pk).owner == colleague


def test_who_comes_back_gets_the_same_account(
    network: Network, django_capture_on_commit_callbacks: Any
) -> None:
    user = network.people["region-editor"]
    admin = network.client("administrator")
    admin.post(reverse("account_leave", args=[user.pk]), {"receiver": ""})
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(INVITE, answers("translator", email=user.email))
    Client().post(link_in_mail(), accepting())
    user.refresh_from_db()
    assert user.is_active
    assert [group.name for group in user.groups.all()] == ["Translators"]
