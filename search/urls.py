"""Addresses of the search."""

from __future__ import annotations

from django.urls import path

from search import views

app_name = "search"

urlpatterns = [
    path("", views.search_page, name="search"),
    path("click/", views.search_click, name="click"),
    path("suggest/", views.suggest_json, name="suggest"),
]
