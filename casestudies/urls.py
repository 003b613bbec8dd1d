"""Addresses of cases that have no language: persistent identifiers and OAI-PMH."""

from __future__ import annotations

from django.urls import path

from casestudies.views import case_identifier, oai

urlpatterns = [
    path("id/case/<slug:case>", case_identifier, name="case-identifier"),
    path("oai", oai, name="oai"),
]
