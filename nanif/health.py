"""Addresses for monitoring: whether the process lives, and whether the site can work."""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from opendata.rates import can_count

__all__ = ["healthz", "readyz"]

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is looked at: a restart would mend nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the database answers and requests can be counted; 503 where one of them fails.

    Where requests cannot be counted, public pages still work, but signing in and forms refuse.
    """
    checks = {"database": _database_answers(), "limits": can_count()}
    failed = [name for name, is_well in checks.items() if not is_well]
    if failed:
        logger.error("The site is not ready: %s", ", ".join(failed))
    states = {name: "ok" if is_well else "failed" for name, is_well in checks.items()}
    return JsonResponse(
        {"status": "failed" if failed else "ok", "checks": states}, status=503 if failed else 200
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return False
    return True
