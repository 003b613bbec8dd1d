"""Every field of a case appears wherever somebody would look for it, or stands here with a reason.

One case has every field filled with a value of its own. It is then read as people and programs read
it: on its page, by the API, as a row of a sheet, in the search document, in the editor's form, and
in the reference of the template. A new field fails this test until it is everywhere, or listed.
"""

from __future__ import annotations

import datetime
import html
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from modelcluster.fields import ParentalKey
from taggit.managers import TaggableManager
from wagtail.fields import StreamField
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page
from wagtail.rich_text import RichText

from casestudies.models import CaseActor, CaseAdoption, CaseOrigin, CaseStudyPage
from core.models import PartialDateField
from images.models import CustomImage, People
from organisations.models import OrganisationIndexPage, OrganisationPage
from regions.models import Area
from search.index.projection import documents_of
from sheets.registry import importer
from tests.architecture.sources import ROOT
from tests.users.conftest import Network
from tests.users.conftest import network as network  # the small site itself

#: Why a field does not appear in a place. "" is the reason for a place as a whole.
INTERNAL = "of the editors, never public"
NUMBER = "a number or date: filters and sorting, not words"
CODE = "a code of the site, shown in other ways"
ADDRESS = "an address or number: nobody searches for it by words"
UPTAKE = ("kept", "changed", "dropped", "result", "date", "source_title", "source_url")
EXCEPTIONS: dict[str, dict[str, str]] = {
    "page": {
        **dict.fromkeys(["internal_note", "desk_email", "desk_language"], INTERNAL),
        "hide_exact_location": "decides what the map shows",
        "provenance": "told where nobody has confirmed the page",
        "actor_types": "a filter of the search; each actor stands with its part",
        "keywords": "words for the search; the page has its themes",
        "residence_status_groups": "kept for the editors; the page has its target groups",
        "cost_band": "stands where no sum is known",
        "cost_is_approximate": "says “about” before the sum",
        **dict.fromkeys(["easy_title", "easy_summary", "easy_body"], "in the plain-Japanese page"),
    },
    "api": {
        **dict.fromkeys(["internal_note", "desk_email", "desk_language"], INTERNAL),
        "hide_exact_location": "decides how exact the places are",
        "cost_is_approximate": "true or false, as JSON says it",
        "residence_status_groups": "kept for the editors, as on the page",
        "keywords": "words for the search, as on the page",
        "related_cases": "an editors' link, not a fact of the case",
        "image": "its rights are those of the picture, not of the record",
    },
    "sheet": {
        **dict.fromkeys(
            [f"{relation}.{part}" for relation in ("origins", "adoptions") for part in UPTAKE],
            "written on the page, where both cases are looked up",
        ),
        **dict.fromkeys(
            [
                *("origins.origin", "origins.name"),
                *("adoptions.area", "adoptions.name", "adoptions.organisation"),
            ],
            "written on the page, where both cases are looked up",
        ),
        "image": "pictures are uploaded one by one, with their rights",
        "desk_email": "asked for by the yearly question, kept by its editors",
        "desk_language": "asked for by the yearly question, kept by its editors",
    },
    "search": {
        **dict.fromkeys(["internal_note", "desk_email", "desk_language"], INTERNAL),
        **dict.fromkeys(
            [
                *("contact_name", "contact_phone", "contact_email", "contact_url"),
                *("legal_basis_url", "cost_source", "staffing_source", "reached_source"),
            ],
            ADDRESS,
        ),
        **dict.fromkeys(
            [
                *("started", "ended", "last_confirmed_at", "cost_total", "cost_band"),
                *("staff", "volunteers", "reached_planned", "reached_actual", "reached_unit"),
                *("cost_date", "reached_date"),
                *("results.before", "results.after", "results.date", "results.unit"),
                *("origins.date", "adoptions.date", "sources.accessed", "licence"),
            ],
            NUMBER,
        ),
        **dict.fromkeys(
            [
                *("actors.part", "actors.actor_type", "provenance", "participation_level"),
                *("sources.kind", "hide_exact_location", "image", "last_confirmed_by"),
                "cost_is_approximate",
                *("related_cases", "origins.origin", "origins.name"),
                *("adoptions.area", "adoptions.name", "adoptions.organisation"),
            ],
            CODE,
        ),
        **dict.fromkeys(
            [
                *(f"sources.{part}" for part in ("title", "publisher", "url", "note")),
                *(f"origins.{part}" for part in UPTAKE if part != "date"),
                *(f"adoptions.{part}" for part in UPTAKE if part != "date"),
            ],
            "words of others about the case",
        ),
        **dict.fromkeys(
            [
                *("funding", "legal_basis", "staffing_note", "target_note", "places.note"),
                "cost_note",
                "chosen_because",
                *("easy_title", "easy_body", "residence_status_groups"),
                *("actors.contribution", "results.indicator", "results.source"),
            ],
            "to be weighed when the search is measured anew",
        ),
    },
    "form": {},
    "reference": {},
}


