"""Places in spreadsheets, and the members of regional platforms as a sheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.place_names import FORMER_NAMES, normalise_place_name, without_district
from regions.codes import InvalidAreaCode, complete
from regions.models import Area, PlatformMember, RegionalPlatformPage
from sheets.bindings import column_of
from sheets.columns import Column
from sheets.dates import Reading, WrongValue, read_text
from sheets.kinds import Choice, Kind, Option
from sheets.reading import Value
from sheets.registry import Change, Importer, Options, Problem, Record, Stored, register
from taxonomy.models import ActorType
from taxonomy.sheets import term

__all__ = ["AreaChoice", "MemberImporter", "area"]


@dataclass(frozen=True)
class AreaChoice(Choice):
    """A place: its code of five or six digits, its name, or both (`131041 新宿区`)."""

    name = gettext_lazy("area code or name of a place")

    @staticmethod
    def compared(text: str) -> str:
        """A name without its district, in the one spelling in which names are compared."""
        return normalise_place_name(without_district(" ".join(text.split())))

    @cached_property
    def _former_names(self) -> set[str]:
        return {normalise_place_name(name) for names in FORMER_NAMES.values() for name in names}

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The full code; check digits and zeros that a spreadsheet took away are put back.

        A name beside the code must be that of the place: some codes of five digits have a twin.
        """
        text = unicodedata.normalize("NFKC", " ".join(read_text(value).split()))
        first, _blank, rest = text.partition(" ")
        if not first.isascii() or not first.isdigit():
            reading = super().read(text)
            if normalise_place_name(text) in self._former_names:
                return Reading(
                    reading.text,
                    _("“%(text)s” is a former name of %(place)s.")
                    % {"text": text, "place": self.show(reading.text)},
                )
            return reading
        try:
            code = complete(first)
        except InvalidAreaCode as error:
            raise WrongValue(_wrong_code(first)) from error
        return super().read(f"{code} {without_district(rest)}".strip())


def _wrong_code(code: str) -> str:
    """Say what is wrong with a code: its check digit, or the whole."""
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
        own = (name_ja, *FORMER_NAMES.get(code, ()))
        # 静岡県浜松市; a ward is named with its city: 浜松市中央区, 静岡県浜松市中央区.
        above = {names[parent], names.get(code[:2], "")} - {""} if parent else set()
        longer = tuple(f"{prefix}{name}" for name in own for prefix in sorted(above))
        yield Option(code, name_ja, name_en, more=(*own[1:], *longer), is_offered=valid_to is None)


# --- Members of platforms ---------------------------------------------------------------------


