"""Every role × every view that the project adds to the admin, against `users.rights.OWN_VIEWS`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from contact.models import Message
from newsletter.models import NewsletterIssue
from people.models import Person
from places.models import LocalPlan
from proposals.models import Attachment, Proposal
from regions.models import ConsultationDesk
from search.models import LexiconEntry
from sheets.models import SheetUpload
from sheets.registry import registered
from taxonomy.models import ActorType, CaseStatus, ParticipationLevel
from tests.architecture.sources import APPS
from tests.users.conftest import ROLES, Network
from upkeep.models import Confirmation
from users.models import Invitation
from users.rights import OWN_VIEWS, SHEETS, WITHOUT_ACCOUNT, Access, Role

WHO = [*ROLES, "other-editor", "other-publisher", "anonymous"]
POSTED = {
    "account_second_factor", "invitation_send", "invitation_withdraw", "confirmations:finish",
    "proposal_queue:take_up", "proposal_queue:decline", "search_queries:decide",
    "message_queue:mark", "overview:ask", "overview:ask_regions",
}  # fmt: skip
SENT = {"decision": "done", "text": "x", "locale": "ja", "list": "waiting"}


def own_views() -> set[str]:
    """Names of all addresses of the admin whose view stands in one of our apps.

    Not those of Wagtail's API for its own scripts, which finds what its rights allow.
    """
    names = _own_views(get_resolver(), "", "")
    return {name for name in names if not name.startswith("wagtailadmin_api:")}


def _own_views(resolver: Any, namespace: str, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _own_views(entry, inner, route)
        elif route.startswith("admin/") and _is_own(entry.callback):
            assert entry.name, f"give {route} a name"
            yield f"{namespace}{entry.name}"


def _is_own(view: Any) -> bool:
    """Whether a view, or one that decorators have wrapped, is written in this project."""
    origin = getattr(view, "view_class", view)
    if origin.__module__.split(".")[0] in APPS:
        return True
    cells = [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
    return any(_is_own(inner) for inner in cells if callable(inner) and not _is_plain(inner))


def _is_plain(value: Any) -> bool:
    """A class that a decorator has at hand, and no view."""
    return isinstance(value, type)


def test_every_own_view_has_a_row() -> None:
    assert sorted(own_views() - set(OWN_VIEWS)) == [], "give each a row in users.rights.OWN_VIEWS"
    assert sorted(set(OWN_VIEWS) - own_views()) == []


def test_every_spreadsheet_has_a_row() -> None:
    assert set(registered()) == set(SHEETS)


def is_refused(response: HttpResponse) -> bool:
    """Whether a view was closed: Wagtail leads strangers to the log-in, others to the start."""
    if response.status_code in {403, 404}:
        return True
    target = response.headers.get("Location", "")
    return response.status_code == 302 and (
        target.startswith("/admin/login/") or target == "/admin/"
    )


def may_open(who: str, access: Access) -> bool:
    """What the map says of somebody, about something of the first region."""
    if who == "anonymous":
        return False
    if who.startswith("other-"):
        return Role(who.replace("other-", "region-")) in access.roles and not access.own_region
    return Role(who) in access.roles


@pytest.fixture
def arguments(network: Network, settings: Any, tmp_path: Any) -> Callable[[str, str], list[Any]]:
    """A function that says what stands in the address of a view, all of the first region."""
    settings.DATA_DIR = tmp_path
    region = network.own
    Page.objects.filter(pk=region.platform_id).update(live=True)
    page = Page.objects.get(pk=region.platform_id).specific
    source, _created = TranslationSource.update_or_create_from_instance(page)
    proposal = Proposal.objects.create(
        form_key=uuid.uuid4(), locale="ja", title="教室", overview="概要", area=region.area,
        organisation="協会", actions="教室", consented_at=timezone.now(),
        sent_at=timezone.now(),
        actor_type=ActorType.objects.create(code="npo", label_ja="NPO", label_en="NPO"),
        status=CaseStatus.objects.create(code="on", label_ja="継続中", label_en="Continuing"),
        participation_level=ParticipationLevel.objects.create(
            code="none", label_ja="不明", label_en="Not known"
        ),
    )  # fmt: skip
    file = Attachment.objects.create(
        proposal=proposal, kind="pdf", name="a.pdf", file=ContentFile(b"%PDF-", "a.pdf"), size=5
    )
    question = Confirmation.objects.create(
        page=page, address="desk@example.org", language="ja", asked_at=timezone.now(),
        answer=Confirmation.Answer.CHANGED, answered_at=timezone.now(),
    )  # fmt: skip
    invitation = Invitation.objects.create(
        email="new@example.org", role="region-editor", region=region, sent_at=timezone.now(),
        expires_at=timezone.now() + timezone.timedelta(days=1),
    )  # fmt: skip
    message = Message.objects.create(
        form_key=uuid.uuid4(), kind="error", locale="ja", text="誤り", page=page,
        sent_at=timezone.now(),
    )  # fmt: skip
    person = Person.objects.create(code="hanako", name_ja="見本花子")
    issue = NewsletterIssue.objects.create(month="2026-11")
    entry = LexiconEntry.objects.create(identifier="own-1")
    desk = ConsultationDesk(
        code="own", name_ja="窓口", name_en="Desk", sources="https://a.example/"
    )
    desk.areas = [region.area]
    desk.save()
    plan = LocalPlan.objects.create(
        area=region.area, status="own", sources="https://a.example/", accessed="2026-11"
    )
    account = network.people["region-editor"].pk

    def arguments_of(name: str, who: str) -> list[Any]:
        given: dict[str, list[Any]] = {
            "account_post": [account],
            "account_leave": [account],
            "account_second_factor": [account],
            "invitation_send": [invitation.pk],
            "invitation_withdraw": [invitation.pk],
            "wagtailadmin_choose_page_child": [Page.objects.get(slug="about", depth=3).pk],
            "picker_options": ["areas"],
            "begin_translation": [page.pk],
            "update_translation": [source.pk],
            "writing_hints": [page.pk],
            "writing_address": [region.cases_page_id],
            "sheets:upload": ["cases"],
            "sheets:file": ["cases", "template", "csv"],
            "confirmations:finish": [question.pk],
            "newsletter_issues:inspect": [issue.pk],
            "newsletter_issues:delete": [issue.pk],
            "people:delete": [person.pk],
            "on_board:edit": [region.pk],
            "on_board:delete": [region.pk],
            "on_board:hand_over": [region.pk],
            "proposal_queue:proposal": [proposal.pk],
            "proposal_queue:file": [proposal.pk, file.pk],
            "proposal_queue:take_up": [proposal.pk],
            "proposal_queue:decline": [proposal.pk],
            "desks:edit": [desk.pk],
            "plans:edit": [plan.pk],
            "message_queue:message": [message.pk],
            "message_queue:mark": [message.pk],
            "overview:region": [region.area_id],
            "overview:ask": [region.area_id],
            "lexicon:edit": [entry.pk],
            "lexicon:delete": [entry.pk],
        }
        if name == "sheets:preview":
            user = network.people.get(who, network.people["curator"])
            upload = SheetUpload.objects.create(user=user, importer="cases", file_name="a.csv")
            return ["cases", upload.pk]
        return given.get(name, [])

    return arguments_of


def attempt(client: Client, name: str, address: str) -> bool:
    """Open a view or press its button; whether it was open. What it did is taken back."""
    with transaction.atomic():
        response = client.post(address, SENT) if name in POSTED else client.get(address)
        transaction.set_rollback(True)
    assert response.status_code < 500
    return not is_refused(response)


@pytest.mark.parametrize("who", WHO)
def test_own_views(who: str, network: Network, arguments: Callable[[str, str], list[Any]]) -> None:
    """Opened or refused, as the map says."""
    client = network.client(who)
    wrong = []
    for name, access in OWN_VIEWS.items():
        if access is WITHOUT_ACCOUNT:
            continue
        address = reverse(name, args=arguments(name, who))
        opened = attempt(client, name, address)
        if opened != may_open(who, access):
            wrong.append(f"{name} is {'open' if opened else 'closed'}")
    for sheet, access in SHEETS.items():
        for name, rest in [("sheets:upload", []), ("sheets:file", ["template", "csv"])]:
            opened = attempt(client, name, reverse(name, args=[sheet, *rest]))
            if opened != may_open(who, access):
                wrong.append(f"{name} of {sheet} is {'open' if opened else 'closed'}")
    assert not wrong, "\n".join(wrong)


def test_views_for_people_without_an_account_are_open(client: Client, db: None) -> None:
    for name in ["sign_in", "forgotten_password"]:
        assert client.get(reverse(name)).status_code == 200
    assert client.get(reverse("sign_in_code")).status_code == 302
    assert "expired" not in client.get(reverse("accept_invitation", args=["x"])).content.decode()


def test_start_page_shows_each_role_its_tasks(network: Network) -> None:
    """Administrators see what curators see."""
    for who in ROLES:
        assert network.client(who).get("/admin/").status_code == 200
