"""Vocabularies are synchronised idempotently; duplicate keywords are merged."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from taxonomy.models import Keyword, Theme
from taxonomy.services import merge_keywords, sync_vocabulary

pytestmark = pytest.mark.django_db

ROWS = [
    {"code": "1", "label_ja": "コミュニケーション支援", "label_en": "Communication", "order": 10},
    {"code": "1-1", "label_ja": "多言語化", "label_en": "Languages", "order": 20, "parent_id": "1"},
]


def test_sync_creates_once_and_then_changes_nothing() -> None:
    assert sync_vocabulary(Theme, ROWS) == 2
    assert sync_vocabulary(Theme, ROWS) == 0
    assert sync_vocabulary(Theme, [ROWS[1] | {"label_en": "Information"}]) == 1
    assert Theme.objects.get(pk="1-1").label_en == "Information"


def test_sync_keeps_terms_that_are_not_named() -> None:
    sync_vocabulary(Theme, ROWS)
    sync_vocabulary(Theme, ROWS[:1])
    assert Theme.objects.count() == 2


@pytest.mark.parametrize("code", ["", "a b", "テーマ", "-1", "x" * 60])
def test_wrong_code_is_refused_and_nothing_stored(code: str) -> None:
    with pytest.raises(ValidationError):
        sync_vocabulary(Theme, [ROWS[0], ROWS[0] | {"code": code}])
    assert not Theme.objects.exists()


def test_label_follows_the_language() -> None:
    sync_vocabulary(Theme, ROWS)
    theme = Theme.objects.get(pk="1")
    with override("ja"):
        assert theme.label == "コミュニケーション支援"
    with override("en"):
        assert theme.label == "Communication"


def test_merged_keywords_leave_one_on_each_page(site: object) -> None:
    from casestudies.models import CaseStudyPage

    first, second = CaseStudyPage.objects.filter(locale__language_code="ja")[:2]
    for page, words in ((first, ["防災", "防災訓練"]), (second, ["防災訓練"])):
        page.keywords.set(words)
        page.save()
    keep = Keyword.objects.get(name="防災")
    other = Keyword.objects.get(name="防災訓練")
    assert merge_keywords(keep, [keep, other]) == 1
    for page in (first, second):
        fresh = CaseStudyPage.objects.get(pk=page.pk)
        assert [tag.name for tag in fresh.keywords.all()] == ["防災"]
    assert not Keyword.objects.filter(name="防災訓練").exists()
