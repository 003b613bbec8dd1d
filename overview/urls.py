"""Addresses below the admin."""

from django.urls import path

from overview.views import AskRegionsView, AskView, BoardView, DatesView, RegionsView

app_name = "overview"
urlpatterns = [
    path("regions/", RegionsView.as_view(), name="regions"),
    path("regions/ask/", AskRegionsView.as_view(), name="ask_regions"),
    path("dates/", DatesView.as_view(), name="dates"),
    path("region/<str:code>/", BoardView.as_view(), name="region"),
    path("region/<str:code>/ask/", AskView.as_view(), name="ask"),
]
