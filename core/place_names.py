"""One spelling for the many in which names of places are written, to compare them.

龍ケ崎市, 龍ヶ崎市 and 竜ケ崎市 are one city, as are 髙松市 and 高松市: in names of places the
small ヶ and the old forms of kanji are a matter of taste and of fonts. Districts (郡) belong to
addresses, not to names. What is normalised is compared, and never shown or stored.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["FORMER_NAMES", "normalise_place_name", "without_district"]

# Old and other forms of kanji in names of municipalities, and how we compare them. 嶋 is not among
# them: 鹿嶋市 and 鹿島市 chose different forms to be told apart.
_FORMS = str.maketrans(
    "ヶヵがガ龍髙﨑嵜碕濱濵澤邊邉廣國櫻圓檜條舘冨藪鰺鹽關縣區"
    "峯曾與齋齊眞壽瀨瀧靜德榮寶豐會驒惠彌諫埜ノ之ッツっ",
    "ケケケケ竜高崎崎崎浜浜沢辺辺広国桜円桧条館富薮鯵塩関県区"
    "峰曽与斎斉真寿瀬滝静徳栄宝豊会騨恵弥諌野ののつつつ",
)
_BLANKS = re.compile(r"\s+")
# A district stands between prefecture and town or village, which has two letters at least.
_DISTRICT = re.compile(r"^(北海道|東京都|京都府|大阪府|.{2,3}県)?[^郡]{1,5}郡(?=.+[町村]$)")

# Names that municipalities had under the code they still have. Those that ended have areas of their
# own with their successors (content/data/area_changes.csv).
FORMER_NAMES = {"282219": ("篠山市",)}


def normalise_place_name(text: str) -> str:
    """A name of a place for comparing: width, case, blanks and forms of kanji do not count."""
    plain = unicodedata.normalize("NFKC", text[:200])
    # A variation selector chooses a form of the kanji before it.
    plain = "".join(sign for sign in plain if not 0xE0100 <= ord(sign) <= 0xE01EF)
    return _BLANKS.sub("", plain).translate(_FORMS).casefold()


def without_district(name: str) -> str:
    """宮城県柴田郡川崎町 as 宮城県川崎町; names without a district as they are."""
    return _DISTRICT.sub(lambda match: match[1] or "", name)