def own_fields() -> Iterator[Any]:
    """Fields of a case that Wagtail's `Page` does not have, and the rows that hang on it."""
    inherited = {field.name for field in Page._meta.get_fields()}
    for field in CaseStudyPage._meta.get_fields():
        if field.name in inherited or field.name.endswith("_ptr"):
            continue
        if field.auto_created and not isinstance(getattr(field, "field", None), ParentalKey):
            continue
        yield field


def names() -> list[str]:
    """Names of all fields; those of rows with the relation in front."""
    found = ["title"]
    for field in own_fields():
        if not field.auto_created:
            found.append(field.name)
        elif field.name != "keyword_items":
            found += [f"{field.name}.{part.name}" for part in row_fields(field)]
    return found


def row_fields(relation: Any) -> list[Any]:
    """Fields of the rows of a relation, without those of the relation itself."""
    return [
        part
        for part in relation.related_model._meta.get_fields()
        if not part.auto_created and part.name not in {"id", "sort_order", relation.field.name}
    ]


@dataclass
class Filled:
    """A case with every field filled, and the texts by which each field is recognised.

    Attributes:
        signs: by name of a field (`results.unit` for rows) the texts of which one must appear.
    """

    case: CaseStudyPage
    signs: dict[str, set[str]]


class _Filler:
    """Makes a value for each field, which stands nowhere else."""

    def __init__(self, network: Network) -> None:
        self.signs: dict[str, set[str]] = {}
        self._network = network
        self._number = 7_100

    def page(self, model: Any, word: str) -> Any:
        """A published page of that model."""
        parent = Page.objects.get(pk=self._network.own.cases_page.pk).specific
        if model is OrganisationPage:
            parent = OrganisationIndexPage.objects.get(locale=parent.locale)
        return parent.add_child(instance=model(title=word, slug=word, locale=parent.locale))

    def value(self, field: Any, name: str, place: str = "") -> Any:
        """A value for the field, whose signs are kept under its name."""
        known = f"{place}.{name}" if place else name
        value, signs = self._made(field, f"zq{known.replace('.', '').replace('_', '')}")
        self.signs[known] = signs
        return value

    def _made(self, field: Any, word: str) -> tuple[Any, set[str]]:
        if isinstance(field, models.BooleanField):
            return True, {"はい", "yes"}
        if field.name == "desk_language":  # codes of languages stand everywhere
            return "en", {"zqnowhere"}
        if field.choices:
            value, label = list(field.choices)[-1]
            return value, {str(label), str(value)}
        if isinstance(field, PartialDateField | models.DateField | models.IntegerField):
            return self._counted(field)
        if isinstance(field, models.ForeignKey | models.ManyToManyField):
            return self._related(field.related_model, word)
        if isinstance(field, models.EmailField):
            return f"{word}@example.org", {f"{word}@example.org"}
        if isinstance(field, models.URLField):
            return f"https://example.org/{word}", {f"https://example.org/{word}"}
        return word, {word}

    def _counted(self, field: Any) -> tuple[Any, set[str]]:
        self._number += 1
        if isinstance(field, models.IntegerField):
            return self._number, {str(self._number), f"{self._number:,}"}
        # Recent: what was confirmed long ago is called stale.
        day = timezone.localdate() - datetime.timedelta(days=300 - (self._number - 7_100))
        shown = {day.isoformat(), f"{day.year}年{day.month}月{day.day}日"}
        return (day.isoformat() if isinstance(field, PartialDateField) else day), shown

    def _related(self, model: Any, word: str) -> tuple[Any, set[str]]:
        if model is Area:
            self._number += 1
            area = Area.objects.create(
                code=f"13{self._number}", kind="city", name_ja=f"{word}市", name_en=word,
                parent=self._network.own.area,
            )  # fmt: skip
            return area, {area.name_ja, area.code}
        if model in (CaseStudyPage, OrganisationPage):
            page = self.page(model, word)
            return page, {page.title, f'"{page.pk}"'}
        code = word.replace("zq", "zq-")
        term = model.objects.create(code=code, label_ja=word, label_en=f"{word} en")
        return term, {word, code}


