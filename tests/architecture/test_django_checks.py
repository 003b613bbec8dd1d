"""What Django itself can tell: migrations are complete, and production is set up safely."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from tests.architecture.sources import ROOT

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "nanif.settings.production",
    "SECRET_KEY": "k3y-for-this-test-alone-" + "abcdefghijklmnopqrstuvwxyz0123456789",
    "ALLOWED_HOSTS": "nanif.example.org",
    "SITE_URL": "https://nanif.example.org",
    "TASK_WORKER": "on",
}


def _check_production(changes: dict[str, str]) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=own | PRODUCTION | changes,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db
def test_models_have_all_their_migrations() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_production_settings_pass_the_deployment_check() -> None:
    result = _check_production({})
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        # Each variable is read on its own (tests/nanif/test_environment.py): one start tells all.
        (
            {
                "SECRET_KEY": "",
                "ALLOWED_HOSTS": "",
                "SITE_URL": "",
                "DATABASE_URL": "mysql:/nowhere",
                "SECURE_SSL_REDIRECT": "perhaps",
                "LOG_LEVEL": "LOUD",
            },
            [
                "SECRET_KEY is not set",
                "ALLOWED_HOSTS is not set",
                "SITE_URL is not set",
                "DATABASE_URL is not a database address",
                "SECURE_SSL_REDIRECT='perhaps'",
                "LOG_LEVEL='LOUD'",
            ],
        ),
        ({"SITE_URL": "http://localhost:8000"}, ["begins with http"]),
        ({"TASK_WORKER": "off"}, ["TASK_WORKER is off"]),
    ],
)
def test_wrong_variable_is_named_with_its_cure(changes: dict[str, str], named: list[str]) -> None:
    result = _check_production(changes)
    assert result.returncode != 0
    assert [text for text in named if text not in result.stderr] == []
    assert "Traceback" not in result.stderr
