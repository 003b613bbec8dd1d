"""Addresses of the contact form and of reports about errors."""

from __future__ import annotations

from django.urls import path

from contact import views

app_name = "contact"

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("contact/sent/", views.sent, name="sent"),
    path("report/", views.report, name="report"),
]
