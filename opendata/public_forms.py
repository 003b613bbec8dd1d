"""One order of checks for every form that anybody may send: cheap ones before dear ones.

1. By headers, before anything of the body is read (`PublicFormsMiddleware`): its size, whether it
   comes from another site, and how often this client has sent the form.
2. By small fields, before any file is looked at (`problem_of_marks`): a field that people do not
   see, and a signed stamp that says when the form was shown.
3. What the form asks, and its files: the view.

A view is registered for the first step by `@public_form`. Any other form is small as long as nobody
is signed in.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.core import signing
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from opendata.rates import Usage, client_of, count, refusal
from page_cache.control import late_value

__all__ = [
    "FORM_LEAST",
    "FORM_VALID",
    "TRAP",
    "FormStamp",
    "HeaderChecks",
    "PublicFormsMiddleware",
    "header_checks",
    "problem_of_marks",
    "public_form",
    "read_stamp",
    "stamp",
    "stamp_again",
]

# A form of text alone, with room for long answers.
TEXT_BYTES = 512 * 1024
FORM_VALID = datetime.timedelta(hours=24)
# Nobody presses the button faster, even where the browser filled the form in or brought back what
# was kept: a longer time would stop people, who then wonder what they did wrong.
FORM_LEAST = datetime.timedelta(seconds=1)
# The name of a field that is hidden from people: whoever fills it in is a program.
TRAP = "homepage"


@dataclass(frozen=True)
class PublicForm:
    """What is known of a form before its body is read.

    Attributes:
        rate: name of the limit in `settings.RATES`; empty where the view counts by itself.
        max_bytes: of the whole body, files included.
    """

    rate: str
    max_bytes: int = TEXT_BYTES


@dataclass(frozen=True)
class HeaderChecks:
    """What the headers of a form said: a problem to show above the form, or none.

    Files of a form with a problem are dropped while they arrive; the text is kept, so that nobody
    has to write it again.
    """

    problem: str = ""
    status: int = 400
    usage: Usage | None = None

    def write_headers(self, response: HttpResponse) -> None:
        """Tell the client how often it may ask."""
        if self.usage is not None:
            self.usage.write_headers(response)


def public_form(*, rate: str = "", max_bytes: int = TEXT_BYTES) -> Callable[[Any], Any]:
    """A decorator: check the headers of what is posted to this view, see `header_checks`."""

    def mark(view: Any) -> Any:
        view.public_form = PublicForm(rate, max_bytes)
        return view

    return mark


class PublicFormsMiddleware:
    """The first step. Stands before whatever reads `request.POST`, such as Django's CSRF check."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer at once, or note what the headers say for the view."""
        if request.method != "POST":
            return None
        form: PublicForm | None = getattr(view, "public_form", None)
        if form is None:
            if SESSION_KEY in request.session:
                return None
            form = PublicForm("")
        if _length(request) > form.max_bytes:
            return _plain(
                _(
                    "This is too large to be sent: at most %(limit)d MB in all. Go back in your "
                    "browser: what you wrote is still there."
                )
                % {"limit": max(1, form.max_bytes // 1024 // 1024)},
                413,
            )
        checks = _check_headers(request, form)
        usage = checks.usage
        if usage is not None and usage.is_over and usage.used > 2 * usage.rate.limit:
            # Whoever goes on gets a bare answer, and nothing of what is sent is read.
            response = _plain(refusal(usage), usage.status)
            usage.write_headers(response)
            return response
        if checks.problem:
            request.upload_handlers = [_DropFiles(request)]
        request.header_checks = checks  # type: ignore[attr-defined]
        return None


def header_checks(request: HttpRequest) -> HeaderChecks:
    """What the first step found about this request."""
    found: HeaderChecks = request.header_checks  # type: ignore[attr-defined]
    return found


def _check_headers(request: HttpRequest, form: PublicForm) -> HeaderChecks:
    usage = count(form.rate, client_of(request)) if form.rate else None
    if usage is not None and usage.is_over:
        return HeaderChecks(refusal(usage), usage.status, usage)
    if form.rate and request.headers.get("Sec-Fetch-Site", "same-origin") not in {
        "same-origin",
        "none",
    }:
        message = _("This form was sent from another site. Please send it again from this page.")
        return HeaderChecks(message, 403, usage)
    return HeaderChecks(usage=usage)


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    # Without a length Django reads nothing.
    return int(text) if text.isdecimal() else 0


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


class _DropFiles(FileUploadHandler):
    """Stores no file, and lets the text of the form through."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


# --- The second step --------------------------------------------------------------------------


class FormStamp:
    """What a form says about itself when it comes back.

    Attributes:
        key: of this one form; sent twice it stores once.
        version: of what it shows; 0 for something new.
        is_fresh: whether it is neither too old nor sent faster than anybody writes.
        was_fast: whether it was sent faster than anybody writes.
    """

    def __init__(
        self, key: uuid.UUID, version: int, age: datetime.timedelta, least: datetime.timedelta
    ) -> None:
        self.key = key
        self.version = version
        self.was_fast = age < least
        self.is_fresh = least <= age <= FORM_VALID


def stamp(form: str, version: int = 0) -> str:
    """A signed stamp for a form that is shown now.

    On a page from the cache each visitor gets one of their own.

    Args:
        form: a name; the stamp is good for forms of this name alone.
    """
    return late_value(_signed_now, form, version)


def _signed_now(form: str, version: int) -> str:
    now = datetime.datetime.now(datetime.UTC).timestamp()
    return signing.dumps([uuid.uuid4().hex, version, now], salt=f"{form}.form")


def stamp_again(form: str, text: str, found: FormStamp | None, version: int = 0) -> str:
    """The stamp for a form that is shown again: the one that came back while that is good."""
    is_good = found is not None and (found.is_fresh or found.was_fast)
    return text if is_good else stamp(form, version)


def read_stamp(
    form: str, text: str, *, least: datetime.timedelta = datetime.timedelta(0)
) -> FormStamp | None:
    """The stamp of a form that came back; None for a forged or missing one.

    Args:
        least: how long people need at least to fill the form in.
    """
    try:
        key, version, shown = signing.loads(text, salt=f"{form}.form")
        age = datetime.datetime.now(datetime.UTC).timestamp() - float(shown)
        return FormStamp(uuid.UUID(key), int(version), datetime.timedelta(seconds=age), least)
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def problem_of_marks(data: Mapping[str, Any], found: FormStamp | None) -> str:
    """What is wrong with the hidden field or the stamp, as a message; empty where nothing is."""
    if data.get(TRAP):
        return _(
            "A hidden field was filled in, perhaps by your browser. We have cleared it. Please "
            "send the form again."
        )
    if found is None:
        return _("The form has expired. Please send it again.")
    if found.was_fast:
        return _("Sent too quickly. Please wait a few seconds and try again.")
    if not found.is_fresh:
        return _("The form was open for more than a day. Please send it again.")
    return ""
