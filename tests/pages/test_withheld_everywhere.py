"""What is withheld appears at no address of the site, in either language, for nobody.

One page of each kind gets words that stand nowhere else, in its title, its summary and the records
that hang on it. All addresses that show one of these words are collected first: those of the URL
conf, of the API's own description, of the sitemap's sections, of the pages and of what they link
to. A new feed or export is among them by itself; a new parameter in an address fails the test until
`SAMPLES` says what to put there. Then, for each way of withholding, the same addresses are asked
again, by nobody and by each role.

The search index is not told of what happens, as in the moments after an editor's click.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RoutePattern
from django.utils import timezone
from pypdf import PdfReader
from wagtail.models import Page, PageViewRestriction

from casestudies.models import CaseOrigin, CaseStudyPage
from core.services import ensure_alias
from events.models import EventPage
from home.models import StandardPage
from nanif.api import api
from newsletter.models import NewsletterIssue
from organisations.models import OrganisationPage
from press.models import CoveragePage
from programmes.models import Grant, ProgrammePage
from regions.models import Area, RegionalPlatformPage, RegionPage
from regions.services import provision_region
from search.engines import current_engine
from search.index.outbox import deliver
from surveys.models import Comparison, SurveyWavePage
from users.rights import GROUPS

#: Public routes that are no pages of the site: of the admin, files, and addresses with a secret.
LEFT_OUT = ("admin/", "documents/", "api/v1/", "_util/")
PRIVATE = {"token", "answer"}
LINKS_OF_A_PAGE = 6
#: A word in all titles, to search for. Answers may repeat it, so it is no sign of a leak.
SEARCHED = "vxall"
MONTH = "2026-10"


@dataclass
class Example:
    """A page whose words are followed.

    Attributes:
        page: the Japanese original.
        other: its translation, or the alias that stands in for it.
        words: what stands only on the original, its alias and its records.
        other_words: what stands only on a real translation.
    """

    name: str
    page: Page
    other: Page
    words: set[str] = field(default_factory=set)
    other_words: set[str] = field(default_factory=set)


def original(model: type[Page], **conditions: Any) -> Any:
    found = model.objects.filter(
        locale__language_code="ja", alias_of=None, live=True, **conditions
    ).order_by("pk")
    assert found.exists(), model
    return found.first()


def publish(page: Any) -> None:
    page.save_revision(clean=False).publish()


def mark(name: str, page: Any) -> Example:
    """Put words that are found nowhere else into a page, its address and its translation."""
    english = Page.objects.filter(
        translation_key=page.translation_key, locale__language_code="en"
    ).first()
    if english is None:
        english = ensure_alias(page, "en")
    example = Example(name, page, english)
    example.words = {f"zq{name}ja"}
    page.title = f"zq{name}ja {SEARCHED}"
    page.summary = f"zq{name}ja {page.summary}"[:300]
    page.slug = f"zs-{name}-ja"
    publish(page)
    if not english.alias_of_id:
        english = english.specific
        example.other_words = {f"zq{name}en"}
        english.title = f"zq{name}en {SEARCHED}"
        english.summary = f"zq{name}en {english.summary}"[:300]
        english.slug = f"zs-{name}-en"
        publish(english)
    example.page = type(page).objects.get(pk=page.pk)
    example.other = type(page).objects.get(pk=english.pk)
    return example


@pytest.fixture
def examples(site: Any) -> dict[str, Example]:
    """A page of each kind that has lists, feeds or records of its own."""
    translated = original(CaseStudyPage, actors__organisation__isnull=False)
    lone = original(CaseStudyPage, places__area__code__startswith="13")
    if lone.pk == translated.pk:
        lone = original(CaseStudyPage, pk__gt=lone.pk, places__isnull=False)
    CaseStudyPage.objects.filter(
        translation_key=lone.translation_key, locale__language_code="en"
    ).delete()
    actor = translated.actors.exclude(organisation=None).first()
    platform = original(RegionalPlatformPage)
    # Other pages below it would stay public, and have its address in theirs.
    for version in platform.get_translations(inclusive=True):
        for below in version.get_children():
            below.delete()
    platform = RegionalPlatformPage.objects.get(pk=platform.pk)
    news = platform.add_child(
        instance=RegionPage(title="お知らせ", slug="news-zz", locale=platform.locale)
    )
    grant = Grant.objects.filter(programme__locale__language_code="ja", amount__gt=0).first()
    assert grant is not None
    programme = ProgrammePage.objects.get(pk=grant.programme_id)
    waves = SurveyWavePage.objects.filter(
        locale__language_code="ja", alias_of=None, live=True, wave__held_ja="", wave__held_en=""
    )
    event = original(EventPage, starts_on__regex=r"^\d{4}-\d\d-\d\d$")
    found = {
        name: mark(name, page)
        for name, page in {
            "casetr": translated,
            "caselone": lone,
            "event": event,
            "programme": programme,
            "wave": waves[0],
            "platform": platform,
            "news": RegionPage.objects.get(pk=news.pk),
            "body": OrganisationPage.objects.get(
                translation_key=actor.organisation.translation_key, locale__language_code="ja"
            ),
            "press": original(CoveragePage),
            "text": original(StandardPage),
        }.items()
    }
    # Records that hang on these pages.
    Grant.objects.filter(pk=grant.pk).update(
        title_ja="zqgrant", title_en="zqgrant", description_ja="zqgrant", description_en="zqgrant"
    )
    found["programme"].words |= {"zqgrant", "zqcall"}
    programme = found["programme"].page
    call = programme.calls.first()
    if call is None:
        call = programme.calls.model(title="zqcall", opens="2020-01-01", closes="2090-01-01")
        programme.calls.add(call)
    else:
        call.title, call.opens, call.closes = "zqcall", "2020-01-01", "2090-01-01"
        programme.calls.add(call)
    publish(programme)
    wave_example = found["wave"]
    wave = wave_example.page.wave
    wave.title_ja = wave.title_en = wave.notes_ja = wave.notes_en = "zqwave"
    wave.save()
    # A wave belongs to the pages of both languages; it is withheld when both are.
    (wave_example.other_words or wave_example.words).add("zqwave")
    # One case descends from the other, so that each would name the other's family.
    CaseOrigin.objects.get_or_create(page=found["caselone"].page, origin=translated)
    NewsletterIssue.objects.create(
        month=MONTH,
        sent_at=timezone.now(),
        contents={
            "cases": [str(found[name].page.translation_key) for name in ("casetr", "caselone")],
            "events": [str(found["event"].page.translation_key)],
            "calls": [str(call.uid)],
        },
    )
    deliver(current_engine())
    return found


# --- Addresses --------------------------------------------------------------------------------


def samples(examples: dict[str, Example]) -> dict[str, list[str]]:
    """What to put in place of each parameter in an address."""
    areas = {
        area.code
        for name in ("casetr", "caselone")
        for place in examples[name].page.places.select_related("area")
        for area in [place.area, place.area.parent]
        if area is not None
    } | {area.code for area in examples["platform"].page.areas.all()}
    event = examples["event"].page
    themes = [theme.code for theme in event.themes.all()]
    regions = [area.code for area in event.areas.all()]
    wave = examples["wave"].page.wave
    return {
        "code": sorted(areas) + themes + regions,
        "pk": [str(event.pk), str(examples["event"].other.pk)],
        "page": [str(page.pk) for one in examples.values() for page in (one.page, one.other)],
        "uid": [str(call.uid) for call in examples["programme"].page.calls.all()],
        "identifier": list(
            Grant.objects.filter(title_ja="zqgrant").values_list("identifier", flat=True)
        ),
        "survey": [wave.survey_id],
        "wave": [wave.code],
        "question": list(wave.questions.values_list("code", flat=True)[:1]),
        "comparison": list(
            Comparison.objects.filter(questions__wave__survey=wave.survey_id)
            .distinct()
            .values_list("code", flat=True)
        ),
        "case": [one.page.identifier_code for one in (examples["casetr"], examples["caselone"])],
        "kind": ["csv", "xlsx", "svg"],
        "month": [MONTH],
        "name": ["themes"],
        "place": [*sorted(areas), examples["platform"].page.slug],
        "is_plain": ["", "easy/"],
        "book": ["pdf", "pptx", "docx"],
        "choice": ["", "cases-events-desks-10/"],
        "slug": [
            slug
            for name in ("casetr", "caselone", "body")
            for slug in (examples[name].page.slug, examples[name].other.slug)
        ],
    }


def routes(patterns: list[Any], before: str = "", *, both: bool = False) -> Iterator[str]:
    """Every route below these patterns, in both languages where it has them."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if isinstance(pattern.pattern, LocalePrefixPattern):
                yield from routes(pattern.url_patterns, "")
                yield from routes(pattern.url_patterns, "en/")
            elif not str(pattern.pattern).startswith(LEFT_OUT):
                yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and isinstance(pattern.pattern, RoutePattern):
            if not str(pattern.pattern).startswith(LEFT_OUT):
                yield before + str(pattern.pattern)
        else:
            assert "wagtail_serve" in (pattern.name or ""), f"What addresses has {pattern}?"


