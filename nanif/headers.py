"""Security headers that Django and django-csp do not set, on pages and on files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse

__all__ = ["AdminPolicyMiddleware", "SecurityHeadersMiddleware", "add_file_headers"]

# The site asks browsers for none of these, so no script that got in may either.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in [
        "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture",
        "encrypted-media", "gamepad", "geolocation", "gyroscope", "hid", "magnetometer",
        "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial",
        "usb", "xr-spatial-tracking",
    ]
)  # fmt: skip

# What the widget for other websites loads. In a sandbox it has no origin, so not that of the files.
STYLES_OF_THE_WIDGET = (
    "css/design-tokens.css", "css/tokens.css", "css/furigana.css",
    "css/embed.css",
)  # fmt: skip

# What production puts into the names of static files.
_FILE_HASH = re.compile(r"\.[0-9a-f]{12}(?=\.css$)")

# Part of an address that is a secret, in every URL pattern of the site that has one.
SECRET_PARAMETER = "token"  # noqa: S105


class SecurityHeadersMiddleware:
    """Adds the headers to whatever the site answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Views may have set stricter ones, which stay."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", _resource_policy(request))
        match = request.resolver_match
        if match is not None and SECRET_PARAMETER in match.kwargs:
            # The origin alone: `no-referrer` would have browsers send forms with `Origin: null`,
            # which the protection against forged requests refuses.
            response.headers.setdefault("Referrer-Policy", "strict-origin")
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response


class AdminPolicyMiddleware:
    """Gives the admin its own content security policy. Stands inside django-csp's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Choose the policy by the address, and frames by what the view says of them.

        Views that Wagtail shows in a frame of the editor say so in `X-Frame-Options`.
        """
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            policy = dict(settings.ADMIN_CONTENT_SECURITY_POLICY)
            if response.headers.get("X-Frame-Options", "").upper() == "SAMEORIGIN":
                policy["frame-ancestors"] = [SELF]
            response._csp_config = policy  # type: ignore[attr-defined]
        return response


def _resource_policy(request: HttpRequest) -> str:
    """Other sites may use open data in their scripts; everything else stays with this site."""
    return "cross-origin" if request.path_info.startswith("/api/") else "same-origin"


def add_file_headers(headers: Any, path: str, url: str) -> None:
    """The same for static files, which WhiteNoise serves before any view."""
    headers["Permissions-Policy"] = PERMISSIONS_POLICY
    is_for_others = _FILE_HASH.sub("", url).endswith(STYLES_OF_THE_WIDGET)
    policy = "cross-origin" if is_for_others else "same-origin"
    headers["Cross-Origin-Resource-Policy"] = policy
