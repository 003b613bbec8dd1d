"""Addresses for monitoring: /healthz and /readyz."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from nanif.error_reports import without_personal_data
from nanif.models import WorkerBeat
from nanif.workers import SILENT_SECONDS, beat, return_lost_tasks
from search.models import SearchOutbox
from tests.architecture.sources import ROOT


def test_site_that_works_says_so(client: Client, db: None) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "limited",
        "checks": {
            "database": "ok", "limits": "ok", "engine": "failed", "disk": "ok", "outbox": "ok",
            "worker": "ok",
        },
    }  # fmt: skip
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
    assert response.json()["status"] == "failed"
    assert response.json()["checks"]["limits"] == "failed"
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


def test_worker_that_is_silent_is_told(client: Client, db: None, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    assert client.get("/readyz").json()["checks"]["worker"] == "failed"
    beat("one")
    assert client.get("/readyz").json()["checks"]["worker"] == "ok"
    WorkerBeat.objects.update(seen_at=timezone.now() - timedelta(seconds=SILENT_SECONDS + 1))
    answer = client.get("/readyz")
    assert answer.json()["checks"]["worker"] == "failed"
    assert answer.status_code == 200


def test_change_that_waits_too_long_is_told(client: Client, db: None) -> None:
    SearchOutbox.objects.create(item_id=1, event="published")
    assert client.get("/readyz").json()["checks"]["outbox"] == "ok"
    SearchOutbox.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert client.get("/readyz").json()["checks"]["outbox"] == "failed"


def test_metrics_are_for_whoever_has_the_token(client: Client, db: None, settings: Any) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a-token-of-more-than-twenty-signs"
    for given in ("", "Bearer ", "Bearer another-token-of-twenty"):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404
    client.get("/search/?q=山田太郎")
    told = client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    text = told.content.decode()
    for line in ('nanif_requests_total{status="200",view="search', "nanif_outbox_waiting 0.0",
                 "nanif_workers_living 0.0", "nanif_disk_free_bytes "):  # fmt: skip
        assert line in text
    assert "山田" not in text
    assert set(alert_names()) >= {"NanifWorkerDead", "NanifOutboxWaits"}
    named = set(re.findall(r"nanif_[a-z_]+", (ROOT / "deploy/prometheus-alerts.yml").read_text()))
    named |= set(re.findall(r"nanif_[a-z_]+", (ROOT / "deploy/grafana-dashboard.json").read_text()))
    unknown = [name for name in named if name not in text]
    assert not unknown, f"alerts and the dashboard ask for numbers that are not there: {unknown}"


def alert_names() -> list[str]:
    rules = yaml.safe_load((ROOT / "deploy/prometheus-alerts.yml").read_text())
    json.loads((ROOT / "deploy/grafana-dashboard.json").read_text())
    return [rule["alert"] for group in rules["groups"] for rule in group["rules"]]


def test_monitoring_answers_while_the_database_is_away(
    client: Client, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the page cache, which asks the database before anything else."""
    settings.PAGE_CACHE = True
    client.raise_request_exception = False

    def fail() -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").json()["checks"]["database"] == "failed"


@pytest.mark.parametrize("path", ["/", "/en/", "/search/?q=x", "/admin/login/", "/api/v1/cases"])
def test_pages_say_503_while_the_database_is_away(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    client.raise_request_exception = False

    def fail() -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "no-store" in response["Cache-Control"]


def test_error_of_the_code_stays_an_error(client: Client, db: None, settings: Any) -> None:
    client.raise_request_exception = False
    settings.ROOT_URLCONF = "tests.nanif.broken_urls"
    response = client.get("/broken")
    assert response.status_code == 500
    assert "エラーが起きました" in response.content.decode()


def test_request_has_an_id_in_the_answer_and_in_the_log(
    client: Client, db: None, settings: Any
) -> None:
    given = {"X-Request-ID": "abcdefgh-1234"}
    assert client.get("/healthz", headers=given)["X-Request-ID"] != "abcdefgh-1234"
    settings.TRUSTED_PROXIES = 1
    assert client.get("/healthz", headers=given)["X-Request-ID"] == "abcdefgh-1234"
    assert client.get("/healthz", headers={"X-Request-ID": "a b"})["X-Request-ID"] != "a b"


def test_task_of_a_dead_worker_is_begun_again_and_given_up_at_last(db: None) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    lost = {"status": "RUNNING", "started_at": long_ago, "run_after": long_ago,
            "args_kwargs": {"args": [], "kwargs": {}}, "task_path": "search.tasks.deliver_changes",
            "backend_name": "default", "exception_class_path": "", "traceback": ""}  # fmt: skip
    once = DBTaskResult.objects.create(**lost, worker_ids=["dead"])
    thrice = DBTaskResult.objects.create(**lost, worker_ids=["a", "b", "dead"])
    alive = DBTaskResult.objects.create(**lost, worker_ids=["alive"])
    beat("alive")
    assert return_lost_tasks() == 2
    states = dict(DBTaskResult.objects.values_list("pk", "status"))
    assert states == {once.pk: "READY", thrice.pk: "FAILED", alive.pk: "RUNNING"}
    assert return_lost_tasks() == 0


def test_error_reports_hold_nothing_personal() -> None:
    event = {
        "event_id": "1", "user": {"id": 3}, "request": {"url": "/search/?q=山田"},
        "breadcrumbs": [], "transaction": "/proposals/secret-token",
        "exception": {"values": [{"type": "ValueError", "value": "山田",
                      "stacktrace": {"frames": [{"vars": {"q": "山田"}, "lineno": 3}]}}]},
    }  # fmt: skip
    told = json.dumps(without_personal_data(event, None), ensure_ascii=False)
    assert "ValueError" in told
    assert "lineno" in told
    assert not [word for word in ("山田", "user", "request", "secret-token") if word in told]
