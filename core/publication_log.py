"""A line in the log for each page that becomes public or ceases to be, for operators."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

__all__ = ["connect", "summarised"]

logger = logging.getLogger(__name__)


def connect() -> None:
    """Log publications, whoever or whatever brings them about."""
    page_published.connect(_on_published, dispatch_uid="core.publication_log")
    page_unpublished.connect(_on_unpublished, dispatch_uid="core.publication_log")


@contextmanager
def summarised() -> Iterator[None]:
    """Leave out the lines for single pages where a whole set is loaded and counted."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _on_published(instance: Page, **kwargs: Any) -> None:
    logger.info("Page %s was published: %s", instance.pk, instance._meta.label)


def _on_unpublished(instance: Page, **kwargs: Any) -> None:
    logger.info("Page %s was unpublished: %s", instance.pk, instance._meta.label)
