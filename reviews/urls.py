"""Addresses below the admin."""

from django.urls import path

from reviews.views import BeginCaseView, RegionalPageView, WaitingView

app_name = "reviews"
urlpatterns = [
    path("begin-a-case/", BeginCaseView.as_view(), name="begin_case"),
    path("waiting/", WaitingView.as_view(), name="waiting"),
    path("regional-page/", RegionalPageView.as_view(), name="regional_page"),
]
