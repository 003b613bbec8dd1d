"""The admin keeps its content security policy, and everything in it works under it.

The fixture `visit` fails where anything breaks the policy; these tests open and use what Wagtail
starts with scripts inside the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from casestudies.models import CaseStudyPage
from home.models import HomePage
from programmes.models import Grant
from tests.architecture.test_permission_map import viewsets_by_model
from tests.browser.conftest import Visit, begin_session

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = (
    "window.broken = false; const bad = document.createElement('script');"
    "bad.textContent = 'window.broken = true'; document.body.append(bad); window.broken"
)


@pytest.fixture
def admin(visit: Callable[..., Visit], django_user_model: Any) -> Visit:
    """A window of a superuser."""
    django_user_model.objects.create_superuser("boss", "boss@example.org", "pass-boss")
    window = visit("ja")
    window.page.set_default_navigation_timeout(120_000)  # long forms, on a busy machine
    begin_session(window.page, window.site, "boss")
    return window


def case_study() -> CaseStudyPage:
    """A case study in Japanese."""
    originals = CaseStudyPage.objects.live().filter(alias_of=None)
    original = originals.filter(locale__language_code="ja").first()
    assert original is not None
    return original


def test_form_of_a_case_study_works(admin: Visit) -> None:
    admin.go(reverse("wagtailadmin_pages:edit", args=[case_study().pk]))
    page = admin.page
    # Rows of an inline panel, with a date chooser in the row that was added.
    add = page.locator("[id$='sources-ADD']").first
    before = page.locator("[id$='sources-FORMS'] > *").count()
    add.scroll_into_view_if_needed()
    add.click()
    assert page.locator("[id$='sources-FORMS'] > *").count() == before + 1
    # The chooser of pages.
    page.keyboard.press("Escape")
    page.locator("[data-side-panel-toggle='status']").first.click()
    # The schedule's date and time chooser.
    page.locator("[data-a11y-dialog-show='schedule-publishing-dialog']").first.click()
    field = page.locator("#id_go_live_at")
    field.click()
    page.locator(".xdsoft_datetimepicker:visible").first.wait_for()
    # Rich text.
    assert page.locator(".public-DraftEditor-content").count() >= 1


def test_choosers_and_uploads_work(admin: Visit) -> None:
    home = HomePage.objects.get(locale__language_code="ja")
    admin.go(reverse("wagtailadmin_pages:edit", args=[home.pk]))
    page = admin.page
    chooser = page.locator("[data-chooser-action-choose]:visible").first
    chooser.scroll_into_view_if_needed()
    chooser.click()
    page.locator(".modal-body").first.wait_for()
    page.keyboard.press("Escape")
    admin.go(reverse("wagtailimages:add_multiple"))
    picture = get_test_image_file()
    page.set_input_files(
        "input[type=file]",
        {"name": "a.png", "mimeType": "image/png", "buffer": picture.file.getvalue()},
    )
    page.locator("#upload-list li.upload-success, #upload-list li form").first.wait_for()


def test_dashboard_lists_and_reports_open(admin: Visit) -> None:
    for name in [
        "wagtailadmin_home", "wagtailadmin_explore_root", "wagtailimages:index",
        "wagtaildocs:index", "wagtailadmin_reports:site_history", "audit_log", "lexicon:index",
        "best_bets:add", "wagtailadmin_collections:index",
        "wagtailadmin_reports:workflow", "wagtailusers_users:index", "second_factor",
    ]:  # fmt: skip
        admin.go(reverse(name))
    grant = Grant.objects.first()
    assert grant is not None
    grants = viewsets_by_model()["programmes.Grant"][0]
    admin.go(reverse(grants.get_url_name("edit"), args=[grant.pk]))


def test_editor_of_translations_works(admin: Visit) -> None:
    source, _created = TranslationSource.update_or_create_from_instance(case_study())
    translation = Translation.objects.create(
        source=source, target_locale=Locale.objects.get(language_code="en")
    )
    translation.save_target(publish=False)
    page = translation.get_target_instance()
    admin.go(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    admin.page.locator(".js-translation-editor *").first.wait_for()
    assert "/admin/choose-page/" in admin.page.evaluate("window.chooserUrls.pageChooser")


def test_scripts_inside_a_page_do_not_run(admin: Visit) -> None:
    admin.go(reverse("wagtailadmin_home"))
    assert admin.page.evaluate(SCRIPT) is False
    assert any("Content Security Policy" in told for told in admin.complaints)
    admin.complaints.clear()
