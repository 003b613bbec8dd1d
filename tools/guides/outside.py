"""Stories of people without an account: proposing a case, confirming a page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone, translation

from proposals.models import Proposal
from proposals.tokens import follow_url
from tools.guides.stage import Stage
from upkeep.models import Confirmation
from upkeep.tokens import answer_url
from users.rights import Role

# What is typed: title, overview, city, organisation, action, desk, name; the answer of a body.
WORDS = {
    "ja": (
        "例：高岡市の多言語ごみ出し教室",
        "市の協会と自治会が、ごみの出し方を7つの言語で説明する教室です。",
        "高岡市",
        "高岡見本協会（例）",
        "地区ごとに教室を開き、絵と実物で説明しました。",
        "高岡見本協会 事務局（例）",
        "見本 高子",
        "電話番号が変わりました。",
    ),
    "en": (
        "Example: classes on refuse in many languages, Takaoka",
        "An association and the neighbourhood explain in seven languages how refuse is sorted.",
        "高岡市",
        "Mihon Association (example)",
        "A class in each neighbourhood, with pictures and real things.",
        "Mihon Association, office (example)",
        "Takako Mihon",
        "The telephone number is new.",
    ),
}


def propose_a_case(stage: Stage) -> None:
    """Somebody from outside proposes a case; the region reads it and makes a draft of it."""
    outside = stage.window()
    with translation.override(stage.language):
        outside.go(reverse("proposals:new"))
    page = outside.page
    title, overview, city, organisation, action, desk, name, _answer = WORDS[stage.language]
    page.fill("#id_title", title)
    page.fill("#id_overview", overview)
    page.select_option("#id_prefecture", stage.region.area_id)
    page.fill("#id_municipality", city)
    page.fill("#id_organisation", organisation)
    page.select_option("#id_actor_type", "npo")
    page.select_option("#id_theme_1", index=1)
    page.locator("input[name=status]").first.check()
    page.fill("#id_actions", action)
    page.fill("#id_contact_name", desk)
    page.fill("#id_proposer_name", name)
    page.fill("#id_proposer_mail", "takako@example.org")
    outside.picture("propose-a-case-form", ["#section-about", "#id_overview"], pad=30)
    page.check("#id_consent")
    outside.picture(
        "propose-a-case-send",
        ["#id_proposer_name", "#id_consent", ".proposal-form button[type=submit]"],
        mark=[".proposal-form button[type=submit]"],
        pad=40,
    )
    outside.follow(".proposal-form button[type=submit]")
    proposal = Proposal.objects.get(title=title)
    outside.go(urlsplit(follow_url(proposal)).path)
    outside.picture("propose-a-case-follow", ["main"], most=720)

    editor = stage.window(Role.REGION_EDITOR)
    editor.go(reverse("proposal_queue:index"))
    read = reverse("proposal_queue:proposal", args=[proposal.pk])
    editor.picture("handle-proposals-queue", ["main"], mark=[f"a[href='{read}']"], most=360)
    editor.follow(f"a[href='{read}']")
    editor.picture(
        "handle-proposals-decide", ["main"], mark=["form[action$='take-up/'] button"], most=640
    )
    editor.picture("handle-proposals-decline", ["section:has(#id_reason)"])
    editor.follow("form:has(button.button:not(.no)) button[type=submit].button")


def answer_a_question(stage: Stage) -> None:
    """A body says that something has changed; the region's editor finds it on the desk."""
    question = Confirmation.objects.create(
        page_id=stage.names["case"],
        address="desk@example.org",
        language=stage.language,
        asked_at=timezone.now(),
        mails=1,
    )
    outside = stage.window()
    outside.go(urlsplit(answer_url(question)).path)
    outside.picture("answer-a-question-page", [".kept"])
    outside.page.check("input[name=answer][value=changed]")
    outside.page.fill("textarea[name=words]", WORDS[stage.language][-1])
    outside.picture(
        "answer-a-question-form",
        [".answer-form"],
        mark=[".answer-form button[type=submit]"],
        most=760,
    )
    outside.follow(".answer-form button[type=submit]")

    editor = stage.window(Role.REGION_EDITOR)
    editor.go(reverse("wagtailadmin_home"))
    editor.picture("keep-pages-true-desk", ["#to-confirm-section"])
    editor.go(reverse("confirmations:index"))
    editor.picture("keep-pages-true-list", ["main"], most=460)
