"""Pictures of editors: what is removed, what is refused, in every place where one is uploaded."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client, TestCase
from django.urls import reverse
from django.utils.translation import override
from PIL import Image, ImageCms
from wagtail.documents import get_document_model
from wagtail.users.models import UserProfile

from images import cleaning
from images.cleaning import clean_picture
from images.models import CustomImage

FIELD_CASES = Path(__file__).resolve().parent.parent / "field_cases"
GPS = (FIELD_CASES / "I01_gps_and_rotation.jpg").read_bytes()
TRUNCATED = (FIELD_CASES / "I02_truncated.jpg").read_bytes()
HEIC = (FIELD_CASES / "I03_photo.heic").read_bytes()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def huge_png(side: int = 9_000) -> bytes:
    """A small PNG file that truly has 81 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = zlib.compress((b"\0" + b"\0" * (side // 8)) * side, 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


# --- Every way in which an editor uploads -----------------------------------------------------


def add_single(client: Client, file: SimpleUploadedFile) -> str:
    response = client.post(
        reverse("wagtailimages:add"), {"title": "写真", "file": file, "people": "none"}
    )
    return "" if response.status_code == 302 else response.content.decode()


def add_multiple(client: Client, file: SimpleUploadedFile) -> str:
    response = client.post(
        reverse("wagtailimages:add_multiple"), {"title": "写真", "files[]": file}
    )
    assert response.status_code == 200
    answer = json.loads(response.content)
    return "" if answer["success"] else str(answer["error_message"])


def add_in_chooser(client: Client, file: SimpleUploadedFile) -> str:
    response = client.post(
        reverse("wagtailimages_chooser:create"),
        {
            "image-chooser-upload-title": "写真",
            "image-chooser-upload-file": file,
            "image-chooser-upload-people": "none",
        },
    )
    assert response.status_code == 200
    answer = json.loads(response.content)
    return "" if answer["step"] == "chosen" else str(answer)


def replace_file(client: Client, file: SimpleUploadedFile) -> str:
    picture = CustomImage.objects.first() or CustomImage.objects.create(
        title="vorher", file=ContentFile(encoded(Image.new("RGB", (9, 9)), "PNG"), name="a.png")
    )
    response = client.post(
        reverse("wagtailimages:edit", args=[picture.pk]),
        {"title": "写真", "file": file, "people": "none"},
    )
    return "" if response.status_code == 302 else response.content.decode()


WAYS = [add_single, add_multiple, add_in_chooser, replace_file]


@pytest.fixture
def publisher(publisher_client: Client, settings: Any, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    cache.clear()  # of renditions of other tests
    user = get_user_model().objects.get()
    UserProfile.objects.create(user=user, preferred_language="en")
    return publisher_client


def opened(picture: CustomImage) -> Image.Image:
    """The stored file, which has no open handle afterwards."""
    with Image.open(picture.file.path) as image:
        image.load()
        return image


@pytest.mark.parametrize("way", WAYS)
def test_position_and_camera_are_removed_and_the_picture_stands_upright(
    way: Callable[..., str], publisher: Client
) -> None:
    raw = Image.open(io.BytesIO(GPS))
    assert raw.getexif().get_ifd(0x8825)
    assert way(publisher, SimpleUploadedFile("IMG_0001.jpg", GPS, "image/jpeg")) == ""
    picture = CustomImage.objects.get()
    stored = opened(picture)
    assert not stored.getexif()
    assert b"Exif" not in Path(picture.file.path).read_bytes()
    turned = raw.getexif().get(0x0112) in {5, 6, 7, 8}
    assert stored.size == (raw.size[::-1] if turned else raw.size)
    assert (picture.width, picture.height) == stored.size
    assert picture.file_size == Path(picture.file.path).stat().st_size
    small = picture.get_rendition("width-100")
    with Image.open(small.file.path) as image:
        assert not image.getexif()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("IMG.jpg", TRUNCATED, "is damaged"),
        ("huge.png", huge_png(), "too many pixels"),
        ("drawing.svg", SVG, "contains code"),
        ("drawing.png", SVG, "contains code"),
        ("large.jpg", b"\xff\xd8\xff" + b"\0" * cleaning.MAX_BYTES, "larger than 10 MB"),
        ("not.heic", b"\0\0\0\x18ftypheic" + b"\0" * 40, "is damaged"),
    ],
    ids=["truncated", "huge", "svg", "svg-named-png", "large", "no-heic"],
)
def test_damaged_huge_and_hostile_pictures_get_a_message(
    way: Callable[..., str], name: str, content: bytes, words: str, publisher: Client
) -> None:
    before = CustomImage.objects.count()
    message = way(publisher, SimpleUploadedFile(name, content, "image/jpeg"))
    assert words in message
    assert name in message
    assert CustomImage.objects.count() - before <= (way is replace_file)


@pytest.mark.parametrize("way", WAYS)
def test_heic_and_avif_are_taken(way: Callable[..., str], publisher: Client) -> None:
    avif = encoded(Image.new("RGB", (60, 40), "teal"), "AVIF")
    for name, content in [("IMG_3.HEIC", HEIC), ("IMG_4.avif", avif)]:
        assert way(publisher, SimpleUploadedFile(name, content, "image/heic")) == ""
    assert {opened(one).format for one in CustomImage.objects.all()} == {"JPEG"}


def test_upload_waiting_for_its_description_is_cleaned_as_well(publisher: Client) -> None:
    """Wagtail keeps the raw file apart while another field is wrong, here the title."""
    response = publisher.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "長" * 300, "files[]": SimpleUploadedFile("IMG.jpg", GPS, "image/jpeg")},
    )
    answer = json.loads(response.content)
    number = answer["uploaded_file_id"]
    prefix = f"uploaded-image-{number}"
    publisher.post(
        reverse("wagtailimages:create_multiple_from_uploaded_image", args=[number]),
        {f"{prefix}-title": "写真", f"{prefix}-people": "none", f"{prefix}-tags": ""},
    )
    picture = CustomImage.objects.get()
    assert not opened(picture).getexif()
    assert (picture.width, picture.height) == opened(picture).size


