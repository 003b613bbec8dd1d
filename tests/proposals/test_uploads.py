"""Files of strangers: what a file is, is told by its content; what is kept of it is harmless."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pillow_heif
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from PIL import Image

from proposals.models import Attachment, Proposal
from proposals.uploads import MAX_BYTES, make_safe
from tests.proposals.conftest import Place


def pdf(catalog: bytes = b"<</Type/Catalog/Pages 2 0 R>>", *, packed: bytes = b"") -> bytes:
    """A PDF file of one empty page; what is packed stands compressed inside an object stream."""
    objects = [catalog, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R>>"]
    if packed:
        stream = zlib.compress(b"5 0 " + packed)
        head = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(stream)
        objects.append(head + b"stream\n" + stream + b"\nendstream")
    file, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    # An index as a stream: the only kind that can name packed objects.
    rows = [struct.pack(">BIB", 1, start, 0) for start in [*starts, len(file)]]
    if packed:
        rows.insert(4, struct.pack(">BIB", 2, 4, 0))
    size, index = len(rows) + 1, b"".join([struct.pack(">BIB", 0, 0, 255), *rows])
    head = b"<</Type/XRef/Size %d/W[1 4 1]/Root 1 0 R/Length %d>>" % (size, len(index))
    return file + b"%d 0 obj\n%sstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        size - 1, head, index, len(file),
    )  # fmt: skip


PDF = pdf()
CALLS = b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>"


def upload(content: bytes, name: str = "写真.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def zip_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 5_000_000)
    return target.getvalue()


def png_bomb() -> bytes:
    """A PNG file of some bytes that says it has 60,000 x 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """A small PNG file with a compressed text of 80 MB."""
    plain = encoded(Image.new("RGB", (4, 4)), "PNG")
    data = b"Comment\0\0" + zlib.compress(b"x" * 80_000_000, 9)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return plain[:33] + chunk + plain[33:]


def pdf_bomb() -> bytes:
    """A small PDF file with a packed object of 200 MB."""
    return pdf(CALLS, packed=b" " * 200_000_000 + b"null")


SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00\x03" + b"\0" * 100, "is a program"),
        (b"\x7fELF\x02\x01", "is a program"),
        (b"#!/bin/sh\nrm -rf /", "is a program"),
        (zip_bomb(), "is an archive"),
        (SVG, "contains code"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "contains code"),
        (b"", "is empty"),
        (b"just words", "could not read"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "is damaged"),
        (encoded(Image.new("RGB", (90, 90), "red"), "JPEG")[:300], "is damaged"),
        (png_bomb(), "too many pixels"),
        (text_bomb, "is damaged"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "is damaged"),
        (b"\0" * (MAX_BYTES + 1), "larger than 10 MB"),
        (b"%PDF-1.4 nothing more", "is an incomplete PDF"),
        (pdf(b"<</Type/Catalog/OpenAction<</S/JavaScript/JS(x)>>>>"), "contains programs"),
        (pdf(b"<</Type/Catalog/OpenAction<</S/J#61vaScript>>>>"), "contains programs"),
        (pdf(b"<</Type/Catalog/Names<</EmbeddedFiles 3 0 R>>>>"), "contains programs"),
        (pdf(CALLS, packed=b"<</S/JavaScript/JS(app.alert\\(1\\))>>"), "contains programs"),
        (pdf(CALLS, packed=b"<</S/Launch/F(cmd.exe)>>"), "contains programs"),
        (pdf_bomb, "too large when unpacked"),
        (pdf().replace(b"/Root", b"/Encrypt 3 0 R/Root"), "is password-protected"),
    ],
)
def test_what_is_dangerous_or_broken_is_refused_by_name(
    content: bytes | Callable[[], bytes], words: str
) -> None:
    """What takes seconds to pack is packed here, not by every process that collects tests."""
    content = content if isinstance(content, bytes) else content()
    with override("en"), pytest.raises(ValidationError) as refused:
        make_safe(upload(content))
    (message,) = refused.value.messages
    assert words in message
    assert "写真.jpg" in message


def test_place_and_device_are_removed_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[2] = (35.0, 10.0, 0.0)
    content = encoded(Image.new("RGB", (80, 40), "teal"), "JPEG", exif=exif, comment=b"secret")
    assert b"Phone" in content
    safe = make_safe(upload(content + b"PK\x03\x04 hidden behind it", "IMG.JPG"))
    picture = opened(safe.content)
    assert (safe.name, safe.kind) == ("IMG.jpg", "image")
    assert picture.size == (40, 80)
    assert not picture.getexif()
    for secret in [b"Phone", b"Exif", b"secret", b"hidden"]:
        assert secret not in safe.content


def test_heic_from_a_phone_becomes_jpeg() -> None:
    image = Image.new("RGB", (64, 48), "teal")
    target = io.BytesIO()
    pillow_heif.from_pillow(image).save(target, quality=80)
    safe = make_safe(upload(target.getvalue(), "IMG_0001.HEIC"))
    assert safe.name == "IMG_0001.jpg"
    assert opened(safe.content).format == "JPEG"


def test_kinds_that_are_kept() -> None:
    clear = Image.new("RGBA", (30, 30), (0, 0, 0, 0))
    assert opened(make_safe(upload(encoded(clear, "PNG"))).content).format == "PNG"
    webp = encoded(Image.new("RGB", (3000, 20), "teal"), "WEBP")
    assert opened(make_safe(upload(webp)).content).size == (2560, 17)
    harmless = pdf(CALLS, packed=b"<</S/GoTo/D[3 0 R/Fit]/T(JavaScript)>>")
    for content in (PDF, harmless):
        safe = make_safe(upload(content, "../../報告\u202e書.exe"))
        assert (safe.name, safe.kind, safe.content) == ("報告書.pdf", "pdf", content)


def test_large_file_is_stopped_while_it_arrives_and_the_rest_is_kept(
    client: Client, places: dict[str, Place], answers: Callable[..., dict[str, Any]]
) -> None:
    large = upload(b"\xff\xd8\xff" + b"\0" * 50 * 1024 * 1024, "large.jpg")
    small = upload(PDF, "small.pdf")
    response = client.post("/proposals/", answers(uploads=[large, small], people_consented="on"))
    text = response.content.decode()
    assert response.status_code == 400
    assert "large.jpg" in text
    assert "10MB" in text
    assert "教室を開いた。" in text
    assert Attachment.objects.get().name == "small.pdf"
    assert not Proposal.objects.exists()


def test_too_many_files(
    client: Client, places: dict[str, Place], answers: Callable[..., dict[str, Any]]
) -> None:
    files = [upload(PDF, f"{n}.pdf") for n in range(5)]
    response = client.post("/proposals/", answers(uploads=files, people_consented="on"))
    assert response.status_code == 400
    assert Attachment.objects.count() == 3
    without = client.post("/proposals/", answers(uploads=files[:1]))
    assert 'id="id_people_consented_error"' in without.content.decode()
