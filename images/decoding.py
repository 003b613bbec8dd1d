"""Decodes one picture and writes it anew, in a process of its own; run by `images.cleaning`.

Reads the file from standard input. Writes one line of JSON, then the new file. Knows neither Django
nor the settings, so that it starts quickly and a hostile file meets nothing worth having. Memory
and processor time are limited by the operating system.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageOps

_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# Formats in which several frames are an animation; in others they are further pictures of a burst.
_ANIMATED_FORMATS = {"GIF", "PNG", "WEBP", "AVIF"}


class Refused(Exception):
    """The file is not decoded; the argument is one of the keys of `cleaning.REFUSALS`."""


def limit_resources(memory: int, seconds: int) -> None:
    """Cap this process: bytes of address space, seconds of processor time, no files written."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def rewrite(content: bytes, *, max_pixels: int, longest_side: int) -> tuple[dict[str, Any], bytes]:
    """The picture alone, upright, in sRGB, at most so long; and its suffix and size.

    Raises:
        Refused: too many pixels by its header, animated, or not a picture of a known format.
    """
    formats = list(_FORMATS)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        import pillow_heif

        pillow_heif.register_heif_opener()
        formats = ["HEIF", "AVIF"]
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    # Opening reads the header alone.
    with Image.open(io.BytesIO(content), formats=formats) as image:
        if image.width * image.height > max_pixels:
            raise Refused("too-many-pixels")
        if image.format in _ANIMATED_FORMATS and getattr(image, "n_frames", 1) > 1:
            raise Refused("animated")
        # A JPEG file is decoded in about the size that is needed.
        image.draft("RGB" if image.mode != "CMYK" else "CMYK", (longest_side, longest_side))
        image.load()
        picture = _in_srgb(ImageOps.exif_transpose(image))
    picture.thumbnail((longest_side, longest_side))
    # A fresh picture: no metadata that came with the file goes along.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    target = io.BytesIO()
    if clean.mode == "RGBA":
        clean.save(target, "PNG")
        suffix = ".png"
    else:
        clean.save(target, "JPEG", quality=88, optimize=True)
        suffix = ".jpg"
    facts = {"suffix": suffix, "width": clean.width, "height": clean.height}
    return facts, target.getvalue()


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture as RGB or RGBA in the colours of screens, by its colour profile if it has one."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits of grey
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if profile and image.mode == "CMYK":
        return _converted(image, profile, "RGB") or image.convert("RGB")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    picture = image.convert(mode)
    return (_converted(picture, profile, mode) if profile else None) or picture


def _converted(image: Image.Image, profile: bytes, mode: str) -> Image.Image | None:
    """The picture in sRGB, or None where the profile is broken or for other kinds of pictures."""
    try:
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def main() -> None:
    """Decode standard input. Arguments: pixels, longest side, bytes of memory, seconds."""
    max_pixels, longest_side, memory, seconds = map(int, sys.argv[1:5])
    content = sys.stdin.buffer.read()
    limit_resources(memory, seconds)
    written = b""
    try:
        facts, written = rewrite(content, max_pixels=max_pixels, longest_side=longest_side)
    except Refused as refused:
        facts = {"refused": refused.args[0]}
    except Image.DecompressionBombError:
        facts = {"refused": "too-many-pixels"}
    except MemoryError:
        facts = {"refused": "too-much-memory"}
    except Exception:  # noqa: BLE001 - decoders raise anything at hostile files
        facts = {"refused": "broken"}
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + written)


if __name__ == "__main__":
    main()
