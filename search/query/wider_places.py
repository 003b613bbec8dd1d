"""Parts of Japan larger than a prefecture, as people call them."""

from __future__ import annotations

__all__ = ["WIDER_NAMES"]


def _prefectures(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{number:02}" for number in range(first, last + 1))


# Parts of Japan as people call them, and the prefectures that everybody counts among them. The
# blocks of the network are areas of their own, and named otherwise.
WIDER_NAMES = {
    "東北": _prefectures(2, 7),
    "東北地方": _prefectures(2, 7),
    "tohoku": _prefectures(2, 7),
    "関東": _prefectures(8, 14),
    "関東地方": _prefectures(8, 14),
    "kanto": _prefectures(8, 14),
    "首都圏": _prefectures(11, 14),
    "北陸": _prefectures(16, 18),
    "北陸地方": _prefectures(16, 18),
    "hokuriku": _prefectures(16, 18),
    "甲信越": ("15", "19", "20"),
    "koshinetsu": ("15", "19", "20"),
    "東海": _prefectures(21, 24),
    "東海地方": _prefectures(21, 24),
    "tokai": _prefectures(21, 24),
    "中部": _prefectures(15, 23),
    "中部地方": _prefectures(15, 23),
    "chubu": _prefectures(15, 23),
    "近畿": _prefectures(24, 30),
    "近畿地方": _prefectures(24, 30),
    "kinki": _prefectures(24, 30),
    "関西": _prefectures(25, 30),
    "関西地方": _prefectures(25, 30),
    "kansai": _prefectures(25, 30),
    "中国地方": _prefectures(31, 35),
    "山陰": _prefectures(31, 32),
    "山陽": _prefectures(33, 35),
    "四国": _prefectures(36, 39),
    "四国地方": _prefectures(36, 39),
    "shikoku": _prefectures(36, 39),
    "九州": _prefectures(40, 46),
    "九州地方": _prefectures(40, 46),
    "kyushu": _prefectures(40, 46),
    "九州沖縄": _prefectures(40, 47),
}
