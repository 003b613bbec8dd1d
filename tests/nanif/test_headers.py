"""Security headers on pages, files, the API and the admin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from whitenoise.middleware import WhiteNoiseMiddleware

from nanif.headers import AdminPolicyMiddleware


@pytest.mark.parametrize(
    ("address", "policy"),
    [
        ("/", "same-origin"),
        ("/nowhere/", "same-origin"),
        ("/admin/login/", "same-origin"),
        ("/readyz", "same-origin"),
        ("/robots.txt", "same-origin"),
        ("/api/v1/openapi.json", "cross-origin"),
    ],
)
def test_every_answer_has_them(client: Client, db: None, address: str, policy: str) -> None:
    response = client.get(address)
    assert response["Cross-Origin-Resource-Policy"] == policy
    assert "camera=()" in response["Permissions-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self';" in f"{response['Content-Security-Policy']};"


def test_static_files_have_them(settings: Any, tmp_path: Path) -> None:
    files = {
        "a.css": "same-origin",
        "css/embed.css": "cross-origin",
        "css/embed.0123456789ab.css": "cross-origin",
        "css/site.0123456789ab.css": "same-origin",
    }
    (tmp_path / "css").mkdir()
    for name in files:
        (tmp_path / name).write_text("a {}")
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = True

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=404)

    for name, policy in files.items():
        response = WhiteNoiseMiddleware(view)(RequestFactory().get(f"/static/{name}"))
        assert response.status_code == 200
        assert response["Cross-Origin-Resource-Policy"] == policy
        assert "camera=()" in response["Permissions-Policy"]


def test_admin_allows_scripts_from_files_alone(client: Client, db: None) -> None:
    policy = client.get(reverse("sign_in"))["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["object-src"] == "'none'"
    assert "blob:" in directives["img-src"]


def test_only_what_the_editor_frames_may_be_framed(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"X-Frame-Options": "SAMEORIGIN"})

    response: Any = AdminPolicyMiddleware(view)(rf.get("/admin/pages/1/edit/preview/"))
    assert response._csp_config["frame-ancestors"] == ["'self'"]
