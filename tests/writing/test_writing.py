"""Hints while writing, plain Japanese, and translations, as editors and translators use them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail_localize.models import Translation, TranslationSource

from casestudies.models import CasesFromPage, CaseStudyIndexPage, CaseStudyPage
from home.models import HomePage
from regions.models import Area
from taxonomy.models import GlossaryTerm, Theme
from users.roles import TRANSLATORS
from writing.checks import Passage, check_passage
from writing.eras import era_years
from writing.furigana import ruby
from writing.plain import plain_marks

PARAGRAPH = (
    "<p>令和5年に始めた。詳しくは<a href='https://example.org/a'>こちら</a>、"
    "<a href='https://example.org/b'>県の計画</a>。</p>"
)


@pytest.fixture
def case(db: None, settings: Any, tmp_path: Any) -> CaseStudyPage:
    """A Japanese case with what editors do wrong, and a plain-Japanese version."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    english, _created = Locale.objects.get_or_create(language_code="en")
    home = HomePage.objects.get(locale__language_code="ja")
    theme = Theme.objects.create(code="2-1", label_ja="教育", label_en="Education")
    area = Area.objects.create(code="22", kind="prefecture", name_ja="静岡県", name_en="Shizuoka")
    index = home.add_child(instance=CaseStudyIndexPage(title="事例", slug="cases"))
    parent = index.add_child(
        instance=CasesFromPage(title="静岡県の事例", slug="shizuoka", area=area)
    )
    page = CaseStudyPage(
        title="教室",
        slug="class",
        overview="学校に入る前の教室を開く。" + "とても長い文が続き、" * 10 + "終わる。",
        provenance="compiled",
        bridging="連絡先は taro@gmail.com と 090-1234-5678。",
        actions=[{"type": "paragraph", "value": PARAGRAPH}],
        easy_title="学校の 教室",
        easy_summary="手続きをしなければなりません。",
        easy_body="令和5年から 教室を 開いて います。在留資格が 確認されます。",
    )
    page.themes = [theme]
    parent.add_child(instance=page)
    page.save_revision().publish()
    home.copy_for_translation(english)
    return CaseStudyPage.objects.get()


@pytest.fixture
def writer(case: CaseStudyPage, django_user_model: Any) -> Callable[[str], Client]:
    """A function that signs in a member of a group who may edit and publish everywhere."""

    def sign_in(group_name: str) -> Client:
        group, _created = Group.objects.get_or_create(name=group_name)
        group.permissions.add(
            Permission.objects.get(codename="access_admin"),
            Permission.objects.get(codename="submit_translation"),
        )
        for code in ["add_page", "change_page", "publish_page"]:
            GroupPagePermission.objects.get_or_create(
                group=group,
                page=Page.get_first_root_node(),
                permission=Permission.objects.get(codename=code),
            )
        user = django_user_model.objects.create_user(
            username=f"w-{group.pk}", email="w@example.org"
        )
        user.groups.add(group)
        client = Client()
        client.force_login(user)
        return client

    return sign_in


# --- Texts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("令和5年に始めた", [("令和5年", 2023)]),
        ("平成元年度の調査", [("平成元年度", 1989)]),
        ("昭和６３年", [("昭和63年", 1988)]),
        ("令和5年（2023年）に始めた", []),
        ("2023年（令和5年）に始めた", []),
        ("令和の時代", []),
        ("令和五年の春、令和十十年", [("令和五年", 2023)]),
        ("2020年の計画を令和5年に改めた", [("令和5年", 2023)]),
    ],
)
def test_years_of_an_era_alone(text: str, years: list[tuple[str, int]]) -> None:
    assert [(year.text, year.year) for year in era_years(text)] == years


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("taro@gmail.com", ["personal"]),
        ("desk@city.hamamatsu.shizuoka.jp", []),
        ("電話は０９０ー１２３４ー５６７８です", ["personal"]),
        ("+81 80 1234 5678", ["personal"]),
        ("053-457-2359", []),
        ("0901234567890", []),
    ],
)
def test_private_data_is_told_from_offices(text: str, kinds: list[str]) -> None:
    assert [hint.kind for hint in check_passage(Passage("f", "F", text, "ja"))] == kinds


