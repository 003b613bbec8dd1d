"""The API keeps what its OpenAPI document promises, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection
from wagtail.models import Site

from nanif.api import api, described
from nanif.wsgi import application

EXAMPLES = 25
PATHS = list(api.get_openapi_schema()["paths"])


@pytest.fixture
def schema(site: Site) -> Iterator[Any]:
    """The document, read over HTTP as anybody reads it, and the application behind it.

    As with Django's own client, the end of a request leaves the test's connection open.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json?locale=en", application)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_the_document_says(schema: Any, path: str, mode: GenerationMode) -> None:
    """Right and wrong parameters; status, headers and body are compared with the document."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        # In an address every value is text, so a wrong type that this check sends ("theme=false")
        # may arrive as a right one. Wrong values of each parameter: test_answers.
        case.call_and_validate(excluded_checks=[negative_data_rejection])

    ask()


def test_document_has_every_address_with_its_problems() -> None:
    document = described("en")
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        assert list(operations) == ["get"], path
        responses = {int(status) for status in operations["get"]["responses"]}
        assert responses >= {200, 304, 400, 404, 405, 429}
