"""Hand-outs and casebooks: what they say, how long they are, and what they never say."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.translation import override
from docx import Document
from pptx import Presentation
from pypdf import PdfReader
from wagtail.models import PageViewRestriction, Site

from casestudies.models import CaseStudyPage
from core.readings import in_plain_reading
from handouts import typesetting, typesetting_process
from handouts.chosen import MOST_CASES
from handouts.glyphs import SUBSTITUTE, printable
from handouts.pages import casebook_pdf
from handouts.selectors import cases_by_slugs, handouts_of
from handouts.shortening import short

SLUG = "minamiyoshida-school"
OTHER = "aichi-medical-interpreting-system"
PATHS = {
    "ja": f"/handouts/{SLUG}.pdf",
    "en": f"/en/handouts/{SLUG}.pdf",
    "easy": f"/handouts/easy/{SLUG}.pdf",
}
# Cases set in one go: fewer than a casebook may have, for machines that do much else besides.
_AT_ONCE = 10
READINGS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "ja": lambda: override("ja"),
    "en": lambda: override("en"),
    "easy": in_plain_reading,
}


@pytest.fixture
def case(site: Site) -> CaseStudyPage:
    return CaseStudyPage.objects.get(slug=SLUG, locale__language_code="ja")


def publish(page: CaseStudyPage) -> None:
    page.save_revision().publish()


def pdf(response: Any) -> PdfReader:
    assert response.status_code == 200, response.status_code
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def words(reader: PdfReader) -> str:
    """All words without the spaces that lines put between them."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def fonts(reader: PdfReader) -> Iterator[tuple[str, bool]]:
    """Name of each font, and whether its letters are in the file."""
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            for inner in font.get_object()["/DescendantFonts"]:
                descriptor = inner.get_object()["/FontDescriptor"].get_object()
                yield descriptor["/FontName"], bool({"/FontFile2", "/FontFile3"} & set(descriptor))


@pytest.mark.parametrize("reading", PATHS)
def test_handout_says_what_an_officer_needs(
    case: CaseStudyPage, client: Client, reading: str
) -> None:
    case.contact_phone, case.cost_total, case.cost_period = "000-111-2222", 1234567, "year"
    publish(case)  # its translation takes over the facts
    page = CaseStudyPage.objects.get(
        translation_key=case.translation_key,
        locale__language_code="en" if reading == "en" else "ja",
    )
    reader = pdf(client.get(PATHS[reading]))
    said = words(reader)
    title = page.easy_title if reading == "easy" else page.title
    line = page.easy_summary if reading == "easy" else page.summary
    result = page.results.first()
    kana_free = re.sub(r"[ぁ-ん]", "", said)
    for expected in (title, line, result.after, "000-111-2222", "1,234,567", "CC BY 4.0"):
        plain = re.sub(r"\s", "", expected)
        if reading == "easy":  # kana stand between the letters
            assert re.sub(r"[ぁ-ん]", "", plain) in kana_free, expected
        else:
            assert plain in said, expected
    assert page.public_url.rsplit("/", 2)[1] in said
    assert reader.metadata.title == re.sub(r"\s+", " ", title)
    assert reader.root_object["/Lang"].startswith("en" if reading == "en" else "ja")
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in reader.root_object["/Metadata"].get_object().get_data()
    found = dict(fonts(reader))
    assert found
    assert all(found.values()), found
    assert {name.partition("+")[2][:16] for name in found} == {
        "NotoSansCJKjp-Re",
        "NotoSansCJKjp-Bo",
    }
    assert any(
        "/URI" in str(note.get_object())
        for page in reader.pages
        for note in page.get("/Annots", [])
    )


@pytest.mark.parametrize("reading", ["en", "easy"])  # the longest
def test_nearly_all_cases_fit_one_page_and_none_needs_more_than_two(
    site: Site, reading: str
) -> None:
    language = "en" if reading == "en" else "ja"
    pages = CaseStudyPage.objects.live().filter(locale__language_code=language)
    slugs = sorted(pages.values_list("slug", flat=True))
    lengths: list[int] = []
    with READINGS[reading]():
        found = handouts_of(cases_by_slugs(slugs, language), language)
        for start in range(0, len(found), _AT_ONCE):
            part = found[start : start + _AT_ONCE]
            reader = PdfReader(io.BytesIO(casebook_pdf(part, "Casebook")))
            # The outline has contents, then the cases.
            starts = [
                reader.get_destination_page_number(entry)
                for entry in reader.outline
                if not isinstance(entry, list)
            ][-len(part) :]
            ends = [*starts[1:], len(reader.pages)]
            lengths += [end - begin for begin, end in zip(starts, ends, strict=True)]
    assert len(lengths) == len(found) > 150
    assert max(lengths) <= 2
    assert lengths.count(1) / len(lengths) >= 0.95


