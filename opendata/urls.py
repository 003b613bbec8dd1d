"""Addresses of the catalogue in each language; that for data portals has none (nanif.urls)."""

from django.urls import path

from opendata.views import catalogue, tables

urlpatterns = [
    path("open-data/", catalogue, name="open-data"),
    path("open-data/datapackage.json", tables, name="open-data-package"),
]
