"""OAI-PMH: libraries harvest all public cases, what changed, and what was withdrawn."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch
from wagtail.models import Page, Site

from casestudies.models import CaseIdentifier, CaseStudyPage
from casestudies.oai.records import PER_PAGE
from casestudies.services import draft_case
from core.services import PageContent

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SLUG = "higashikawa-care-scholarship"
LIST = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}


@pytest.fixture
def case(site: Site) -> Any:
    return CaseStudyPage.objects.get(slug=SLUG, locale__language_code="ja")


@pytest.fixture
def harvester(case: Any) -> Iterator[Sickle]:
    """A client of other hands, which asks a server over the network of this machine."""
    server = LiveServer("127.0.0.1")
    with override_settings(RATES={**settings.RATES, "api": "off"}):
        yield Sickle(f"{server.url}/oai")
    server.stop()


def asked(client: Client, **arguments: str) -> ElementTree.Element:
    response = client.get("/oai", arguments)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def code_of(root: ElementTree.Element) -> str | None:
    error = root.find(f"{OAI}error")
    return None if error is None else error.get("code")


def test_an_independent_client_harvests_every_case(harvester: Sickle) -> None:
    public = set(
        CaseStudyPage.objects.live().public().filter(alias_of=None)
        .values_list("translation_key", flat=True)
    )  # fmt: skip
    assert len(public) > PER_PAGE
    records = {
        record.header.identifier: record
        for record in harvester.ListRecords(metadataPrefix="oai_dc")
    }
    assert len(records) == len(public)
    headers = list(harvester.ListIdentifiers(metadataPrefix="oai_dc"))
    assert {header.identifier for header in headers} == records.keys()
    for record in records.values():
        found = record.metadata
        for name in ("title", "creator", "description", "publisher", "date", "type", "language"):
            assert found[name], (name, found)
        assert found["identifier"][0] == record.header.identifier
        assert found["rights"][0].startswith("https://creativecommons.org/")
        assert not record.header.deleted
    case = CaseStudyPage.objects.get(slug=SLUG, locale__language_code="ja")
    whole = harvester.GetRecord(identifier=case.identifier_url, metadataPrefix="oai_dc").metadata
    english = case.get_translations().get()
    assert {case.title, english.title} <= set(whole["title"])
    assert {case.public_url, english.specific.public_url} <= set(whole["identifier"])
    assert whole["language"] == ["ja", "en"]
    assert "北海道" in "".join(whole["coverage"])


def test_the_client_reads_what_the_repository_is(harvester: Sickle) -> None:
    about = harvester.Identify()
    assert about.protocolVersion == "2.0"
    assert about.deletedRecord == "persistent"
    assert about.granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert [each.metadataPrefix for each in harvester.ListMetadataFormats()] == ["oai_dc"]


@pytest.mark.django_db(transaction=True)
def test_the_client_gets_what_changed_and_what_was_withdrawn(case: Any, harvester: Sickle) -> None:
    past = datetime.datetime(2025, 6, 1, 9, tzinfo=datetime.UTC)
    CaseIdentifier.objects.update(changed_at=past)
    with pytest.raises(NoRecordsMatch):
        list(harvester.ListRecords(metadataPrefix="oai_dc", **{"from": "2025-06-02"}))
    case.title = "改めた題"
    case.save_revision().publish()
    other = CaseStudyPage.objects.exclude(translation_key=case.translation_key).filter(
        alias_of=None, live=True, locale__language_code="ja"
    )[0]
    for page in Page.objects.filter(translation_key=other.translation_key):
        page.refresh_from_db()
        page.unpublish()
    changed = {
        record.header.identifier: record
        for record in harvester.ListRecords(metadataPrefix="oai_dc", **{"from": "2025-06-02"})
    }
    assert changed.keys() == {case.identifier_url, other.identifier_url}
    assert "改めた題" in changed[case.identifier_url].metadata["title"]
    assert changed[other.identifier_url].header.deleted
    # From and until hold both ends.
    for start, end in (("2025-06-01", "2025-06-01"), ("2025-06-01T09:00:00Z",) * 2):
        span = {"from": start, "until": end}
        before = list(harvester.ListIdentifiers(metadataPrefix="oai_dc", **span))
        assert len(before) == CaseIdentifier.objects.count() - 2
    # A page that is gone altogether stays told.
    Page.objects.get(pk=other.pk).delete()
    gone = harvester.GetRecord(identifier=other.identifier_url, metadataPrefix="oai_dc")
    assert gone.header.deleted


def test_a_list_that_changes_while_it_is_harvested_loses_nothing(case: Any, client: Client) -> None:
    CaseIdentifier.objects.update(changed_at=datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC))
    everything = set(CaseIdentifier.objects.values_list("code", flat=True))
    root = asked(client, **LIST)
    seen = {each.text.rpartition("/")[2] for each in root.iter(f"{OAI}identifier")}
    first = CaseStudyPage.objects.get(
        translation_key=CaseIdentifier.objects.get(pk=min(seen)).translation_key,
        locale__language_code="ja",
    )
    first.save_revision().publish()
    while token := root.findtext(f"{OAI}ListRecords/{OAI}resumptionToken"):
        root = asked(client, verb="ListRecords", resumptionToken=token)
        seen |= {each.text.rpartition("/")[2] for each in root.iter(f"{OAI}identifier")}
    last = root.find(f"{OAI}ListRecords/{OAI}resumptionToken")
    assert last is not None
    assert int(last.get("cursor", "0")) > 0
    assert seen == everything


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Dance"}, "badVerb"),
        ({"verb": "Identify", "set": "x"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({**LIST, "from": "yesterday"}, "badArgument"),
        ({**LIST, "from": "2025-02-30"}, "badArgument"),
        ({**LIST, "from": "2025-01-01", "until": "2025-01-02T00:00:00Z"}, "badArgument"),
        ({**LIST, "from": "2025-01-02", "until": "2025-01-01"}, "badArgument"),
        ({**LIST, "until": "9999-12-31"}, "badArgument"),
        ({**LIST, "resumptionToken": "x"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
        ({**LIST, "set": "x"}, "noSetHierarchy"),
        ({"verb": "ListSets"}, "noSetHierarchy"),
        ({**LIST, "from": "2999-01-01"}, "noRecordsMatch"),
        ({**LIST, "until": "1999-01-01"}, "noRecordsMatch"),
        ({**LIST, "verb": "GetRecord", "identifier": "oai:x:1"}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": "oai:x:1"}, "idDoesNotExist"),
    ],
)
def test_mistakes_get_the_errors_of_the_protocol(
    site: Site, client: Client, arguments: dict[str, str], code: str
) -> None:
    root = asked(client, **arguments)
    assert code_of(root) == code
    repeated = root.find(f"{OAI}request").attrib
    assert repeated == ({} if code in {"badVerb", "badArgument"} else arguments)


def test_arguments_sent_twice_and_a_token_of_another_verb(site: Site, client: Client) -> None:
    twice = client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc")
    assert code_of(ElementTree.fromstring(twice.content)) == "badArgument"
    token = asked(client, **LIST).findtext(f"{OAI}ListRecords/{OAI}resumptionToken")
    assert token
    other = asked(client, verb="ListIdentifiers", resumptionToken=token)
    assert code_of(other) == "badResumptionToken"


def test_arguments_may_be_posted(site: Site) -> None:
    client = Client(enforce_csrf_checks=True)
    root = ElementTree.fromstring(client.post("/oai", {"verb": "Identify"}).content)
    assert root.findtext(f"{OAI}Identify/{OAI}baseURL") == f"{settings.SITE_URL}/oai"


def test_nothing_withheld_is_told(case: Any, client: Client) -> None:
    draft = draft_case(
        parent=case.get_parent().specific, content=PageContent(fields={"title": "未公開の事例"})
    )
    arguments = {"verb": "GetRecord", "metadataPrefix": "oai_dc"}
    assert code_of(asked(client, identifier=draft.identifier_url, **arguments)) == "idDoesNotExist"
    # Withheld behind the back of the site, before anything has noted it.
    Page.objects.filter(translation_key=case.translation_key).update(live=False)
    response = client.get("/oai", {**arguments, "identifier": case.identifier_url})
    assert case.title not in response.content.decode()
    header = ElementTree.fromstring(response.content).find(f".//{OAI}header")
    assert header is not None
    assert header.get("status") == "deleted"


def test_signs_that_xml_cannot_hold_and_limits(case: Any, client: Client) -> None:
    CaseStudyPage.objects.filter(pk=case.pk).update(title="題\x0b<b>&\ufffe")
    root = asked(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=case.identifier_url)
    titles = [each.text for each in root.iter(f"{DC}title")]
    assert "題 <b>& " in titles
    with override_settings(RATES={**settings.RATES, "api": "1/hour"}):
        codes = [client.get("/oai?verb=Identify").status_code for _turn in range(2)]
    assert codes[-1] == 429


def test_a_batch_costs_the_same_however_many_records_it_has(
    case: Any, client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(22):
        asked(client, **LIST)
