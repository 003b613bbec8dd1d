"""What looks as if it were about a person, so that it is not kept in a log.

Nobody can know every name: what is kept may still be one, so the log is short-lived and says
nothing of who asked.
"""

from __future__ import annotations

import re
from itertools import pairwise

from search.language.analysis import parts_of_speech

__all__ = ["looks_personal"]

# In folded text: width, case and dashes are one already.
_PATTERNS = re.compile(
    r"@|https?:|www\."  # mail addresses, addresses of a profile
    r"|\d(?:[-\s().・ー]*\d){6,}"  # telephone, card, account, My Number, postal code
    r"|[〇一二三四五六七八九]{7,}"
    r"|[a-z]{1,2}\s?\d{6,}"  # residence cards, passports
    r"|\d+-\d+-\d+|\d+-\d+号|丁目|番地|号室|〒"  # where somebody lives
    r"|(?:昭和|平成|令和|大正|\d{4}年)\s*[\d元]*年?\s*\d{1,2}月\s*\d{1,2}日"  # a day of birth
)
_PERSON = ("名詞", "固有名詞", "人名")
# What the dictionary calls family and given names, and foreign ones.
_FULL_NAMES = {("姓", "名"), ("一般", "一般")}
_HONORIFICS = {"さん", "様", "氏", "ちゃん", "君", "くん"}


def looks_personal(folded: str) -> bool:
    """Whether folded text has an address, a number of a person, or a full name.

    A family name alone is not enough: many are also names of places.
    """
    return bool(_PATTERNS.search(folded)) or _has_full_name(folded)


def _has_full_name(folded: str) -> bool:
    """A family name before a given name, two foreign names, or a name before さん or 様."""
    known = [
        (surface, kind[3] if kind[:3] == _PERSON else "")
        for surface, kind in parts_of_speech(folded)
        if surface.strip(" ・")
    ]
    return any(
        name and (following in _HONORIFICS or (name, next_name) in _FULL_NAMES)
        for (_, name), (following, next_name) in pairwise(known)
    )
