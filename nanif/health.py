"""Addresses for monitoring: whether the process lives, and whether the site can work."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from nanif.workers import is_worker_missing
from opendata.rates import can_count
from search.engines import current_engine
from search.engines.base import Health
from search.models import SearchOutbox

__all__ = ["MonitoringMiddleware", "engine_health", "free_bytes", "healthz", "outbox_age", "readyz"]

logger = logging.getLogger(__name__)

# Without one of these a machine should get no visitors. Without the others pages are served all
# the same, and somebody has to look.
_NEEDED = ("database", "limits")
# Changes that wait longer than this many seconds are not on their way any more.
_OUTBOX_SECONDS = 300
_FREE_BYTES = 500_000_000
# Seconds for which what the engine said is taken for true: anybody may ask.
_ENGINE_KEPT = 3.0

_engine: tuple[float, Health] | None = None


class MonitoringMiddleware:
    """Answers monitoring itself: the middlewares behind it ask the database, which may be away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.views: dict[str, Any] = {
            "/healthz": CSPMiddleware(healthz),
            "/readyz": CSPMiddleware(readyz),
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer /healthz and /readyz; let all others pass."""
        response: HttpResponse = self.views.get(request.path_info, self.get_response)(request)
        return response


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is looked at: a restart would mend nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """What works: database, limits, search engine, outbox, worker and disk.

    503 where the database does not answer or requests cannot be counted (public pages still work
    then, but signing in and forms refuse). Where another fails the status is "limited", with 200:
    taking the machine out of service would help nobody.
    """
    checks = {"database": _database_answers(), "limits": can_count()}
    checks["engine"] = engine_health().is_ready
    checks["disk"] = free_bytes() > _FREE_BYTES
    if checks["database"]:
        checks["outbox"] = outbox_age() < _OUTBOX_SECONDS
        checks["worker"] = not is_worker_missing()
    failed = [name for name, is_well in checks.items() if not is_well]
    is_ready = not set(failed).intersection(_NEEDED)
    if failed:
        state = "limited" if is_ready else "not ready"
        logger.error("The site is %s: %s", state, ", ".join(failed))
    states = {name: "ok" if is_well else "failed" for name, is_well in checks.items()}
    status = "failed" if not is_ready else "limited" if failed else "ok"
    return JsonResponse({"status": status, "checks": states}, status=200 if is_ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return False
    return True


def engine_health() -> Health:
    """What the search engine says of itself, asked every few seconds at most."""
    global _engine
    if _engine is None or time.monotonic() - _engine[0] > _ENGINE_KEPT:
        _engine = (time.monotonic(), current_engine().health())
    return _engine[1]


def outbox_age() -> float:
    """Seconds for which the oldest change waits to come into the search index; 0 where none is."""
    waiting = SearchOutbox.objects.filter(delivered_at=None).order_by("created_at")
    oldest = waiting.values_list("created_at", flat=True).first()
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def free_bytes() -> int:
    """Free space of the disk that holds DATA_DIR."""
    folder = Path(settings.DATA_DIR)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
