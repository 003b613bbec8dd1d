"""No page of the admin shows somebody the drafts and files of another region.

All addresses of the admin are asked for, with the numbers of another region's draft, its
versions, its picture and its document in every place where an address has one. So a new view is
looked at here without being named.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Revision
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import translate_object

from casestudies.models import CaseStudyPage
from core.pickers.registry import picker_names
from tests.users.conftest import SECRET, Network, document_in, draft, picture_in
from users.choosers import ReadersPageChooser

OPEN = "公開の題名"
# Signing out, and Wagtail's page that fails on purpose.
LEFT_OUT = {"logout/", "failwhale/"}


def admin_patterns() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address of the admin as a template, with the converters of its parts."""

    def walk(patterns: list[Any], route: str, parts: dict[str, Any]) -> Iterator[Any]:
        for pattern in patterns:
            here = route + str(pattern.pattern)
            own = {**parts, **pattern.pattern.converters}
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, here, own)
            elif isinstance(pattern, URLPattern):
                yield here, own

    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) == "admin/":
            yield from walk(pattern.url_patterns, "/admin/", {})


def test_all_addresses_of_the_admin_are_found() -> None:
    assert len(list(admin_patterns())) > 300


@pytest.fixture
def secrets(network: Network) -> dict[str, Any]:
    """Drafts, versions, a translation and files of Tokyo, with a word that nobody else may see.

    The platform's page is published by a title that everybody may read; its draft has another one.
    """
    case = draft(network.own.cases_page.specific, CaseStudyPage)
    page = draft(network.own.platform)
    platform = Page.objects.filter(pk=network.own.platform_id)
    platform.update(live=True, title=OPEN, draft_title=SECRET)
    translate_object(page, [network.english])
    Page.objects.filter(pk=page.pk).update(
        locked=True, locked_by=network.people["region-editor"], locked_at=timezone.now()
    )
    source = TranslationSource.objects.get()
    return {
        "page": page,
        "case": case,
        "picture": picture_in(network.own.collection),
        "document": document_in(network.own.collection),
        "source": source,
        "translation": Translation.objects.get(),
    }


def _values(name: str, found: dict[str, Any]) -> list[Any]:
    """What can stand in a part of an address with this name."""
    page, case = found["page"], found["case"]
    pages = [page.pk, case.pk, page.get_parent().pk]
    if name.startswith("revision_id"):
        return [page.latest_revision_id]
    if name in {"image_id", "imageid"}:
        return [found["picture"].pk]
    if name in {"document_id", "doc_id"}:
        return [found["document"].pk]
    if name == "translation_source_id":
        return [found["source"].pk]
    if name == "translation_id":
        return [found["translation"].pk]
    if "page" in name or name == "destination_id":
        return pages
    if name in {"app_label", "content_type_app_name", "app_name"}:
        return ["regions"]
    if name in {"model_name", "content_type_model_name"}:
        return ["regionpage"]
    if name == "action":
        return ["delete"]
    return sorted({*pages, found["picture"].pk, found["document"].pk})


def addresses(found: dict[str, Any]) -> Iterator[str]:
    """Every address with every combination of values, those of searches with the word."""
    for route, parts in admin_patterns():
        if route.removeprefix("/admin/") in LEFT_OUT or "(?P" in route or "^" in route:
            continue
        names = list(parts)
        choices = [_values(name, found) for name in names]
        if route.startswith("/admin/snippets/"):
            # Words of vocabularies, which belong to no region: any number is as foreign to them.
            choices = [values[-1:] for values in choices]
        for values in itertools.product(*choices):
            url = route
            for name, value in zip(names, values, strict=True):
                before, _sign, rest = url.partition("<")
                inside, _sign, after = rest.partition(">")
                assert inside.rpartition(":")[2] == name
                url = f"{before}{value}{after}"
            yield url
            if not names:
                yield f"{url}?q={SECRET[:3]}"
    for name in picker_names():
        yield f"{reverse('picker_options', args=[name])}?q={SECRET[:3]}"
        yield reverse("picker_options", args=[name])
    page = found["page"]
    yield f"/admin/pages/{page.pk}/revisions/compare/live...latest/"
    yield f"/admin/pages/{page.pk}/revisions/compare/earliest...latest/"
    bulk = f"/admin/bulk/wagtailcore/page/move/?id={page.pk}&id={found['case'].pk}"
    yield bulk
    for kind in ("picture", "document"):
        model = found[kind]._meta
        yield f"/admin/bulk/{model.app_label}/{model.model_name}/delete/?id={found[kind].pk}"
    for version in ("main",):
        yield f"/admin/api/{version}/pages/?fields=*&limit=50"
        yield f"/admin/api/{version}/images/?limit=50"
        yield f"/admin/api/{version}/documents/?limit=50"


# A publisher has all the rights of an editor.
@pytest.mark.parametrize("who", ["other-publisher", "translator"])
def test_nothing_shows_the_drafts_of_another_region(
    who: str, network: Network, secrets: dict[str, Any]
) -> None:
    if who == "translator":  # who works in the whole English tree
        secrets["page"].get_translation(network.english).delete()
    client = Client(raise_request_exception=False)
    client.force_login(network.people[who])
    shown = set()
    for url in addresses(secrets):
        response = client.get(url, headers={"accept": "text/html, application/json"})
        body = b"".join(response) if response.streaming else response.content
        if SECRET in body.decode("utf-8", "replace") or SECRET.encode("unicode_escape") in body:
            shown.add(url)
    assert not shown, "\n".join(sorted(shown))


