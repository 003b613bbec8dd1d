"""Signing in: throttle, second factor, languages, forgotten password."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_tasks import default_task_backend
from wagtail.models import Page, PageViewRestriction

from tests.users.conftest import Network
from users.models import User

LOGIN = "/admin/login/"
FACTOR = "/admin/account/second-factor/"
PASSWORD = "correct horse"


@pytest.fixture
def limits(settings: Any) -> None:
    """Limits that a test can reach."""
    settings.RATES = settings.RATES | {
        "login": "3/day", "login-client": "6/day", "login-account": "8/day",
        "login-device": "4/day", "account": "3/day", "address": "2/day",
    }  # fmt: skip


def sign_in(client: Client, name: str, password: str = PASSWORD, **extra: Any) -> Any:
    """Send the log-in form."""
    return client.post(LOGIN, {"username": name, "password": password}, **extra)


def code_now(user: User, offset: int = 0) -> str:
    """What the app on the telephone shows; each code works once, so tests take later ones."""
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, t0=device.t0 - offset * device.step):06d}"


def switch_on(client: Client, user: User) -> list[str]:
    """Set the second factor up; returns the codes for paper."""
    assert "<svg" in client.get(FACTOR).content.decode()
    response = client.post(FACTOR, {"action": "confirm", "code": code_now(user)})
    codes: list[str] = response.context["codes"]
    return codes


# --- Throttle -----------------------------------------------------------------------------------


def test_guessing_is_stopped_and_nobody_else_waits(
    network: Network, limits: None, caplog: pytest.LogCaptureFixture
) -> None:
    for _attempt in range(3):
        assert sign_in(Client(), "region-editor", "wrong").status_code == 200
    response = sign_in(Client(), "Region-Editor ")
    assert response.status_code == 429
    assert "Limit login reached" in caplog.text
    assert "region-editor" not in caplog.text.lower()
    assert "失敗が続いた" in response.content.decode()
    assert int(response["Retry-After"]) > 0
    same = sign_in(Client(), "region-editor", REMOTE_ADDR="203.0.113.5")
    assert same.status_code == 302, "the same person elsewhere"
    assert sign_in(Client(), "curator").status_code == 302, "somebody else in the same office"
    for name in ["nobody", "nobody", "nobody", "nobody"]:
        last = sign_in(Client(), name, "wrong")
    assert last.status_code == 429, "an account that does not exist is treated alike"
    assert sign_in(Client(), "translator").status_code == 429, "too many names from one client"


def test_one_account_tried_from_everywhere(network: Network, limits: None) -> None:
    for number in range(8):
        sign_in(Client(), "curator", "wrong", REMOTE_ADDR=f"203.0.113.{number}")
    assert sign_in(Client(), "curator", REMOTE_ADDR="203.0.113.99").status_code == 429
    assert sign_in(Client(), "translator", REMOTE_ADDR="203.0.113.1").status_code == 302


def test_owner_gets_in_from_a_known_browser_while_a_stranger_uses_up_all_limits(
    network: Network, limits: None
) -> None:
    owner = Client()
    assert sign_in(owner, "curator").status_code == 302
    owner.post("/admin/logout/")
    for number in range(20):
        sign_in(Client(), "curator", "wrong", REMOTE_ADDR=f"203.0.113.{number}")
    for name in ["a", "b", "c", "d", "e", "f", "curator", "curator"]:
        sign_in(Client(), name, "wrong")
    assert sign_in(Client(), "curator").status_code == 429, "a browser that nobody knows"
    assert sign_in(owner, " Curator").status_code in {200, 302}, "not refused"
    assert sign_in(owner, "curator").status_code == 302
    assert owner.get("/admin/").status_code == 200


def test_guessing_in_a_known_browser_is_limited_and_opens_no_other_account(
    network: Network, limits: None
) -> None:
    thief = Client()
    assert sign_in(thief, "curator").status_code == 302
    thief.post("/admin/logout/")
    statuses = [sign_in(thief, "curator", "wrong").status_code for _ in range(6)]
    assert statuses == [200] * 4 + [429] * 2
    statuses = [sign_in(thief, "translator", "wrong").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429], "the cookie of one account is none of another"
    name = next(name for name in thief.cookies if name.startswith("known_device_"))
    thief.cookies[name] = thief.cookies[name].value[:-1] + "x"
    assert sign_in(thief, "curator", "wrong").status_code == 200, "forged: the common limits"
    cookie = thief.cookies[name]
    assert "curator" not in f"{name}{cookie.value}"


def test_known_browsers_are_known_by_a_cookie_that_scripts_do_not_read(network: Network) -> None:
    client = Client()
    sign_in(client, "curator")
    cookie = next(value for name, value in client.cookies.items() if "known_device" in name)
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", "/admin/")


def test_a_password_alone_makes_no_browser_known_where_a_code_is_needed(network: Network) -> None:
    codes = switch_on(network.client("region-editor"), network.people["region-editor"])
    client = Client()
    sign_in(client, "region-editor")
    assert not [name for name in client.cookies if name.startswith("known_device_")]
    client.post("/admin/login/code/", {"code": codes[0]})
    assert [name for name in client.cookies if name.startswith("known_device_")]


def test_whoever_reads_the_mail_of_an_account_gets_in_during_an_attack(
    network: Network, limits: None
) -> None:
    for number in range(20):
        sign_in(Client(), "curator", "wrong", REMOTE_ADDR=f"203.0.113.{number}")
    owner = Client()
    owner.post(reverse("wagtailadmin_password_reset"), {"email": "curator@example.org"})
    link = next(line for line in mail.outbox[-1].body.split() if "/admin/password_reset/" in line)
    page = owner.get(link, follow=True)
    new = {"new_password1": "another long one", "new_password2": "another long one"}
    owner.post(page.request["PATH_INFO"], new)
    assert sign_in(owner, "curator", "another long one").status_code == 302


def test_nobody_guesses_where_nothing_can_be_counted(
    network: Network, limits: None, settings: Any, tmp_path: Path, caplog: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("opendata.rates._last_complaint", float("-inf"))
    (tmp_path / "cache").write_text("a file in the place of the folder")
    settings.CACHES = settings.CACHES | {
        "shared": {
            "BACKEND": "opendata.shared_cache.SharedFileCache",
            "LOCATION": tmp_path / "cache",
        }
    }
    client = Client()
    for _attempt in range(14):
        response = sign_in(client, "region-editor", "wrong")
        assert response.status_code == 503
        assert "技術的な理由" in response.content.decode()
    assert sign_in(client, "region-editor").status_code == 503, "nor with the right password"
    reset = client.post(reverse("wagtailadmin_password_reset"), {"email": "curator@example.org"})
    assert reset.status_code == 503
    assert not mail.outbox
    assert client.get("/about/").status_code == 200, "readers notice nothing"
    assert any("cannot be counted" in record.getMessage() for record in caplog.records)
    assert "region-editor" not in caplog.text


def test_other_doors_lead_to_the_same_log_in(network: Network) -> None:
    page = Page.objects.get(slug="about")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    response = Client().get("/about/")
    assert response.status_code == 302
    assert response["Location"].startswith(LOGIN)
    for path in ["/_util/login/", "/en/_util/login/"]:
        response = Client().post(path, {"username": "curator", "password": PASSWORD})
        assert "_auth_user_id" not in response.wsgi_request.session


# --- Second factor ------------------------------------------------------------------------------


def test_second_factor_is_asked_for_and_paper_codes_work_once(network: Network) -> None:
    user = network.people["region-editor"]
    codes = switch_on(network.client("region-editor"), user)
    assert len(codes) == 10

    client = Client()
    assert sign_in(client, "region-editor")["Location"] == "/admin/login/code/"
    assert client.get("/admin/").status_code == 302, "the password alone opens nothing"
    page = client.post("/admin/login/code/", {"code": "000000"})
    assert "コードが違うか" in page.content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, last_t=-1)
    full_width = code_now(user).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    client.post("/admin/login/code/", {"code": full_width})
    assert client.get("/admin/").status_code == 200

    for expected in [302, 200]:  # used, then used again
        client = Client()
        sign_in(client, "region-editor")
        answer = client.post("/admin/login/code/", {"code": f" {codes[0].upper()} "})
        assert answer.status_code == expected


def test_the_code_page_needs_a_password_first_and_soon(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = network.people["region-editor"]
    codes = switch_on(network.client("region-editor"), user)
    client = Client()
    assert client.post("/admin/login/code/", {"code": codes[0]})["Location"] == LOGIN
    sign_in(client, "region-editor")
    later = time.time() + 601
    monkeypatch.setattr("users.views.time.time", lambda: later)
    assert client.post("/admin/login/code/", {"code": codes[0]})["Location"] == LOGIN
    assert client.get("/admin/").status_code == 302


def test_guessing_codes_is_stopped(network: Network, limits: None) -> None:
    codes = switch_on(network.client("region-editor"), network.people["region-editor"])
    client = Client()
    sign_in(client, "region-editor")
    for _attempt in range(3):
        assert client.post("/admin/login/code/", {"code": "wrong"}).status_code == 200
    assert client.post("/admin/login/code/", {"code": codes[0]}).status_code == 429


def test_switching_off_needs_the_password_and_an_administrator_can_help(network: Network) -> None:
    user = network.people["region-editor"]
    client = network.client("region-editor")
    switch_on(client, user)
    client.post(FACTOR, {"action": "off", "password": "wrong"})
    assert TOTPDevice.objects.filter(user=user).exists()
    response = client.post(FACTOR, {"action": "codes", "password": PASSWORD})
    assert len(response.context["codes"]) == 10
    client.post(FACTOR, {"action": "off", "password": PASSWORD})
    assert not TOTPDevice.objects.filter(user=user).exists()
    assert client.get("/admin/").status_code == 200
    switch_on(client, user)
    network.client("administrator").post(reverse("account_second_factor", args=[user.pk]))
    assert sign_in(Client(), "region-editor")["Location"] == "/admin/"


def test_administrators_must_where_the_setting_says_so(network: Network) -> None:
    client = network.client("administrator")
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        assert client.get("/admin/")["Location"] == FACTOR
        assert client.get(reverse("accounts"))["Location"] == FACTOR
        assert "管理者には二段階認証が必要です" in client.get(FACTOR).content.decode()
        assert network.client("region-editor").get("/admin/").status_code == 200
        switch_on(client, network.people["administrator"])
        assert client.get("/admin/").status_code == 200
        client.post(FACTOR, {"action": "off", "password": PASSWORD})
        assert TOTPDevice.objects.filter(user=network.people["administrator"]).exists()


# --- Languages and passwords --------------------------------------------------------------------


def test_pages_before_signing_in_speak_the_visitors_language(client: Client, db: None) -> None:
    assert "管理画面へのログイン" in client.get(LOGIN).content.decode()
    english = client.get(LOGIN, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Sign in to edit" in english
    client.get(f"{LOGIN}?language=en")
    assert "Sign in to edit" in client.get(LOGIN, HTTP_ACCEPT_LANGUAGE="ja").content.decode()
    assert client.get(f"{LOGIN}?language=xx").status_code == 200


def test_forgotten_password_is_reset_in_japanese(network: Network, limits: None) -> None:
    user = network.people["region-editor"]
    client = Client()
    form = reverse("wagtailadmin_password_reset")
    client.post(form, {"email": user.email})
    assert mail.outbox[-1].subject == "NANIFサイトのパスワードの再設定"
    link = next(line for line in mail.outbox[-1].body.split() if "/admin/password_reset/" in line)
    page = client.get(link, follow=True)
    new = {"new_password1": "another long one", "new_password2": "another long one"}
    client.post(page.request["PATH_INFO"], new)
    assert sign_in(Client(), "region-editor", "another long one").status_code == 302
    assert client.get(link, follow=True).context["validlink"] is False, "used"

    sent = len(mail.outbox)
    client.post(form, {"email": "nobody@example.org"})
    assert len(mail.outbox) == sent
    client.post(form, {"email": user.email})
    assert client.post(form, {"email": user.email}).status_code == 429


def test_forgotten_password_does_the_same_for_unknown_addresses(
    network: Network, limits: None, settings: Any
) -> None:
    """The mail is enqueued, not sent, and nothing looks whether there is an account."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    queue = default_task_backend
    form = reverse("wagtailadmin_password_reset")
    Client().get(form)  # reads what is kept for all requests
    answers = []
    for email in ["curator@example.org", "nobody@example.org"]:
        with CaptureQueriesContext(connection) as queries:
            answers.append(Client().post(form, {"email": email}))
        answers[-1].queries = len(queries)
    assert not mail.outbox
    assert [result.args for result in queue.results] == [
        ["curator@example.org"], ["nobody@example.org"]
    ]  # fmt: skip
    known, unknown = answers
    assert (known.status_code, known["Location"], known.queries) == (
        unknown.status_code, unknown["Location"], unknown.queries
    )  # fmt: skip


def test_own_password_is_changed_in_the_account(network: Network) -> None:
    client = network.client("region-editor")
    page = client.get(reverse("wagtailadmin_account"))
    assert "二段階認証" in page.content.decode()
    forms = {panel.name: panel.get_form() for tab in page.context["panels_by_tab"].values()
             for panel in tab}  # fmt: skip
    values = {
        f"{form.prefix}-{name}": form.initial.get(name) or ""
        for form in forms.values()
        for name in form.fields
    }
    values |= {
        "name_email-first_name": "花子", "name_email-last_name": "山田",
        "name_email-email": "region-editor@example.org", "locale-preferred_language": "en",
        "theme-theme": "system", "theme-density": "default", "theme-contrast": "system",
        "theme-keyboard_shortcuts": "on",
        "password-old_password": PASSWORD,
        "password-new_password1": "yet another one", "password-new_password2": "yet another one",
    }  # fmt: skip
    response = client.post(reverse("wagtailadmin_account"), values)
    assert response.status_code == 302
    assert sign_in(Client(), "region-editor", "yet another one").status_code == 302
