"""Forms that anybody may send: cheap checks come before dear ones, on each of them."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from alerts.models import Alert
from opendata.public_forms import stamp
from proposals import services
from proposals.models import Attachment, Proposal
from proposals.tokens import attachment_token
from tests.proposals.conftest import Place, answers, places, stamp_of, words

__all__ = ["answers", "places", "words"]

# Every form that somebody who is not signed in may send.
FORMS = [
    "/proposals/",
    "/en/proposals/",
    "/proposals/nonsense/amend/",
    "/alerts/",
    "/contact/",
    "/report/",
    "/confirm/nonsense/",
    "/admin/login/",
    "/admin/password_reset/",
    "/admin/invitation/nonsense/",
]


class UnreadBody(io.RawIOBase):
    """The body of a request that nobody may read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("The body was read.")

    readline = read  # type: ignore[assignment]


def send_unread(client: Client, url: str, length: int) -> Any:
    return client.generic(
        "POST",
        url,
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": UnreadBody(), "CONTENT_LENGTH": str(length)},  # type: ignore[arg-type]
    )


def png() -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(target, "PNG")
    return SimpleUploadedFile("a.png", target.getvalue(), "image/png")


@pytest.mark.django_db
@pytest.mark.parametrize("url", FORMS)
def test_what_is_too_large_is_refused_unread(url: str, client: Client) -> None:
    response = send_unread(client, url, 80 * 1024 * 1024)
    assert response.status_code == 413
    assert "MB" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "rate"),
    [("/proposals/", "proposal"), ("/alerts/", "alert"), ("/report/", "contact")],
    ids=["proposal", "alert", "report"],
)
def test_who_asks_too_often_is_refused_unread(
    url: str, rate: str, client: Client, settings: Any
) -> None:
    settings.RATES = {**settings.RATES, rate: "2/day"}
    for _number in range(4):
        client.post(url, {})
    response = send_unread(client, url, 1_000)
    assert response.status_code == 429
    assert response["Retry-After"]


@pytest.fixture
def no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise AssertionError("A file was decoded.")

    monkeypatch.setattr(services, "make_safe", refuse)


@pytest.mark.parametrize(
    ("change", "headers", "status"),
    [
        ({"stamp": "forged"}, {}, 400),
        ({"stamp": datetime.timedelta(seconds=-5)}, {}, 400),
        ({"stamp": datetime.timedelta(days=2)}, {}, 400),
        ({"stamp": stamp("alerts")}, {}, 400),
        ({"homepage": "https://example.org"}, {}, 400),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
    ids=["forged", "fast", "old", "of another form", "trap", "other site"],
)
def test_files_are_looked_at_only_after_stamp_and_trap(
    change: dict[str, Any],
    headers: dict[str, str],
    status: int,
    client: Client,
    places: dict[str, Place],
    answers: Callable[..., dict[str, Any]],
    no_decoding: None,
) -> None:
    if isinstance(age := change.get("stamp"), datetime.timedelta):
        change = {"stamp": stamp_of(age)}
    data = answers(uploads=[png()], people_consented="on") | change
    response = client.post("/proposals/", data, headers=headers)
    assert response.status_code == status
    text = response.content.decode()
    assert "教室を開いた。" in text  # what was written is still there
    assert not Attachment.objects.exists()
    assert not Proposal.objects.exists()


def test_text_is_kept_and_files_are_dropped_over_the_limit(
    client: Client,
    places: dict[str, Place],
    answers: Callable[..., dict[str, Any]],
    settings: Any,
    no_decoding: None,
) -> None:
    settings.RATES = {**settings.RATES, "proposal": "1/day"}
    client.post("/proposals/", {})
    response = client.post("/proposals/", answers(uploads=[png()], people_consented="on"))
    assert response.status_code == 429
    assert "教室を開いた。" in response.content.decode()


@pytest.mark.parametrize(
    "change", [{"stamp": ""}, {"homepage": "x"}], ids=["without stamp", "trap"]
)
def test_alerts_have_stamp_and_trap(change: dict[str, str], client: Client, db: None) -> None:
    data = {"address": "a@example.org", "frequency": "weekly", "stamp": stamp("alerts")}
    response = client.post("/alerts/", data | change)
    assert response.status_code == 400
    assert "a@example.org" in response.content.decode()
    assert not Alert.objects.exists()
    page = client.get("/alerts/").content.decode()
    assert 'name="stamp"' in page
    assert 'name="homepage"' in page


# --- Files of forms that were never finished --------------------------------------------------


def on_disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_unfinished_uploads_have_a_quota_and_a_short_life(
    client: Client,
    places: dict[str, Place],
    answers: Callable[..., dict[str, Any]],
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    private = Path(settings.DATA_DIR) / "private"
    send = lambda: client.post(  # noqa: E731
        "/proposals/", answers(title="", uploads=[png()], people_consented="on")
    )
    assert send().status_code == 400
    size = on_disk(private)
    assert size > 0
    settings.PROPOSAL_UNFINISHED_MB = 1.5 * size / 1024 / 1024
    text = send().content.decode()
    assert "選び直してください" in text
    assert on_disk(private) == size
    # A form without mistakes has room of its own.
    client.post("/proposals/", answers(uploads=[png()], people_consented="on"))
    assert Proposal.objects.count() == 1
    assert on_disk(private) == 2 * size
    # After some hours the next form with files deletes what is left.
    old = Attachment.objects.filter(proposal=None)
    token = attachment_token(old.get())
    old.update(stored_at=timezone.now() - datetime.timedelta(hours=4))
    with django_capture_on_commit_callbacks(execute=True):
        send()
    assert on_disk(private) == 2 * size
    # Whoever comes back with a file that is gone is told.
    response = client.post("/proposals/", answers(kept=[token], people_consented="on"))
    assert response.status_code == 400
    assert "選び直してください" in response.content.decode()
    # And all files of strangers together have an end.
    settings.PROPOSAL_FILES_MB = 0
    response = client.post("/proposals/", answers(uploads=[png()], people_consented="on"))
    assert response.status_code == 400
    assert Proposal.objects.count() == 1


def test_no_more_files_are_decoded_than_fit(
    client: Client,
    places: dict[str, Place],
    answers: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at = []
    usual = services.make_safe

    def counting(upload: Any) -> Any:
        looked_at.append(upload.name)
        return usual(upload)

    monkeypatch.setattr(services, "make_safe", counting)
    broken = [SimpleUploadedFile(f"{n}.jpg", b"\xff\xd8\xff" + b"\0" * 99) for n in range(20)]
    client.post("/proposals/", answers(uploads=broken, people_consented="on"))
    assert len(looked_at) == 3


@pytest.mark.django_db
def test_people_who_are_signed_in_may_send_large_files(editor_client: Client) -> None:
    """The limit on forms of strangers does not hold for the admin."""
    file = SimpleUploadedFile("a.txt", b"x" * 2 * 1024 * 1024)
    response = editor_client.post(reverse("wagtaildocs:add"), {"title": "x", "file": file})
    assert response.status_code != 413
