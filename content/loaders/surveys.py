"""surveys.json and geo/foreign_residents.csv."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from wagtail.models import Page

from content.loaders.pages import LANGUAGES, Tree
from content.models import LoadedRecord
from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References, sources
from core.services import PageContent
from regions.models import Area
from surveys.models import Question, ResidentCount, Survey, Wave
from surveys.services import (
    digest_of,
    publish_survey,
    publish_wave,
    replace_resident_counts,
    store_comparison,
    store_survey,
    store_wave,
)

FILE = "surveys.json"
RESIDENTS = "geo/foreign_residents.csv"
RESIDENT_COLUMNS = frozenset(
    {
        "area_code6",
        "area_level",
        "year_month",
        "dimension",
        "category",
        "foreign_residents",
        "total_population",
        "source_id",
    }
)
_TEXTS = ("title", "period", "basis", "notes", "held")


def load_surveys(
    files: ContentFiles,
    records: Records,
    tree: Tree,
    known: References,
    organisations: dict[str, dict[str, Page]],
    programmes: dict[str, dict[str, Page]],
) -> int:
    """Surveys with their waves, and a page for each in both languages. Returns changed records."""
    data: dict[str, Any] = files.json(FILE) or {}
    files.problems.check()
    changed = 0
    for number, values in enumerate(data.get("surveys", []), start=1):
        row = Row(FILE, number, values)
        owner = organisations.get(values["owner_page"], {}).get("ja")
        programme = programmes.get(values.get("programme_page"), {}).get("ja")
        with files.problems.collecting_errors(row):
            changed += store_survey(
                code=values["code"],
                fields={
                    **{name: values[name] for name in ("title_ja", "title_en")},
                    **{name: values[name] for name in ("owner_ja", "owner_en")},
                    # By its key: an organisation that was loaded before is a plain page here.
                    "owner_page_id": owner.pk if owner else None,
                    "programme_page_id": programme.pk if programme else None,
                },
            )
            digests: dict[str, str] = {}
            for wave in values["waves"]:
                content = wave_content(row, wave, known)
                digests[wave["code"]] = digest_of(content)
                files.problems.check()
                changed += _load_wave(records, values["code"], wave["code"], content)
            _load_pages(row, number, records, tree, digests)
    files.problems.check()
    for values in data.get("comparisons", []):
        changed += _load_comparison(values)
    return changed


def _load_wave(records: Records, survey: str, code: str, content: dict[str, Any]) -> int:
    """Store a wave of the file, unless exactly this is loaded or somebody imported another."""
    key, digest = f"{survey}/{code}", digest_of(content)
    record = LoadedRecord.objects.filter(file=FILE, key=key).first()
    if record is not None and record.digest == digest:
        return 0
    stored = Wave.objects.filter(survey=survey, code=code).first()
    if stored and (record is None or stored.digest != record.digest) and not records.overwrite:
        records.kept.append(f"{FILE}: {key}")
        return 0
    changed = store_wave(survey=survey, code=code, content=content)
    record = record or LoadedRecord(file=FILE, key=key)
    record.digest = digest
    record.save()
    return int(changed)


def wave_content(row: Row, wave: dict[str, Any], known: References) -> dict[str, Any]:
    """A wave of the file in the form that `store_wave` takes."""
    fields: dict[str, Any] = {
        name: wave[name] for name in ("year", "started", "ended", "published")
    }
    fields |= {f"{text}_{lang}": wave[f"{text}_{lang}"] for text in _TEXTS for lang in LANGUAGES}
    fields["is_published"] = True
    found = sources(wave["sources"])
    for entry, source in zip(wave["sources"], found, strict=True):
        source["kind"] = entry["kind"]
    return {
        "fields": fields,
        "sources": found,
        "groups": [
            {
                "code": group["code"],
                "label_ja": group["ja"],
                "label_en": group["en"],
                "dimension": group["dimension"],
                "asked": group["asked"],
                "responses": group["responses"],
                "rate": None if group["rate"] is None else str(group["rate"]),
                "is_derived": group["derived"],
            }
            for group in wave["groups"]
        ],
        "questions": [_question(row, question, known) for question in wave["questions"]],
    }


def _question(row: Row, values: dict[str, Any], known: References) -> dict[str, Any]:
    return {
        "code": values["code"],
        "text_ja": values["ja"],
        "text_en": values["en"],
        **{name: values[name] for name in ("basis_ja", "basis_en", "note_ja", "note_en")},
        "answers": values["answers"],
        "themes": known.terms(row, "themes", values["themes"]),
        "options": [
            {
                "code": option["code"],
                "label_ja": option["ja"],
                "label_en": option["en"],
                "figures": [
                    {
                        "group": figure["group"],
                        "count": figure["count"],
                        "percent": None if figure["percent"] is None else str(figure["percent"]),
                        "is_approximate": figure["approximate"],
                    }
                    for figure in option["figures"]
                ],
            }
            for option in values["options"]
        ],
    }


def _load_pages(
    row: Row, number: int, records: Records, tree: Tree, digests: dict[str, str]
) -> None:
    values = row.values
    survey = Survey.objects.get(code=values["code"])
    waves = {wave.code: wave for wave in Wave.objects.filter(survey=survey)}
    originals: dict[str, Page | None] = {}
    for language in LANGUAGES:
        title = values[f"title_{language}"] or values["title_en"]
        fields = {"title": title, "summary": values[f"summary_{language}"], "order": number}
        page = records.load(
            FILE,
            f"{survey.code}.{language}",
            fields,
            partial(
                publish_survey,
                parent=tree.parent("surveys", language),
                slug=survey.code,
                content=PageContent(fields={**fields, "survey": survey}),
                translation_of=originals.get(""),
            ),
        )
        originals.setdefault("", page)
        if page is None:
            continue
        for wave in values["waves"]:
            fields = {
                "title": wave[f"title_{language}"] or wave["title_en"],
                "summary": wave.get(f"summary_{language}", ""),
            }
            stored = waves[wave["code"]]
            found = records.load(
                FILE,
                f"{survey.code}/{stored.code}.{language}",
                # With the digest of all figures, so that the search hears of changes.
                {**fields, "digest": digests[stored.code]},
                partial(
                    publish_wave,
                    parent=page,
                    slug=stored.code,
                    content=PageContent(fields={**fields, "wave": stored}),
                    translation_of=originals.get(stored.code),
                ),
            )
            originals.setdefault(stored.code, found)


def _load_comparison(values: dict[str, Any]) -> int:
    # A wave that somebody imported may have other questions by now.
    found = [
        Question.objects.filter(wave__survey=survey, wave__code=wave, code=code).first()
        for survey, wave, code in values["questions"]
    ]
    questions = [question for question in found if question is not None]
    return store_comparison(
        code=values["code"],
        fields={
            "label_ja": values["ja"],
            "label_en": values["en"],
            "is_comparable": values["comparable"],
            "reason_ja": values["reason_ja"],
            "reason_en": values["reason_en"],
        },
        questions=questions,
    )


def load_residents(files: ContentFiles) -> int:
    """All numbers of foreign residents, unless exactly this file is loaded. Returns 1 for changes.

    What is not known by area (`unknown`) is left out: it belongs to no page.
    """
    digest = hashlib.sha256(files.text(RESIDENTS).encode()).hexdigest()
    record = LoadedRecord.objects.filter(file=RESIDENTS, key="all").first()
    if record is not None and record.digest == digest and ResidentCount.objects.exists():
        return 0
    rows = files.csv(RESIDENTS, RESIDENT_COLUMNS)
    files.problems.check()
    codes = set(Area.objects.values_list("code", flat=True))
    counts = [count for row in rows if (count := _resident_count(files, row, codes))]
    files.problems.check()
    replace_resident_counts(counts=counts)
    record = record or LoadedRecord(file=RESIDENTS, key="all")
    record.digest = digest
    record.save()
    return 1


def _resident_count(files: ContentFiles, row: Row, codes: set[str]) -> ResidentCount | None:
    values = row.values
    level, code = values["area_level"], values["area_code6"]
    if level == "unknown":
        return None
    area = None if level == "national" else code[:2] if level == "prefecture" else code
    series = values["source_id"].split("-")[0]
    if area is not None and area not in codes:
        files.problems.add(row, f"area_code6 {code!r} is not the code of a known area.")
    elif series not in ResidentCount.Series.values:
        files.problems.add(row, f"source_id {values['source_id']!r} belongs to no known series.")
    elif values["dimension"] not in ResidentCount.Dimension.values:
        files.problems.add(row, f"dimension {values['dimension']!r} is unknown.")
    else:
        try:
            return ResidentCount(
                area_id=area,
                month=values["year_month"],
                series=series,
                dimension=values["dimension"],
                category=values["category"],
                residents=int(values["foreign_residents"]),
                population=int(values["total_population"]) if values["total_population"] else None,
                source=values["source_id"],
            )
        except ValueError:
            files.problems.add(row, "foreign_residents and total_population must be whole numbers.")
    return None
