"""No page of the admin holds a script in itself, which its content security policy would refuse."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from casestudies.models import CaseStudyPage
from home.models import HomePage
from organisations.models import OrganisationPage
from regions.models import RegionalPlatformPage

INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)(?![^>]*text/template)[^>]*>")
HANDLER = re.compile(r"<[a-z][^>]*\son(click|change|load|error|submit|input)=", re.IGNORECASE)

LISTS = [
    "wagtailadmin_home", "wagtailadmin_explore_root", "wagtailimages:index", "wagtailimages:add",
    "wagtailimages:add_multiple", "wagtaildocs:index", "wagtaildocs:add_multiple",
    "wagtailadmin_reports:site_history", "wagtailadmin_reports:locked_pages",
    "wagtailadmin_reports:workflow", "audit_log", "reviews:waiting", "reviews:begin_case",
    "case_studies:index",
    "organisations:index", "regional_pages:index", "confirmations:index", "stale_pages:index",
    "broken_links:index", "proposal_queue:index", "search_queries:index", "lexicon:index",
    "lexicon:add", "best_bets:index", "best_bets:add", "sheets:index", "accounts",
    "account_invite", "second_factor", "on_board:index", "on_board:add", "wagtailadmin_account",
    "wagtailusers_users:index", "wagtailusers_groups:index", "wagtailadmin_collections:index",
    "wagtailadmin_workflows:add", "wagtailredirects:index", "wagtailredirects:add",
    "wagtailadmin_choose_page", "wagtailimages_chooser:choose", "wagtaildocs_chooser:choose",
]  # fmt: skip


@pytest.fixture
def boss(client: Client, django_user_model: Any) -> Client:
    """A superuser, who sees everything."""
    client.force_login(django_user_model.objects.create_superuser("boss", "boss@example.org", "x"))
    return client


def inline_scripts(client: Client, address: str) -> list[str]:
    """What of an answer the policy would refuse, with what follows it."""
    response = client.get(address)
    assert response.status_code == 200, address
    text = response.content.decode()
    found = [*INLINE.finditer(text), *HANDLER.finditer(text)]
    return [f"{address}: {text[match.start() : match.end() + 60]}" for match in found]


def test_lists_reports_and_forms(site: Site, boss: Client) -> None:
    found = [line for name in LISTS for line in inline_scripts(boss, reverse(name))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("model", [CaseStudyPage, OrganisationPage, RegionalPlatformPage, HomePage])
def test_forms_of_pages(site: Site, boss: Client, model: Any) -> None:
    page = model.objects.filter(alias_of=None, locale__language_code="ja").first()
    addresses = [
        reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
        for name in ["edit", "history", "move", "copy", "delete", "usage", "set_privacy"]
    ]
    found = [line for address in addresses for line in inline_scripts(boss, address)]
    assert not found, "\n".join(found)
