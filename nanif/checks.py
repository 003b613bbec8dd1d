"""System checks: what is wrong with the environment is said by name, with the cure."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.http.request import validate_host


@register()
def check_environment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report every environment variable that is missing or has a wrong value."""
    return [Error(problem, id="nanif.E001") for problem in settings.ENVIRONMENT.problems]


@register(deploy=True)
def check_site_url(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Links in mails begin with SITE_URL, so a wrong one sends people nowhere."""
    problem = _problem_of_site_url(settings.SITE_URL)
    if not problem:
        return []
    return [
        Error(
            f"SITE_URL={settings.SITE_URL!r} {problem}. Links in mails would not work.",
            hint="Set it to the public address of the site, as https://www.example.org.",
            id="nanif.E002",
        )
    ]


@register(deploy=True)
def check_task_worker(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without a worker, mails are sent within the request, and the time it takes tells of them."""
    if not settings.TASKS["default"]["BACKEND"].endswith("ImmediateBackend"):
        return []
    return [
        Warning(
            "TASK_WORKER is off: asking for a new password takes longer for addresses that have "
            "an account than for others.",
            hint="Set TASK_WORKER=on and run deploy/nanif-worker.service.example.",
            id="nanif.W001",
        )
    ]


@register(deploy=True)
def check_former_names(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name variables that have another name now; the former one still counts."""
    if not settings.ENVIRONMENT.is_set("TRUSTED_PROXY"):
        return []
    return [
        Warning(
            "TRUSTED_PROXY is the former name of TRUSTED_PROXIES.",
            hint="Set TRUSTED_PROXIES to the number of proxies in front (TRUSTED_PROXY=on is 1).",
            id="nanif.W002",
        )
    ]


def _problem_of_site_url(text: str) -> str:
    """What is wrong with the address, as the end of a sentence; empty where nothing is."""
    try:
        url = urlsplit(text)
        host, _port = url.hostname or "", url.port
    except ValueError:
        return "cannot be read"
    if url.scheme not in {"http", "https"} or not host:
        return "is not an address"
    if url.scheme == "http":
        # Cookies of production are sent over https alone: nobody could sign in.
        return "begins with http, but the site is served with https"
    if url.path or url.query or url.fragment or url.username:
        return "has more than a host, such as a path"
    if not _is_public(host):
        return "is an address of this machine or of an own network"
    if not validate_host(host, settings.ALLOWED_HOSTS):
        return "has a host that is not in ALLOWED_HOSTS"
    return ""


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".localhost", ".local", ".internal"))