def test_choosers_name_what_is_published_as_readers_know_it(
    network: Network, secrets: dict[str, Any]
) -> None:
    other, platform = network.client("other-editor"), network.own.platform_id
    below = draft(network.own.platform)
    Page.objects.filter(pk=below.pk).update(live=True, title="公開", draft_title="公開")
    chosen = reverse("wagtailadmin_choose_page_chosen_multiple")
    for url in [
        reverse("wagtailadmin_choose_page_child", args=[platform]),
        reverse("wagtailadmin_choose_page_child", args=[below.pk]),  # in its breadcrumbs
        reverse("wagtailadmin_choose_page_search") + f"?q={OPEN}",
        f"{chosen}?id={platform}&id={secrets['page'].pk}&id={secrets['case'].pk}",
    ]:
        text = other.get(url).content.decode()
        if text.startswith("{"):  # JSON, with its letters as numbers
            text = text.encode().decode("unicode_escape")
        assert OPEN in text, url
        assert SECRET not in text, url
    field = ReadersPageChooser().render("page", platform, {"id": "id_page"})
    assert OPEN in field
    assert SECRET not in field
    translate = reverse("wagtail_localize:submit_page_translation", args=[platform])
    assert SECRET not in network.client("translator").get(translate).content.decode()


def _state(found: dict[str, Any]) -> list[Any]:
    """Everything that a stranger could do something to."""
    page, case = found["page"], found["case"]
    regions_pages = Page.objects.filter(
        Q(path__startswith=page.get_parent().path) | Q(path__startswith=case.get_parent().path)
    )
    state: list[Any] = [list(regions_pages.order_by("pk").values())]
    state += [list(type(found[kind]).objects.values()) for kind in ("picture", "document")]
    state.append(Revision.page_revisions.filter(object_id__in=[page.pk, case.pk]).count())
    state.append(list(PageViewRestriction.objects.values()))
    state.append(list(Translation.objects.values()))
    return state


def test_nothing_sent_changes_what_belongs_to_another_region(
    network: Network, secrets: dict[str, Any]
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(network.people["other-publisher"])
    before = _state(secrets)
    changing = []
    for url in addresses(secrets):
        with transaction.atomic():
            client.post(url, {"title": "taken", "restriction_type": "login", "locales": ["2"]})
            if _state(secrets) != before:
                changing.append(url)
            transaction.set_rollback(True)
    assert not changing, "\n".join(changing)


def test_explorer_shows_ones_own_part_alone(network: Network, secrets: dict[str, Any]) -> None:
    own = network.client("region-editor")
    other = network.client("other-editor")
    for part in (network.own.platform, network.own.cases_page):
        above = reverse("wagtailadmin_explore", args=[part.get_parent().pk])
        assert f"/admin/pages/{part.pk}/" in own.get(above).content.decode()
        assert f"/admin/pages/{part.pk}/" not in other.get(above).content.decode()
        inside = reverse("wagtailadmin_explore", args=[part.pk])
        assert SECRET in own.get(inside).content.decode()
        assert other.get(inside).status_code == 302


def test_translators_begin_with_what_is_published(
    network: Network, secrets: dict[str, Any]
) -> None:
    """A draft is not theirs; once it is published, they translate it into the English tree."""
    translator = network.client("translator")
    page = draft(network.own.platform)
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    for expected in [False, True]:
        translator.post(url, {"locales": [network.english.pk]})
        translated = page.get_translations().filter(locale=network.english, alias_of=None)
        assert translated.exists() == expected
        Page.objects.filter(pk=page.pk).update(live=True)
    edit = reverse("wagtailadmin_pages:edit", args=[translated.get().pk])
    assert translator.get(edit).status_code == 200


@pytest.mark.parametrize("who", ["other-publisher", "other-editor"])
def test_admin_api_shows_the_files_of_ones_own_collections_alone(
    who: str, network: Network, secrets: dict[str, Any]
) -> None:
    mine = {
        "images": picture_in(network.other.collection),
        "documents": document_in(network.other.collection),
    }
    theirs = {"images": secrets["picture"], "documents": secrets["document"]}
    client = network.client(who)
    for kind, file in mine.items():
        address = f"/admin/api/main/{kind}/"
        listed = client.get(address).json()
        assert [item["id"] for item in listed["items"]] == [file.pk]
        assert listed["meta"]["total_count"] == 1
        assert client.get(f"{address}{file.pk}/").status_code == 200
        assert client.get(f"{address}{theirs[kind].pk}/").status_code == 404
        assert client.get(f"{address}find/?id={theirs[kind].pk}").status_code == 404
        assert not client.get(f"{address}?search={SECRET}&id={theirs[kind].pk}").json()["items"]


def test_admin_api_shows_pages_of_ones_own_part_and_changes_none(
    network: Network, secrets: dict[str, Any]
) -> None:
    client, page = network.client("other-publisher"), secrets["page"]
    assert client.get(f"/admin/api/main/pages/{page.pk}/").status_code == 404
    own = network.client("region-publisher")
    assert own.get(f"/admin/api/main/pages/{page.pk}/").status_code == 200
    for action in ("publish", "move", "copy", "delete", "unpublish"):
        url = f"/admin/api/main/pages/{page.pk}/action/{action}/"
        assert own.post(url, {}, content_type="application/json").status_code == 404
    page.refresh_from_db()
    assert not page.live
