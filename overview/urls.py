"""Addresses below the admin."""

from django.urls import path

from overview.views import BoardView, RegionsView

app_name = "overview"
urlpatterns = [
    path("regions/", RegionsView.as_view(), name="regions"),
    path("region/<str:code>/", BoardView.as_view(), name="region"),
]
