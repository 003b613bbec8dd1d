"""Reports of errors to a Sentry-like server, where ERROR_REPORTS_URL names one: nothing personal.

What is sent is the error, its place in the code, and the kind of view. Not sent are addresses of
pages, parameters, cookies, headers, bodies, users, values of variables, and log lines.
"""

from __future__ import annotations

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration

from nanif.logs import redact

__all__ = ["start", "without_personal_data"]

# What a report may have; everything else is left out.
_KEPT = {"event_id", "timestamp", "level", "platform", "logger", "release", "environment",
         "exception", "transaction", "sdk"}  # fmt: skip


def start(address: str) -> None:
    """Begin to send reports."""
    sentry_sdk.init(
        dsn=address,
        default_integrations=False,
        integrations=[DjangoIntegration(transaction_style="function_name")],
        before_send=without_personal_data,  # type: ignore[arg-type]
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="nanif",
        traces_sample_rate=None,
    )


def without_personal_data(event: dict[str, Any], hint: Any) -> dict[str, Any]:
    """The report with what it may have alone."""
    kept = {name: value for name, value in event.items() if name in _KEPT}
    for error in kept.get("exception", {}).get("values", []):
        # Messages of errors quote what was entered.
        error["value"] = ""
        for frame in error.get("stacktrace", {}).get("frames", []):
            frame.pop("vars", None)
    kept["transaction"] = redact(kept.get("transaction") or "")
    return kept