def test_pictures_stored_by_code_are_cleaned(publisher: Client) -> None:
    picture = CustomImage.objects.create(title="x", file=ContentFile(GPS, name="IMG.jpg"))
    assert not opened(picture).getexif()
    assert (picture.width, picture.height) == opened(picture).size
    with pytest.raises((ValidationError, OSError)):
        CustomImage.objects.create(title="x", file=ContentFile(TRUNCATED, name="IMG.jpg"))


# --- What the cleaning itself does ------------------------------------------------------------


def test_colours_become_those_of_screens() -> None:
    """A profile of another colour space is applied, and leaves with the metadata."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for image in [Image.new("RGB", (9, 9), (200, 30, 40)), Image.new("L", (9, 9), 90)]:
        clean = clean_picture(encoded(image, "PNG", icc_profile=lab), "a.png")
        stored = Image.open(io.BytesIO(clean.content)).convert("RGB")
        assert "icc_profile" not in stored.info
        wanted = image.convert("RGB").getpixel((4, 4))
        assert all(abs(a - b) <= 6 for a, b in zip(stored.getpixel((4, 4)), wanted, strict=True))
    deep = Image.new("I;16", (9, 9), 40_000)
    grey = Image.open(io.BytesIO(clean_picture(encoded(deep, "PNG"), "x.png").content))
    assert abs(grey.convert("L").getpixel((4, 4)) - 156) <= 3
    cmyk = clean_picture(encoded(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG"), "c.jpg")
    red, green, blue = Image.open(io.BytesIO(cmyk.content)).getpixel((4, 4))
    assert red > 200 > 60 > max(green, blue)


def test_moving_pictures_are_refused() -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with override("en"), pytest.raises(ValidationError, match="moving picture"):
        clean_picture(content, "a.gif")


def test_largest_allowed_picture_is_decoded_within_its_limits() -> None:
    clear = Image.new("RGBA", (5_000, 5_000), (1, 2, 3, 99))
    assert clean_picture(encoded(clear, "PNG"), "a.png").width == cleaning.LONGEST_SIDE
    large = Image.new("RGB", (5_000, 5_000), "teal")
    assert clean_picture(encoded(large, "JPEG"), "a").width == cleaning.LONGEST_SIDE


def test_decoder_may_not_use_more_memory_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = encoded(Image.new("RGB", (5_000, 5_000), "teal"), "PNG")
    monkeypatch.setattr(cleaning, "MEMORY_BYTES", 90 * 1024 * 1024)
    with override("en"), pytest.raises(ValidationError, match="too large when it is unpacked"):
        clean_picture(content, "a.png")


def test_only_so_many_are_decoded_at_once(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(cleaning, "WAIT_SECONDS", 0.2)
    small = encoded(Image.new("RGB", (9, 9)), "PNG")
    with (
        cleaning.decoding_slot("a"),
        cleaning.decoding_slot("b"),
        override("en"),
        pytest.raises(ValidationError, match="Too many pictures arrive"),
    ):
        clean_picture(small, "c.png")
    assert clean_picture(small, "c.png").width == 9
    # What cannot be counted is refused.
    settings.DATA_DIR = tmp_path / "file"
    settings.DATA_DIR.write_text("no folder")
    with override("en"), pytest.raises(ValidationError, match="Too many pictures arrive"):
        clean_picture(small, "c.png")


# --- What is stored already -------------------------------------------------------------------


def test_command_cleans_what_is_stored_already(
    publisher: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = CustomImage.objects.create(
        title="clean", file=ContentFile(encoded(Image.new("RGB", (9, 9)), "PNG"), name="a.png")
    )
    old = CustomImage.objects.create(title="old", file=ContentFile(GPS, name="IMG.jpg"))
    Path(old.file.path).write_bytes(GPS)  # as a former version stored it
    sizes = old.get_rendition("width-50").file.path
    call_command("pictures_clean", "--dry-run", "--no-progress")
    assert "2 pictures, 1 would be cleaned" in capsys.readouterr().out
    assert Path(old.file.path).read_bytes() == GPS
    before = clean.file.name
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("pictures_clean", "--no-progress")
    former = old.file.path
    old.refresh_from_db()
    clean.refresh_from_db()
    assert not opened(old).getexif()
    assert (old.width, old.height) == opened(old).size
    assert not Path(former).exists()
    assert not Path(sizes).exists()
    assert clean.file.name == before
    call_command("pictures_clean", "--no-progress")
    assert "2 pictures, 0 cleaned" in capsys.readouterr().out
    Path(clean.file.path).write_bytes(TRUNCATED)
    with pytest.raises(CommandError, match="clean"):
        call_command("pictures_clean", "--no-progress")


def test_picture_that_was_stored_damaged_breaks_no_page(publisher: Client) -> None:
    old = CustomImage.objects.create(title="old", file=ContentFile(GPS, name="IMG.jpg"))
    Path(old.file.path).write_bytes(TRUNCATED)
    for url in [
        reverse("wagtailimages:index"),
        reverse("wagtailimages:edit", args=[old.pk]),
        reverse("wagtailimages_chooser:choose"),
    ]:
        assert publisher.get(url).status_code == 200, url


# --- Names from a Mac -------------------------------------------------------------------------

MAC = "カ\u3099イト\u3099"


@pytest.mark.parametrize("address", ["wagtaildocs:add", "wagtaildocs:add_multiple"])
def test_documents_from_a_mac_keep_their_voice_marks(address: str, publisher: Client) -> None:
    file = SimpleUploadedFile(f"{MAC}.pdf", b"%PDF-1.4 text", "application/pdf")
    name = "files[]" if "multiple" in address else "file"
    response = publisher.post(reverse(address), {"title": MAC, name: file})
    assert response.status_code in {200, 302}
    document = get_document_model().objects.get()
    assert document.filename == "ガイド.pdf"
    assert document.title == "ガイド"


@pytest.mark.parametrize("way", WAYS[:3])
def test_pictures_from_a_mac_keep_their_voice_marks(
    way: Callable[..., str], publisher: Client
) -> None:
    small = encoded(Image.new("RGB", (9, 9)), "PNG")
    assert way(publisher, SimpleUploadedFile(f"{MAC}.png", small, "image/png")) == ""
    assert "gaido" in CustomImage.objects.get().file.name.lower()  # Wagtail writes it in ASCII
