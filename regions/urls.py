"""Addresses of areas."""

from django.urls import path

from regions.views import area

urlpatterns = [path("areas/<slug:code>/", area, name="area")]
