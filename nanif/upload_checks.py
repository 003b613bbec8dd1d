"""System checks of uploads: no settings may open files to everybody by their names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from core.storage import UploadStorage
from nanif.checks import check_environment


def former_media_folder() -> Path:
    """The folder of uploads in former versions, which web servers were told to serve."""
    return Path(settings.DATA_DIR) / "media"


def _public_folders() -> list[Path]:
    named = [settings.STATIC_ROOT, getattr(settings, "WHITENOISE_ROOT", None)]
    named += [
        entry[1] if isinstance(entry, tuple) else entry for entry in settings.STATICFILES_DIRS
    ]
    return [Path(folder).resolve() for folder in [*named, former_media_folder()] if folder]


@register()
def check_uploads_are_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse settings with which uploads would be open to everybody by their file names."""
    found: list[CheckMessage] = []
    if settings.WAGTAILDOCS_SERVE_METHOD != "serve_view":
        found.append(
            Error(
                f"WAGTAILDOCS_SERVE_METHOD={settings.WAGTAILDOCS_SERVE_METHOD!r} hands out "
                "documents without asking who may read them.",
                hint='Set it to "serve_view".',
                id="nanif.E010",
            )
        )
    storage = import_string(settings.STORAGES["default"]["BACKEND"])
    if not issubclass(storage, UploadStorage):
        found.append(
            Error(
                "STORAGES['default'] keeps uploads where addresses of their own may open them.",
                hint="Use core.storage.UploadStorage or a class derived from it.",
                id="nanif.E011",
            )
        )
    private = {
        "MEDIA_ROOT": Path(settings.MEDIA_ROOT),
        "DATA_DIR/private": Path(settings.DATA_DIR) / "private",
    }
    for name, folder in private.items():
        here = folder.resolve()
        for public in _public_folders():
            if here == public or public in here.parents or here in public.parents:
                found.append(
                    Error(
                        f"{name} ({folder}) and the public folder {public} lie within each other.",
                        hint="Keep uploads in a folder of their own, such as DATA_DIR/uploads.",
                        id="nanif.E012",
                    )
                )
                break
    old = former_media_folder()
    if not found and old.is_dir() and any(path.is_file() for path in old.rglob("*")):
        message = f"{old} still holds uploads, and a web server may serve that folder."
        hint = "Run manage.py uploads_move, and take /media/ out of the web server's settings."
        kind = Warning if settings.DEBUG else Error
        found.append(kind(message, hint=hint, id="nanif.E013"))
    return found


def refuse_unsafe_start() -> None:
    """Stop a web process whose settings would make files public.

    Raises:
        ImproperlyConfigured: names what is wrong, and the cure.
    """
    problems = [*check_environment(None), *check_uploads_are_private(None)]
    if not settings.DEBUG and problems:
        raise ImproperlyConfigured(
            "\n".join(f"{found.msg} {found.hint or ''}" for found in problems)
        )
