"""Addresses of areas and of consultation desks."""

from django.urls import path

from regions.views import area, desks, desks_csv

urlpatterns = [
    path("areas/<slug:code>/", area, name="area"),
    path("desks/", desks, name="desks"),
    path("desks/desks.csv", desks_csv, name="desks-csv"),
]
