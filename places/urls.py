"""Addresses of the pages of places, and of what is said about all of them."""

from django.urls import path

from places.views import peers_method, place

urlpatterns = [
    path("areas/method/", peers_method, name="peers-method"),
    path("areas/<slug:code>/", place, name="area"),
]
