"""Addresses of the public form and of private links."""

from __future__ import annotations

from django.urls import path

from proposals import views

app_name = "proposals"

urlpatterns = [
    path("", views.proposal_new, name="new"),
    path("sent/", views.proposal_sent, name="sent"),
    path("<str:token>/", views.proposal_follow, name="follow"),
    path("<str:token>/amend/", views.proposal_amend, name="amend"),
]