@register
class MemberImporter(Importer):
    """Members of regional platforms: a row for each, several rows for one page.

    A member is named by its platform and its name. Members that are not in the file stay.
    """

    name = "members"
    label = gettext_lazy("Members of regional platforms")
    note = gettext_lazy(
        "A row for each member of a platform. Members that are not in the file stay as they are; "
        "take members away on the page of the platform."
    )
    has_review = True

    def columns(self) -> Sequence[Column]:
        """Platform, name, and what is known of the member."""
        return [
            Column(
                "platform",
                gettext_lazy("Regional platform"),
                Choice(source=self._platform_options),
                required=True,
                note=gettext_lazy("Its identifier or its name."),
                aliases=("プラットフォーム", "地域プラットフォーム"),
                is_immutable=True,
            ),
            Column(
                "name",
                gettext_lazy("Name of the member"),
                Kind(longest=200),
                required=True,
                example="見本市国際交流協会",
                aliases=("会員名", "団体名", "名称", "構成団体"),
                is_immutable=True,
            ),
            column_of(
                PlatformMember, "sector", self._sectors, example="intl-assoc", aliases=("区分",)
            ),
            column_of(PlatformMember, "organisation", self._organisations),
            column_of(PlatformMember, "note", aliases=("備考",)),
            column_of(PlatformMember, "as_of", example="2025-04"),
        ]

    @cached_property
    def _sectors(self) -> Choice:
        return term(ActorType)

    @cached_property
    def _organisations(self) -> Choice:
        return Choice(source=self._organisation_options)

    def _organisation_options(self) -> Iterable[Option]:
        # The directory stands above this app; a foreign key leads to it.
        pages = PlatformMember._meta.get_field("organisation").related_model
        for key, title in pages._default_manager.filter(alias_of=None).values_list(
            "pk", "draft_title"
        ):
            yield Option(str(key), title, title)

    @cached_property
    def _platforms(self) -> dict[str, RegionalPlatformPage]:
        pages = (
            RegionalPlatformPage.objects.filter(alias_of=None)
            .select_related("latest_revision", "locale")
            .order_by("path")
        )
        return {
            str(page.pk): page for page in pages if page.permissions_for_user(self.user).can_edit()
        }

    def _platform_options(self) -> Iterable[Option]:
        return [
            Option(key, page.draft_title, page.draft_title) for key, page in self._platforms.items()
        ]

    def is_allowed(self) -> bool:
        """Whether the person may edit any platform."""
        return bool(self.user.has_perm("wagtailadmin.access_admin") and self._platforms)

    @cached_property
    def _contents(self) -> dict[str, dict[str, Any]]:
        return {
            key: dict(page.latest_revision.content)
            if page.latest_revision
            else page.serializable_data()
            for key, page in self._platforms.items()
        }

    def _rows(self, platform: str) -> list[dict[str, Any]]:
        rows = self._contents[platform].get("members") or []
        return sorted(rows, key=lambda row: row.get("sort_order") or 0)

    def _values(self, platform: str, row: Mapping[str, Any]) -> dict[str, str]:
        values = {"platform": platform}
        for column in self.all_columns[1:]:
            text = "" if row.get(column.name) is None else str(row[column.name])
            try:
                values[column.name] = column.kind.read(text).text
            except WrongValue:
                values[column.name] = text
        return values

    def export(self) -> Iterable[Mapping[str, str]]:
        """Every member of the platforms that the person may edit."""
        for platform in self._platforms:
            for row in self._rows(platform):
                yield self._values(platform, row)

    def find(self, records: Sequence[Record], problems: list[Problem]) -> list[Stored | None]:
        """The member of this name on the platform of the row."""
        members = {
            (platform, values["name"]): values
            for platform in self._platforms
            for values in (self._values(platform, row) for row in self._rows(platform))
        }
        return [self._found(record, members, problems) for record in records]

    def _found(
        self,
        record: Record,
        members: Mapping[tuple[str, str], dict[str, str]],
        problems: list[Problem],
    ) -> Stored | None:
        if record.wrong & {"platform", "name"}:
            return None
        for name in ("platform", "name"):
            if not record.get(name):
                label = next(c.label for c in self.all_columns if c.name == name)
                message = _("“%(label)s” is empty. It must be filled in.") % {"label": label}
                problems.append(self.problem(record, message, name))
                return None
        platform, name = record.get("platform"), record.get("name")
        page = self._platforms[platform]
        if page.permissions_for_user(self.user).page_locked() or page.workflow_in_progress:
            message = _("The page is locked or being reviewed. Wait until it is free.")
            problems.append(self.problem(record, message, "platform"))
            return None
        return Stored(
            f"{platform} {name}",
            f"{page.draft_title} – {name}",
            members.get((platform, name)),
            platform,
        )

    def write(self, changes: Sequence[Change], options: Options) -> list[str]:
        """One new draft for each platform with its changed and new members."""
        by_platform: dict[str, list[Change]] = {}
        for change in changes:
            by_platform.setdefault(change.stored.target, []).append(change)
        for platform, of_platform in by_platform.items():
            page, content = self._platforms[platform], dict(self._contents[platform])
            rows = [dict(row) for row in self._rows(platform)]
            for change in of_platform:
                row = self._row(rows, change.record.get("name"))
                row |= {
                    column.name: change.record.values[column.name]
                    or (None if column.name in {"sector", "organisation"} else "")
                    for column in self.all_columns[1:]
                    if column.name in change.record.values
                }
                if row.get("organisation"):
                    row["organisation"] = int(row["organisation"])
                options.on_record()
            content["members"] = [{**row, "sort_order": order} for order, row in enumerate(rows)]
            draft = page.with_content_json(content)
            draft.save_revision(user=self.user, log_action=True, clean=False)
            workflow = draft.get_workflow() if options.submit else None
            if workflow:
                workflow.start(draft, self.user)
        return []

    def _row(self, rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
        """The row of this name, or a new one at the end."""
        kind = self.all_columns[1].kind
        for row in rows:
            if kind.read(row.get("name") or "").text == name:
                return row
        rows.append({"pk": None, "name": name})
        return rows[-1]
