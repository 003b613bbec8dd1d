"""Mergers and other changes of areas as a sheet: a row for each area that ends."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from regions.codes import InvalidAreaCode, complete
from regions.models import Area
from regions.services import MUNICIPAL_KINDS, sync_areas
from regions.sheets import area
from sheets.bindings import options_of
from sheets.columns import Column
from sheets.dates import Reading, WrongValue, read_text
from sheets.kinds import Choice, Day, Kind
from sheets.reading import Value
from sheets.registry import Change, Importer, Options, Problem, Record, Stored, register

__all__ = ["AreaChangeImporter"]

_NEW = {"new_name_ja": "name_ja", "new_kana": "kana", "new_name_en": "name_en", "new_kind": "kind"}


@dataclass(frozen=True)
class AreaCodes(Kind):
    """Full codes of municipalities, known or new, with blanks or commas between them."""

    name = gettext_lazy("area codes of six digits")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The codes with their check digits, with blanks between them."""
        text = unicodedata.normalize("NFKC", read_text(value))
        codes = [code for code in re.split(r"[\s,、;・]+", text) if code]
        try:
            found = [complete(code) for code in codes]
        except InvalidAreaCode as error:
            raise WrongValue(
                _("“%(text)s” has a code that cannot be: write six digits each, as 131041.")
                % {"text": text[:60]}
            ) from error
        return Reading(" ".join(dict.fromkeys(found)))