@pytest.mark.parametrize(
    ("words", "is_vague"),
    [
        ("こちら", True),
        ("詳細はこちら", True),
        ("<b>here</b>", True),
        ("Read more", True),
        ("県の計画", False),
        ("こちら側の施設一覧", False),
    ],
)
def test_links_that_say_nothing(words: str, is_vague: bool) -> None:
    html = f'<p><a href="https://example.org/">{words}</a></p>'
    hints = check_passage(Passage("f", "F", "", "ja", html))
    assert bool(hints) == is_vague


def test_plain_japanese_is_marked() -> None:
    hard = {"在留資格": "日本に いるための 資格", "資格": "しかく"}
    text = (
        "窓口に行かなければなりません。先生に呼ばれた。"
        "在留資格を見せてください。" + "とても" * 20 + "長い。\n平成30年"
    )
    with override("en"):
        marks = plain_marks(text, hard)
    assert [mark.kind for mark in marks] == ["negative", "passive", "long", "era", "word"]
    assert marks[0].excerpt == "なければなりません"
    assert marks[3].advice.endswith("2018年")
    assert marks[4].excerpt == "在留資格", "a word inside a longer one is not named again"
    assert plain_marks("先生が 子どもを 呼びます。") == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("食", '<ruby>食<rp>（</rp><rt aria-hidden="true">しょく</rt><rp>）</rp></ruby>'),
        ("ひらがなと <b>&\nABC", "ひらがなと &lt;b&gt;&amp;<br>ABC"),
    ],
)
def test_furigana_stands_above_kanji_alone(db: None, text: str, html: str) -> None:
    assert ruby(text) == html


# --- In the editor ----------------------------------------------------------------------------


def test_hints_beside_the_editor(case: CaseStudyPage, writer: Callable[[str], Client]) -> None:
    GlossaryTerm.objects.create(term_ja="在留資格", explanation_easy="日本に いるための 資格")
    client = writer("Moderators")
    edit = client.get(f"/admin/pages/{case.pk}/edit/").content.decode()
    assert 'data-writing-hints="/admin/writing/0/"' in edit
    assert "js/writing.js" in edit
    case.overview = ""
    case.save_revision()
    text = client.get(f"/admin/writing/{case.pk}/").content.decode()
    for words in [
        "taro@gmail.com", "090-1234-5678", "<q lang=\"ja\">こちら</q>", "令和5年（2023年）",
        "出典がありません", "二重否定", "受け身", "日本に いるための 資格", "きょうしつ</rt>",
    ]:  # fmt: skip
        assert words in text, words
    assert "県の計画</q>" not in text
    assert "長い文です" not in text, "hints are those of the newest draft"
    assert text.index("help-critical") < text.index("help-info")
    assert client.get("/admin/writing/999999/").status_code == 404


def test_hints_of_pages_that_one_may_not_edit_are_refused(
    case: CaseStudyPage, client: Client, django_user_model: Any
) -> None:
    user = django_user_model.objects.create_user(username="none")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert client.get(f"/admin/writing/{case.pk}/").status_code == 302
    client.force_login(user)
    assert client.get(f"/admin/writing/{case.pk}/").status_code in {302, 403}


def test_previews_in_three_readings(case: CaseStudyPage) -> None:
    def shown(mode: str) -> str:
        return case.make_preview_request(preview_mode=mode).content.decode()

    assert [mode for mode, _label in case.preview_modes] == ["", "translation", "easy"]
    assert case.preview_sizes[0]["device_width"] == 360
    assert 'id="easy"' not in shown("")
    assert "きょうしつ</rt>" in shown("easy")
    other = shown("translation")
    assert '<html lang="en"' in other
    english = Locale.objects.get(language_code="en")
    translation = case.copy_for_translation(english, copy_parents=True)
    translation.title = "A class before school"
    translation.save_revision()
    assert "A class before school" in shown("translation")


