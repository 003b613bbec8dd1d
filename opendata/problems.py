"""What is wrong with a request, in the form of RFC 9457: the parameter, and what to write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import Field

__all__ = ["ParameterError", "Problem", "ProblemDetails", "not_found", "problem_response",
           "problems_of_validation", "unknown_parameters"]  # fmt: skip


class ParameterError(Schema):
    """A parameter that cannot be used."""

    parameter: str = Field(description=gettext_noop("Name of the parameter."))
    detail: str = Field(description=gettext_noop("What is wrong, and what to write instead."))


class ProblemDetails(Schema):
    """Why there is no answer."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description=gettext_noop("What is wrong, and how to fix it."))
    errors: list[ParameterError] = []


class Problem(Exception):
    """Ends a request with a status and words."""

    def __init__(self, status: int, detail: str, errors: Iterable[ParameterError] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, list(errors)


def problem_response(
    status: int, detail: str, errors: Iterable[ParameterError] = ()
) -> HttpResponse:
    """The problem as an answer."""
    details = ProblemDetails(
        title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors)
    )
    return HttpResponse(
        json.dumps(details.model_dump(), ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
    )


def not_found(parameter: str, value: object, cure: str) -> Problem:
    """Nothing has that code or name."""
    detail = _("“%(value)s” does not exist. %(cure)s") % {"value": str(value)[:80], "cure": cure}
    return Problem(404, detail, [ParameterError(parameter=parameter, detail=detail)])


def unknown_parameters(names: Iterable[str], known: Iterable[str]) -> Problem:
    """The problem, to be raised, of parameters that this address does not have; ten are named.

    A slip would silently change the answer.
    """
    known = ", ".join(sorted(known)) or _("none")
    errors = [
        ParameterError(
            parameter=name[:80],
            detail=_("Unknown parameter. Known parameters: %(known)s.") % {"known": known},
        )
        for name in list(names)[:10]
    ]
    named = ", ".join(error.parameter for error in errors)
    detail = _("Unknown parameter: %(names)s. Remove it or correct its name.")
    return Problem(400, detail % {"names": named}, errors)


def problems_of_validation(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """What pydantic found, in our words: the parameter, what is wrong, and what to write."""
    found = [
        ParameterError(parameter=_parameter(error["loc"]), detail=_cure(error)) for error in errors
    ]
    detail = " ".join(f"{error.parameter}: {error.detail}" for error in found[:5])
    is_path = any(error["loc"][0] == "path" for error in errors)
    return Problem(404 if is_path else 400, detail, found[:20])


def _parameter(location: tuple[Any, ...]) -> str:
    """The last name in a location such as ("query", "params", "theme", 0)."""
    return next((part for part in reversed(location) if isinstance(part, str)), "")


def _cure(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "int_parsing" | "int_type" | "int_parsing_size" | "int_from_float":
            return _("Use a whole number, for example 1.")
        case "greater_than_equal":
            return _("Use %(number)s or more.") % {"number": context["ge"]}
        case "less_than_equal":
            return _("Use %(number)s or less.") % {"number": context["le"]}
        case "literal_error":
            return _("Use one of: %(values)s.") % {"values": context["expected"]}
        case "string_pattern_mismatch":
            return _("Use a code of Latin letters, digits and single hyphens.")
        case "string_too_long":
            return _("Use at most %(number)d characters.") % {"number": context["max_length"]}
        case "too_long":
            return _("Give at most %(number)d values.") % {"number": context["max_length"]}
        case "date_parsing" | "date_from_datetime_parsing" | "date_from_datetime_inexact":
            return _("Use a date such as 2026-05-31.")
        case "missing":
            return _("This parameter is required.")
        case _:
            return str(error["msg"])
