"""Browsers in which somebody has signed in before, known by a signed cookie for each account.

Failed log-ins to one account are limited wherever they come from, so a stranger could use that
limit up and keep its owner out. Somebody who signs in from a known browser is counted by that
cookie alone: it has a limit of its own, which no stranger can use up. The cookie proves nothing
else; the password and the second factor are asked for as ever.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from users.models import User

__all__ = ["device_of", "remember_device"]

KNOWN_FOR = timedelta(days=180)

_SALT = "users.known_devices"


def device_of(request: HttpRequest, account: str) -> str:
    """What tells this browser apart, if the account has signed in in it before; else empty.

    Args:
        account: a user name, however its letters are written.
    """
    account = _normal(account)
    cookie = request.COOKIES.get(_cookie_name(account), "")
    try:
        name, device = signing.loads(cookie, salt=_SALT, max_age=KNOWN_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if name == _digest(account) else ""


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Know this browser again. Call it only once somebody is signed in completely."""
    account = _normal(user.get_username())
    device = device_of(request, account) or secrets.token_urlsafe(16)
    response.set_cookie(
        _cookie_name(account),
        signing.dumps([_digest(account), device], salt=_SALT),
        max_age=KNOWN_FOR,
        path="/admin/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie_name(account: str) -> str:
    """One cookie for each account, since colleagues share browsers; it does not tell the name."""
    return f"known_device_{_digest(account)[:12]}"


def _digest(account: str) -> str:
    return salted_hmac(_SALT, account).hexdigest()[:32]


def _normal(account: str) -> str:
    return account.strip().lower()