def filled(route: str, values: dict[str, list[str]], marker: str) -> list[str]:
    """The route with every sample in place of its parameters; none for private addresses."""
    names = re.findall(marker, route)
    if PRIVATE & set(names):
        return []
    unknown = sorted(set(names) - set(values))
    assert not unknown, f"Say in `samples` what to put for {unknown} in {route}"
    found = [route]
    for name in dict.fromkeys(names):
        place = re.compile(marker.replace(r"(\w+)", f"({name})"))
        found = [place.sub(value, text) for text in found for value in values[name]]
    return found


def addresses(client: Client, examples: dict[str, Example]) -> list[str]:
    """Addresses that could show one of the examples."""
    values = samples(examples)
    paths = [
        f"/{path}"
        for route in routes(get_resolver().url_patterns)
        for path in filled(route, values, r"<(?:[\w-]+:)?(\w+)>")
        if not path.endswith("search/export/")  # asked for with a query below
    ]
    searches = [path for path in paths if re.search(r"/search/($|\w+/$)", path)]
    queries = [f"{path}?q={SEARCHED}" for path in searches]
    queries += [f"{path}?q=&sort=newest" for path in searches if not path.endswith("/export/")]
    queries += [
        f"{path}?format={kind}&q={SEARCHED}"
        for path in ("/search/export/", "/en/search/export/")
        for kind in ("csv", "xlsx", "jsonl", "bibtex")
    ]
    books = [path for path in paths if "/casebook/" in path]
    queries += [f"{path}?case={slug}" for path in books for slug in values["slug"]]
    programme = examples["programme"].page
    queries += [f"{path}?programme={programme.slug}" for path in paths if path.endswith("/grants/")]
    document = api.get_openapi_schema()["paths"]
    for path, methods in document.items():
        if "get" not in methods:
            continue
        parameters = {one["name"] for one in methods["get"].get("parameters", [])}
        for filled_path in filled(path, values, r"\{(\w+)\}"):
            for locale in ("ja", "en"):
                queries.append(f"{filled_path}?locale={locale}")
                if "q" in parameters:
                    queries.append(f"{filled_path}?locale={locale}&q={SEARCHED}")
    own = [page.url for example in examples.values() for page in (example.page, example.other)]
    tops = [page.url for page in Page.objects.filter(depth__in=(2, 3), live=True)]
    above = [
        page.url
        for example in examples.values()
        for version in (example.page, example.other)
        for page in version.get_ancestors().filter(depth__gt=1)
    ]
    links = [link for url in own for link in links_of(client, url)[:LINKS_OF_A_PAGE]]
    return list(dict.fromkeys([*paths, *queries, *own, *tops, *above, *links]))


