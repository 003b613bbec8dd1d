"""Where uploads of strangers wait: beside the public folder, never inside it, without addresses."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

__all__ = ["PrivateFiles"]


@deconstructible
class PrivateFiles(FileSystemStorage):
    """Files below `DATA_DIR/private`, readable by the site's own user alone."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> Path:
        """The folder, as the settings have it now."""
        return Path(settings.DATA_DIR) / "private"

    @property
    def location(self) -> str:
        """The folder's full path."""
        return str(self.base_location.resolve())

    def url(self, name: str | None) -> str:
        """There is none.

        Raises:
            ValueError: always.
        """
        raise ValueError("Files that wait for a decision have no address.")
