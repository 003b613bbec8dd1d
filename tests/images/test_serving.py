"""Files open through the site's own check alone: P6 and its kin."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction
from wagtail.utils.sendfile import _get_sendfile

from images.models import CustomImage, People
from nanif.upload_checks import check_uploads_are_private


@pytest.fixture
def collection(db: None, settings: Any, tmp_path: Path) -> Collection:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.SENDFILE_ROOT = settings.MEDIA_ROOT
    cache.clear()
    return Collection.get_first_root_node().add_child(name="Aichi")


def picture(collection: Collection, **fields: Any) -> CustomImage:
    target = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(target, "PNG")
    return CustomImage.objects.create(
        title="x",
        file=ContentFile(target.getvalue(), name="photo.png"),
        collection=collection,
        **{"people": People.NONE, **fields},
    )


def restrict(collection: Collection) -> None:
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")


def body(client: Client, url: str) -> tuple[int, bytes]:
    response = client.get(url)
    return response.status_code, b"".join(response) if response.status_code == 200 else b""


def test_public_picture_opens_and_may_be_kept(client: Client, collection: Collection) -> None:
    url = picture(collection).get_rendition("width-100").url
    response = client.get(url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response["Content-Type"] == "image/jpeg"
    assert "Cookie" not in response.get("Vary", "")


def test_picture_of_a_restricted_collection_opens_for_those_let_in_alone(
    client: Client, editor_client: Client, collection: Collection
) -> None:
    url = picture(collection).get_rendition("width-100").url
    restrict(collection)
    assert client.get(url).status_code == 404
    response = editor_client.get(url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


def test_original_opens_for_those_who_work_with_it_alone(
    client: Client, client_of: Callable[[str], Client], collection: Collection
) -> None:
    original = picture(collection).file.url
    assert client.get(original).status_code == 404
    assert client_of("Editors").get(original).status_code == 200
    restrict(collection)
    assert client.get(original).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"people": People.UNKNOWN},
        {"permission_until": datetime.date(2020, 1, 1)},
    ],
)
def test_picture_without_consent_or_past_its_day_is_not_served(
    fields: dict[str, Any], client: Client, editor_client: Client, collection: Collection
) -> None:
    url = picture(collection, **fields).get_rendition("width-100").url
    assert client.get(url).status_code == 404
    assert editor_client.get(url).status_code == 200


def test_last_day_counts(client: Client, collection: Collection) -> None:
    today = timezone.localdate()
    shown = picture(collection, permission_until=today).get_rendition("width-100").url
    assert client.get(shown).status_code == 200


@pytest.mark.parametrize("name", ["ガイド.txt", "カ\u3099イト\u3099.txt"])
def test_document_opens_by_its_address_and_never_by_its_file_name(
    name: str, client: Client, editor_client: Client, collection: Collection
) -> None:
    document = get_document_model().objects.create(
        title="x", file=ContentFile(b"secret", name=name), collection=collection
    )
    assert document.filename == "ガイド.txt"
    assert body(client, document.url) == (200, b"secret")
    restrict(collection)
    assert client.get(document.url).status_code == 302
    for reader in (client, editor_client):
        assert reader.get(document.file.url).status_code == 404
    for path in ["/media/documents/", "/media/../db.sqlite3", "/media/%2e%2e/db.sqlite3"]:
        assert client.get(path).status_code == 404


def test_web_server_sends_the_file_where_it_is_told_to(
    client: Client, collection: Collection, settings: Any
) -> None:
    settings.SENDFILE_BACKEND = "django_sendfile.backends.nginx"
    settings.SENDFILE_URL = "/internal-uploads"
    stored = picture(collection)
    document = get_document_model().objects.create(
        title="x", file=ContentFile(b"x", name="案内.pdf"), collection=collection
    )
    _get_sendfile.clear()
    try:
        response = client.get(stored.get_rendition("width-100").url)
        assert response["X-Accel-Redirect"] == "/internal-uploads/images/photo.width-100.jpg"
        assert response.content == b""
        response = client.get(document.url)
        assert response["X-Accel-Redirect"].startswith("/internal-uploads/documents/%E6")
    finally:
        _get_sendfile.clear()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"WAGTAILDOCS_SERVE_METHOD": "direct"}, "WAGTAILDOCS_SERVE_METHOD"),
        ({"MEDIA_ROOT": "static/uploads"}, "MEDIA_ROOT"),
        ({"MEDIA_ROOT": "media"}, "MEDIA_ROOT"),
        ({"MEDIA_ROOT": "."}, "MEDIA_ROOT"),
        (
            {"STORAGES": {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}},
            "STORAGES",
        ),
    ],
)
def test_production_does_not_start_where_files_would_be_public(
    changes: dict[str, Any], named: str, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MEDIA_ROOT = settings.SENDFILE_ROOT = tmp_path / "uploads"
    assert not check_uploads_are_private(None)
    for name, value in changes.items():
        setattr(settings, name, tmp_path / value if name == "MEDIA_ROOT" else value)
    (problem,) = check_uploads_are_private(None)
    assert named in problem.msg
    assert problem.level >= 40


def test_files_of_the_former_public_folder_are_found_and_moved(
    collection: Collection, tmp_path: Path
) -> None:
    old = tmp_path / "media" / "documents"
    old.mkdir(parents=True)
    (old / "secret.txt").write_text("secret")
    (tmp_path / "uploads" / "documents").mkdir(parents=True)
    (problem,) = check_uploads_are_private(None)
    assert "uploads_move" in problem.hint
    call_command("uploads_move", "--dry-run", verbosity=0)
    assert (old / "secret.txt").exists()
    call_command("uploads_move", verbosity=0)
    assert (tmp_path / "uploads/documents/secret.txt").read_text() == "secret"
    assert not (tmp_path / "media").exists()
    assert not check_uploads_are_private(None)
    # A file that is there under the same name already is kept in both places, and named.
    old.mkdir(parents=True)
    (old / "secret.txt").write_text("another")
    with pytest.raises(Exception, match=r"secret\.txt"):
        call_command("uploads_move", verbosity=0)
    assert (tmp_path / "uploads/documents/secret.txt").read_text() == "secret"
