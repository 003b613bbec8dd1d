"""`manage.py create_dev_admin`: an administrator with a password of its own, in development."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

USERNAME = "admin"


class Command(BaseCommand):
    """Create the administrator of a development install once, and say how to sign in.

    The password is drawn for this install and kept in `DATA_DIR/admin-password.txt`, readable by
    its owner alone. An administrator who has changed the password keeps it. Refuses to run where
    DEBUG is off.
    """

    help = "Create the administrator of a development install, once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account when it is missing; print its name and password."""
        if not settings.DEBUG:
            raise CommandError(
                "create_dev_admin is for development only. Use manage.py createsuperuser here."
            )
        password_file = Path(settings.DATA_DIR) / "admin-password.txt"
        users = get_user_model()
        user = users.objects.filter(username=USERNAME).first()
        if user is None:
            password = _kept_password(password_file)
            users.objects.create_superuser(
                username=USERNAME, email="admin@example.org", password=password
            )
        elif password_file.exists() and user.check_password(password_file.read_text().strip()):
            password = password_file.read_text().strip()
        else:
            password = "(as you set it)"  # noqa: S105
        self.stdout.write(f"Admin: {USERNAME}  Password: {password}")


def _kept_password(path: Path) -> str:
    """The password in the file; drawn and written first where there is none."""
    if path.exists() and (kept := path.read_text().strip()):
        return kept
    password = secrets.token_urlsafe(12)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password + "\n")
    return password
