"""Editors keep up the lexicon in the admin, and what they change acts at the next search."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import registry
from wagtail.models import Site

from search.models import LexiconEntry
from search.services import LexiconRow, sync_lexicon, sync_vocabularies

INDEX = "/admin/search/lexicon/"
NEW = "/admin/search/lexicon/new/"
IMPORT = "/admin/search/lexicon/import/"


@pytest.fixture
def curator(client_of: Callable[[str], Client]) -> Client:
    """Somebody who may change the lexicon, and nothing else."""
    return client_of("Curators")


@pytest.fixture
def entry(db: None) -> LexiconEntry:
    """An entry of the editors."""
    return LexiconEntry.objects.create(label_ja="手話", label_en="sign language", kana="しゅわ")


@pytest.fixture
def sourced(db: None) -> LexiconEntry:
    """An entry of a file."""
    sync_lexicon(
        [LexiconRow("synonyms:1", label_ja="相談窓口", label_en="consultation desk",
                    kana="そうだんまどぐち", alternatives=("窓口",))],
        source="synonyms",
    )  # fmt: skip
    return LexiconEntry.objects.get(identifier="synonyms:1")


def form(**values: str) -> dict[str, str]:
    return {
        "label_ja": "", "label_en": "", "kana": "", "alternatives": "",
        "kind": "concept", "status": "active", **values,
    }  # fmt: skip


def edit(entry: LexiconEntry) -> str:
    return f"/admin/search/lexicon/edit/{entry.pk}/"


def page(client: Client, url: str, **params: str) -> str:
    response = client.get(url, params)
    assert response.status_code == 200
    return response.content.decode()


# --- Who may ---


@pytest.mark.parametrize("group", ["Editors", "Moderators", "Curators"])
def test_only_curators_may(
    entry: LexiconEntry, client_of: Callable[[str], Client], group: str
) -> None:
    client = client_of(group)
    may = group == "Curators"
    for url in [INDEX, NEW, IMPORT, edit(entry), f"{INDEX}results/", f"{INDEX}?export=csv",
                f"/admin/search/lexicon/delete/{entry.pk}/",
                f"/admin/search/lexicon/history/{entry.pk}/"]:  # fmt: skip
        response = client.get(url)
        assert response.status_code == (200 if may else 302), url
        if not may:
            assert response.url == "/admin/"
    client.post(NEW, form(label_ja="介助", alternatives="かいじょ"))
    client.post(edit(entry), form(label_ja="手話通訳", label_en="sign"))
    client.post(f"/admin/search/lexicon/delete/{entry.pk}/")
    assert LexiconEntry.objects.filter(label_ja="介助").exists() == may
    assert LexiconEntry.objects.filter(pk=entry.pk).exists() != may
    menu = client.get("/admin/").content.decode()
    assert ("/admin/search/lexicon/" in menu) == may


def test_strangers_are_sent_to_log_in(entry: LexiconEntry, client: Client) -> None:
    for url in [INDEX, NEW, IMPORT, edit(entry)]:
        assert client.get(url).url.startswith("/admin/login/")


# --- A change acts at the next search ---


def test_new_entry_finds_pages_at_the_next_search(
    site: Site, client: Client, curator: Client
) -> None:
    asked = {"q": "フムフム教室"}
    assert client.get("/search/", asked).context["results"].rung != "phrase"
    response = curator.post(NEW, form(label_ja="フムフム教室", alternatives="日本語教室"))
    entry = LexiconEntry.objects.get(label_ja="フムフム教室")
    assert response.url == edit(entry)
    results = client.get("/search/", asked).context["results"]
    assert results.total > 5
    assert results.rung == "phrase"
    assert "日本語教室" in client.get("/search/", asked).content.decode()
    tried = curator.get(edit(entry)).content.decode()
    assert "/search/?q=%E3%83%95%E3%83%A0%E3%83%95%E3%83%A0" in tried
    assert re.search(rf"<td>\s*{results.total}\s*</td>", tried)
    curator.post(
        edit(entry), form(label_ja="フムフム教室", alternatives="日本語教室", status="retired")
    )
    assert client.get("/search/", asked).context["results"].rung != "phrase"
    assert "いま検索に使っていません" in page(curator, edit(entry))


def test_added_word_finds_pages_and_survives_loading(
    site: Site, client: Client, curator: Client
) -> None:
    entry = LexiconEntry.objects.get(source="vocabularies", facet="theme", code="2-6")
    before = entry.label_ja
    response = curator.post(
        edit(entry), {"added_words": "ホニャララ施策", "status": "active", "label_ja": "別の語"}
    )
    assert response.status_code == 302
    entry.refresh_from_db()
    assert (entry.label_ja, entry.added_words) == (before, "ホニャララ施策")
    found = client.get("/search/", {"q": "ホニャララ施策"}).context["results"]
    assert found.total == client.get("/search/", {"q": before}).context["results"].total > 0
    assert sync_vocabularies().changes == 0
    entry.refresh_from_db()
    assert entry.added_words == "ホニャララ施策"


def test_added_words_stay_when_the_source_drops_the_entry(sourced: LexiconEntry) -> None:
    sourced.added_words = "なんでも相談"
    sourced.save()
    assert sync_lexicon([], source="synonyms").removed == 1
    (kept,) = LexiconEntry.objects.filter(label_ja="相談窓口")
    assert kept.source == "editor"
    assert kept.identifier.startswith("editor:")
    assert kept.other_words == ["窓口", "なんでも相談"]
    assert sync_lexicon([LexiconRow("synonyms:1", label_ja="相談窓口", label_en="x")],
                        source="synonyms").created == 1  # fmt: skip


# --- Checks ---


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({}, "label_ja", "代表語を"),
        ({"label_ja": "介護"}, "__all__", "二つ以上"),
        ({"label_ja": "介護", "alternatives": "介護"}, "alternatives", "重複"),
        ({"label_en": "Care", "alternatives": "ＣＡＲＥ\nケア"}, "alternatives", "重複"),
        ({"label_ja": "介護", "kana": "介ご"}, "kana", "かなだけ"),
        ({"label_ja": "介護", "kana": "kaigo"}, "kana", "かなだけ"),
        ({"label_ja": "介護", "label_en": "介護 care"}, "label_en", "日本語が入っています"),
        ({"label_ja": "介護", "alternatives": "あ" * 101}, "alternatives", "長すぎます"),
        ({"label_ja": "あ" * 151, "label_en": "x"}, "label_ja", "150"),
        ({"label_ja": "介護", "alternatives": "！？"}, "alternatives", "文字がありません"),
        ({"label_ja": "介護", "alternatives": "a|b"}, "alternatives", "1行に一つ"),
        ({"label_ja": "介護", "alternatives": "\n".join(f"語{n}" for n in range(41))},
         "alternatives", "40個まで"),
        ({"label_ja": "介護", "label_en": "care", "kind": "term"}, "kind", "term"),
    ],
)  # fmt: skip
def test_form_says_what_is_wrong(
    curator: Client, values: dict[str, str], field: str, told: str
) -> None:
    response = curator.post(NEW, form(**values))
    assert told in str(response.context["form"].errors.get(field, response.context["form"].errors))
    assert not LexiconEntry.objects.exists()


def test_reading_is_turned_into_hiragana(curator: Client) -> None:
    curator.post(NEW, form(label_ja="防災", kana=" ﾎﾞｳ サイ "))
    assert LexiconEntry.objects.get().kana == "ぼうさい"


def test_word_of_another_entry_is_allowed_with_a_warning(
    curator: Client, entry: LexiconEntry
) -> None:
    response = curator.post(
        NEW, form(label_ja="手話通訳", alternatives="ＳＩＧＮ Language"), follow=True
    )
    html = response.content.decode()
    new = LexiconEntry.objects.get(label_ja="手話通訳")
    assert edit(entry) in html
    assert "手話" in html
    assert edit(new) in page(curator, edit(entry)), "the other entry names this one as well"


def test_same_reading_is_no_reason_for_a_warning(curator: Client, entry: LexiconEntry) -> None:
    response = curator.post(NEW, form(label_ja="主和", kana="しゅわ"), follow=True)
    assert edit(entry) not in response.content.decode()


def test_entry_of_a_source_says_why_it_is_closed(curator: Client, sourced: LexiconEntry) -> None:
    response = curator.get(edit(sourced))
    fields = response.context["form"].fields
    assert [name for name, field in fields.items() if not field.disabled] == [
        "added_words",
        "status",
    ]
    delete = f"/admin/search/lexicon/delete/{sourced.pk}/"
    assert delete not in response.content.decode()
    assert delete not in page(curator, INDEX)
    assert curator.post(delete).url == edit(sourced)
    assert LexiconEntry.objects.filter(pk=sourced.pk).exists()
    response = curator.post(edit(sourced), {"added_words": "窓口\n別の窓口", "status": "active"})
    assert "重複" in str(response.context["form"].errors["added_words"])


def test_word_can_be_given_in_the_address(curator: Client) -> None:
    assert 'value="プレ教室"' in page(curator, NEW, word="プレ教室")
    assert curator.get(NEW, {"word": "pre-school"}).context["form"].initial == {
        "label_en": "pre-school"
    }


def test_history_tells_who_changed_what(curator: Client, entry: LexiconEntry) -> None:
    curator.post(edit(entry), form(label_ja="手話", label_en="sign language", kana="しゅわ"))
    log = registry.get_logs_for_instance(entry).get()
    assert (log.action, log.user.username) == ("wagtail.edit", "curators")


# --- The list ---


@pytest.mark.parametrize(
    "typed",
    ["手話", "しゅわ", "ｼｭﾜ", "シュワ", "shuwa", "syuwa", "shu", "SIGN", "ｓｉｇｎ　ｌａｎｇ"],
)
def test_list_finds_however_it_is_typed(curator: Client, entry: LexiconEntry, typed: str) -> None:
    LexiconEntry.objects.create(label_ja="防災", label_en="disaster", kana="ぼうさい")
    found = curator.get(INDEX, {"q": typed}).context["object_list"]
    assert list(found) == [entry]


def test_list_finds_places_of_the_real_lexicon(site: Site, curator: Client) -> None:
    for typed in ["hamamatsu", "はままつ", "ﾊﾏﾏﾂ", "浜松", "濱松"]:
        found = [str(e) for e in curator.get(INDEX, {"q": typed}).context["object_list"]]
        assert {"浜松", "浜松市"} <= set(found), typed
    assert curator.get(INDEX, {"q": "qwxzqwxz"}).context["object_list"].count() == 0


def test_list_filters(curator: Client, entry: LexiconEntry, sourced: LexiconEntry) -> None:
    def listed(**params: str) -> list[LexiconEntry]:
        return list(curator.get(INDEX, params).context["object_list"])

    LexiconEntry.objects.filter(pk=entry.pk).update(kind="variant", status="draft")
    assert listed(source="synonyms") == listed(status="active") == [sourced]
    assert listed(kind="variant") == listed(source="editor") == listed(status="draft") == [entry]


# --- Import and export ---


def exported(client: Client, **params: str) -> bytes:
    response = client.get(INDEX, {"export": "csv", **params})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(response.streaming_content)


def send(client: Client, content: bytes | str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(IMPORT, {"file": SimpleUploadedFile("lexicon.csv", data)})


def confirm(client: Client, response: Any) -> Any:
    return client.post(IMPORT, {"text": response.context["text"], "confirmed": "on"})


def problems(response: Any) -> list[tuple[int, str]]:
    return [(p.row, p.column) for p in response.context["table"].problems]


def test_export_opens_in_excel_and_comes_back_the_same(site: Site, curator: Client) -> None:
    LexiconEntry.objects.create(label_ja="=手話", label_en="-sign, \"language\"", kana="しゅわ",
                                alternatives="@手話\n手ことば")  # fmt: skip
    content = exported(curator)
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.count("\r\n") == LexiconEntry.objects.count() + 1
    assert "'=手話" in text
    assert "'@手話 | 手ことば" in text
    before = list(LexiconEntry.objects.order_by("pk").values())
    table = send(curator, content).context["table"]
    assert (table.problems, table.changes, table.unchanged) == ([], [], len(before))
    assert list(LexiconEntry.objects.order_by("pk").values()) == before


def test_export_has_what_the_list_shows(
    curator: Client, entry: LexiconEntry, sourced: LexiconEntry
) -> None:
    text = exported(curator, source="editor").decode("utf-8-sig")
    assert "手話" in text
    assert "相談窓口" not in text


def test_import_shows_first_and_stores_when_confirmed(
    curator: Client, entry: LexiconEntry, sourced: LexiconEntry
) -> None:
    content = (
        "identifier,label_ja,label_en,kana,alternatives,other_languages,added_words,status\r\n"
        f"{entry.identifier},手話,sign language,しゅわ,手ことば | 手話ことば,手语|수어,,active\r\n"
        "synonyms:1,相談窓口,consultation desk,そうだんまどぐち,窓口,,よろず相談,draft\r\n"
        ",防災,disaster preparedness,ﾎﾞｳｻｲ,減災,,,\r\n"
    )
    seen = send(curator, content)
    table = seen.context["table"]
    assert (table.created, table.updated, table.problems) == (1, 2, [])
    assert LexiconEntry.objects.count() == 2
    assert confirm(curator, seen).url == reverse("lexicon:index")
    entry.refresh_from_db()
    sourced.refresh_from_db()
    assert entry.other_words == ["手ことば", "手話ことば"]
    assert entry.other_languages == "手语\n수어"
    assert (sourced.added_words, sourced.status) == ("よろず相談", "draft")
    new = LexiconEntry.objects.get(label_ja="防災")
    assert (new.kana, new.source, new.status) == ("ぼうさい", "editor", "active")
    again = send(curator, content).context["table"]
    assert (again.changes, again.unchanged) == ([], 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_import_reads_what_offices_write(curator: Client, encoding: str) -> None:
    tab = encoding == "utf-16"
    text = "代表語（日本語）,代表語（英語）\n①髙齢者,senior citizens\n"
    seen = send(curator, (text.replace(",", "\t") if tab else text).encode(encoding))
    assert seen.context["table"].problems == []
    confirm(curator, seen)
    assert LexiconEntry.objects.get().label_ja == "①髙齢者"


def test_import_names_row_and_column_and_stores_nothing(
    curator: Client, entry: LexiconEntry, sourced: LexiconEntry
) -> None:
    content = (
        "identifier,label_ja,label_en,kana,alternatives,kind,status\n"
        ",良い語,good word,,,,\n"
        ",一つだけ,,,,,\n"
        "\n"
        ",漢字,kanji,漢字,,,\n"
        "synonyms:1,変えた,consultation desk,そうだんまどぐち,窓口,concept,active\n"
        "synonyms:99,無い,none,,,,\n"
        f"{entry.identifier},手話,sign language,しゅわ,{'あ' * 101},,\n"
        ",種類,kind,,,おかしい,\n"
        ",状態,status,,,,おかしい\n"
        ",良い語,good word,,,,\n"
        ",多い,many,,,,,余り\n"
    )
    seen = send(curator, content)
    assert problems(seen) == [
        (3, ""),
        (5, "読み（かな）"),
        (6, "代表語（日本語）"),
        (7, "識別子"),
        (8, "ほかの言い方"),
        (9, "種類"),
        (10, "状態"),
        (11, "識別子"),
        (12, ""),
    ]
    assert confirm(curator, seen).status_code == 200
    assert LexiconEntry.objects.count() == 2
    entry.refresh_from_db()
    assert entry.alternatives == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 an Excel file",
        b"\xff\xfe\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        "語,word\n介護,care\n".encode(),
        b"label_ja,label_ja\na,b\n",
        b"label_ja,unknown\na,b\n",
        b"label_ja,label_en\n" + b"x" * 2_000_001,
        b'label_ja,label_en\n"' + b"x" * 200_000 + b'",y\n',
    ],
)
def test_import_refuses_what_is_no_table(curator: Client, content: bytes) -> None:
    response = send(curator, content)
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not LexiconEntry.objects.exists()


def test_import_without_a_file(curator: Client) -> None:
    assert curator.post(IMPORT).context["form"].errors["file"]


def test_import_takes_the_whole_lexicon(site: Site, curator: Client) -> None:
    out = io.StringIO()
    out.write("label_ja,label_en,alternatives\n")
    out.writelines(f"架空語{n},fictional {n},架空{n} | 空想{n}\n" for n in range(1000))
    seen = send(curator, out.getvalue())
    assert (seen.context["table"].created, seen.context["more_changes"]) == (1000, 950)
    confirm(curator, seen)
    assert LexiconEntry.objects.filter(source="editor").count() == 1000
