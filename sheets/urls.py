"""Addresses of the spreadsheets inside the admin."""

from django.urls import path, re_path

from sheets.views import FileView, IndexView, PreviewView, UploadView

app_name = "sheets"
urlpatterns = [
    path("", IndexView.as_view(), name="index"),
    path("<slug:name>/", UploadView.as_view(), name="upload"),
    re_path(
        r"^(?P<name>[\w-]+)/(?P<purpose>template|export)\.(?P<extension>xlsx|csv)$",
        FileView.as_view(),
        name="file",
    ),
    path("<slug:name>/preview/<uuid:key>/", PreviewView.as_view(), name="preview"),
]
