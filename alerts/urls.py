"""Addresses of mail alerts."""

from __future__ import annotations

from django.urls import path

from alerts import views

app_name = "alerts"

urlpatterns = [
    path("", views.alert_new, name="new"),
    path("asked/", views.alert_asked, name="asked"),
    path("confirm/<str:token>/", views.alert_confirm, name="confirm"),
    path("stop/<str:token>/", views.alert_stop, name="stop"),
]
