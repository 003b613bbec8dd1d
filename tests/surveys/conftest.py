"""A small site with one survey, for tests that bring their own figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.models import Locale, Page, Site

from core.services import PageContent, publish_page
from surveys.models import Survey, SurveyIndexPage, SurveyPage
from surveys.services import import_wave, publish_survey


@pytest.fixture
def survey(db: None) -> Survey:
    """A survey with its page in both languages and no wave."""
    made = Survey.objects.create(code="sample", title_ja="見本の調査", title_en="Sample survey")
    home = Page.objects.get(pk=Site.objects.get(is_default_site=True).root_page_id).specific
    english, _created = Locale.objects.get_or_create(language_code="en")
    homes = [home, home.get_translation_or_none(english) or home.copy_for_translation(english)]
    original: SurveyPage | None = None
    index: Page | None = None
    for parent in homes:
        parent.save_revision().publish()
        index = publish_page(
            model=SurveyIndexPage,
            parent=parent,
            slug="surveys",
            content=PageContent(fields={"title": "調査"}),
            translation_of=index,
        )
        page = publish_survey(
            parent=index,
            slug="sample",
            content=PageContent(fields={"title": "見本の調査", "survey": made}),
            translation_of=original,
        )
        original = original or page
    return made


@pytest.fixture
def add_wave(survey: Survey) -> Callable[..., None]:
    """A function that stores a wave with so many questions, options and groups."""

    def add(*, questions: int, options: int, groups: int, code: str = "2020") -> None:
        names = [f"g{number}" for number in range(groups)]
        content: dict[str, Any] = {
            "fields": {"year": 2020, "title_ja": "見本の調査2020", "title_en": "Sample 2020"},
            "sources": [],
            "groups": [
                {
                    "code": name,
                    "label_ja": f"区分{name}",
                    "label_en": f"Group {name}",
                    "dimension": "kind",
                    "asked": 200,
                    "responses": 100,
                }
                for name in names
            ],
            "questions": [
                {
                    "code": f"q{number}",
                    "text_ja": f"設問{number}",
                    "text_en": f"Question {number}",
                    "answers": "several",
                    "themes": [],
                    "options": [
                        {
                            "code": f"o{place}",
                            "label_ja": f"選択肢{place}",
                            "label_en": f"Option {place}",
                            "figures": [
                                {"group": name, "count": 10 + place, "percent": 10 + place}
                                for name in names
                            ],
                        }
                        for place in range(options)
                    ],
                }
                for number in range(questions)
            ],
        }
        import_wave(survey=survey.code, code=code, content=content)

    return add
