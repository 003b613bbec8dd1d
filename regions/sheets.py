"""Places in spreadsheets, and the members of regional platforms as a sheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.codes import InvalidAreaCode, complete
from regions.models import Area
from sheets.dates import Reading, WrongValue, read_text
from sheets.kinds import Choice, Option
from sheets.reading import Value

__all__ = ["AreaChoice", "area"]


@dataclass(frozen=True)
class AreaChoice(Choice):
    """A place: its code of five or six digits, its name, or both (`131041 新宿区`)."""

    name = gettext_lazy("area code or name of a place")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The full code; check digits and zeros that a spreadsheet took away are put back.

        A name beside the code must be that of the place: some codes of five digits have a twin.
        """
        text = unicodedata.normalize("NFKC", " ".join(read_text(value).split()))
        first, _blank, rest = text.partition(" ")
        if not first.isascii() or not first.isdigit():
            return super().read(text)
        try:
            code = complete(first)
        except InvalidAreaCode as error:
            raise WrongValue(_wrong_code(first)) from error
        return super().read(f"{code} {rest}".strip())


def _wrong_code(code: str) -> str:
    try:
        expected = complete(code[:5]) if len(code) == 6 else ""
    except InvalidAreaCode:
        expected = ""
    if expected:
        return _("The last digit of the area code %(code)s is wrong. Is %(expected)s meant?") % {
            "code": code,
            "expected": expected,
        }
    return _(
        "%(code)s is not an area code. Write six digits (131041), five (13104), or two for a "
        "prefecture (13)."
    ) % {"code": code}


def area() -> AreaChoice:
    """The kind of cells with one place."""
    return AreaChoice(source=_options)


def _options() -> Iterable[Option]:
    names = dict(Area.objects.values_list("code", "name_ja"))
    rows = Area.objects.values_list("code", "name_ja", "name_en", "parent_id", "valid_to")
    for code, name_ja, name_en, parent, valid_to in rows.order_by("order", "code"):
        # 静岡県浜松市, 浜松市中央区
        longer = (f"{names[parent]}{name_ja}",) if parent else ()
        yield Option(code, name_ja, name_en, more=longer, is_offered=valid_to is None)