def links_of(client: Client, url: str) -> list[str]:
    main = BeautifulSoup(client.get(url).content, "html.parser").find("main")
    hrefs = [str(link["href"]) for link in main.find_all("a", href=True)] if main else []
    return list(
        dict.fromkeys(h.partition("#")[0] for h in hrefs if h.startswith("/") and "?" not in h)
    )


# --- What an answer says ----------------------------------------------------------------------


def said(client: Client, url: str) -> str:
    """The text of an answer, files unpacked; nothing of an answer that is an error."""
    response = client.get(url)
    assert response.status_code < 500, url
    content = response.getvalue() if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            content = b"\n".join(package.read(name) for name in package.namelist())
    elif content.startswith(b"%PDF-"):
        pages = PdfReader(io.BytesIO(content)).pages
        return "\n".join(page.extract_text() for page in pages)
    # Long lines of calendars are folded.
    return content.decode("utf-8", "replace").replace("\r\n ", "")


def leaks(client: Client, urls: list[str], words: set[str], slugs: set[str]) -> list[str]:
    """Which address says which of the words, or leads to one of the pages."""
    found = []
    for url in urls:
        text = said(client, url)
        # An answer may repeat the address it was asked at.
        signs = words | {slug for slug in slugs if slug not in url}
        found += [f"{url}: {sign}" for sign in sorted(signs) if sign in text]
    return found


# --- Ways of withholding ----------------------------------------------------------------------


def unpublish(page: Any) -> None:
    page.unpublish()


def schedule(page: Any) -> None:
    """As the approval of a page that is to be published in three days."""
    page.unpublish()
    page.refresh_from_db()
    page.go_live_at = timezone.now() + datetime.timedelta(days=3)
    publish(page)


def expire(page: Any) -> None:
    """The day has passed; `publish_scheduled` has not run since."""
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - datetime.timedelta(minutes=1))


def restrict(page: Any) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def restrict_above(page: Any) -> None:
    """The section, or the page itself where only the home page is above it."""
    above = page.get_parent()
    PageViewRestriction.objects.get_or_create(
        page=page if above.depth == 2 else above, defaults={"restriction_type": "login"}
    )


def delete(page: Any) -> None:
    if not isinstance(page, ProgrammePage):  # programmes with grants are protected
        Page.objects.get(pk=page.pk).delete()


