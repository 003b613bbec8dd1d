"""Addresses of the search."""

from __future__ import annotations

from django.urls import path

from search.web import views

app_name = "search"

urlpatterns = [
    path("", views.search_page, name="search"),
    path("export/", views.search_export, name="export"),
    path("feed/", views.search_feed, name="feed"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
    path("click/", views.search_click, name="click"),
    path("suggest/", views.suggest_json, name="suggest"),
]
