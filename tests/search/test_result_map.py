"""The map of the search: a view of the same query, of Japan and then of one prefecture."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Site


def _page(client: Client, **params: str | list[str]) -> BeautifulSoup:
    return BeautifulSoup(client.get("/search/", params).content, "html.parser")


def _query(link: object) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link["href"]).query)  # type: ignore[index]


def test_map_leads_from_japan_to_a_prefecture_to_a_municipality(site: Site, client: Client) -> None:
    """Places with hits are links that keep the query; the list has the same as the drawing."""
    assert not _page(client, kind="case").select(".map-japan")
    japan = _page(client, kind="case", view="map")
    drawn, listed = japan.select("svg a[data-code]"), japan.select("a.map-japan__link")
    assert [link["href"] for link in drawn] == [link["href"] for link in listed]
    assert len(japan.select(".map-japan__prefecture[class]")) >= 47
    assert 0 < len(drawn) < 47, "prefectures without cases lead nowhere"
    nothing = [place.get_text(" ", strip=True) for place in japan.select(".map-japan__none")]
    assert len(nothing) == 47 - len(listed)
    assert all(text.endswith(" 0") for text in nothing)

    step = _query(japan.select_one("svg a[data-code='22']"))
    assert step == {"kind": ["case"], "region": ["22"], "view": ["map"]}
    prefecture = _page(client, **step)
    towns = prefecture.select("svg a[data-code]")
    assert towns
    assert all(town["data-code"].startswith("22") for town in towns)
    town = next(town for town in towns if town["data-code"] == "221309")
    back = prefecture.select(".map-japan__choices a")
    assert [_query(link).get("region") for link in back] == [None, ["22"]]

    shown = int(town.select_one("title").get_text().rpartition("：")[2])
    found = client.get("/search/", _query(town)).context["results"]
    assert found.query.facets["region"] in {("221309",), ("22", "221309")}
    assert found.total == shown


def test_view_stays_in_every_link_of_the_query(site: Site, client: Client) -> None:
    page = _page(client, q="防災", kind="case", view="both")
    assert page.select(".hit__link")
    links = [*page.select(".chips a"), *page.select(".pagination a")]
    assert links
    assert all(_query(link)["view"] == ["both"] for link in links)
    assert page.select_one("input[name=view]")["value"] == "both"
    assert _page(client, q="防災", view="nonsense").select_one(".views__link[aria-current]")[
        "id"
    ] == ("view-list")