@register
class AreaChangeImporter(Importer):
    """Areas that end, and what takes their place; a new area is made from the same row."""

    name = "area-changes"
    label = gettext_lazy("Mergers and other changes of areas")
    note = gettext_lazy(
        "A row for each municipality or ward that ends: its last day and its successors. Of a "
        "successor that is new, write name, kana, Latin letters and kind too. Pages and figures "
        "keep the area that they name."
    )

    def columns(self) -> Sequence[Column]:
        """The area that ends, when, its successors, and what a new one is called."""
        kinds = Choice(
            source=lambda: options_of(
                [(kind.value, kind.label) for kind in Area.Kind if kind in MUNICIPAL_KINDS]
            )
        )
        new = gettext_lazy("Only where the successor is new.")
        return [
            Column(
                "area", gettext_lazy("area that ends"), area(), required=True, is_immutable=True,
                example="221317", aliases=("旧団体", "旧団体コード", "廃止団体"),
            ),
            Column(
                "last_day", gettext_lazy("last day"), Day(), required=True, example="2027-03-31",
                note=gettext_lazy("The day before the change."), aliases=("最終日",),
            ),
            Column(
                "successors", gettext_lazy("succeeded by"), AreaCodes(), required=True,
                example="221384 221392", aliases=("新団体コード", "承継団体"),
                note=gettext_lazy("Codes of six digits with blanks between them."),
            ),
            Column("new_name_ja", gettext_lazy("new name"), Kind(longest=100), note=new,
                   aliases=("新団体名",), blank_means_unchanged=True),
            Column("new_kana", gettext_lazy("new name in kana"), Kind(longest=150), note=new,
                   blank_means_unchanged=True),
            Column("new_name_en", gettext_lazy("new name in Latin letters"), Kind(longest=150),
                   note=new, blank_means_unchanged=True),
            Column("new_kind", gettext_lazy("kind of the new area"), kinds, note=new,
                   blank_means_unchanged=True),
        ]  # fmt: skip

    def is_allowed(self) -> bool:
        """Whether the person keeps the areas."""
        return bool(self.user.has_perm("regions.change_area"))

    @cached_property
    def _known(self) -> dict[str, Area]:
        found = Area.objects.filter(kind__in=MUNICIPAL_KINDS).prefetch_related("successors")
        return {area.code: area for area in found.defer("shape", "viewbox")}

    def find(self, records: Sequence[Record], problems: list[Problem]) -> list[Stored | None]:
        """The area of each row with its last day and successors."""
        return [self._found(record, problems) for record in records]

    def _found(self, record: Record, problems: list[Problem]) -> Stored | None:
        if "area" in record.wrong:
            return None
        place = self._known.get(record.get("area"))
        if place is None:
            message = _("Name the municipality or ward that ends.")
            problems.append(self.problem(record, message, "area"))
            return None
        is_new = place.valid_to is None and not place.successors.all()
        return Stored(place.code, place.label, None if is_new else self._values(place), place)

    def _values(self, place: Area) -> dict[str, str]:
        successors = sorted(place.successors.all(), key=lambda other: other.code)
        one = successors[0] if len(successors) == 1 else None
        return {
            "area": place.code,
            "last_day": str(place.valid_to or ""),
            "successors": " ".join(other.code for other in successors),
            **{name: str(getattr(one, of)) if one else "" for name, of in _NEW.items()},
        }

    def check(self, changes: Sequence[Change], problems: list[Problem]) -> None:
        """Successors exist, or can be made from the row; nothing succeeds itself."""
        for change in changes:
            place: Area = change.stored.target
            codes = change.new_values["successors"].split()
            if place.code in codes:
                message = _("An area cannot take its own place.")
                problems.append(self.problem(change.record, message, "successors"))
            new = [code for code in codes if code not in self._known]
            if new:
                self._check_new(change, new, codes, problems)
            elif len(codes) == 1:
                self._check_same(change, self._known[codes[0]], problems)
            for code in codes:
                successor = self._known.get(code)
                last = datetime.date.fromisoformat(change.new_values["last_day"])
                if successor and successor.valid_to and successor.valid_to <= last:
                    message = _("%(place)s ended itself on %(day)s. Name what took its place.") % {
                        "place": successor.label,
                        "day": successor.valid_to,
                    }
                    problems.append(self.problem(change.record, message, "successors"))

    def _check_new(
        self, change: Change, new: Sequence[str], codes: Sequence[str], problems: list[Problem]
    ) -> None:
        lacking = [name for name in _NEW if not change.record.get(name)]
        if len(codes) > 1:
            message = _(
                "%(codes)s is not known. Add a new area in the admin first, where an area has "
                "several successors."
            ) % {"codes": " ".join(new)}
            problems.append(self.problem(change.record, message, "successors"))
        elif lacking:
            labels = {column.name: str(column.label) for column in self.all_columns}
            message = _(
                "%(codes)s is not known. Correct the code, or fill in for the new area: %(names)s."
            ) % {"codes": new[0], "names": _(", ").join(labels[name] for name in lacking)}
            problems.append(self.problem(change.record, message, "successors"))

    def _check_same(self, change: Change, successor: Area, problems: list[Problem]) -> None:
        """A successor that exists is not renamed by the way."""
        for name, of in _NEW.items():
            written, stored = change.record.get(name), str(getattr(successor, of))
            if written and written != stored:
                message = _("%(code)s is there already as “%(stored)s”. Leave this cell empty.") % {
                    "code": successor.code,
                    "stored": stored,
                }
                problems.append(self.problem(change.record, message, name))

    def doubts(self, changes: Sequence[Change]) -> Sequence[Problem]:
        """Successors in another prefecture."""
        return [
            self.problem(
                change.record,
                _("%(place)s would be succeeded by %(codes)s in another prefecture.")
                % {"place": change.stored.title, "codes": code},
                "successors",
            )
            for change in changes
            for code in change.new_values["successors"].split()
            if code[:2] != change.stored.key[:2]
        ]

    def write(self, changes: Sequence[Change], options: Options) -> list[str]:
        """Make the new areas, then record what ended."""
        rows: dict[str, dict[str, Any]] = {}
        for change in changes:
            place: Area = change.stored.target
            values = change.new_values
            last = datetime.date.fromisoformat(values["last_day"])
            for code in values["successors"].split():
                if code not in self._known:
                    rows[code] = {
                        "code": code,
                        **{of: values[name] for name, of in _NEW.items()},
                        "parent_id": place.parent_id,
                        "order": place.order,
                        "valid_from": last + datetime.timedelta(days=1),
                    }
        made = len(rows)
        for change in changes:
            place = change.stored.target
            rows[place.code] = {
                "code": place.code,
                "kind": place.kind,
                "valid_to": datetime.date.fromisoformat(change.new_values["last_day"]),
                "successors": change.new_values["successors"].split(),
            }
            options.on_record()
        sync_areas(rows.values())
        for place in Area.objects.filter(pk__in=rows):
            log(instance=place, action="wagtail.edit", user=self.user)
        return [
            _("New areas: %(count)d.") % {"count": made},
            _("Search finds the new names after the next rebuild of its index."),
        ]

    def export(self) -> Iterable[Mapping[str, str]]:
        """Every area that has ended."""
        ended = Area.objects.filter(kind__in=MUNICIPAL_KINDS).filter(
            ~Q(valid_to=None) & ~Q(successors=None)
        )
        for place in ended.distinct().prefetch_related("successors").order_by("code"):
            yield self._values(place)