WAYS: dict[str, Callable[[Any], None]] = {
    way.__name__: way for way in (unpublish, schedule, expire, restrict, restrict_above, delete)
}
#: These cover real translations too; the others leave them to whoever acts.
COVER_TRANSLATIONS = {"restrict", "restrict_above"}


class _Undone(Exception):
    """Rolls a way of withholding back."""


@contextlib.contextmanager
def withheld(examples: dict[str, Example], way: str) -> Iterator[None]:
    with contextlib.suppress(_Undone), transaction.atomic():
        # What lies below comes first, since deleting takes it along.
        for example in sorted(examples.values(), key=lambda one: -one.page.depth):
            page = type(example.page).objects.filter(pk=example.page.pk).first()
            if page is not None:
                WAYS[way](page)
        yield
        raise _Undone


def forbidden(examples: dict[str, Example], way: str) -> tuple[set[str], set[str]]:
    """Words, and slugs in addresses, that must appear nowhere after this."""
    words: set[str] = set()
    slugs: set[str] = set()
    for name, example in examples.items():
        if way == "delete" and name == "programme":
            continue
        words |= example.words
        slugs.add(example.page.slug)
        if way in COVER_TRANSLATIONS:
            words |= example.other_words
            slugs.add(example.other.slug)
    return words, slugs


# --- The test ---------------------------------------------------------------------------------


@pytest.fixture
def roles(examples: dict[str, Example], django_user_model: Any) -> dict[str, Client]:
    """A client of each role; region roles of the region that the pages are in, and of another."""
    own = provision_region(
        area=examples["platform"].page.areas.first(), platform=examples["platform"].page
    )
    other = provision_region(area=Area.objects.get(code="47"))
    groups = {name: Group.objects.get(name=name) for name in GROUPS.values()} | {
        "own editor": own.editors,
        "own publisher": own.publishers,
        "other editor": other.editors,
        "other publisher": other.publishers,
    }
    clients = {}
    for name, group in groups.items():
        user = django_user_model.objects.create_user(name, email=f"{len(clients)}@example.org")
        user.groups.add(group)
        clients[name] = Client()
        clients[name].force_login(user)
    return clients


def own_pages(examples: dict[str, Example], way: str) -> Iterator[tuple[str, Page]]:
    """The withheld pages themselves, each with the name of its example."""
    for name, example in examples.items():
        if way == "delete" and name == "programme":
            continue
        yield name, example.page
        if way in COVER_TRANSLATIONS or example.other.alias_of_id:
            yield name, example.other


def test_withheld_pages_and_their_records_appear_nowhere(
    examples: dict[str, Example], roles: dict[str, Client], client: Client
) -> None:
    every = {word for one in examples.values() for word in one.words | one.other_words}
    texts = {url: said(client, url) for url in addresses(client, examples)}
    shown = {url: text for url, text in texts.items() if any(word in text for word in every)}
    for word in sorted(every):
        assert sum(word in text for text in shown.values()) >= 2, f"{word} is hardly shown at all"
    urls = list(shown)
    assert any(".atom" in url for url in urls)
    assert any(".ics" in url for url in urls)
    assert any("/api/v1/" in url for url in urls)
    assert any("/search/export/" in url for url in urls)
    assert any("360giving" in url for url in urls)
    own = {page.url for one in examples.values() for page in (one.page, one.other)}
    problems: list[str] = []
    for number, way in enumerate(WAYS):
        with withheld(examples, way):
            words, slugs = forbidden(examples, way)
            asked = [*urls, "/sitemap.xml"]
            problems += [f"{way} {leak}" for leak in leaks(client, asked, words, slugs)]
            for name, page in own_pages(examples, way):
                url = page.url
                status = client.get(url).status_code
                if status != (302 if way in COVER_TRANSLATIONS else 404):
                    problems.append(f"{way} {name} answers {status} at {url}")
                if way == "restrict" and roles["Translators"].get(url).status_code != 200:
                    problems.append(f"{way} {name} is closed to people who have signed in")
                # The words of a picture cannot be read here.
                if client.get(f"/share/{page.pk}.png").status_code != 404:
                    problems.append(f"{way} {name} is shown by its picture to share")
            # Lists, feeds and files are the same for all: in two of the six ways each of the
            # addresses is asked by a role, and each role asks in all ways. Whoever has signed in
            # may open what is restricted to signed-in people.
            for place, (role, person) in enumerate(roles.items()):
                first = number % 3 + 3 * ((place + number) % len(roles))
                part = [
                    url
                    for url in urls[first :: 3 * len(roles)]
                    if way not in COVER_TRANSLATIONS or url not in own
                ]
                problems += [f"{way} {role} {leak}" for leak in leaks(person, part, words, slugs)]
    assert not problems, f"{len(problems)} leaks:\n" + "\n".join(problems[:60])
