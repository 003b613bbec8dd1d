"""What happens before views of the admin: language, second factor, and whose pages are named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from wagtail.admin.auth import permission_denied

from users.guards import check_view
from users.models import User
from users.second_factor import has_second_factor, is_required

Answer = Callable[[HttpRequest], HttpResponse]


class SignInLanguageMiddleware:
    """Shows the admin's pages in the visitor's language as long as nobody is signed in.

    Addresses of the admin have no language. `?language=en` chooses one and is remembered; else it
    is what the browser prefers. Once signed in, people have the language of their account.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language, and keep a choice for later."""
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        chosen = request.GET.get("language", "")
        is_choice = chosen in dict(settings.LANGUAGES)
        language = chosen if is_choice else translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if is_choice:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=365 * 24 * 3600,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response


class SecondFactorMiddleware:
    """Leads administrators to setting up a second factor where the settings require one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Anything in the admin but this page and signing out waits until it is set up."""
        if (
            settings.SECOND_FACTOR_REQUIRED
            and request.path_info.startswith("/admin/")
            and isinstance(request.user, User)
            and is_required(request.user)
            and not has_second_factor(request.user)
        ):
            setup = reverse("second_factor")
            open_pages = {
                setup,
                reverse("wagtailadmin_logout"),
                reverse("wagtailadmin_javascript_catalog"),
                reverse("wagtailadmin_sprite"),
            }
            if request.path_info not in open_pages:
                return redirect(setup)
        return self.get_response(request)


class RegionIsolationMiddleware:
    """Blocks admin views that would reveal pages or files outside the user's regions."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse in the way Wagtail does."""
        if request.path_info.startswith("/admin/"):
            try:
                check_view(request, kwargs)
            except PermissionDenied:
                denied: HttpResponse = permission_denied(request)
                return denied
        return None