def _case_with_everything(network: Network) -> Filled:
    filler = _Filler(network)
    body = filler.page(OrganisationPage, "zqbody")
    parent = Page.objects.get(pk=network.own.cases_page.pk).specific
    case = CaseStudyPage(title="zqtitle", slug="zqcase", locale=parent.locale)
    filler.signs["title"] = {"zqtitle"}
    several: dict[str, Any] = {}
    for field in own_fields():
        name = field.name
        if field.auto_created:
            continue
        if isinstance(field, StreamField):
            word = f"zq{name.replace('_', '')}"
            filler.signs[name] = {word}
            value = {"title": word, "what": word} if name == "steps" else RichText(f"<p>{word}</p>")
            setattr(case, name, [("step" if name == "steps" else "paragraph", value)])
        elif isinstance(field, TaggableManager):
            filler.signs[name] = {"zqkeyword"}
        elif name == "image":
            case.image = CustomImage.objects.create(
                title="zqimage", description="zqimage", people=People.NONE,
                file=get_test_image_file(filename="zqimage.png"),
            )  # fmt: skip
            filler.signs[name] = {"zqimage"}
        elif isinstance(field, models.ManyToManyField):
            several[name] = [filler.value(field, name)]
        else:
            setattr(case, name, filler.value(field, name))
    parent.add_child(instance=case)
    for name, value in several.items():
        setattr(case, name, value)
    case.keywords.add("zqkeyword")
    for field in own_fields():
        if field.auto_created and field.name != "keyword_items":
            row = field.related_model
            values = {
                part.name: filler.value(part, part.name, field.name)
                for part in row_fields(field)
                # Either a page of the site or a name: the other one in a second row.
                if part.name != "organisation" and (field.name, part.name) != ("origins", "name")
            }
            getattr(case, field.name).add(row(page=case, **values))
    case.actors.add(CaseActor(page=case, part="lead", organisation=body))
    adopter = filler.page(OrganisationPage, "zqadopter")
    case.adoptions.add(CaseAdoption(page=case, organisation=adopter, source_title="zqsecond"))
    case.origins.add(CaseOrigin(page=case, name="zqpractice", source_title="zqthird"))
    filler.signs |= {
        "actors.organisation": {"zqbody"},
        "adoptions.organisation": {"zqadopter"},
        "origins.name": {"zqpractice"},
    }
    case.save_revision(clean=False).publish()
    return Filled(CaseStudyPage.objects.get(pk=case.pk), filler.signs)


def _read(place: str, filled: Filled, client: Client, chief: Any) -> str:
    """What stands in a place, as text."""
    case = filled.case
    if place == "page":
        return html.unescape(client.get(case.url).content.decode())
    if place == "plain":
        client.cookies["reading"] = "easy"
        read = html.unescape(client.get(case.url).content.decode())
        del client.cookies["reading"]
        return read
    if place == "api":
        answer = client.get(f"/api/v1/cases/{case.slug}?locale=ja")
        return json.dumps(answer.json(), ensure_ascii=False)
    if place == "sheet":
        sheet = importer("cases", chief)
        assert sheet is not None
        rows = [dict(record) for record in sheet.export()]
        return json.dumps([row for row in rows if row["title"] == case.title], ensure_ascii=False)
    (document,) = documents_of([case.pk])
    return json.dumps(document.as_dict(), ensure_ascii=False, default=str) + document.lead


@pytest.mark.parametrize("place", [*EXCEPTIONS])
def test_every_field_appears(
    place: str, network: Network, client: Client, django_user_model: Any
) -> None:
    reasons = EXCEPTIONS[place]
    with override("ja"):
        filled = _case_with_everything(network)
    assert set(filled.signs) == set(names()), "Say in `_case_with_everything` what to put there."
    chief = django_user_model.objects.create_superuser("chief", password="pass")
    if place == "form":
        client.force_login(chief)
        text = client.get(f"/admin/pages/{filled.case.pk}/edit/").content.decode()
        missing = {name for name in filled.signs if not _is_in(text, _inputs(name))}
    elif place == "reference":
        text = (ROOT / "docs" / "reference" / "case-template.md").read_text("utf-8")
        missing = {name for name in filled.signs if f"`{name.rpartition('.')[2]}`" not in text}
    else:
        text = _read(place, filled, client, chief)
        missing = {
            name for name, signs in filled.signs.items() if not any(s in text for s in signs)
        }
    assert missing - set(reasons) == set(), f"not in the {place}: {sorted(missing - set(reasons))}"
    assert set(reasons) - missing == set(), "These appear, and need no exception any more."


def test_reference_is_up_to_date() -> None:
    out = io.StringIO()
    call_command("case_template_reference", stdout=out)
    written = (ROOT / "docs" / "reference" / "case-template.md").read_text("utf-8")
    assert written == out.getvalue(), "run: make docs"


def _is_in(text: str, signs: set[str]) -> bool:
    return any(sign in text for sign in signs)


def _inputs(name: str) -> set[str]:
    """How an input of the field begins in the editor's form, or its place for a script."""
    relation, _dot, part = name.rpartition(".")
    own = f"{relation}-0-{part}" if relation else name
    return {f'name="{own}"', f'id="{own}"'}
