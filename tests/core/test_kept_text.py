"""Typed words are kept for one account; a refused form says what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

ACCOUNT = "/admin/kept-text/"


@pytest.mark.django_db
def test_each_account_has_a_key_of_its_own(client_of: Callable[[str], Client]) -> None:
    editor, moderator = client_of("Editors"), client_of("Moderators")
    first, again = editor.get(ACCOUNT).json(), editor.get(ACCOUNT).json()
    assert first["key"] == again["key"]
    assert moderator.get(ACCOUNT).json()["key"] != first["key"]
    assert "no-store" in editor.get(ACCOUNT)["Cache-Control"]
    assert Client().get(ACCOUNT).status_code == 302


@pytest.mark.usefixtures("site")
def test_a_form_without_its_mark_is_told_what_to_do() -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "ja"})
    answer = strict.post("/admin/login/?next=/admin/", {"username": "x"})
    assert answer.status_code == 403
    text = answer.content.decode()
    assert 'href="/admin/login/?next=/admin/"' in text
    assert "もう一度" in text
