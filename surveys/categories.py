"""Words of the statistics in English: the agency writes its tables in Japanese."""

from __future__ import annotations

from django.utils.translation import get_language

__all__ = ["category_label", "known_categories"]

_ENGLISH = {
    "総数": "Total",
    "外国人人口（国勢調査）": "Foreign population (census)",
    "その他": "Other",
    "インド": "India",
    "インドネシア": "Indonesia",
    "カンボジア": "Cambodia",
    "スリランカ": "Sri Lanka",
    "タイ": "Thailand",
    "ネパール": "Nepal",
    "バングラデシュ": "Bangladesh",
    "パキスタン": "Pakistan",
    "フィリピン": "Philippines",
    "ブラジル": "Brazil",
    "ベトナム": "Viet Nam",
    "ペルー": "Peru",
    "ミャンマー": "Myanmar",
    "モンゴル": "Mongolia",
    "中国": "China",
    "台湾": "Taiwan",
    "朝鮮": "Chosen (listed as “Korea” without a nationality)",
    "米国": "United States",
    "英国": "United Kingdom",
    "韓国": "Republic of Korea",
    "中長期在留者（計）": "Mid- to long-term residents (total)",
    "定住者": "Long-term resident",
    "家族滞在": "Dependent",
    "技能実習": "Technical intern training",
    "技術・人文知識・国際業務": "Engineer, humanities, international services",
    "日本人の配偶者等": "Spouse or child of a Japanese national",
    "永住者": "Permanent resident",
    "特別永住者": "Special permanent resident",
    "特定技能": "Specified skilled worker",
    "特定活動": "Designated activities",
    "留学": "Student",
}  # fmt: skip


def known_categories() -> list[str]:
    """The categories as the agency's tables write them."""
    return list(_ENGLISH)


def category_label(category: str) -> str:
    """A category in the active language; in Japanese where there is no English word here."""
    is_english = (get_language() or "").startswith("en")
    return _ENGLISH.get(category, category) if is_english else category
