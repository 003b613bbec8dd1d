"""Addresses of the register of plans."""

from django.urls import path

from places.views import plans, plans_csv

urlpatterns = [
    path("plans/", plans, name="plans"),
    path("plans/plans.csv", plans_csv, name="plans-csv"),
]
