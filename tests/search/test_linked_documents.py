"""Pages are found by the text of documents that they link to, and only while both are public."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typst
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from docx import Document as WordFile
from openpyxl import Workbook
from pptx import Presentation
from pypdf import PdfReader, PdfWriter
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from documents.models import DocumentText
from handouts.glyphs import REGULAR_FONT
from home.models import HomePage, StandardPage
from search.engines.base import Engine
from search.index.outbox import deliver
from search.index.rebuild import rebuild
from search.query.search_query import SearchQuery
from search.results.answer import search

AddPage = Callable[..., StandardPage]
PAGES = ["はじめに", "二頁目には養蜂場の見学会について書いてあります。", "おわりに"]


def pdf(pages: list[str] = PAGES) -> bytes:
    """A PDF file with these pages, as the hand-outs are set."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(REGULAR_FONT.parent)],
    )
    source = '#set text(font: "Noto Sans CJK JP")\n' + "\n#pagebreak()\n".join(pages)
    return typst.compile(source.encode(), font_paths=fonts, ignore_system_fonts=True, format="pdf")


def word() -> bytes:
    document = WordFile()
    document.add_paragraph("養蜂場の見学会")
    document.add_table(1, 1).cell(0, 0).text = "参加費は無料"
    return _saved(document)


def workbook() -> bytes:
    book = Workbook()
    book.active.title = "申込み"
    book.active.append(["養蜂場の見学会", 12])
    book.create_sheet("控え").sheet_state = "hidden"
    book["控え"].append(["内部用"])
    return _saved(book)


def slides() -> bytes:
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "養蜂場の見学会"
    return _saved(deck)


def locked() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("secret")
    return _saved(writer)


def _saved(made: Any) -> bytes:
    out = io.BytesIO()
    (made.write if isinstance(made, PdfWriter) else made.save)(out)
    return out.getvalue()


@pytest.fixture
def upload(
    db: None, django_capture_on_commit_callbacks: Any, settings: Any, tmp_path: Path
) -> Callable[..., Any]:
    """A function that stores a document, as an upload does."""

    def store(name: str, content: bytes, document: Any = None, **values: Any) -> Any:
        document = document or get_document_model()(title=name.partition(".")[0], **values)
        with django_capture_on_commit_callbacks(execute=True):
            document.file = ContentFile(content, name)
            document.save()
        return document

    return store


def link(document: Any) -> list[tuple[str, str]]:
    """A body whose text links to a document."""
    return [("paragraph", f'<p><a linktype="document" id="{document.pk}">資料</a></p>')]


@pytest.mark.parametrize(
    ("name", "make", "parts"),
    [
        ("a.pdf", pdf, [[str(n), text] for n, text in enumerate(PAGES, 1)]),
        ("a.docx", word, [["", "養蜂場の見学会\n参加費は無料"]]),
        ("a.xlsx", workbook, [["申込み", "養蜂場の見学会 12"]]),
        ("a.pptx", slides, [["1", "養蜂場の見学会"]]),
        (
            "a.txt",
            lambda: "養蜂場の\n\n 見学です。".encode("cp932"),
            [["", "養蜂場の\n見学です。"]],
        ),
    ],
)
def test_text_is_read_part_by_part(
    upload: Any, name: str, make: Callable[[], bytes], parts: list[list[str]]
) -> None:
    document = upload(name, make())
    text = DocumentText.objects.get(pk=document.pk)
    assert (text.parts, text.problem) == (parts, "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7 broken"),
        ("a.docx", b"PK\x03\x04"),
        ("a.odt", b"PK"),
        ("b.pdf", locked()),
    ],
)
def test_what_cannot_be_read_is_named_and_does_no_harm(
    upload: Any, name: str, content: bytes
) -> None:
    document = upload(name, content)
    text = DocumentText.objects.get(pk=document.pk)
    assert text.parts == []
    assert text.problem


def test_a_page_is_found_by_its_document(upload: Any, add_page: AddPage, engine: Engine) -> None:
    page = add_page("みつばちの日", "bees", body=link(upload("見学.pdf", pdf())))
    rebuild(engine)
    for text in ("養蜂場", "養蜂場 見学会", '"養蜂場の見学会"'):
        hits = search(SearchQuery(text=text, locale="ja")).hits
        assert [hit.page_id for hit in hits] == [page.pk], text
        reason = BeautifulSoup(hits[0].reason_html, "html.parser")
        assert reason.a["href"].endswith("#page=2")
        assert reason.a.text == "見学"
        assert "養蜂" in reason.mark.text


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_visitors_see_the_document_with_its_page(
    upload: Any, add_page: AddPage, engine: Engine, client: Client
) -> None:
    add_page("みつばちの日", "bees", body=link(upload("見学.pdf", pdf())))
    rebuild(engine)
    page = BeautifulSoup(client.get("/search/?q=養蜂場").content, "html.parser")
    assert "文書「見学」の2ページ" in page.select_one(".hit").text
    assert page.select_one('.hit a[href$="#page=2"]')


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
class TestWithheld:
    """Nothing of a document is found that the public may not read."""

    def found(self) -> list[str]:
        return [hit.reason_html for hit in search(SearchQuery(text="養蜂場", locale="ja")).hits]

    def test_drafts(self, upload: Any, add_page: AddPage, engine: Engine) -> None:
        page = add_page("みつばちの日", "bees")
        page.body = link(upload("見学.pdf", pdf()))
        page.save_revision()
        rebuild(engine)
        assert self.found() == []
        page.save_revision().publish()
        deliver(engine)
        assert len(self.found()) == 1

    def test_restricted_collections(self, upload: Any, add_page: AddPage, engine: Engine) -> None:
        above = Collection.get_first_root_node().add_child(name="内部")
        below = above.add_child(name="会議")
        add_page("みつばちの日", "bees", body=link(upload("見学.pdf", pdf(), collection=below)))
        rebuild(engine)
        assert len(self.found()) == 1
        restriction = CollectionViewRestriction.objects.create(
            collection=above, restriction_type=CollectionViewRestriction.LOGIN
        )
        # Before the index hears of it no passage is shown, and afterwards nothing is found.
        assert not any("養蜂" in reason for reason in self.found())
        deliver(engine)
        assert self.found() == []
        restriction.delete()
        deliver(engine)
        assert len(self.found()) == 1

    def test_documents_that_are_deleted_or_replaced(
        self,
        upload: Any,
        add_page: AddPage,
        engine: Engine,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        document = upload("見学.pdf", pdf())
        add_page("みつばちの日", "bees", body=link(document))
        rebuild(engine)
        upload("新.pdf", pdf(["りんご園"]), document)
        assert self.found() == []
        assert len(search(SearchQuery(text="りんご園", locale="ja")).hits) == 1
        document.delete()
        deliver(engine)
        assert search(SearchQuery(text="りんご園", locale="ja")).hits == ()


def test_documents_stored_before_are_read_by_a_command(
    upload: Any, home: HomePage, capsys: pytest.CaptureFixture[str]
) -> None:
    document = upload("見学.pdf", pdf())
    DocumentText.objects.all().delete()
    call_command("documents_read", "--no-progress")
    assert "1 of 1 documents were read." in capsys.readouterr().out
    call_command("documents_read", "--no-progress")
    assert "0 of 1 documents were read." in capsys.readouterr().out
    default_storage.delete(document.file.name)
    call_command("documents_read", "--no-progress", "--again")
    assert f"{document.pk}: " in capsys.readouterr().out
