"""Events as the list of events of the Japanese local governments' open-data sets, as CSV.

The columns and their order are those of 「イベント一覧」 in 推奨データセット. Its successor,
自治体標準オープンデータセット, has others; docs/reference/events.md says what is known of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext_lazy, override

from core.dates import PartialDate
from core.tabular import csv_line
from events.models import EventOrganiser, EventPage
from opendata.catalogue import Column, columns_of
from regions.codes import check_digit
from regions.models import Area

TABLE = (
    Column(
        "都道府県コード又は市区町村コード",
        about=gettext_lazy("Six digits with the check digit; empty for places abroad."),
    ),
    Column("NO", "integer", gettext_lazy("Number of the event on this site.")),
    Column("都道府県名"),
    Column("市区町村名"),
    Column("イベント名"),
    Column("イベント名_カナ"),
    Column("イベント名_英語"),
    Column("開始日", "date", gettext_lazy("Empty where only the month or year is known.")),
    Column("終了日", "date"),
    Column("開始時間", about=gettext_lazy("Hours and minutes: 13:30.")),
    Column("終了時間", about=gettext_lazy("Hours and minutes: 13:30.")),
    Column("開始日時特記事項"),
    Column("説明"),
    Column("料金(基本)"),
    Column("料金(詳細)"),
    Column("連絡先名称"),
    Column("連絡先電話番号"),
    Column("連絡先内線番号"),
    Column("主催者"),
    Column("場所名称"),
    Column("住所"),
    Column("方書"),
    Column("緯度", "number"),
    Column("経度", "number"),
    Column("アクセス方法"),
    Column("駐車場情報"),
    Column("定員", "integer", unit=gettext_lazy("people")),
    Column("参加申込終了日", "date"),
    Column("参加申込終了時間"),
    Column("参加申込方法"),
    Column("URL"),
    Column("備考"),
)
COLUMNS = columns_of(TABLE)


def events_csv(events: Iterable[EventPage]) -> bytes:
    """The list as UTF-8 with a byte order mark, which spreadsheets need to read Japanese."""
    lines = [csv_line(COLUMNS)]
    with override("ja"):
        for event in events:
            row = _row(event)
            lines.append(csv_line(row.get(column, "") for column in COLUMNS))
    return "".join(lines).encode("utf-8-sig")


def _row(event: EventPage) -> dict[str, str]:
    areas = list(event.areas.all())
    place = next((area for area in areas if area.prefecture_code), None)
    prefecture, city = _prefecture_and_city(place)
    notes = [
        "" if event.status == EventPage.Status.HELD else event.get_status_display(),
        event.status_note,
        event.caveat,
        "、".join(area.label for area in areas if area != place),
    ]
    return {
        "都道府県コード又は市区町村コード": _six_digits(place),
        "NO": str(event.pk),
        "都道府県名": prefecture,
        "市区町村名": city,
        "イベント名": event.title,
        "イベント名_英語": event.english_title,
        "開始日": _day(event.starts_on),
        "終了日": _day(event.ends_on or event.starts_on),
        "開始時間": _time(event.start_time),
        "終了時間": _time(event.end_time),
        "開始日時特記事項": _remark(event),
        "説明": event.summary,
        "料金(基本)": event.fee,
        "連絡先名称": event.contact_name,
        "連絡先電話番号": event.contact_phone,
        "主催者": "、".join(
            row.name or getattr(row.organisation, "title", "")
            for row in event.organisers.all()
            if row.part in {EventOrganiser.Part.ORGANISER, EventOrganiser.Part.CO_ORGANISER}
        ),
        "場所名称": event.venue or ("オンライン" if event.is_online else ""),
        "住所": event.address,
        "定員": str(event.capacity or ""),
        "参加申込終了日": event.join_until.isoformat() if event.join_until else "",
        "参加申込方法": event.join_text or event.join_url,
        "URL": event.public_url,
        "備考": "／".join(note for note in notes if note),
    }


def _prefecture_and_city(place: Area | None) -> tuple[str, str]:
    """Names of the prefecture and, below it, of the municipality (a ward with its city)."""
    names: list[str] = []
    while place is not None and place.kind != Area.Kind.PREFECTURE:
        if place.prefecture_code:
            names.insert(0, place.name_ja)
        place = place.parent
    return (place.name_ja if place else "", "".join(names))


def _six_digits(place: Area | None) -> str:
    """The code with its check digit, that of a prefecture too: 13 is 130001."""
    if place is None:
        return ""
    if place.kind != Area.Kind.PREFECTURE:
        return str(place.code)
    five = f"{place.code}000"
    return five + check_digit(five)


def _day(text: str) -> str:
    """A day; nothing where only month or year are known, which `_remark` says."""
    date = PartialDate.stored(text)
    return text if date and date.is_day else ""


def _time(time: datetime.time | None) -> str:
    return f"{time:%H:%M}" if time else ""


def _remark(event: EventPage) -> str:
    """What the columns for dates and times cannot hold, in Japanese; empty where they hold all.

    That is a year or month without a day, and a time of another zone than Japan's.
    """
    parts = []
    if not event.has_days:
        last = f"〜{event.ends_on}" if event.ends_on else ""
        parts.append(f"{event.starts_on}{last}（日は不明）")
    if event.time_zone != EventPage.Zone.JAPAN and event.start_time:
        parts.append(f"時刻は{event.get_time_zone_display()}")
    return "、".join(parts)
