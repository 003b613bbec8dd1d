"""Webinars, symposia and meetings, with their calendars."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Webinars, symposia and meetings, with their calendars."""

    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Register what the public search knows of events, and follow their publication."""
        from wagtail.signals import page_published

        from organisations.own_pages import register_role
        from page_cache.moments import register_moments

        from . import datasets, search_documents  # noqa: F401
        from .models import EventOrganiser, EventPage
        from .selectors import next_end
        from .services import on_published

        register_moments(next_end)
        page_published.connect(on_published, sender=EventPage, dispatch_uid="events")
        register_role(EventOrganiser)
