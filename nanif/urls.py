"""All addresses of the site. Japanese has no prefix, English stands under /en/."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from casestudies.feeds import NewCasesFeed
from home.sitemaps import AreaSitemap, PageSitemap, ViewSitemap
from home.views import accessibility_results, glossary_csv, robots, security
from images.views import picture_file, share_picture_file
from nanif.api import api_urls
from nanif.health import healthz, readyz
from nanif.metrics import metrics
from nanif.views import api_guide
from opendata.rates import rate_limited
from opendata.views import portals

SITEMAPS = {"pages": PageSitemap, "areas": AreaSitemap, "views": ViewSitemap}

urlpatterns = [
    path("admin/", include("users.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:name>", picture_file, name="picture-file"),
    path("share/<int:page>.png", share_picture_file, name="share-picture"),
    path("api/v1/", api_urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", include("casestudies.urls")),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security, name="security"),
    path("open-data/catalog.jsonld", portals, name="open-data-dcat"),
    path(
        "sitemap.xml",
        rate_limited("sitemap")(sitemap_views.sitemap),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
]

if settings.DEBUG:
    urlpatterns += i18n_patterns(
        path("styleguide/", include("tools.styleguide")), prefix_default_language=False
    )

urlpatterns += i18n_patterns(
    path("search/", include("search.web.urls")),
    path("alerts/", include("alerts.urls")),
    path("newsletter/", include("newsletter.urls")),
    path("proposals/", include("proposals.urls")),
    path("confirm/", include("upkeep.urls")),
    path("", include("contact.urls")),
    path("api/", api_guide, name="api-guide"),
    path("", include("opendata.urls")),
    path("embed/", include("places.embed.urls")),
    path("accessibility/results/", accessibility_results, name="accessibility-results"),
    path("glossary/glossary.csv", glossary_csv, name="glossary-csv"),
    path("feeds/cases.atom", NewCasesFeed(), name="new-cases-feed"),
    path("", include("surveys.urls")),
    path("feeds/", include("events.urls")),
    path("", include("places.urls")),
    path("", include("regions.urls")),
    path("_util/login/", RedirectView.as_view(url="/admin/login/", query_string=True)),
    path("", include("programmes.urls")),
    path("", include("handouts.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)

handler404 = "home.views.page_not_found"
handler500 = "nanif.outages.server_error"
