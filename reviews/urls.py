"""Addresses below the admin."""

from django.urls import path

from reviews.views import RegionalPageView, WaitingView

app_name = "reviews"
urlpatterns = [
    path("waiting/", WaitingView.as_view(), name="waiting"),
    path("regional-page/", RegionalPageView.as_view(), name="regional_page"),
]
