"""What the browser needs to keep typed words until the server has them (static/js/kept-text.js).

Words that the server has not stored yet wait in the browser, encrypted with a key that only their
own account is given. A form carries a token of its browser; once it is stored, the answer tells
so in a cookie, and the browser forgets the words.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

__all__ = ["KeptTextMiddleware", "confirm_stored", "kept_text_account", "kept_text_scripts"]

_FIELD = "kept-text"
_TOKEN = re.compile(r"[A-Za-z0-9-]{8,64}")
# The next page of the same browser reads the cookie and removes it.
_COOKIE_SECONDS = 3600


def confirm_stored(request: HttpRequest) -> None:
    """Note that what this request sent is stored, so that the browser need not keep it."""
    request.kept_text_is_stored = True  # type: ignore[attr-defined]


class KeptTextMiddleware:
    """Tells the browser in a cookie which of its forms has been stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the cookie for a form that carried a token and was stored.

        Not where the page stays open and saves by itself: its script reads the answer, and more is
        typed under the same token.
        """
        response = self.get_response(request)
        saves_by_itself = request.headers.get("accept") == "application/json"
        if getattr(request, "kept_text_is_stored", False) and not saves_by_itself:
            token = request.POST.get(_FIELD, "")
            if _TOKEN.fullmatch(token):
                response.set_cookie(
                    f"kept-text-stored-{token}",
                    "1",
                    max_age=_COOKIE_SECONDS,
                    secure=settings.SESSION_COOKIE_SECURE,
                    samesite="Lax",
                )
        return response


@require_safe
@never_cache
def kept_text_account(request: HttpRequest) -> HttpResponse:
    """Whose words are kept, the key that seals them, and the token that the forms need now."""
    user = str(request.user.pk)
    key = salted_hmac("core.kept_text", user, algorithm="sha256").digest()
    return JsonResponse(
        {"user": user, "key": base64.b64encode(key).decode(), "csrf": get_token(request)}
    )


def kept_text_scripts(*, is_admin: bool) -> SafeString:
    """The scripts that keep words and send forms once, with what they say."""
    words = {
        "found": _(
            "This browser has kept what you typed here until {time} and the server does not have."
        ),
        "newer": _(
            "Another version was saved since then. If you restore yours, it becomes the newest "
            "draft, and the other one stays in the history."
        ),
        "restore": _("Put it back into the form"),
        "restorePage": _("Save it as a draft and go on"),
        "discard": _("Discard it"),
        "show": _("Look at what was kept"),
        "offline": _(
            "There is no connection. What you type is kept in this browser and saved as soon as "
            "the connection is back. Leave this page open."
        ),
        "failed": _(
            "The server could not save. What you type is kept in this browser, and saving is "
            "tried again by itself."
        ),
        "signedOut": _(
            "You are signed out. What you type is kept in this browser. Sign in in another tab, "
            "and come back: saving goes on by itself."
        ),
        "dialogueOffline": _(
            "There is no connection. Your words are still here. Send them again when it is back."
        ),
        "dialogueSignedOut": _(
            "You are signed out, and nothing was sent. Your words are still here. Sign in in "
            "another tab, come back, and send them again."
        ),
        "signIn": _("Sign in in another tab"),
        "otherAccount": _(
            "Another account is signed in in this browser. Sign in with your own account to save."
        ),
        "conflict": _(
            "Somebody else, or you in another tab, has saved a newer version of this page. What "
            "you type is kept in this browser. Save by the button to make yours the newest draft "
            "(the other one stays in the history), or load the page anew to see the other one "
            "first."
        ),
        "locked": _(
            "This page is locked, and cannot be saved now. What you type is kept in this browser."
        ),
        "refused": _(
            "The draft cannot be saved as it is; press “Save draft” to see where. What you type is "
            "kept in this browser, and saved by itself once it is corrected."
        ),
    }
    account, sign_in = (
        (reverse("kept_text_account"), reverse("wagtailadmin_login")) if is_admin else ("", "")
    )
    return format_html(
        '<script type="module" src="{}"></script>\n'
        '<script type="module" src="{}" data-kept-text-words="{}" data-kept-text-account="{}" '
        'data-kept-text-sign-in="{}"></script>',
        static("js/submit-once.js"),
        static("js/kept-text.js"),
        json.dumps(words, ensure_ascii=False),
        account,
        sign_in,
    )
