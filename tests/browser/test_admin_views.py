"""Our own views of the admin: accessible, and usable on a phone.

Wagtail's frame around them (menu, head with search and filters, side panels) is Wagtail's own and
left out; `OURS` says what is judged. Whether the page scrolls sideways is asked of the whole page.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from wagtail.users.models import UserProfile

from casestudies.models import CaseStudyPage
from organisations.models import OrganisationPage
from proposals.models import Proposal
from regions.models import Area
from regions.services import provision_region
from reviews.services import prepare_workflows
from search.models import LexiconEntry, QueryLog
from taxonomy.models import ActorType, CaseStatus
from tests.browser.conftest import WIDTHS, Visit, begin_session
from upkeep.models import Confirmation, LinkCheck
from users.grants import grant_network_rights
from users.rights import Role
from users.services import invite

pytestmark = pytest.mark.django_db(transaction=True)

# So many addresses stand first that everybody opens every day.
DAILY = 8
OURS = {"include": [["main"]], "exclude": [[".w-slim-header"], [".w-minimap"]]}
# Controls that lie outside of the window, and that no scrolling brings into it.
OUT_OF_REACH = """() => [...document.querySelectorAll('main :is(a, button, input, select)')]
  .filter((e) => !e.closest('.w-minimap') && e.type !== 'hidden')
  .filter((e) => e.checkVisibility({visibilityProperty: true}))
  .filter((e) => {
    const box = e.getBoundingClientRect();
    if (box.width < 2 || (box.left >= 0 && box.right <= innerWidth + 1)) return false;
    for (let p = e.parentElement; p; p = p.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return false;
    return true;
  })
  .map((e) => e.outerHTML.slice(0, 120))"""


def furnish(client: Client, user: Any) -> list[str]:
    """Something to see in every view. Returns their addresses."""
    prepare_workflows()
    grant_network_rights()
    now = timezone.now()
    region = provision_region(area=Area.objects.get(pk="16"))
    case = CaseStudyPage.objects.child_of(region.cases_page).live().first()
    assert case is not None
    drafts = []
    for number, title in enumerate(["射水市：通訳ボランティアと開く防災ひろば", "高岡市の教室"]):
        draft = CaseStudyPage(title=title, slug=f"draft-{number}", live=False, owner=user)
        region.cases_page.add_child(instance=draft)
        draft.save_revision(user=user)
        drafts.append(draft)
    drafts[0].get_workflow().start(drafts[0], user)
    for page, answer in [(case, "changed"), (region.platform, "")]:
        Confirmation.objects.create(
            page_id=page.pk, address="desk@example.org", language="ja", mails=3,
            asked_at=now - datetime.timedelta(days=40), told_at=None if answer else now,
            answer=answer, answered_at=now if answer else None,
            words="担当課の名前と電話番号が変わりました。" if answer else "",
        )  # fmt: skip
    CaseStudyPage.objects.filter(pk=case.pk).update(last_confirmed_at=datetime.date(2025, 1, 10))
    url = next(source.url for source in case.sources.all() if source.url)
    LinkCheck.objects.create(
        url=url, problem=LinkCheck.Problem.values[1], status=404, failing_since=now, checked_at=now
    )
    for text in ["防災無線 やさしい日本語 聞き取れない", "qwxzqwxz"]:
        QueryLog.objects.create(day=now.date(), locale="ja", text=text, rung="none", hits=0)
    proposal = Proposal.objects.create(
        form_key="0" * 32, locale="ja", title="浜松市の学校へ入る前の教室", area_id="162116",
        overview="学校に入る前の子どもと保護者の教室を、市の協会が開く。", organisation="見本協会",
        actor_type=ActorType.objects.first(), status=CaseStatus.objects.first(),
        actions="教室を開いた。", consented_at=now, sent_at=now, proposer_mail="a@example.org",
        source_url="https://example.org/a-very-long-address/that-cannot-be-broken-anywhere.html",
    )  # fmt: skip
    editor = type(user).objects.create_user(
        username="editor", email="a-rather-long-address@kokusai-koryu.example.org"
    )
    editor.groups.add(region.editors)
    invite(
        inviter=user, email="new@example.org", role=Role.REGION_EDITOR, region=region, language="ja"
    )
    previews = []
    organisation = OrganisationPage.objects.filter(locale__language_code="ja").first()
    for cell in ["浜松見本協会の概要。", "長" * 4000]:
        file = f"id,summary\n{organisation.pk},{cell}\n".encode()
        answer = client.post(
            reverse("sheets:upload", args=["organisations"]),
            {"file": SimpleUploadedFile("団体.csv", file)},
        )
        previews.append(answer["Location"])
    entry = LexiconEntry.objects.first()
    return [
        *map(reverse, [
            "wagtailadmin_home", "reviews:begin_case", "reviews:waiting", "case_studies:index",
            "regional_pages:index", "overview:regions", "overview:dates",
            "organisations:index", "sheets:index", "proposal_queue:index", "confirmations:index",
            "stale_pages:index", "incomplete_pages:index", "broken_links:index",
            "orphaned_organisations:index", "search_queries:index", "lexicon:index",
            "lexicon:import", "best_bets:index", "accounts", "account_invite", "second_factor",
            "on_board:index", "on_board:add", "audit_log",
        ]),
        reverse("sheets:upload", args=["organisations"]),
        *previews,
        reverse("proposal_queue:proposal", args=[proposal.pk]),
        reverse("overview:region", args=[region.area_id]),
        reverse("lexicon:edit", args=[entry.pk]),
        reverse("account_post", args=[editor.pk]),
        reverse("account_leave", args=[editor.pk]),
        reverse("on_board:edit", args=[region.pk]),
        reverse("on_board:hand_over", args=[region.pk]),
    ]  # fmt: skip


def in_languages(addresses: list[str]) -> dict[str, list[str]]:
    """Every second address in English and the others in Japanese; what all use daily in both."""
    daily, seldom = addresses[:DAILY], addresses[DAILY:]
    return {"ja": daily + seldom[::2], "en": daily + seldom[1::2]}


def out_of_place(page: Page) -> list[str]:
    """What of the page that is open cannot be reached at the width it has."""
    found = [f"out of reach: {html}" for html in page.evaluate(OUT_OF_REACH)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the page scrolls sideways")
    return found


def test_views_of_the_admin_are_accessible_and_fit(
    visit: Callable[..., Visit], axe: Callable[..., list[str]], django_user_model: Any
) -> None:
    user = django_user_model.objects.create_superuser("boss", "boss@example.org", "pass-boss")
    client = Client()
    client.force_login(user)
    addresses = furnish(client, user)
    window = visit("ja", width=WIDTHS["phone"])
    begin_session(window.page, window.site, "boss")
    wrong = []
    for language, chosen in in_languages(addresses).items():
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
        for address in chosen:
            window.page.set_viewport_size({"width": WIDTHS["phone"], "height": 800})
            window.go(address)
            assert window.page.locator("html").get_attribute("lang") == language
            wrong += [f"{address} {language}: {said}" for said in axe(window.page, OURS)]
            for width in WIDTHS.values():
                window.page.set_viewport_size({"width": width, "height": 800})
                wrong += [
                    f"{address} {language} ({width} px): {said}"
                    for said in out_of_place(window.page)
                ]
    assert not wrong, "\n".join(wrong)
