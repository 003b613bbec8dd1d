"""Both engines give the same answers: totals, counts, order, marked passages, to the letter.

The same entries are given to both, on the real content and on 10,000 synthetic cases. Equal is what
was just built: after many changes each engine counts deleted documents in its own time.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils.translation import override
from wagtail.models import Site

from benchmarks.rows import store, synthetic_pages
from casestudies.models import CaseStudyPage
from casestudies.similar import reasons_by_case
from search.engines import current_engine
from search.engines.base import Change
from search.index.document import ContentDocument
from search.index.fields import FACETS, IndexEntry, entry_of
from search.index.projection import documents_of_items, findable_items
from search.language.analysis import fold, words
from search.language.readings import sound_key
from search.query.lexicon import current_lexicon
from search.query.search_query import SORTS, SearchQuery
from search.results.answer import search
from search.results.page import Results
from search.results.suggestions import suggest
from tests.elasticsearch.cluster import NEXT_VERSION, CannotRun, Cluster, java

SYNTHETIC = 2_500


@dataclass
class Pair:
    """Settings for the two engines, which hold the same entries."""

    engines: dict[str, dict[str, Any]]

    @contextmanager
    def engine(self, name: str) -> Iterator[None]:
        with override_settings(**self.engines[name]):
            yield

    def build(self, entries: Sequence[IndexEntry]) -> None:
        for name in self.engines:
            with self.engine(name):
                build = current_engine().start_build()
                build.add(entries)
                build.publish(list)

    def ask(self, query: SearchQuery) -> dict[str, Results]:
        found = {}
        for name in self.engines:
            with self.engine(name):
                found[name] = search(query)
        return found


def pair_with(cluster: Cluster, folder: Path) -> Pair:
    return Pair(
        {
            "embedded": {"SEARCH_ENGINE": {}, "SEARCH_INDEX_DIR": folder},
            "elasticsearch": {"SEARCH_ENGINE": cluster.search_engine("parity")},
        }
    )


@pytest.fixture
def pair(cluster: Cluster, tmp_path: Path) -> Iterator[Pair]:
    """An embedded engine and a cluster, without an index."""
    yield pair_with(cluster, tmp_path / "search")
    cluster.delete("parity")


class Questions:
    """What people may type, made from documents and the lexicon; the same seed, the same ones."""

    def __init__(self, documents: Sequence[ContentDocument], seed: int = 11) -> None:
        self.draw = random.Random(seed)
        self.places = random.Random(seed)
        self.documents = list(documents)
        self.entries = current_lexicon().entries

    def typed(self, count: int) -> Iterator[str]:
        """So many texts of each sort."""
        for _ in range(count):
            one, other = self.draw.sample(self.documents, 2)
            entry = self.draw.choice(self.entries)
            yield one.title
            yield one.title[: self.draw.randint(1, 8)]
            yield self.phrase(one.body, 1)
            yield self.phrase(one.body, self.draw.randint(2, 4))
            yield f"{self.phrase(one.body, 1)} {self.phrase(other.lead, 1)}"
            yield self.phrase(other.body, 12)
            yield entry.ja or entry.en
            yield entry.en or entry.ja
            yield entry.kana or entry.ja
            yield sound_key(entry.kana) or entry.en
            yield self.misspelt(entry.en or entry.ja)
            yield f'"{self.cut(one.body)}"'
            yield f'{self.phrase(one.lead, 1)} "{self.cut(one.lead)}"'
            yield f"{entry.ja or entry.en} -{self.phrase(one.lead, 1)}"
        yield from ["", "県", "a", "の", "!?", "-防災", '"', '日本語 教室 -防災 "市"', "ﾌﾟﾚｽｸｰﾙ"]
        yield "symposium Nepal Myanmar"
        # Mixed scripts, loanwords, several telling words, places, times, kinds, groups, languages.
        yield from ["NPOの事例", "URの団地", "JICAの事業", "LINEの相談", "9言語の相談",
                    "フォーラム", "シンポジウム",
                    "愛知 高校進学 通訳", "愛知の高校進学の通訳", "愛知県", "東北",
                    "関西の防災イベント", "府中市", "浜松市中区", "2020年以降 防災", "令和3年 調査",
                    "昨年のイベント", "最近の防災", "留学生 就職", "ベトナム語 医療通訳",
                    "静岡県の団体", "育成就労", "九州の事例"]  # fmt: skip

    def phrase(self, text: str, count: int) -> str:
        """So many neighbouring words of a text."""
        folded = fold(text)
        found = words(folded)
        if len(found) <= count:
            return folded[:40]
        first = self.draw.randrange(len(found) - count)
        return folded[found[first].start : found[first + count - 1].end]

    def cut(self, text: str) -> str:
        """Letters that follow each other, words cut through."""
        start = self.draw.randrange(max(len(text) - 8, 1))
        return text[start : start + self.draw.randint(2, 8)].replace('"', "").strip()

    def misspelt(self, text: str) -> str:
        """The text without one of its letters."""
        place = self.draw.randrange(len(text))
        return text[:place] + text[place + 1 :]

    def queries(self, count: int) -> Iterator[SearchQuery]:
        """Texts with filters, orders and pages: most as people ask, some as nobody does."""
        for text in self.typed(count):
            facets: dict[str, tuple[str, ...]] = {}
            if self.draw.random() < 0.4:
                chosen = self.draw.choice(self.documents)
                names = [name for name in FACETS if chosen.facets.get(name)]
                for name in self.draw.sample(names, min(len(names), self.draw.randint(1, 3))):
                    codes = chosen.facets[name]
                    facets[name] = tuple(self.draw.sample(codes, min(len(codes), 2)))
            yield SearchQuery(
                text=text[:200],
                locale=self.draw.choice(["ja", "ja", "ja", "en"]),
                facets=facets,
                like=self.places.choice([*[""] * 18, "131041", "141003", "105244"]),
                without_ended=self.draw.choice([False, False, False, True]),
                sort=self.draw.choice(["relevance", "relevance", *SORTS]),
                page=self.draw.choice([1, 1, 1, 2, 3, 7, 1_000]),
                tier=self.places.choice(["strict", "strict", "all"]),
            )


def differences(found: dict[str, Results]) -> list[str]:
    """What two pages of results say differently; scores may differ in the fifth digit."""
    first, second = (results.as_dict() for results in found.values())
    scores = [
        [hit.pop("score") for hit in (*page["hits"], *page["some_hits"])]
        for page in (first, second)
    ]
    out = [
        f"{name}: {first[name]!r:.300} ≠ {second[name]!r:.300}"
        for name in first
        if first[name] != second[name]
    ]
    if scores[0] != pytest.approx(scores[1], rel=1e-4, abs=2e-4):
        out.append(f"scores: {scores[0]} ≠ {scores[1]}")
    return out


def compare(pair: Pair, documents: Sequence[ContentDocument], count: int) -> tuple[int, float]:
    """Ask both engines the same. Returns how many queries were asked, and the share that found hits
    of those for a first page without filters: the others may rightly find nothing, and so do many
    names of places. Whoever types a title finds something."""
    titles = {document.title[:200] for document in documents}
    asked = 0
    found_hits = []
    wrong = []
    for query in Questions(documents).queries(count):
        found = pair.ask(query)
        asked += 1
        if query.page == 1 and not (query.facets or query.like or query.without_ended):
            found_hits.append(bool(found["embedded"].hits))
            if query.text in titles:
                assert found["embedded"].hits, query.text
        if differ := differences(found):
            wrong.append("\n  ".join([f"{query.address()} ({query.locale})", *differ]))
    assert not wrong, f"{len(wrong)} of {asked} differ:\n" + "\n".join(wrong[:5])
    return asked, sum(found_hits) / len(found_hits)


def test_real_content(site: Site, pair: Pair) -> None:
    # As if bodies had confirmed pages now, two years ago, or never, and some had ended.
    now = int(time.time())
    documents = [
        replace(
            document,
            confirmed=[0, now - 2 * 31_536_000, now][number % 3],
            facets={**document.facets, **({"status": ("ended",)} if number % 5 == 0 else {})},
        )
        for number, document in enumerate(documents_of_items(findable_items()))
    ]
    pair.build([entry_of(document) for document in documents])
    asked, answered = compare(pair, documents, 25)
    assert asked > 300
    assert answered > 0.5
    entries = random.Random(5).sample(current_lexicon().entries, 20)
    named = ["た", "ﾌﾟﾚ", "puresu", "たぶn", "hama", "きょうせい"]
    for typed in [*named, *(e.kana[:3] or e.ja[:2] for e in entries)]:
        lists = []
        for name in pair.engines:
            with pair.engine(name):
                lists.append(suggest(typed, "ja", "/search/"))
        assert lists[0] == lists[1], typed
    for case in list(CaseStudyPage.objects.live().filter(alias_of=None).order_by("pk"))[::12]:
        alike = []
        for name in pair.engines:
            with pair.engine(name), override(case.locale.language_code):
                alike.append(list(reasons_by_case(case, 6).items()))
        assert alike[0] == alike[1], case.title
        assert alike[0], case.title


def test_next_major_version(site: Site, tmp_path: Path) -> None:
    """The same client speaks with the next version, where there is a Java for it."""
    try:
        java(NEXT_VERSION)
    except CannotRun as error:
        pytest.skip(str(error))
    documents = list(documents_of_items(findable_items()))[::3]
    with Cluster(tmp_path / "next", version=NEXT_VERSION) as cluster:
        pair = pair_with(cluster, tmp_path / "search")
        entries = [entry_of(document) for document in documents]
        pair.build(entries[:50])
        pair.build(entries)
        compare(pair, documents, 6)
        with pair.engine("elasticsearch"):
            engine = current_engine()
            engine.apply([Change(entries[0].key, None)])
            assert dict(engine.versions()) == {e.key: e.version for e in entries[1:]}
            assert engine.health().documents == len(entries) - 1


def test_thousands_of_cases(site: Site, pair: Pair) -> None:
    stored = deque(store(synthetic_pages(SYNTHETIC)), maxlen=1)
    assert stored
    documents = list(documents_of_items(findable_items()))
    assert len(documents) > SYNTHETIC
    pair.build([entry_of(document) for document in documents])
    asked, answered = compare(pair, documents, 20)
    assert asked > 250
    assert answered > 0.5
