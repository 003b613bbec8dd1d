"""Who runs the site: said on every page, kept by administrators, asked for before going live."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client

from contact.models import Imprint
from contact.selectors import current_imprint
from home.models import StandardPage
from tests.users.conftest import Network, network

__all__ = ["network"]

COMPLETE: dict[str, Any] = {
    "operator_ja": "見本財団", "operator_en": "Example Foundation",
    "website": "https://example.org/",
    "address_ja": "〒100-0000 東京都見本区1-2-3", "address_en": "1-2-3 Mihon, Tokyo 100-0000",
    "representative_ja": "理事長 見本太郎", "representative_en": "Taro Mihon, President",
    "phone": "03-0000-0000", "mail": "office@example.org",
    "privacy_desk_ja": "事務局 個人情報担当", "privacy_desk_en": "Office, personal data",
    "disclosure_fee": "1000", "hosting_ja": "日本、見本クラウド株式会社",
    "hosting_en": "Japan, Example Cloud",
    "safety_ja": "責任者は事務局長です。", "safety_en": "The head of the office is responsible.",
    "accredited_body_ja": "", "accredited_body_en": "",
}  # fmt: skip


def missing() -> list[str]:
    found = run_checks(include_deployment_checks=True, databases=["default"])
    return [message.msg for message in found if message.id == "contact.W001"]


def test_administrator_fills_it_in_and_every_page_says_it(network: Network) -> None:
    StandardPage.objects.filter(slug="about").update(shows_operator=True)
    about = Client().get("/about/").content.decode()
    assert "運営者" not in about, "what nobody has said is not shown"
    assert "/contact/" in about
    (text,) = missing()
    assert "address_ja" in text
    assert "disclosure_fee" in text
    assert "phone" not in text
    assert not [m for m in run_checks(include_deployment_checks=True) if "imprint" in m.msg]

    imprint = Imprint.load()
    address = f"/admin/settings/contact/imprint/{imprint.pk}/"
    assert network.client("curator").post(address, COMPLETE).status_code == 302
    assert current_imprint().operator_ja == ""
    assert network.client("administrator").post(address, COMPLETE).status_code == 302
    assert missing() == []

    home = Client().get("/").content.decode()
    for words in ["見本財団", "理事長 見本太郎", "〒100-0000", 'href="tel:03-0000-0000"']:
        assert words in home
    assert "office@example.org" not in home
    english = Client().get("/en/").content.decode()
    assert "Taro Mihon, President" in english
    assert "見本財団" not in english
    about = Client().get("/about/").content.decode()
    for words in ["事務局 個人情報担当", "1件につき1,000円", "見本クラウド", "事務局長"]:
        assert words in about
        assert words not in home


@pytest.mark.parametrize("language", ["ja", "en"])
def test_loaded_pages_say_what_the_law_asks_for(site: Any, language: str) -> None:
    """Act on the Protection of Personal Information, article 32, and its order, article 10."""
    prefix = "" if language == "ja" else "/en"
    policy = Client().get(f"{prefix}/privacy/").content.decode()
    parts = {
        "ja": ["公益財団法人日本国際交流センター（JCIE）", "利用目的の通知", "訂正", "利用の停止",
               "第三者への提供", "安全管理", "苦情", "手数料", "180日後"],
        "en": ["Japan Center for International Exchange (JCIE)", "what it is used for", "corrected",
               "use stopped", "Third parties", "kept safe", "Complaints", "fee", "180 days"],
    }  # fmt: skip
    for words in parts[language]:
        assert words in policy
    assert f'href="{prefix}/contact/?kind=personal-data"' in policy
    contact = Client().get(f"{prefix}/contact/").content.decode()
    assert 'name="stamp"' in contact
    assert f'href="{prefix}/privacy/"' in contact
