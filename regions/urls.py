"""Addresses of consultation desks."""

from django.urls import path

from regions.views import desks, desks_csv

urlpatterns = [
    path("desks/", desks, name="desks"),
    path("desks/desks.csv", desks_csv, name="desks-csv"),
]