# --- For readers ------------------------------------------------------------------------------


def test_reader_switches_to_plain_japanese(case: CaseStudyPage, client: Client) -> None:
    url = case.get_url()
    assert 'id="easy"' not in client.get(url).content.decode()
    plain = client.get(f"{url}?reading=easy", follow=True).content.decode()
    assert '<section id="easy" class="easy" lang="ja"' in plain
    assert '<ruby>手続<rp>（</rp><rt aria-hidden="true">てつづ</rt><rp>）</rp></ruby>き' in plain
    client.cookies["furigana"] = "0"
    assert "手続きをしなければなりません。" in client.get(url).content.decode()
    CaseStudyPage.objects.update(easy_summary="", easy_body="")
    without = client.get(url).content.decode()
    assert 'id="easy"' not in without
    assert "まだ やさしい 日本語に なって いません" in without


# --- Translating ------------------------------------------------------------------------------


def test_translator_shares_facts_and_translates_prose(
    case: CaseStudyPage, writer: Callable[[str], Client]
) -> None:
    client = writer(TRANSLATORS)
    english = Locale.objects.get(language_code="en")
    for page in case.get_ancestors().filter(depth__gt=2):
        page.specific.copy_for_translation(english)
    form = f"/admin/localize/submit/page/{case.pk}/"
    assert client.get(form).status_code == 200
    client.post(form, {"locales": [english.pk]})
    source = TranslationSource.objects.get_for_instance(case)
    translation = Translation.objects.get(source=source)
    page = translation.get_target_instance()
    assert [theme.code for theme in page.themes.all()] == ["2-1"]

    file = client.get(f"/admin/localize/translate/{translation.pk}/pofile/download/")
    po = file.content.decode()
    assert 'msgid "教室"' in po
    for fact in ["学校の 教室", "2-1", "compiled"]:
        assert fact not in po, f"{fact} is shared, not translated"
    filled = po.replace('msgid "教室"\nmsgstr ""', 'msgid "教室"\nmsgstr "A class"')
    client.post(
        f"/admin/localize/translate/{translation.pk}/pofile/upload/",
        {"file": SimpleUploadedFile("t.po", filled.encode()), "next": "/admin/"},
    )
    translation.save_target(publish=True)
    page = CaseStudyPage.objects.get(pk=page.pk)
    assert page.title == "A class"
    assert page.easy_title == "学校の 教室"

    # A fact that changes in the original changes in the translation as well.
    case.themes = [Theme.objects.create(code="2-3", label_ja="防災", label_en="Disasters")]
    case.started = "2019"
    case.save_revision().publish()
    source.update_from_db()
    Translation.objects.get(pk=translation.pk).save_target(publish=True)
    page = CaseStudyPage.objects.get(pk=page.pk)
    assert [theme.code for theme in page.themes.all()] == ["2-3"]
    assert page.started == "2019"
    assert page.title == "A class"


def test_translator_sees_what_is_outdated(
    case: CaseStudyPage, writer: Callable[[str], Client], editor_client: Client
) -> None:
    english = Locale.objects.get(language_code="en")
    translation = case.copy_for_translation(english, copy_parents=True)
    translation.title = "A class before school"
    translation.save_revision().publish()
    client = writer(TRANSLATORS)
    assert "A class before school" not in _panel(client)
    later = timezone.now() + datetime.timedelta(hours=1)
    Page.objects.filter(pk=case.pk).update(last_published_at=later)
    assert "A class before school" in _panel(client)
    assert "A class before school" not in _panel(editor_client)


def _panel(client: Client) -> str:
    text = client.get("/admin/").content.decode()
    _before, _start, panel = text.partition('id="translations-to-do')
    return panel
