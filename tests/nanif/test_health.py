"""Addresses for monitoring: /healthz and /readyz."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client


def test_site_that_works_says_so(client: Client, db: None) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {"database": "ok", "limits": "ok"}}
    assert "no-store" in response["Cache-Control"]
    assert client.post("/readyz").status_code == 405


def test_site_that_cannot_count_is_not_ready(
    client: Client, db: None, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file in the place of the folder")
    settings.CACHES = settings.CACHES | {
        "shared": {
            "BACKEND": "opendata.shared_cache.SharedFileCache",
            "LOCATION": tmp_path / "cache",
        }
    }
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "limits": "failed"}
    assert "The site is not ready: limits" in caplog.text
    assert client.get("/healthz").status_code == 200


def test_site_without_its_database_is_not_ready(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "failed"
