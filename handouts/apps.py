"""What readers take into a meeting: a page on paper for each case, and books of chosen cases."""

from django.apps import AppConfig


class HandoutsConfig(AppConfig):
    """What readers take into a meeting: hand-outs of cases, and books of chosen cases."""

    name = "handouts"
