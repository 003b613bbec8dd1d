"""Addresses of what is said about all places."""

from django.urls import path

from places.views import peers_method

urlpatterns = [
    path("areas/method/", peers_method, name="peers-method"),
]
