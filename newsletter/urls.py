"""Addresses of the newsletter's archive."""

from __future__ import annotations

from django.urls import path

from newsletter import views

app_name = "newsletter"

urlpatterns = [
    path("", views.archive, name="archive"),
    path("<slug:month>/", views.issue, name="issue"),
]
