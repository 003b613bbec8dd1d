"""Addresses of the pages on which a body answers."""

from __future__ import annotations

from django.urls import path

from upkeep import views

app_name = "upkeep"

urlpatterns = [
    path("thanks/<str:answer>/", views.thanks, name="thanks"),
    path("<str:token>/", views.answer_question, name="answer"),
]
