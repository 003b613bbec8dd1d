"""Every role × every action × own, other region's and network's page, picture, document and term.

What is expected comes from `users.rights`; what happens comes from the real admin views, and is
looked up in the database where the action changes something.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import SnippetViewSet

from casestudies.models import CaseStudyPage
from home.models import StandardPage
from taxonomy.models import Theme
from tests.architecture.test_permission_map import SETTINGS, WITHOUT_VIEWSET, viewsets_by_model
from tests.users.conftest import (
    ROLES,
    SECRET,
    Network,
    collection_of,
    document_in,
    draft,
    page_of,
    picture_in,
)
from users.rights import (
    EDITED_BY,
    FILE_ACTIONS,
    PAGE_ACTIONS,
    REGION_PLACES,
    Place,
    Role,
    Scope,
    file_rights,
    may,
    page_rights,
)

WHO = [*ROLES, "other-editor", "anonymous"]
SWAPPED = {Scope.OWN: Scope.OTHER, Scope.OTHER: Scope.OWN, Scope.NETWORK: Scope.NETWORK}

Try = Callable[[Client, Page, Network], bool]


def _page_url(name: str, *args: Any) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def _opens(name: str) -> Try:
    def attempt(client: Client, page: Page, network: Network) -> bool:
        return client.get(_page_url(name, page.pk)).status_code == 200

    return attempt


def _add(client: Client, page: Page, network: Network) -> bool:
    """Add a page like this one beside it, which is what people do."""
    parent = page.get_parent()
    url = _page_url("add", page._meta.app_label, page._meta.model_name, parent.pk)
    return client.get(url).status_code == 200


def _revert(client: Client, page: Page, network: Network) -> bool:
    url = _page_url("revisions_revert", page.pk, page.latest_revision_id)
    return client.get(url).status_code == 200


def _move(client: Client, page: Page, network: Network) -> bool:
    parent = page.get_parent()
    last = draft(parent, type(page))
    client.post(_page_url("move_confirm", page.pk, parent.pk))
    return Page.objects.get(pk=page.pk).path > last.path


def _delete(client: Client, page: Page, network: Network) -> bool:
    client.post(_page_url("delete", page.pk))
    return not Page.objects.filter(pk=page.pk).exists()


def _delete_published(client: Client, page: Page, network: Network) -> bool:
    Page.objects.filter(pk=page.pk).update(live=True)
    return _delete(client, page, network)


def _copy(client: Client, page: Page, network: Network) -> bool:
    parent = page.get_parent()
    client.post(
        _page_url("copy", page.pk),
        {
            "new_title": "Copy", "new_slug": "copied", "new_parent_page": parent.pk,
            "copy_subpages": "", "publish_copies": "", "alias": "",
        },
    )  # fmt: skip
    return Page.objects.filter(slug="copied").exists()


def _translate(client: Client, page: Page, network: Network) -> bool:
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    client.post(url, {"locales": [network.english.pk]})
    return page.get_translations().filter(locale=network.english, alias_of=None).exists()


def _lock(client: Client, page: Page, network: Network) -> bool:
    client.post(_page_url("lock", page.pk))
    return Page.objects.get(pk=page.pk).locked


def _unlock(client: Client, page: Page, network: Network) -> bool:
    Page.objects.filter(pk=page.pk).update(locked=True, locked_at=timezone.now())
    client.post(_page_url("unlock", page.pk))
    return not Page.objects.get(pk=page.pk).locked


def _bulk(action: str) -> Callable[[Client, Page], Any]:
    def post(client: Client, page: Page) -> Any:
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        return client.post(f"{url}?id={page.pk}", {"include_descendants": ""})

    return post


def _publish(client: Client, page: Page, network: Network) -> bool:
    if isinstance(page, CaseStudyPage):
        # Never many at once (tests/reviews): who may publish a case finds the way in its form.
        answer = client.get(_page_url("edit", page.pk))
        return b'name="action-publish"' in answer.content
    _bulk("publish")(client, page)
    return Page.objects.get(pk=page.pk).live


def _unpublish(client: Client, page: Page, network: Network) -> bool:
    Page.objects.filter(pk=page.pk).update(live=True)
    client.post(_page_url("unpublish", page.pk))
    return not Page.objects.get(pk=page.pk).live


def _privacy(client: Client, page: Page, network: Network) -> bool:
    client.post(
        _page_url("set_privacy", page.pk),
        {"restriction_type": "login", "password": "", "groups": []},
    )
    return PageViewRestriction.objects.filter(page=page).exists()


TRIES: dict[str, Try] = {
    "see-draft": _opens("view_draft"),
    "history": _opens("history"),
    "add": _add,
    "change": _opens("edit"),
    "revert": _revert,
    "move": _move,
    "delete": _delete,
    "delete-published": _delete_published,
    "copy": _copy,
    "translate": _translate,
    "lock": _lock,
    "unlock": _unlock,
    "publish": _publish,
    "unpublish": _unpublish,
    "privacy": _privacy,
}


def test_every_action_is_tried() -> None:
    assert list(TRIES) == [action.name for action in PAGE_ACTIONS]


def _expected_scope(who: str, scope: Scope) -> Scope:
    return SWAPPED[scope] if who.startswith("other-") else scope


def _role(who: str) -> Role | None:
    if who == "anonymous":
        return None
    return Role(who.replace("other-", "region-"))


def _rolled_back(attempt: Callable[[], bool]) -> bool:
    with transaction.atomic():
        done = attempt()
        transaction.set_rollback(True)
    return done


@pytest.mark.parametrize("who", WHO)
def test_pages(who: str, network: Network) -> None:
    """Refused or done, as the map says, for every place and scope."""
    client = network.client(who)
    role = _role(who)
    wrong = []
    things: list[tuple[Place, Scope, bool, Page]] = [
        (place, scope, False, page_of(network, place, scope))
        for place in REGION_PLACES
        for scope in (Scope.OWN, Scope.OTHER)
    ]
    things.append((Place.NETWORK, Scope.NETWORK, False, page_of(network, "network", "network")))
    english_home = Page.objects.get(depth=2, locale=network.english)
    things.append((Place.NETWORK, Scope.NETWORK, True, draft(english_home, StandardPage)))
    for place, scope, translated, page in things:
        rights = (
            page_rights(role, place, _expected_scope(who, scope), translated=translated)
            if role
            else set()
        )
        for action in PAGE_ACTIONS:
            if translated and action.name == "translate":
                continue  # it is English already
            done = _rolled_back(
                lambda page=page, action=action: TRIES[action.name](
                    client, Page.objects.get(pk=page.pk).specific, network
                )
            )
            if done != may(rights, action):
                wrong.append(f"{place} {scope} {action.name}: {'done' if done else 'refused'}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("kind", ["picture", "document"])
def test_files(who: str, kind: str, network: Network) -> None:
    """Pictures and documents, in choosers, forms and by uploading."""
    client = network.client(who)
    role = _role(who)
    app = "wagtailimages" if kind == "picture" else "wagtaildocs"
    model = get_image_model() if kind == "picture" else get_document_model()
    make = picture_in if kind == "picture" else document_in
    chooser = "wagtailimages_chooser" if kind == "picture" else "wagtaildocs_chooser"
    wrong = []
    for scope in Scope:
        collection = collection_of(network, scope)
        thing = make(collection)
        name = f"{SECRET} {scope.value}"
        model.objects.filter(pk=thing.pk).update(title=name)

        def choose(name: str = name) -> bool:
            answer = client.get(reverse(f"{chooser}:choose_results"))
            return answer.status_code == 200 and name in answer.content.decode()

        def add(collection: Any = collection) -> bool:
            form = client.get(reverse(f"{app}:add"))
            if form.status_code != 200:
                return False
            field = form.context["form"].fields.get("collection")
            if field is None:  # there is only one where this person may add
                return _only_collection(client, app) == collection.pk
            return field.queryset.filter(pk=collection.pk).exists()

        def change(pk: int = thing.pk) -> bool:
            return client.get(reverse(f"{app}:edit", args=[pk])).status_code == 200

        def delete(pk: int = thing.pk) -> bool:
            client.post(reverse(f"{app}:delete", args=[pk]))
            return not model.objects.filter(pk=pk).exists()

        tries = {"choose": choose, "add": add, "change": change, "delete": delete}
        assert list(tries) == [action.name for action in FILE_ACTIONS]
        rights = file_rights(role, _expected_scope(who, scope)) if role else set()
        for action in FILE_ACTIONS:
            done = _rolled_back(tries[action.name])
            if done != may(rights, action):
                wrong.append(f"{scope} {action.name}: {'done' if done else 'refused'}")
    assert not wrong, "\n".join(wrong)


def _only_collection(client: Client, app: str) -> int | None:
    """Where an upload goes when the form does not ask."""
    model = get_image_model() if app == "wagtailimages" else get_document_model()
    user = client.get(reverse("wagtailadmin_home")).wsgi_request.user
    found = policy_registry.get_by_type(model).collections_user_has_permission_for(user, "add")
    return found.get().pk if found.count() == 1 else None


@pytest.mark.parametrize("who", WHO)
def test_terms_and_other_content(who: str, network: Network) -> None:
    """Each kind of content stands open to those who keep it up, and to nobody else."""
    client = network.client(who)
    role = _role(who)
    theme = Theme.objects.create(code="x", label_ja="題", label_en="Theme")
    wrong = []
    for label, keepers in EDITED_BY.items():
        is_open = any(client.get(url).status_code == 200 for url in _lists(label))
        if is_open != (role in keepers):
            wrong.append(f"{label} is {'open' if is_open else 'closed'}")
    client.post(reverse(Theme.snippet_viewset.get_url_name("delete"), args=[theme.pk]))
    if Theme.objects.filter(pk=theme.pk).exists() == (role in EDITED_BY["taxonomy.Theme"]):
        wrong.append("deleting a theme")
    assert not wrong, "\n".join(wrong)


def _lists(label: str) -> list[str]:
    """Addresses of the list of a kind of content."""
    if label in SETTINGS:
        app, model = label.lower().split(".")
        return [reverse("wagtailsettings:edit", args=[app, model, SETTINGS[label].load().pk])]
    if label in WITHOUT_VIEWSET:
        return [reverse(WITHOUT_VIEWSET[label])]
    return [
        reverse(viewset.get_url_name("list" if isinstance(viewset, SnippetViewSet) else "index"))
        for viewset in viewsets_by_model()[label]
    ]