def test_a_case_that_is_too_long_is_shortened_and_says_so(
    case: CaseStudyPage, client: Client
) -> None:
    block = {"phase": "running", "what": "長い説明の文です。" * 60, "who": "市"}
    case.steps = [("step", {**block, "title": f"手順{number}"}) for number in range(30)]
    publish(case)
    reader = pdf(client.get(PATHS["ja"]))
    assert len(reader.pages) <= 2
    assert "紙面に収まらない項目を省きました" in words(reader)
    assert case.get_licence_display().replace(" ", "") in words(reader)
    assert reader.pages[0].extract_text() == (pdf(client.get(PATHS["ja"])).pages[0].extract_text())


INJECTIONS = [
    '#read("/etc/passwd")', '#include "page.typ"', "$x^2$ \\ #{1+1} *bold* _it_ <label> @ref",
    "\\u{41} // comment /* x */ `raw`", "]#[ #panic()", '"}\n#import "page.typ": *',
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
def test_words_of_editors_are_never_markup(case: CaseStudyPage, client: Client, text: str) -> None:
    case.summary = text
    publish(case)
    said = words(pdf(client.get(PATHS["ja"])))
    assert re.sub(r"\s", "", text) in said
    assert "root:" not in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("多文化🎉共生", "多文化共生"),
        ("สวัสดี を使う", f"{SUBSTITUTE} を使う"),
        ("مرحبا بك", f"{SUBSTITUTE} {SUBSTITUTE}"),
        ("한국어 안내", "한국어 안내"),
        ("が\u200bカ\u3099", "がガ"),
        ("中国语 繁體 Привет Việt", "中国语 繁體 Привет Việt"),
        ("a\x07b\nc", "a b c"),
    ],
)
def test_letters_that_the_font_lacks(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_strange_and_very_long_words_make_a_page(case: CaseStudyPage, client: Client) -> None:
    case.title = "W" * 120
    case.summary = "あ" * 299
    case.overview = "https://example.org/" + "x" * 900 + " สวัสดี مرحبا 🎉"
    publish(case)
    assert len(pdf(client.get(PATHS["ja"])).pages) <= 2


def test_long_texts_end_with_a_sentence() -> None:
    assert (
        short("一つ目の文です。二つ目の文です。三つ目。", 18) == "一つ目の文です。二つ目の文です。…"
    )
    assert short("短い。", 18) == "短い。"
    assert len(short("あ" * 50, 18)) <= 18


@pytest.mark.parametrize("how", ["unpublish", "restrict"])
def test_what_is_withheld_is_in_no_handout_and_no_casebook(
    case: CaseStudyPage, client: Client, how: str
) -> None:
    assert client.get(PATHS["ja"]).status_code == 200
    if how == "unpublish":
        case.unpublish()
    else:
        PageViewRestriction.objects.create(page=case, restriction_type="login")
    for path in PATHS.values():
        assert client.get(path).status_code == 404, path
    query = f"?case={SLUG}&case={OTHER}"
    assert "南吉田" not in words(pdf(client.get(f"/casebook/casebook.pdf{query}")))
    listed = client.get(f"/casebook/{query}").content.decode()
    assert "南吉田" not in listed
    assert "1件は公開されていないため" in listed
    assert client.get(f"/casebook/casebook.docx?case={SLUG}").status_code == 404


def test_handout_follows_the_page_and_is_kept(
    case: CaseStudyPage, client: Client, settings: Any
) -> None:
    settings.PAGE_CACHE = True
    first = client.get(PATHS["ja"])
    again = client.get(PATHS["ja"], headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert "RateLimit" not in client.get(PATHS["ja"])
    case.summary = "新しくなった一行です。"
    publish(case)
    assert "新しくなった一行です。" in words(pdf(client.get(PATHS["ja"])))


def test_casebook_has_a_cover_contents_and_its_cases_in_order(site: Site, client: Client) -> None:
    reader = pdf(client.get(f"/casebook/casebook.pdf?case={OTHER}&case={SLUG}"))
    pages = [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]
    assert "事例集" in pages[0]
    assert "選んだ事例2件" in pages[0]
    assert pages[1].startswith("目次")
    assert pages[1].index("あいち医療通訳") < pages[1].index("南吉田")
    numbers = re.findall(r"(\d+)$", pages[1].removesuffix("2"))
    assert numbers
    assert "あいち医療通訳" in pages[2]
    assert "南吉田" in pages[-1]


def test_slides_and_word_file_open_and_can_be_edited(site: Site, client: Client) -> None:
    query = f"?case={OTHER}&case={SLUG}"
    show = Presentation(io.BytesIO(client.get(f"/casebook/casebook.pptx{query}").content))
    titles = [slide.shapes.title.text_frame.text for slide in show.slides]
    assert titles[0] == "事例集"
    assert [title[:3] for title in titles[1:]] == ["あいち", "横浜市"]
    said = [shape.text_frame.text for shape in show.slides[2].shapes if shape.has_text_frame]
    assert any("140" in text for text in said)
    document = Document(io.BytesIO(client.get(f"/en/casebook/casebook.docx{query}").content))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[1].startswith("Minami-Yoshida")
    assert any("140" in cell.text for table in document.tables for cell in table._cells)


def test_list_of_cases_can_be_put_in_order_without_scripts(site: Site, client: Client) -> None:
    address = f"/casebook/?case={OTHER}&case={SLUG}"
    page = BeautifulSoup(client.get(address).content, "html.parser")
    links = {
        link.get_text(" ", strip=True).split()[0]: link["href"]
        for link in page.select(".casebook__item:first-child .casebook__ways a")
    }
    assert links == {
        "後ろへ": f"/casebook/?case={SLUG}&case={OTHER}",
        "外す": f"/casebook/?case={SLUG}",
    }
    third = "http://127.0.0.1:8000/cases/hokkaido/higashikawa-care-scholarship/"
    added = client.get(f"{address}&add={third}")
    assert added["Location"] == f"{address}&case=higashikawa-care-scholarship"
    unknown = client.get(f"{address}&add=https://example.org/nothing/").content.decode()
    assert "事例が見つかりません" in unknown


@pytest.mark.parametrize(
    "query", ["case=%00", "case=../../etc", "case=<script>", "add=http://[", "case=" + "a" * 5000]
)
def test_nonsense_in_the_address_is_an_empty_list(site: Site, client: Client, query: str) -> None:
    response = client.get(f"/casebook/?{query}")
    assert response.status_code in (200, 400)
    assert b"<script>" not in response.content.replace(b"<script ", b"")


def test_a_list_has_an_end(site: Site, client: Client) -> None:
    slugs = CaseStudyPage.objects.live().filter(locale__language_code="ja")[: MOST_CASES + 5]
    query = "&".join(f"case={page.slug}" for page in slugs)
    page = BeautifulSoup(client.get(f"/casebook/?{query}").content, "html.parser")
    assert len(page.select(".casebook__item")) == MOST_CASES
    assert f"{MOST_CASES}件まで" in page.text


def test_number_of_queries_does_not_grow_with_the_list(
    site: Site, client: Client, django_assert_max_num_queries: Any
) -> None:
    slugs = CaseStudyPage.objects.live().filter(locale__language_code="ja")[:12]
    query = "&".join(f"case={page.slug}" for page in slugs)
    client.get(f"/casebook/casebook.docx?{query}")
    with django_assert_max_num_queries(25):
        client.get(f"/casebook/casebook.docx?{query}")
    with django_assert_max_num_queries(25):
        client.get(f"/casebook/?{query}")


def test_what_cannot_be_set_is_answered_plainly(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the library does not start: the process ends with an error."""
    monkeypatch.setattr(typesetting, "_PROCESS", "handouts.no_such_process")
    for path in (PATHS["ja"], f"/casebook/casebook.pdf?case={SLUG}"):
        response = client.get(path)
        assert response.status_code == 503
        assert response["Retry-After"]
        assert "作れません" in response.content.decode()
    assert client.get(f"/casebook/casebook.docx?case={SLUG}").status_code == 200


def test_layouts_are_all_that_a_document_may_read(tmp_path: Path) -> None:
    root = Path(typesetting_process.__file__).parent / "layout"
    assert {path.suffix for path in root.iterdir()} == {".typ"}
    with pytest.raises(Exception, match=r"canonicalize|not found|denied"):
        typesetting_process.pdf_of("../../../etc/passwd", "{}", 0, has_kana=False)
