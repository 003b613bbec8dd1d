"""Stories of language: translating a page, writing plain Japanese."""

from __future__ import annotations

from django.urls import reverse

from casestudies.models import CaseStudyPage
from tools.guides.stage import Stage
from users.rights import Role


def translate_a_page(stage: Stage) -> None:
    """A translator starts the translation of a case and writes its first segments."""
    window = stage.window(Role.TRANSLATOR)
    window.go(reverse("wagtailadmin_home"))
    window.picture("translate-pages-desk", ["main"], most=460)
    case = CaseStudyPage.objects.get(pk=stage.names["case"])
    alias = case.get_translations().get()
    begin = reverse("wagtail_localize:submit_page_translation", args=[case.pk])
    window.go(reverse("wagtailadmin_pages:edit", args=[alias.pk]))
    window.picture("translate-pages-start", ["main"], mark=[f"main a[href*='{begin}']"], most=200)
    window.follow(f"main a[href*='{begin}']")
    # The editor of translations asks the server again and again.
    window.press("main form [type=submit]")
    window.page.locator(".js-translation-editor li").first.wait_for()
    window.page.wait_for_timeout(2000)
    window.picture("translate-pages-segments", ["main"], most=1060, height=1060)


def write_plain_japanese(stage: Stage) -> None:
    """A region editor writes a plain version of a public case and reads the hints."""
    window = stage.window(Role.REGION_EDITOR)
    window.go(reverse("wagtailadmin_pages:edit", args=[stage.names["case"]]))
    window.page.get_by_role("tab").nth(2).click()
    window.page.fill("input[name=easy_title]", "みんなで 避難所へ 行く 防災ひろば（例）")
    window.page.fill(
        "textarea[name=easy_summary]",
        "災害が起きたときは、避難所へ行かなければなりません。この集まりは令和6年に始まりました。",
    )
    window.picture("write-plain-japanese-tab", ["[role=tablist]", ".tab-content"], most=430, pad=0)
    window.press("[data-side-panel-toggle=checks]")
    window.page.locator(".form-side ruby", has_text="始").first.wait_for()
    window.picture("write-plain-japanese-hints", [".form-side"], most=760)
