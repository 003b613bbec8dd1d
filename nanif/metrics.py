"""Numbers for Prometheus at /metrics, for whoever has METRICS_TOKEN.

Each process counts in a file of its own below PROMETHEUS_MULTIPROC_DIR, which gunicorn's settings
name, and an answer has the sum. Labels are few and closed: kinds of views, never addresses.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from nanif.health import engine_health, free_bytes, outbox_age
from nanif.workers import has_worker, living_workers
from search.index.outbox import pending

__all__ = ["MetricsMiddleware", "metrics"]

_REQUESTS = Counter(
    "nanif_requests", "Requests answered, by kind of view and status.", ["view", "status"]
)
_SECONDS = Histogram(
    "nanif_request_seconds",
    "Seconds until the answer, by kind of view.",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
_REFUSED = Counter("nanif_logins_refused", "Log-ins with a wrong name or password.")


class MetricsMiddleware:
    """Counts requests and how long they took. Stands outside all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Count one request."""
        began = time.perf_counter()
        response = self.get_response(request)
        view = _kind(request)
        _SECONDS.labels(view).observe(time.perf_counter() - began)
        _REQUESTS.labels(view, str(response.status_code)).inc()
        return response


def _kind(request: HttpRequest) -> str:
    """The name of the view, such as `search` or `wagtail_serve`; of the admin only that it is it.

    What no view answered (a cached page, a redirect to https) has the name of that.
    """
    if request.path_info.startswith("/admin/"):
        return "admin"
    match = request.resolver_match
    return (match.view_name or "view") if match else "none"


def _count_refused(sender: Any, **kwargs: Any) -> None:
    _REFUSED.inc()


user_login_failed.connect(_count_refused, dispatch_uid="nanif.metrics")


class _State:
    """What is looked up when somebody asks: it is the same for all processes."""

    def collect(self) -> Iterator[Metric]:
        """Each number of the state."""
        health = engine_health()
        numbers = {
            "search_ready": ("Whether the search engine answers.", health.is_ready),
            "search_documents": ("Documents in the search index.", health.documents),
            "search_needs_rebuild": ("Whether other rules made the index.", health.needs_rebuild),
            "outbox_waiting": ("Changes that wait for the search index.", pending()),
            "outbox_age_seconds": ("How long the oldest of them waits.", outbox_age()),
            "workers_wanted": ("Whether tasks are left to a worker.", has_worker()),
            "workers_living": ("Task workers that were heard of lately.", len(living_workers())),
            "disk_free_bytes": ("Free space of the disk of DATA_DIR.", free_bytes()),
        }
        for name, (meaning, number) in numbers.items():
            yield GaugeMetricFamily(f"nanif_{name}", meaning, value=float(number))
        tasks = GaugeMetricFamily("nanif_tasks", "Tasks of the worker by state.", labels=["state"])
        counted = DBTaskResult.objects.order_by().values_list("status").annotate(Count("pk"))
        for state, number in counted:
            tasks.add_metric([state.lower()], number)
        yield tasks


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All numbers, for requests with `Authorization: Bearer <METRICS_TOKEN>`; others find nothing.

    By a token, not by address: behind a web server on this machine all addresses are of this one.
    """
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    wanted = settings.METRICS_TOKEN.encode()
    if not wanted or not hmac.compare_digest(given, wanted):
        raise Http404
    if settings.METRICS_DIR:
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted, path=settings.METRICS_DIR)
        body = generate_latest(counted)
    else:
        body = generate_latest()
    state = CollectorRegistry()
    state.register(_State())
    return HttpResponse(body + generate_latest(state), content_type=CONTENT_TYPE_LATEST)
