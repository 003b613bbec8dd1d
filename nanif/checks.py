"""System checks: what is wrong with the environment is said by name, with the cure."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_environment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report every environment variable that is missing or has a wrong value."""
    return [Error(problem, id="nanif.E001") for problem in settings.ENVIRONMENT.problems]
